"""Facts of merging (并单) and of taking apart again what was no one matter."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from services.domain.event_base import Code, Event, TicketId, UrgencyDays

JoinMethod = Literal["same_words", "similar", "person"]
OpenStage = Literal["received", "triage", "routed", "returned", "handling"]
Score = Annotated[float, Field(ge=0, le=1)]


class JoinProposed(Event):
    """Perhaps the same matter as an open ticket: a person decides.

    report_ids: of this ticket and of the other, the two that are alike.
    """

    type: Literal["ticket.join_proposed.v1"] = "ticket.join_proposed.v1"
    other: TicketId
    report_ids: tuple[Code, ...] = ()
    score: Score
    explanation: str
    match_version: Code


class JoinRefused(Event):
    """A person said: not the same. It stands in both tickets, and no rule asks again."""

    type: Literal["ticket.join_refused.v1"] = "ticket.join_refused.v1"
    other: TicketId


class ReportSplit(Event):
    """A report was joined to the wrong matter; it goes on as a ticket of its own."""

    type: Literal["ticket.report_split.v1"] = "ticket.report_split.v1"
    report_id: Code
    fingerprint: Code  # of its words and place
    to_ticket: TicketId


class TicketUnmerged(Event):
    """It follows its primary no longer: it stands where it stood, and its clocks go on.

    stage: where it stands. since: of its last routing or reopening, from which its promises count.
    """

    type: Literal["ticket.unmerged.v1"] = "ticket.unmerged.v1"
    primary: TicketId
    stage: OpenStage
    since: AwareDatetime | None = None
    urgency_days: UrgencyDays | None = None
