"""What may be asked of a ticket's promises: set, warned of, missed, escalated."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.domain.command_base import ClockRules, Command
from services.domain.event_base import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDeadline(Command):
    clock: Clock
    starts_at: datetime
    rules: ClockRules
    working_days: int | None = None  # the ticket's urgency, if not named


@dataclass(frozen=True, slots=True, kw_only=True)
class WarnDeadline(Command):
    clock: Clock
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MissDeadline(Command):
    clock: Clock
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalateTicket(Command):
    clock: Clock
    due_at: datetime
    level: int
    measure: Literal["remind", "urge", "supervise", "criticise"]
    addressee: str
    policy_version: str
