"""Which reports carry a key: eight bytes a posting, added a few at a time, never taken out.

Sorted runs that are merged as they grow, the newest in a dictionary. Who is gone is known
elsewhere; a rebuild leaves them out.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Slots = NDArray[np.uint32]
RECENT_MAX = 20_000  # postings in the dictionary before they become a run


class _Run(NamedTuple):
    keys: NDArray[np.uint32]  # sorted
    slots: Slots


class Postings:
    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._recent: dict[int, list[int]] = {}
        self._recent_count = 0

    def add(self, slot: int, keys: Iterable[int]) -> None:
        for key in keys:
            self._recent.setdefault(key, []).append(slot)
            self._recent_count += 1
        if self._recent_count >= RECENT_MAX:
            self._settle()

    def of(self, keys: Sequence[int], crowd_max: int | None = None) -> Slots:
        """Slots that carry any of the keys, once for each they carry; a key that more than
        crowd_max carry is left out."""
        if not keys:
            return np.empty(0, np.uint32)
        wanted = np.array(keys, np.uint32)
        spans = [
            (run, np.searchsorted(run.keys, wanted), np.searchsorted(run.keys, wanted, "right"))
            for run in self._runs
        ]
        found: list[Slots] = []
        for number, key in enumerate(keys):
            recent = self._recent.get(key, [])
            here = [(run, first[number], last[number]) for run, first, last in spans]
            count = len(recent) + sum(last - first for _, first, last in here)
            if crowd_max is not None and count > crowd_max:
                continue
            found += [run.slots[first:last] for run, first, last in here if last > first]
            if recent:
                found.append(np.array(recent, np.uint32))
        return np.concatenate(found) if found else np.empty(0, np.uint32)

    def renumbered(self, new_slots: NDArray[np.int64]) -> "Postings":
        """The same with slot s as new_slots[s]; those below zero are left out."""
        self._settle()
        other = Postings()
        for run in self._runs:
            slots = new_slots[run.slots]
            kept = slots >= 0
            other._runs.append(_Run(run.keys[kept], slots[kept].astype(np.uint32)))
        return other

    @property
    def size_bytes(self) -> int:
        return sum(run.keys.nbytes + run.slots.nbytes for run in self._runs)

    def _settle(self) -> None:
        """The recent ones become a run; runs of like size become one, so that there are few."""
        if not self._recent_count:
            return
        keys = np.repeat(
            np.fromiter(self._recent, np.uint32, len(self._recent)),
            np.fromiter(map(len, self._recent.values()), np.int64, len(self._recent)),
        )
        slots = np.fromiter(
            (slot for some in self._recent.values() for slot in some), np.uint32, len(keys)
        )
        self._recent, self._recent_count = {}, 0
        run = _sorted(keys, slots)
        while self._runs and len(self._runs[-1].keys) <= 2 * len(run.keys):
            last = self._runs.pop()
            run = _sorted(
                np.concatenate([last.keys, run.keys]), np.concatenate([last.slots, run.slots])
            )
        self._runs.append(run)


def _sorted(keys: NDArray[np.uint32], slots: Slots) -> _Run:
    order = np.argsort(keys, kind="stable")
    return _Run(keys[order], slots[order])
