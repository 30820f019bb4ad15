"""The part of a fact that comes from its command."""

from datetime import datetime
from typing import TypedDict

from services.domain.commands import Command


class Meta(TypedDict):
    ticket_id: str
    actor: str
    cause: str
    occurred_at: datetime
    recorded_at: datetime


def happened_at(command: Command) -> datetime:
    return command.now if command.at is None else command.at


def meta(command: Command) -> Meta:
    return {
        "ticket_id": command.ticket_id,
        "actor": command.actor,
        "cause": command.cause,
        "occurred_at": happened_at(command),
        "recorded_at": command.now,
    }
