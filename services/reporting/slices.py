"""Which part of the counts is meant: days, and a unit, an area, an item or a channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Slice:
    """Both local days are included. area: an official code with all within it (its prefix); item:
    a code with all below it (`01.02` and `01.02.03`); unit and channel as they are."""

    since: date
    until: date
    unit: str | None = None
    area: str | None = None
    item: str | None = None
    channel: str | None = None


class SliceInvalid(ValueError):
    """What was asked for cannot be meant: says what and why."""


def checked(part: Slice) -> Slice:
    if part.until < part.since:
        raise SliceInvalid(f"the last day {part.until} lies before the first {part.since}")
    for name in ("unit", "area", "item", "channel"):
        value = getattr(part, name)
        if value is not None and not (0 < len(value) <= 64 and value.isprintable()):
            raise SliceInvalid(f"{name}: expected a code of 1 to 64 characters")
    return part


def condition(part: Slice) -> tuple[str, Sequence[Any]]:
    """SQL over the columns day, unit, area, item, channel; and its parameters."""
    wanted: list[tuple[str, Sequence[Any]]] = [
        ("day >= ? AND day <= ?", (part.since.isoformat(), part.until.isoformat()))
    ]
    for column, value in (("unit", part.unit), ("channel", part.channel)):
        if value is not None:
            wanted.append((f"{column} = ?", (value,)))
    if part.area is not None:
        wanted.append((f"substr(area, 1, {len(part.area)}) = ?", (part.area,)))
    if part.item is not None:
        below = f"{part.item}."
        wanted.append((f"(item = ? OR substr(item, 1, {len(below)}) = ?)", (part.item, below)))
    statement = " AND ".join(sql for sql, _ in wanted)
    return statement, [value for _, values in wanted for value in values]
