"""Facts about parts of a matter: what an assisting unit 协办 does, and sub-tasks 分解任务.

Each part has a promise of its own beside the ticket's: `unit` has it, and `subtask` is its number
(null: the unit assists). It never ends after the ticket's own promise.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from services.domain.event_base import Code, Event
from services.domain.personal import Personal

Number = Annotated[int, Field(ge=1)]


class SubtaskGiven(Event):
    """任务分解: the lead gives a part of the matter to a unit, to be done by the end of a day."""

    type: Literal["ticket.subtask_given.v1"] = "ticket.subtask_given.v1"
    subtask: Number
    unit: Code
    due_day: date
    note: Personal


class SubtaskAccepted(Event):
    type: Literal["ticket.subtask_accepted.v1"] = "ticket.subtask_accepted.v1"
    subtask: Number
    unit: Code


class SubtaskDone(Event):
    type: Literal["ticket.subtask_done.v1"] = "ticket.subtask_done.v1"
    subtask: Number
    unit: Code
    note: Personal | None = None


class SubtaskWithdrawn(Event):
    """The lead needs it no longer."""

    type: Literal["ticket.subtask_withdrawn.v1"] = "ticket.subtask_withdrawn.v1"
    subtask: Number
    unit: Code
    reason: Code
    note: Personal | None = None


class PartDeadlineSet(Event):
    """A part's promise: `working_days` from `starts_at`, or to the end of `day` (a sub-task), or
    with the ticket's own promise, because that ends earlier (`with_lead`)."""

    type: Literal["ticket.part_deadline_set.v1"] = "ticket.part_deadline_set.v1"
    unit: Code
    subtask: Number | None = None
    starts_at: AwareDatetime
    working_days: Annotated[int, Field(ge=1)] | None = None
    day: date | None = None
    with_lead: bool = False
    warn_at: AwareDatetime
    due_at: AwareDatetime
    calendar_version: Code
    policy_version: Code


class PartDeadlineMoved(Event):
    """day: it ends with this day, whatever the reckoning says: the notice came too late."""

    type: Literal["ticket.part_deadline_moved.v1"] = "ticket.part_deadline_moved.v1"
    unit: Code
    subtask: Number | None = None
    reason: Literal["suspension", "calendar", "urgency"]
    from_due_at: AwareDatetime
    from_calendar_version: Code | None = None
    day: date | None = None
    with_lead: bool = False
    warn_at: AwareDatetime
    due_at: AwareDatetime
    calendar_version: Code
    policy_version: Code


class PartDeadlineWarned(Event):
    type: Literal["ticket.part_deadline_warned.v1"] = "ticket.part_deadline_warned.v1"
    unit: Code
    subtask: Number | None = None
    due_at: AwareDatetime


class PartDeadlineMissed(Event):
    """Broken: by the passing of time (`done_at` is null), or by work that came too late."""

    type: Literal["ticket.part_deadline_missed.v1"] = "ticket.part_deadline_missed.v1"
    unit: Code
    subtask: Number | None = None
    due_at: AwareDatetime
    done_at: AwareDatetime | None = None


class PartDeadlineMet(Event):
    type: Literal["ticket.part_deadline_met.v1"] = "ticket.part_deadline_met.v1"
    unit: Code
    subtask: Number | None = None
    due_at: AwareDatetime


SubtaskFact = SubtaskGiven | SubtaskAccepted | SubtaskDone | SubtaskWithdrawn
PartClockFact = (
    PartDeadlineSet | PartDeadlineMoved | PartDeadlineWarned | PartDeadlineMissed | PartDeadlineMet
)
