"""Facts about promises and their keeping 督."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from services.domain.event_base import Clock, Code, Event


class DeadlineSet(Event):
    """A promise: `working_days` from `starts_at` end at `due_at` by this calendar and policy."""

    type: Literal["ticket.deadline_set.v1"] = "ticket.deadline_set.v1"
    clock: Clock
    starts_at: AwareDatetime
    working_days: Annotated[int, Field(ge=1)]
    warn_at: AwareDatetime
    due_at: AwareDatetime
    calendar_version: Code
    policy_version: Code


class DeadlineMoved(Event):
    """from_*: what stood before a later calendar was loaded; null in old facts and for the other
    reasons. day: it ends with this day, whatever the reckoning says: the notice came too late."""

    type: Literal["ticket.deadline_moved.v1"] = "ticket.deadline_moved.v1"
    clock: Clock
    reason: Literal["suspension", "extension", "calendar"]
    working_days: Annotated[int, Field(ge=0)]  # by how many
    from_due_at: AwareDatetime | None = None
    from_calendar_version: Code | None = None
    day: date | None = None
    warn_at: AwareDatetime
    due_at: AwareDatetime
    calendar_version: Code
    policy_version: Code


class DeadlineWarned(Event):
    type: Literal["ticket.deadline_warned.v1"] = "ticket.deadline_warned.v1"
    clock: Clock
    due_at: AwareDatetime


class DeadlineMissed(Event):
    """Broken: by the passing of time (`done_at` is null), or by work that was done too late."""

    type: Literal["ticket.deadline_missed.v1"] = "ticket.deadline_missed.v1"
    clock: Clock
    due_at: AwareDatetime
    done_at: AwareDatetime | None = None


class DeadlineMet(Event):
    """The work was done in time. A late one has `missed` instead, and never both."""

    type: Literal["ticket.deadline_met.v1"] = "ticket.deadline_met.v1"
    clock: Clock
    due_at: AwareDatetime


class TicketEscalated(Event):
    """督办: one rung of the ladder 提醒 → 催办 → 督办 → 通报."""

    type: Literal["ticket.escalated.v1"] = "ticket.escalated.v1"
    clock: Clock
    due_at: AwareDatetime  # the promise that it is about
    level: Annotated[int, Field(ge=1, le=4)]
    measure: Literal["remind", "urge", "supervise", "criticise"]
    addressee: Code
    policy_version: Code
