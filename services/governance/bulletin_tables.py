"""The bulletin's tables of items: all of them, those struck off, and the weekly list. Pure."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from services.domain.topic import Topic, TopicItem
from services.governance.bulletin import Bulletin
from services.governance.bulletin_words import BulletinWords
from services.governance.figures import is_late
from services.governance.schedule import Line, Schedule
from services.platform.documents.model import Block, Cell, Column, Table

ITEMS_SHOWN_MAX = 300  # of one topic; all of them are in `yousu topic show --json`

Named = Callable[[str], str]
Blocks = tuple[Block, ...]


class MonthMade(NamedTuple):
    """topics: as they stood at the end of the month. schedule: of the first whole week
    after it. position: of the log; pinned: whether it is the one that was pinned for the month."""

    bulletin: Bulletin
    topics: tuple[Topic, ...]
    schedule: Schedule
    position: int
    pinned: bool
    zone: str


def item_tables(made: MonthMade, words: BulletinWords, named: Named) -> Blocks:
    columns = (
        Column(words.number),
        Column(words.problem),
        Column(words.responsible),
        Column(words.due, "day"),
        Column(words.total, "count"),
        Column(words.done, "count"),
        Column(words.counted_in),
        Column(words.standing),
    )
    tables = []
    for topic in made.topics:
        items = list(topic.items.values())
        rows = tuple(
            _item_row(item, made.bulletin.last_day, words, named)
            for item in items[:ITEMS_SHOWN_MAX]
        )
        left_out = len(items) - len(rows)
        note = words.left_out.format(count=left_out) if left_out else ""
        tables.append(Table(_heading(topic), columns, rows, note=note))
    return tuple(tables)


def _item_row(
    item: TopicItem, last_day: date, words: BulletinWords, named: Named
) -> tuple[Cell, ...]:
    plan = item.plan
    return (
        item.code,
        plan.heading,
        named(plan.responsible),
        plan.due.isoformat(),
        plan.total,
        item.done,
        plan.counted_in,
        _standing(item, last_day, words),
    )


def _standing(item: TopicItem, last_day: date, words: BulletinWords) -> str:
    if not item.is_open:
        return words.exempt if item.exemption else words.struck_off
    if item.is_done:
        return words.to_check
    # late as the month's figures count it: due on a day of the month, or before
    return words.late if is_late(item, last_day + timedelta(days=1)) else words.open


def struck_off_tables(made: MonthMade, words: BulletinWords) -> Blocks:
    bulletin = made.bulletin
    columns = (
        Column(words.topic),
        Column(words.number),
        Column(words.problem),
        Column(words.done, "count"),
        Column(words.total, "count"),
        Column(words.day, "day"),
        Column(words.by),
        Column(words.exemption),
    )
    rows = tuple(
        (
            _heading(topic),
            item.code,
            item.plan.heading,
            item.done,
            item.plan.total,
            iso(item.struck_off_on),
            item.struck_off_by,
            item.exemption,
        )
        for topic in made.topics
        for item in topic.items.values()
        if _within(item.struck_off_on, bulletin)
    )
    again = tuple(
        (_heading(topic), item.code, item.plan.heading, iso(last.on), last.why)
        for topic in made.topics
        for item in topic.items.values()
        if (last := item.last_reopening) is not None and _within(last.on, bulletin)
    )
    reopened = (
        Column(words.topic),
        Column(words.number),
        Column(words.problem),
        Column(words.day, "day"),
        Column(words.why),
    )
    table = Table(words.struck_off_caption, columns, rows, note=words.struck_off_note)
    return (table, *([Table(words.reopened_caption, reopened, again)] if again else ()))


def week_tables(schedule: Schedule, words: BulletinWords, named: Named) -> Blocks:
    columns = (
        Column(words.kind),
        Column(words.topic),
        Column(words.number),
        Column(words.problem),
        Column(words.responsible),
        Column(words.due, "day"),
        Column(words.done, "count"),
        Column(words.total, "count"),
        Column(words.days_late, "count"),
    )
    lists = (
        (words.late, schedule.late),
        (words.due_this_week, schedule.due_this_week),
        (words.due_next_week, schedule.due_next_week),
        (words.to_check, schedule.to_check),
    )
    rows = tuple(_line(kind, line, named) for kind, lines in lists for line in lines)
    caption = words.week_caption.format(monday=schedule.monday)
    note = words.week_note.format(silent=len(schedule.silent))
    return (Table(caption, columns, rows, note=note),)


def _line(kind: str, line: Line, named: Named) -> tuple[Cell, ...]:
    return (
        kind,
        line.topic_heading or line.topic,
        line.item_code,
        line.heading,
        named(line.responsible),
        line.due.isoformat(),
        line.done,
        line.total,
        line.days_late or None,
    )


def _heading(topic: Topic) -> str:
    return topic.proposal.heading if topic.proposal else topic.code


def _within(day: date | None, bulletin: Bulletin) -> bool:
    return day is not None and bulletin.first_day <= day <= bulletin.last_day


def iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
