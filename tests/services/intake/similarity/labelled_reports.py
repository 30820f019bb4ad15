"""Pairs of made-up reports, labelled by hand: all pairs within a theme, the same matter or not.

One set was written before the rule and tuned on, the others after it and scored first. All are
meant to be hard but `natural`, whose pairs are as they come in real messages.
"""

import csv
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

from services.intake.similarity.matter import Matter
from services.intake.similarity.reading import Prepared, prepare

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
SETS = ("before", "after", "last", "blind_a", "blind_b", "natural")


class Labelled(NamedTuple):
    theme: str
    matter: str
    report: Matter


class Pair(NamedTuple):
    told: str  # which reports, for a message of a failing test
    one: Prepared
    other: Prepared
    same: bool


def labelled(name: str) -> list[Labelled]:
    path = Path(__file__).with_name(f"reports_written_{name}.csv")
    rows = csv.DictReader(path.read_text("utf-8").splitlines())
    return [Labelled(row["theme"], row["matter"], _report(row)) for row in rows]


def pairs(name: str) -> list[Pair]:
    """Of one theme: what lies far apart is no question."""
    prepared = [(one, prepare(one.report)) for one in labelled(name)]
    return [
        Pair(
            f"{name}/{a.theme}: {a.report.title} ({a.matter}) / {b.report.title} ({b.matter})",
            one,
            other,
            a.matter == b.matter,
        )
        for (a, one), (b, other) in combinations(prepared, 2)
        if a.theme == b.theme
    ]


def _report(row: dict[str, str]) -> Matter:
    return Matter(
        title=row["title"],
        text=row["text"],
        address=row["address"],
        area=row["area"] or None,
        longitude=float(row["longitude"]) if row["longitude"] else None,
        latitude=float(row["latitude"]) if row["latitude"] else None,
        item=row["item"] or None,
        at=FIRST_DAY + timedelta(days=int(row["day"])),
        resident=row.get("resident") or None,
    )
