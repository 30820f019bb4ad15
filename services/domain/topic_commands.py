"""Wishes about a topic 每月一题. A deed is what somebody wants, under the names of its fact."""

from datetime import date, datetime

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, Field

from services.domain.event_base import Code, TicketId
from services.domain.topic_values import (
    TICKETS_AT_ONCE_MAX,
    Codes,
    CountedIn,
    Day,
    Done,
    Evidence,
    Figures,
    Line,
    ListCode,
    Measures,
    Monday,
    Month,
    Scope,
    SomeEvidence,
    Source,
    Tickets,
    Total,
    Units,
    Words,
)


class Deed(BaseModel):
    """Strict and frozen; errors hide what was given."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Propose(Deed):
    heading: Line
    month: Month
    problem: Words
    source: Source = "hand"
    figures: Figures = ()
    tickets: Tickets = ()
    request_items: Scope = ()
    request_areas: Scope = ()


class Decline(Deed):
    why: Words


class Adopt(Deed):
    lead: Code
    assisting: Units = ()
    target: Day
    measures: Measures = ()


class ChangePlan(Deed):
    lead: Code
    assisting: Units = ()
    target: Day
    why: Words


class AddMeasure(Deed):
    measure_code: ListCode
    wording: Line
    responsible: Code


class CompleteMeasure(Deed):
    measure_code: ListCode
    evidence: SomeEvidence
    remark: Words | None = None


class AddItem(Deed):
    item_code: ListCode
    heading: Line
    aspect: Line | None = None
    counted_in: CountedIn
    total: Total
    due: Day
    responsible: Code
    imported_from: Line | None = None


class ChangeItem(Deed):
    """What is not given stays as it is."""

    item_code: ListCode
    heading: Line | None = None
    aspect: Line | None = None
    counted_in: CountedIn | None = None
    total: Total | None = None
    due: Day | None = None
    responsible: Code | None = None
    why: Words


class ReportProgress(Deed):
    """week: its Monday; this week if not given."""

    item_code: ListCode
    done: Done
    week: Monday | None = None
    remark: Words | None = None
    evidence: Evidence = ()
    correction: Words | None = None


class StrikeOff(Deed):
    item_code: ListCode
    evidence: SomeEvidence
    exemption: Words | None = None


class ReopenItem(Deed):
    """done: how many still hold; all that were done, if not given."""

    item_code: ListCode
    why: Words
    done: Done | None = None


class LookBack(Deed):
    """failed: each is reopened, with what is not true any more and how many still hold."""

    held: Codes = ()
    failed: tuple[ReopenItem, ...] = Field((), max_length=200)
    evidence: Evidence = ()
    remark: Words | None = None


class LinkTickets(Deed):
    tickets: tuple[TicketId, ...] = Field(min_length=1, max_length=TICKETS_AT_ONCE_MAX)


class UnlinkTicket(Deed):
    ticket_id: TicketId
    why: Words


class Close(Deed):
    outcome: Words
    evidence: Evidence = ()


AnyDeed = (
    Propose
    | Decline
    | Adopt
    | ChangePlan
    | AddMeasure
    | CompleteMeasure
    | AddItem
    | ChangeItem
    | ReportProgress
    | StrikeOff
    | ReopenItem
    | LookBack
    | LinkTickets
    | UnlinkTicket
    | Close
)


class TopicCommand(Struct, frozen=True, kw_only=True):
    """code: of the topic. actor, cause: as in facts. now: UTC; today: the city's day by then."""

    code: str
    actor: str
    cause: str
    now: datetime
    today: date
    deed: AnyDeed
    expected_version: int | None = None


class PinBulletin(Struct, frozen=True, kw_only=True):
    """why: of another bulletin for a month that has one, what it puts right."""

    month: str
    position: int
    actor: str
    cause: str
    now: datetime
    today: date
    why: str | None = None
