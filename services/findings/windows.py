"""Windows: one cell (an item at a place, a resident) from a day on which it was told to another."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from services.findings.chance import Floats
from services.findings.codes import Kept, Numbers


class Cells(NamedTuple):
    """One row for each cell and day on which it was told, sorted. sums: of counts before a row, and
    after the last. item, place: numbers of the cell's codes."""

    cell: Numbers
    day: Numbers
    sums: Numbers
    places: int

    @property
    def item(self) -> Numbers:
        return self.cell // self.places

    @property
    def place(self) -> Numbers:
        return self.cell % self.places


@dataclass(frozen=True, slots=True)
class Windows:
    """first, last: days, both included. count: what was told within."""

    item: Numbers
    place: Numbers
    first: Numbers
    last: Numbers
    count: Floats

    def only(self, kept: Kept) -> "Windows":
        return Windows(
            self.item[kept],
            self.place[kept],
            self.first[kept],
            self.last[kept],
            self.count[kept],
        )


def cells_of(item: Numbers, place: Numbers, day: Numbers, places: int, days: int) -> Cells:
    """Of reports whose item and place are known."""
    known = (item >= 0) & (place >= 0)
    keys = (item[known] * places + place[known]) * days + day[known]
    found, counts = np.unique(keys, return_counts=True)
    sums = np.concatenate([[0], np.cumsum(counts)])
    return Cells(found // days, found % days, sums, places)


def windows_of(cells: Cells, days_max: int, count_min: int) -> Windows:
    """All that hold so many within so many days."""
    starts: list[Numbers] = []
    ends: list[Numbers] = []
    step, rows = 0, np.arange(len(cells.cell))
    while len(rows):
        rows = rows[rows + step < len(cells.cell)]
        ends_at = rows + step
        near = cells.cell[ends_at] == cells.cell[rows]
        near &= cells.day[ends_at] - cells.day[rows] < days_max
        rows = rows[near]
        enough = cells.sums[rows + step + 1] - cells.sums[rows] >= count_min
        starts.append(rows[enough])
        ends.append(rows[enough] + step)
        step += 1
    start = np.concatenate(starts) if starts else np.empty(0, np.int64)
    end = np.concatenate(ends) if ends else np.empty(0, np.int64)
    count = (cells.sums[end + 1] - cells.sums[start]).astype(np.float64)
    return Windows(cells.item[start], cells.place[start], cells.day[start], cells.day[end], count)
