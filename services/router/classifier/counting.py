"""Texts as rows of a sparse matrix: one column per feature, each block of a row of length one."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, cycle, repeat

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from services.router.classifier.model_file import BLOCKS, Floats
from services.router.classifier.probabilities import Integers
from services.router.classifier.reading import Grams

Columns = Mapping[str, Mapping[str, int]]


class Weighing:
    """How counts become values. Arguments as in `Model`; sizes: features per block."""

    def __init__(
        self,
        sizes: Sequence[int],
        scarcity: Floats,
        block_weights: Sequence[float],
        lengths_min: Sequence[float],
    ) -> None:
        self._scarcity = scarcity
        self._block = np.repeat(np.arange(len(sizes)), sizes)
        self._weights = np.array(block_weights)
        self._lengths_min = np.array(lengths_min)

    def values(self, counts: csr_array) -> csr_array:
        """The same texts × features. What is said twice counts more, but not twice."""
        value = (1 + np.log(counts.data)) * self._scarcity[counts.indices]
        squares, place = self._squares(counts, value)
        lengths = np.maximum(np.sqrt(squares), self._lengths_min)
        value *= (self._weights / lengths).ravel()[place]
        return csr_array(
            (value.astype(np.float32), counts.indices, counts.indptr), shape=counts.shape
        )

    def lengths(self, counts: csr_array) -> npt.NDArray[np.float64]:
        """Texts × blocks: how much each says."""
        value = (1 + np.log(counts.data)) * self._scarcity[counts.indices]
        return np.asarray(np.sqrt(self._squares(counts, value)[0]))

    def _squares(
        self, counts: csr_array, value: npt.NDArray[np.float64]
    ) -> tuple[npt.NDArray[np.float64], Integers]:
        """Sums of squares, texts × blocks, and for each value where its sum is."""
        texts, blocks = counts.shape[0], len(self._weights)
        row = np.repeat(np.arange(texts), np.diff(counts.indptr))
        place = row * blocks + self._block[counts.indices]
        sums = np.bincount(place, value * value, minlength=texts * blocks)
        return np.asarray(sums.reshape(texts, blocks)), np.asarray(place, np.int64)


def columns_of(features: Mapping[str, Sequence[str]]) -> dict[str, dict[str, int]]:
    """Per block, feature -> its column."""
    found: dict[str, dict[str, int]] = {}
    start = 0
    for block in BLOCKS:
        names = features[block]
        found[block] = dict(zip(names, range(start, start + len(names)), strict=True))
        start += len(names)
    return found


def counted(texts: Iterable[Grams], columns: Columns) -> csr_array:
    """Texts × features. Unknown features do not count; the order within a row is fixed."""
    width = sum(map(len, columns.values()))
    known = [columns[block].get for block in BLOCKS]
    parts = [part for grams in texts for part in grams]
    numbers = np.fromiter(
        chain.from_iterable(
            map(find, part, repeat(-1)) for find, part in zip(cycle(known), parts, strict=False)
        ),
        np.int64,
        sum(map(len, parts)),
    )
    sizes = np.array(list(map(len, parts)), np.int64).reshape(-1, len(BLOCKS)).sum(axis=1)
    rows = np.repeat(np.arange(len(sizes)), sizes)
    is_known = numbers >= 0
    places, counts = np.unique(rows[is_known] * width + numbers[is_known], return_counts=True)
    rows, numbers = np.divmod(places, max(1, width))
    ends = np.searchsorted(rows, np.arange(len(sizes) + 1))
    return csr_array(
        (counts.astype(np.float64), numbers.astype(np.int32), ends.astype(np.int32)),
        shape=(len(sizes), width),
    )
