"""每月一题: facts about a topic itself; those about its items are in `topic_item_events`.

A topic's stream is `topic:<code>`; the stream `topic` keeps which monthly bulletins were pinned.
on: the local day on which it was written down. Texts are the city's own, in the clear.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from services.domain.city_event_base import CityEvent
from services.domain.event_base import Code, TicketId
from services.domain.topic_values import (
    Codes,
    Evidence,
    Figures,
    Line,
    ListCode,
    Month,
    Scope,
    SomeEvidence,
    Source,
    Tickets,
    Units,
    Words,
)

FAMILY = "topic"


class TopicFact(CityEvent):
    on: date


class TopicProposed(TopicFact):
    """提出. request_items, request_areas: whose requests this is about, as codes of the directory
    with all below them; none means all. tickets: those that speak for it, linked from now on."""

    type: Literal["topic.proposed.v1"] = "topic.proposed.v1"
    heading: Line
    month: Month
    problem: Words
    source: Source
    figures: Figures = ()
    tickets: Tickets = ()
    request_items: Scope = ()
    request_areas: Scope = ()


class TopicDeclined(TopicFact):
    type: Literal["topic.declined.v1"] = "topic.declined.v1"
    why: Words


class TopicAdopted(TopicFact):
    """立题. target: the local day by which all of it is to be done."""

    type: Literal["topic.adopted.v1"] = "topic.adopted.v1"
    lead: Code
    assisting: Units = ()
    target: date


class TopicPlanChanged(TopicFact):
    """Lead, assisting units and target as they are from now on."""

    type: Literal["topic.plan_changed.v1"] = "topic.plan_changed.v1"
    lead: Code
    assisting: Units = ()
    target: date
    why: Words


class TopicMeasureAdded(TopicFact):
    """措施清单: one line of it."""

    type: Literal["topic.measure_added.v1"] = "topic.measure_added.v1"
    measure_code: ListCode
    wording: Line
    responsible: Code


class TopicMeasureCompleted(TopicFact):
    type: Literal["topic.measure_completed.v1"] = "topic.measure_completed.v1"
    measure_code: ListCode
    evidence: SomeEvidence
    remark: Words | None = None


class TopicLookedBack(TopicFact):
    """回头看: which struck-off items still hold. Each that does not is reopened by a fact of its
    own, in the same transaction."""

    type: Literal["topic.looked_back.v1"] = "topic.looked_back.v1"
    held: Codes = ()
    failed: Codes = ()
    evidence: Evidence = ()
    remark: Words | None = None


class TopicTicketLinked(TopicFact):
    type: Literal["topic.ticket_linked.v1"] = "topic.ticket_linked.v1"
    ticket_id: TicketId


class TopicTicketUnlinked(TopicFact):
    type: Literal["topic.ticket_unlinked.v1"] = "topic.ticket_unlinked.v1"
    ticket_id: TicketId
    why: Words


class TopicClosed(TopicFact):
    """结题: nothing is open. A look-back that fails opens it again."""

    type: Literal["topic.closed.v1"] = "topic.closed.v1"
    outcome: Words
    evidence: Evidence = ()


class TopicBulletinPinned(TopicFact):
    """月通报 of one month, as the log stood at a position. why: of a later one for the same month,
    what has been put right."""

    type: Literal["topic.bulletin_pinned.v1"] = "topic.bulletin_pinned.v1"
    month: Month
    position: Annotated[int, Field(ge=0)]
    why: Words | None = None
