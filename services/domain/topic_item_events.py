"""每月一题: facts about the items 问题清单 of a topic. item_code: unique within its topic."""

from datetime import date
from typing import Literal

from services.domain.event_base import Code
from services.domain.topic_events import TopicFact
from services.domain.topic_values import (
    CountedIn,
    Done,
    Evidence,
    Line,
    ListCode,
    Monday,
    SomeEvidence,
    Total,
    Words,
)


class ItemLine(TopicFact):
    """One line of the list. total: how many, counted_in 户, 人, 个小区, … due: a local day.
    aspect: the group of a survey's list."""

    item_code: ListCode
    heading: Line
    aspect: Line | None = None
    counted_in: CountedIn
    total: Total
    due: date
    responsible: Code


class TopicItemAdded(ItemLine):
    """imported_from: the file and row, if it came out of one."""

    type: Literal["topic.item_added.v1"] = "topic.item_added.v1"
    imported_from: Line | None = None


class TopicItemChanged(ItemLine):
    """The item's line as it is from now on."""

    type: Literal["topic.item_changed.v1"] = "topic.item_changed.v1"
    why: Words


class TopicProgressReported(TopicFact):
    """周调度. done: how many so far. week: its Monday. correction: why it is less than before."""

    type: Literal["topic.progress_reported.v1"] = "topic.progress_reported.v1"
    item_code: ListCode
    done: Done
    week: Monday
    remark: Words | None = None
    evidence: Evidence = ()
    correction: Words | None = None


class TopicItemStruckOff(TopicFact):
    """销号, by another person than who reported. exemption: why, although not all is done."""

    type: Literal["topic.item_struck_off.v1"] = "topic.item_struck_off.v1"
    item_code: ListCode
    done: Done
    evidence: SomeEvidence
    exemption: Words | None = None


class TopicItemReopened(TopicFact):
    """It does not hold. done: how many still do."""

    type: Literal["topic.item_reopened.v1"] = "topic.item_reopened.v1"
    item_code: ListCode
    done: Done
    why: Words
