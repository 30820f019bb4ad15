"""What may be asked of a ticket that became more urgent."""

from dataclasses import dataclass
from datetime import datetime

from services.domain.command_base import ClockRules, Command
from services.domain.event_base import Clock
from services.domain.urgency import UrgencyClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseUrgency(Command):
    """The ticket itself knows its item and how many have told it, so it decides which hold."""

    claims: tuple[UrgencyClaim, ...]
    directory_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortenDeadline(Command):
    """starts_at: when it became more urgent. That local day is not counted."""

    clock: Clock
    starts_at: datetime
    working_days: int
    rules: ClockRules
