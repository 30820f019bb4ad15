"""What residents of the synthetic city bring, from the shipped table of templates."""

import csv
import io
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple, cast

from services.domain.event_base import Kind

MONTHS = frozenset(range(1, 13))


class Matter(NamedTuple):
    """One template. item: what it is truly about ("" if no item fits).

    fate: "" (the words tell the item), "vague" (a dispatcher must find it), "answer" (a question
    that a dispatcher answers at once), "decline:<rule>" (不予受理).
    """

    item: str
    kind: Kind
    weight: int
    months: frozenset[int]
    fate: str
    title: str
    text: str


@cache
def matters() -> tuple[Matter, ...]:
    table = (files(__package__) / "matters.csv").read_text("utf-8")
    return tuple(_matter(row) for row in csv.DictReader(io.StringIO(table)))


@cache
def in_season(month: int) -> tuple[tuple[Matter, ...], tuple[int, ...]]:
    """The matters of a month and their weights."""
    of_month = tuple(matter for matter in matters() if month in matter.months)
    return of_month, tuple(matter.weight for matter in of_month)


def of_day(day: date) -> tuple[tuple[Matter, ...], tuple[int, ...]]:
    return in_season(day.month)


def _matter(row: dict[str, str]) -> Matter:
    return Matter(
        item=row["item"],
        kind=cast(Kind, row["kind"]),
        weight=int(row["weight"]),
        months=_months(row["months"]),
        fate=row["fate"],
        title=row["title"],
        text=row["text"],
    )


def _months(written: str) -> frozenset[int]:
    """`1-4|10-12`; all months if nothing is written."""
    months: set[int] = set()
    for part in filter(None, written.split("|")):
        first, _, last = part.partition("-")
        months.update(range(int(first), int(last or first) + 1))
    return frozenset(months) or MONTHS
