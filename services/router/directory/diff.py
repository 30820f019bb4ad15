"""What is different between two directories, and what that changes. Pure."""

import csv
import io
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.router.directory.coverage import ByArea, coverage
from services.router.directory.duties import fallback_unit
from services.router.directory.model import Directory

KEYS: Mapping[str, tuple[str, ...]] = {
    "areas.csv": ("code",),
    "units.csv": ("code",),
    "items.csv": ("code",),
    "duties.csv": ("item", "area", "lead", "valid_from"),
    "community_matters.csv": ("code",),
    "urgency_rules.csv": ("code",),
}
Rows = Mapping[tuple[str, ...], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """Keys of rows; of changed ones the fields with both values."""

    added: tuple[tuple[str, ...], ...]
    removed: tuple[tuple[str, ...], ...]
    changed: tuple[tuple[tuple[str, ...], Mapping[str, tuple[str, str]]], ...]

    @property
    def is_empty(self) -> bool:
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class Moved:
    """Leaf item × area pairs of both directories that go to another lead on a day."""

    pairs: int
    moved: int
    by_units: tuple[tuple[str, str, int], ...]  # from, to, how many pairs; the most first


def diff_file(name: str, old: str, new: str) -> FileDiff:
    """Of two texts of one CSV file, whatever the order of lines and columns."""
    before, after = _rows(old, KEYS[name]), _rows(new, KEYS[name])
    changed = [
        (key, {field: (before[key].get(field, ""), value) for field, value in row.items()
               if before[key].get(field, "") != value})
        for key, row in after.items()
        if key in before and before[key] != row
    ]  # fmt: skip
    return FileDiff(
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        changed=tuple((key, fields) for key, fields in changed if fields),
    )


def _rows(text: str, key: tuple[str, ...]) -> Rows:
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    stripped = [{k.strip(): (v or "").strip() for k, v in row.items() if k} for row in rows]
    return {tuple(row.get(part, "") for part in key): row for row in stripped}


def moved_pairs(old: Directory, new: Directory, on: date) -> Moved:
    """Items that share their duties are compared once."""
    before, after = coverage(old, on), coverage(new, on)
    areas = [code for code in old.areas if code in new.areas]
    leaves = [item.code for item in old.leaves() if item.code in new.items]
    compared: dict[tuple[int, int], Counter[tuple[str, str]]] = {}
    moves: Counter[tuple[str, str]] = Counter()
    for item in leaves:
        maps = id(before[item]), id(after[item])
        if maps not in compared:
            compared[maps] = _moves(old, new, before[item], after[item], areas)
        moves.update(compared[maps])
    ordered = sorted(moves.items(), key=lambda move: (-move[1], move[0]))
    by_units = tuple((start, end, count) for (start, end), count in ordered)
    return Moved(len(leaves) * len(areas), sum(moves.values()), by_units)


def _moves(
    old: Directory, new: Directory, before: ByArea, after: ByArea, areas: list[str]
) -> Counter[tuple[str, str]]:
    pairs = ((_lead(old, before, area), _lead(new, after, area)) for area in areas)
    return Counter((start, end) for start, end in pairs if start != end)


def _lead(directory: Directory, by_area: ByArea, area: str) -> str:
    duty = by_area[area]
    return duty.lead if duty else fallback_unit(directory, area)
