"""月通报 of topics: what a month began with, what it brought, where it ended. Pure.

Facts count by the local day on which they were written down, so that the bulletin of a month that
is over says the same for ever.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from services.domain.topic import Topic, TopicStage
from services.domain.topic_union import AnyTopicEvent
from services.governance.figures import TopicFigures, figures_of
from services.governance.reading import topic_on


class MonthDone(NamedTuple):
    """counted_in 户, 人, …: what more was done at the end of the month than before it; less than 0
    if a look-back or a correction took more away."""

    counted_in: str
    done: int


class TopicMonth(NamedTuple):
    """figures: at the end of the month. The rest: in the month."""

    code: str
    heading: str
    month: str
    stage: TopicStage
    lead: str
    assisting: tuple[str, ...]
    target: date | None
    figures: TopicFigures
    done: tuple[MonthDone, ...]
    items_added: int
    struck_off: int
    reopened: int
    look_backs: int
    reports: int
    linked_tickets: int
    closed_on: date | None
    outcome: str


class Bulletin(NamedTuple):
    """topics: those worked on at some time of the month. proposed, declined: codes, in it."""

    month: str
    first_day: date
    last_day: date
    topics: tuple[TopicMonth, ...]
    proposed: tuple[str, ...]
    declined: tuple[str, ...]


def days_of(month: str) -> tuple[date, date]:
    """First and last day of YYYY-MM. Raises ValueError."""
    first = date.fromisoformat(f"{month}-01")
    after = (first + timedelta(days=31)).replace(day=1)
    return first, after - timedelta(days=1)


def month_bulletin(histories: Iterable[Sequence[AnyTopicEvent]], month: str) -> Bulletin:
    """histories: all facts of each topic, in order. Raises ValueError for what is no month."""
    first, last = days_of(month)
    pairs = [(topic_on(facts, last), facts) for facts in map(list, histories)]
    pairs = sorted(pairs, key=lambda pair: pair[0].code)
    worked_on = [
        _topic_month(topic, facts, first, last)
        for topic, facts in pairs
        if topic.adopted_on is not None and (topic.closed_on or last) >= first
    ]

    def named(type_name: str) -> tuple[str, ...]:
        return tuple(
            topic.code for topic, facts in pairs if _in_month(facts, first, last, type_name)
        )

    return Bulletin(
        month, first, last, tuple(worked_on), named("topic.proposed.v1"), named("topic.declined.v1")
    )


def _topic_month(
    topic: Topic, facts: Sequence[AnyTopicEvent], first: date, last: date
) -> TopicMonth:
    before = topic_on(list(facts), first - timedelta(days=1))

    def count(type_name: str) -> int:
        return len(_in_month(facts, first, last, type_name))

    return TopicMonth(
        code=topic.code,
        heading=topic.proposal.heading if topic.proposal else "",
        month=topic.proposal.month if topic.proposal else "",
        stage=topic.stage,
        lead=topic.lead,
        assisting=topic.assisting,
        target=topic.target,
        figures=figures_of(topic, last + timedelta(days=1)),
        done=_done_in_month(before, topic),
        items_added=count("topic.item_added.v1"),
        struck_off=count("topic.item_struck_off.v1"),
        reopened=count("topic.item_reopened.v1"),
        look_backs=count("topic.looked_back.v1"),
        reports=count("topic.progress_reported.v1"),
        linked_tickets=len(topic.tickets),
        closed_on=topic.closed_on,
        outcome=topic.outcome,
    )


def _in_month(
    facts: Sequence[AnyTopicEvent], first: date, last: date, type_name: str
) -> list[AnyTopicEvent]:
    return [fact for fact in facts if fact.type == type_name and first <= fact.on <= last]


def _done_in_month(before: Topic, after: Topic) -> tuple[MonthDone, ...]:
    more: dict[str, int] = {}
    for code, item in after.items.items():
        earlier = before.items[code].done if code in before.items else 0
        counted_in = item.plan.counted_in
        more[counted_in] = more.get(counted_in, 0) + item.done - earlier
    return tuple(MonthDone(*pair) for pair in more.items())
