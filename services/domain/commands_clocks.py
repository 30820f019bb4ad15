"""What may be asked of a ticket's promises: set, warned of, missed, escalated."""

from datetime import datetime
from typing import Literal, NamedTuple

from services.domain.command_base import ClockRules, Command
from services.domain.event_base import Clock


class Rung(NamedTuple):
    """One measure of the ladder 提醒 → 催办 → 督办 → 通报, and whose policy asks for it."""

    level: int
    measure: Literal["remind", "urge", "supervise", "criticise"]
    addressee: str
    policy_version: str


class SetDeadline(Command, frozen=True, kw_only=True):
    clock: Clock
    starts_at: datetime
    rules: ClockRules
    working_days: int | None = None  # the ticket's urgency, if not named


class WarnDeadline(Command, frozen=True, kw_only=True):
    """rungs: the measures that go with the warning."""

    clock: Clock
    due_at: datetime
    rungs: tuple[Rung, ...] = ()


class MissDeadline(Command, frozen=True, kw_only=True):
    """rungs: the measures that go with the miss."""

    clock: Clock
    due_at: datetime
    rungs: tuple[Rung, ...] = ()


class EscalateTicket(Command, frozen=True, kw_only=True):
    clock: Clock
    due_at: datetime
    rungs: tuple[Rung, ...]
