"""Builders for topics: a week of March 2026, fixed people, nothing random."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from services.domain import topic_commands as k
from services.domain.topic import Topic
from services.domain.topic_decide import decide_topic
from services.domain.topic_evolve import evolve_topic, fold_topic
from services.domain.topic_union import AnyTopicEvent
from services.domain.topic_values import monday_of
from tests.domain.facts import MONDAY

CODE = "2026-03-heating"
TODAY = date(2026, 3, 11)  # Wednesday
THIS_WEEK = monday_of(TODAY)
WEEK = timedelta(days=7)
LEAD, STREET = "heating-office", "630104001"
PROPOSER, LEADER, REPORTER, CHECKER = (
    "dispatcher:wang",
    "leader:ma",
    "unit:heating-office",
    "supervisor:li",
)
ITEM = "1"


def wish(deed: k.AnyDeed, actor: str = REPORTER, today: date = TODAY) -> k.TopicCommand:
    return k.TopicCommand(
        code=CODE, actor=actor, cause="command:1", now=MONDAY, today=today, deed=deed
    )


def propose(**values: Any) -> k.Propose:
    given = {"heading": "失管小区供热", "month": "2026-03", "problem": "物业撤离，无人供热。"}
    return k.Propose(**{**given, **values})


def adopt(**values: Any) -> k.Adopt:
    return k.Adopt(**{"lead": LEAD, "target": date(2026, 6, 30), **values})


def add_item(item_code: str = ITEM, **values: Any) -> k.AddItem:
    given = {
        "heading": "恢复供热",
        "counted_in": "户",
        "total": 471,
        "due": date(2026, 5, 31),
        "responsible": LEAD,
    }
    return k.AddItem(item_code=item_code, **{**given, **values})


def report(done: int, item_code: str = ITEM, **values: Any) -> k.ReportProgress:
    return k.ReportProgress(item_code=item_code, done=done, **values)


def strike_off(item_code: str = ITEM, **values: Any) -> k.StrikeOff:
    return k.StrikeOff(item_code=item_code, **{"evidence": ("验收单",), **values})


def after(*wishes: k.TopicCommand) -> Topic:
    """The topic after these commands, none of which may be refused."""
    topic = Topic()
    for command in wishes:
        for fact in decide_topic(command, topic):
            topic = evolve_topic(topic, fact)
    return topic


def adopted(*more: k.TopicCommand) -> Topic:
    return after(wish(propose(), PROPOSER), wish(adopt(), LEADER), *more)


def with_item(*more: k.TopicCommand) -> Topic:
    return adopted(wish(add_item(), LEADER), *more)


def struck_off(*more: k.TopicCommand) -> Topic:
    return with_item(wish(report(471)), wish(strike_off(), CHECKER), *more)


def closed(*more: k.TopicCommand) -> Topic:
    return struck_off(wish(k.Close(outcome="全部恢复供热"), CHECKER), *more)


When = Callable[..., Sequence[AnyTopicEvent]]


def given(topic: Topic) -> When:
    def when(deed: k.AnyDeed, actor: str = REPORTER, today: date = TODAY) -> Any:
        return decide_topic(wish(deed, actor, today), topic)

    return when


def then(topic: Topic, facts: Sequence[AnyTopicEvent]) -> Topic:
    return fold_topic(facts, topic)


def types(facts: Sequence[AnyTopicEvent]) -> list[str]:
    return [fact.type for fact in facts]
