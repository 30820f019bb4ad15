"""周调度清单: of one week, what is due, what is late, and on what nobody has reported. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from services.domain.topic import Topic, TopicItem
from services.domain.topic_values import monday_of

WEEK = timedelta(days=7)


class Line(NamedTuple):
    """One open item on the list. days_late: whole days since it was due; 0 if it is not late.
    last_week: the Monday of the last week reported on."""

    topic: str
    topic_heading: str
    item_code: str
    heading: str
    responsible: str
    due: date
    done: int
    total: int
    counted_in: str
    days_late: int
    last_week: date | None


class Schedule(NamedTuple):
    """monday: of the week. to_check 待销号: all done, waiting for the second person. Any other open
    item stands in one of late and due at most; `silent` are those without a report for this week,
    whenever they are due."""

    monday: date
    late: tuple[Line, ...]
    due_this_week: tuple[Line, ...]
    due_next_week: tuple[Line, ...]
    silent: tuple[Line, ...]
    to_check: tuple[Line, ...]


def weekly_schedule(
    topics: Iterable[Topic], week: date, today: date, unit: str | None = None
) -> Schedule:
    """Of the week that `week` lies in, of what is open now. Late: due before today. unit: only
    what it is responsible for."""
    monday = monday_of(week)
    open_items = [
        (topic, item)
        for topic, item in _open_items(topics)
        if unit in (None, item.plan.responsible)
    ]
    pairs = sorted(open_items, key=lambda pair: (pair[1].plan.due, pair[0].code))
    lines = [(item, _line(topic, item, today)) for topic, item in pairs]
    ends = monday + WEEK

    def due(first: date, end: date) -> tuple[Line, ...]:
        return tuple(line for item, line in lines if first <= line.due < end and not item.is_done)

    return Schedule(
        monday=monday,
        late=due(date.min, min(today, ends)),
        due_this_week=due(max(today, monday), ends),
        due_next_week=due(max(today, ends), ends + WEEK),
        silent=tuple(line for item, line in lines if monday not in item.weeks and not item.is_done),
        to_check=tuple(line for item, line in lines if item.is_done),
    )


def _open_items(topics: Iterable[Topic]) -> Iterator[tuple[Topic, TopicItem]]:
    for topic in topics:
        if topic.stage == "adopted":
            for item in topic.open_items:
                yield topic, item


def _line(topic: Topic, item: TopicItem, today: date) -> Line:
    plan = item.plan
    return Line(
        topic=topic.code,
        topic_heading=topic.proposal.heading if topic.proposal else "",
        item_code=item.code,
        heading=plan.heading,
        responsible=plan.responsible,
        due=plan.due,
        done=item.done,
        total=plan.total,
        counted_in=plan.counted_in,
        days_late=max(0, (today - plan.due).days),
        last_week=item.weeks[-1] if item.weeks else None,
    )
