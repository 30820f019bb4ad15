"""A topic 每月一题 as its own facts tell it: what `decide_topic` reads and `evolve_topic` makes."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Literal, NamedTuple

from services.domain.topic_events import TopicLookedBack, TopicProposed
from services.domain.topic_item_events import TopicItemReopened, TopicProgressReported

TopicStage = Literal["new", "proposed", "declined", "adopted", "closed"]


class ItemPlan(NamedTuple):
    """One line of the list: what, how many of what, until when, by whom."""

    heading: str
    aspect: str | None
    counted_in: str
    total: int
    due: date
    responsible: str


class TopicItem(NamedTuple):
    """added_as: its line at first, which tells a repeat. reporters: who has reported since it was
    last open; weeks: the Mondays reported for, rising. struck_off_by: empty while it is open."""

    code: str
    plan: ItemPlan
    added_as: ItemPlan
    imported_from: str | None = None
    done: int = 0
    weeks: tuple[date, ...] = ()
    reporters: frozenset[str] = frozenset()
    last_report: TopicProgressReported | None = None
    struck_off_by: str = ""
    struck_off_on: date | None = None
    exemption: str | None = None
    reopened: int = 0
    last_reopening: TopicItemReopened | None = None

    @property
    def is_open(self) -> bool:
        return not self.struck_off_by

    @property
    def is_done(self) -> bool:
        return self.done == self.plan.total


class Measure(NamedTuple):
    code: str
    wording: str
    responsible: str
    completed_on: date | None = None


NO_ITEMS: Mapping[str, TopicItem] = MappingProxyType({})
NO_MEASURES: Mapping[str, Measure] = MappingProxyType({})


class Topic(NamedTuple):
    """Immutable; the empty topic is `Topic()`. Version counts its facts. Mappings are never
    changed, but made anew."""

    code: str = ""
    version: int = 0
    stage: TopicStage = "new"
    proposal: TopicProposed | None = None
    proposed_by: str = ""
    declined_why: str = ""
    lead: str = ""
    assisting: tuple[str, ...] = ()
    target: date | None = None
    adopted_on: date | None = None
    adopted_by: str = ""
    measures: Mapping[str, Measure] = NO_MEASURES
    items: Mapping[str, TopicItem] = NO_ITEMS
    tickets: Mapping[str, None] = MappingProxyType({})  # a set that keeps its order
    look_backs: int = 0
    last_look_back: TopicLookedBack | None = None
    closed_on: date | None = None
    outcome: str = ""

    @property
    def open_items(self) -> list[TopicItem]:
        return [item for item in self.items.values() if item.is_open]


class Pin(NamedTuple):
    """A bulletin of one month: the log up to where, and when that was said."""

    position: int
    on: date
    actor: str


class Bulletins(NamedTuple):
    """version counts the facts of the stream; pins: by month, oldest first."""

    version: int = 0
    pins: Mapping[str, tuple[Pin, ...]] = MappingProxyType({})
