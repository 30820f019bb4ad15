"""What may be asked of a ticket's promises: set, warned of, missed, escalated."""

from datetime import datetime
from typing import Literal

from services.domain.command_base import ClockRules, Command
from services.domain.event_base import Clock


class SetDeadline(Command, frozen=True, kw_only=True):
    clock: Clock
    starts_at: datetime
    rules: ClockRules
    working_days: int | None = None  # the ticket's urgency, if not named


class WarnDeadline(Command, frozen=True, kw_only=True):
    clock: Clock
    due_at: datetime


class MissDeadline(Command, frozen=True, kw_only=True):
    clock: Clock
    due_at: datetime


class EscalateTicket(Command, frozen=True, kw_only=True):
    clock: Clock
    due_at: datetime
    level: int
    measure: Literal["remind", "urge", "supervise", "criticise"]
    addressee: str
    policy_version: str
