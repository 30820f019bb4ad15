"""Facts about pauses 中止 and extensions 延期."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from services.domain.event_base import Code, Event
from services.domain.personal import Personal


class TicketSuspended(Event):
    """ends_at: then the clock goes on by itself, after the most working days for this reason."""

    type: Literal["ticket.suspended.v1"] = "ticket.suspended.v1"
    reason: Code
    note: Personal | None = None
    working_days: Annotated[int, Field(ge=1)] | None = None  # null in old facts: no limit
    ends_at: AwareDatetime | None = None
    calendar_version: Code | None = None
    policy_version: Code | None = None


class TicketResumed(Event):
    type: Literal["ticket.resumed.v1"] = "ticket.resumed.v1"
    because: Literal["limit"] | None = None  # nobody resumed it: its time was over


class ExtensionRequested(Event):
    """延期: asked for before the deadline, decided by somebody else."""

    type: Literal["ticket.extension_requested.v1"] = "ticket.extension_requested.v1"
    unit: Code
    working_days: Annotated[int, Field(ge=1)]
    reason: Code
    note: Personal | None = None


class ExtensionGranted(Event):
    type: Literal["ticket.extension_granted.v1"] = "ticket.extension_granted.v1"
    working_days: Annotated[int, Field(ge=1)]


class ExtensionRefused(Event):
    type: Literal["ticket.extension_refused.v1"] = "ticket.extension_refused.v1"
    note: Personal | None = None
