"""The pairs of all reports in one array, and how much of a query's weight each report holds."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.intake.similarity.pairs_of_letters import PAIR_BITS, Pairs, weights
from services.intake.similarity.postings import Slots

FIRST_ROOM = 1 << 16


class PairStore:
    """By slot; slots are given in order from 0."""

    def __init__(self) -> None:
        self._pairs: Pairs = np.empty(FIRST_ROOM, np.uint16)
        self._ends = np.zeros(FIRST_ROOM >> 6, np.int64)  # by slot + 1: where its pairs end
        self._count = 0
        self._held: NDArray[np.int32] = np.zeros(1 << PAIR_BITS, np.int32)

    def append(self, pairs: Pairs) -> None:
        start = int(self._ends[self._count])
        end = start + len(pairs)
        if end > len(self._pairs):
            self._pairs = _grown(self._pairs, end)
        if self._count + 2 > len(self._ends):
            self._ends = _grown(self._ends, self._count + 2)
        self._pairs[start:end] = pairs
        self._count += 1
        self._ends[self._count] = end

    def of(self, slot: int) -> Pairs:
        return self._pairs[self._ends[slot] : self._ends[slot + 1]]

    def weights_shared(self, pairs: Pairs, slots: Slots) -> NDArray[np.int64]:
        """For each slot the weight of what it has in common with these pairs."""
        starts = self._ends[slots]
        lengths = self._ends[slots.astype(np.int64) + 1] - starts
        before = np.cumsum(lengths) - lengths
        at = np.arange(int(lengths.sum())) + np.repeat(starts - before, lengths)
        self._held[pairs] = weights()[pairs]
        held = self._held[self._pairs[at]]
        self._held[pairs] = 0
        sums = np.concatenate([[0], np.cumsum(held)])
        shared: NDArray[np.int64] = sums[before + lengths] - sums[before]
        return shared

    @property
    def size_bytes(self) -> int:
        return self._pairs.nbytes + self._ends.nbytes


def _grown(numbers: NDArray[Any], least: int) -> NDArray[Any]:
    room = np.empty(max(least, len(numbers) * 3 // 2), numbers.dtype)
    room[: len(numbers)] = numbers
    return room
