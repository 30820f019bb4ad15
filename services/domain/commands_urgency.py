"""What may be asked of a ticket that became more urgent."""

from datetime import datetime

from services.domain.command_base import ClockRules, Command
from services.domain.event_base import Clock
from services.domain.urgency import UrgencyClaim


class RaiseUrgency(Command, frozen=True, kw_only=True):
    """The ticket itself knows its item and how many have told it, so it decides which hold."""

    claims: tuple[UrgencyClaim, ...]
    directory_version: str


class ShortenDeadline(Command, frozen=True, kw_only=True):
    """starts_at: when it became more urgent. That local day is not counted."""

    clock: Clock
    starts_at: datetime
    working_days: int
    rules: ClockRules
