"""What may be asked about a ticket that a unit returned (退单)."""

from typing import Literal

from services.domain.command_base import Command
from services.domain.event_base import UrgencyDays
from services.domain.events_returns import ReturnDecision
from services.domain.personal import Personal


class HoldConsultation(Command, frozen=True, kw_only=True):
    """会商. lead: whom the units agreed on, if they did."""

    units: tuple[str, ...]
    lead: str | None = None
    minutes: str | None = None
    note: Personal | None = None


class DecideReturn(Command, frozen=True, kw_only=True):
    """退单审核. lead and what follows it: whose it is next, if the return is upheld.

    attempt: the routing that was returned; whichever return waits, if it is not named.
    """

    decision: ReturnDecision
    by: Literal["rule", "person"]
    reason: str
    explanation: str
    directory_version: str
    attempt: int | None = None
    lead: str | None = None
    assisting: tuple[str, ...] = ()
    item: str | None = None
    area: str | None = None
    urgency_days: UrgencyDays | None = None
    confidence: float = 1.0
