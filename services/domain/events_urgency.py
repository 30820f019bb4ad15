"""Facts about a matter that became more urgent 紧急程度, and the promises that follow it."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from services.domain.event_base import Clock, Code, Event, UrgencyDays


class TicketUrgencyRaised(Event):
    """More urgent than it was: by what residents say of it, or by how many of them say it.

    from_days: as it stood before; None if no unit has had it and nothing else was known.
    reporters: how many residents had told it then.
    """

    type: Literal["ticket.urgency_raised.v1"] = "ticket.urgency_raised.v1"
    urgency_days: UrgencyDays
    from_days: UrgencyDays | None = None
    rules: Annotated[tuple[Code, ...], Field(min_length=1)]
    reporters: Annotated[int, Field(ge=1)]
    explanation: str
    directory_version: Code


class DeadlineShortened(Event):
    """An earlier end of a promise, because the matter became more urgent: `working_days` from
    `starts_at` by this calendar and policy. The promise that was made first stays in the log."""

    type: Literal["ticket.deadline_shortened.v1"] = "ticket.deadline_shortened.v1"
    clock: Clock
    starts_at: AwareDatetime
    working_days: Annotated[int, Field(ge=1)]
    from_due_at: AwareDatetime  # where it stood before
    warn_at: AwareDatetime
    due_at: AwareDatetime
    calendar_version: Code
    policy_version: Code
