"""Long random lives of a topic: what must hold whatever people try, in whatever order."""

from datetime import date, timedelta
from functools import reduce

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.domain import topic_commands as k
from services.domain import topic_item_events as i
from services.domain.topic import Topic
from services.domain.topic_decide import decide_topic
from services.domain.topic_evolve import evolve_topic, fold_topic
from services.domain.topic_rejections import TopicRejected
from services.domain.topic_union import AnyTopicEvent
from tests.domain.topic_facts import (
    CHECKER,
    LEADER,
    PROPOSER,
    REPORTER,
    add_item,
    adopt,
    propose,
    wish,
)

PEOPLE = (REPORTER, CHECKER, "supervisor:zhao", "worker:ma", LEADER)
ITEMS = ("1", "2")
actors = st.sampled_from(PEOPLE)
items = st.sampled_from(ITEMS)
reasons = st.none() | st.just("原因")
quantities = st.integers(0, 12)


class TopicLife(RuleBasedStateMachine):
    """Every command is given twice: what was done or refused once is so again."""

    def __init__(self) -> None:
        super().__init__()
        self.topic = Topic()
        self.facts: list[AnyTopicEvent] = []
        self.today = date(2026, 3, 11)
        self.reported: dict[str, set[str]] = {code: set() for code in ITEMS}

    @initialize()
    def begin(self) -> None:
        self.do(propose(), PROPOSER)
        self.do(adopt(), LEADER)
        self.do(add_item("1", total=10), LEADER)

    def do(self, deed: k.AnyDeed, actor: str) -> None:
        command = wish(deed, actor, self.today)
        try:
            facts = list(decide_topic(command, self.topic))
        except TopicRejected:
            return
        for fact in facts:
            self.check_people(fact)
        self.facts += facts
        self.topic = reduce(evolve_topic, facts, self.topic)
        again = list(decide_topic(command, self.topic))
        assert again == [], "a repeat changes nothing"

    def check_people(self, fact: AnyTopicEvent) -> None:
        """Kept by other means than the state: who has reported since an item was last opened."""
        match fact:
            case i.TopicProgressReported():
                self.reported[fact.item_code].add(fact.actor)
            case i.TopicItemReopened():
                self.reported[fact.item_code].clear()
            case i.TopicItemStruckOff():
                assert self.reported[fact.item_code]
                assert fact.actor not in self.reported[fact.item_code]
                assert fact.actor != REPORTER, "it is the responsible unit"

    @rule(days=st.integers(1, 9))
    def wait(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(item=items, total=st.integers(1, 12))
    def add(self, item: str, total: int) -> None:
        self.do(add_item(item, total=total), LEADER)

    @rule(item=items, total=st.integers(1, 12), actor=actors)
    def change(self, item: str, total: int, actor: str) -> None:
        self.do(k.ChangeItem(item_code=item, total=total, why="更正"), actor)

    @rule(item=items, done=quantities, correction=reasons, actor=actors)
    def report(self, item: str, done: int, correction: str | None, actor: str) -> None:
        self.do(k.ReportProgress(item_code=item, done=done, correction=correction), actor)

    @rule(item=items, actor=actors)
    def finish(self, item: str, actor: str) -> None:
        known = self.topic.items.get(item)
        self.do(k.ReportProgress(item_code=item, done=known.plan.total if known else 1), actor)

    @rule(item=items, exemption=reasons, actor=actors)
    def strike_off(self, item: str, exemption: str | None, actor: str) -> None:
        self.do(k.StrikeOff(item_code=item, evidence=("证明",), exemption=exemption), actor)

    @rule(item=items, done=st.none() | quantities, actor=actors)
    def reopen(self, item: str, done: int | None, actor: str) -> None:
        self.do(k.ReopenItem(item_code=item, why="反弹", done=done), actor)

    @rule(held=st.lists(items, max_size=2), failed=st.lists(items, max_size=2), actor=actors)
    def look_back(self, held: list[str], failed: list[str], actor: str) -> None:
        reopening = tuple(k.ReopenItem(item_code=code, why="回头看") for code in failed)
        self.do(k.LookBack(held=tuple(held), failed=reopening), actor)

    @rule(actor=actors)
    def close(self, actor: str) -> None:
        self.do(k.Close(outcome="完成"), actor)

    @invariant()
    def quantities_are_between_nothing_and_all(self) -> None:
        for item in self.topic.items.values():
            assert 0 <= item.done <= item.plan.total

    @invariant()
    def what_is_struck_off_is_done_or_exempt(self) -> None:
        for item in self.topic.items.values():
            if not item.is_open:
                assert item.done == item.plan.total or item.exemption

    @invariant()
    def a_closed_topic_has_nothing_open(self) -> None:
        assert self.topic.stage in ("new", "adopted", "closed")
        if self.topic.stage == "closed":
            assert not self.topic.open_items

    @invariant()
    def a_quantity_goes_back_only_with_a_reason(self) -> None:
        done: dict[str, int] = {}
        for fact in self.facts:
            if isinstance(fact, i.TopicProgressReported):
                assert fact.done >= done.get(fact.item_code, 0) or fact.correction
            if isinstance(fact, i.TopicProgressReported | i.TopicItemReopened):
                done[fact.item_code] = fact.done

    @invariant()
    def replaying_the_facts_gives_the_same_topic(self) -> None:
        assert fold_topic(self.facts) == self.topic
        assert self.topic.version == len(self.facts)


TestTopicLife = TopicLife.TestCase
