"""Words as numbers: the pairs of neighbouring letters of a text, and how much each says.

A pair is 16 bits, so that a hundred thousand reports stay small; the same in every process.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pairs = NDArray[np.uint16]  # sorted, each once
Weights = NDArray[np.int32]  # by pair

RARE_WEIGHT = 10  # of a pair that few residents write: a name, a thing
LATIN_WEIGHT = 4  # digits and letters: plates, sums, dates
PAIR_BITS = 16
_FIRST, _SECOND = np.uint32(2654435761), np.uint32(2246822519)
_BREAKS = (ord(","), ord("\n"))
NOTHING: Pairs = np.empty(0, np.uint16)


def pairs_of(folded: str) -> Pairs:
    """Of folded text; none goes across a pause. Raises nothing."""
    if len(folded) < 2:
        return NOTHING
    points = np.frombuffer(folded.encode("utf-32-le", "replace"), "<u4")
    first, second = points[:-1], points[1:]
    joined = np.ones(len(first), bool)
    for mark in _BREAKS:
        joined &= (first != mark) & (second != mark)
    return np.unique(hashed(first[joined], second[joined]))


def weight_of(pairs: Pairs) -> int:
    return int(weights()[pairs].sum())


@lru_cache(maxsize=1)
def weights() -> Weights:
    """What each pair says: little for what everybody writes."""
    table = np.full(1 << PAIR_BITS, RARE_WEIGHT, np.int32)
    latin = np.array([ord(c) for c in "0123456789abcdefghijklmnopqrstuvwxyz"], np.uint32)
    table[hashed(np.repeat(latin, len(latin)), np.tile(latin, len(latin)))] = LATIN_WEIGHT
    for weight, words in reversed(_common()):  # the least weight wins where two share a number
        points = np.array([[ord(word[0]), ord(word[1])] for word in words], np.uint32)
        table[hashed(points[:, 0], points[:, 1])] = weight
    table.setflags(write=False)
    return table


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    return frozenset(word for _, words in _common() for word in words)


def _common() -> list[tuple[int, list[str]]]:
    path = files("services.intake.similarity") / "data" / "common_pairs.txt"
    lines = path.read_text("utf-8").splitlines()
    rows = [line.split() for line in lines if not line.startswith("#")]
    return [(int(row[0]), row[1:]) for row in rows]


def hashed_runs(points: NDArray[np.uint32], starts: NDArray[np.intp], length: int) -> Any:
    """Each run of that many letters as 32 bits."""
    mixed = np.zeros(len(starts), np.uint32)
    for step in range(length):
        mixed = (mixed ^ points[starts + step]) * _FIRST
        mixed ^= mixed >> np.uint32(15)
    return mixed


def hashed(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> Pairs:
    mixed = first.astype(np.uint32) * _FIRST + second.astype(np.uint32) * _SECOND
    mixed ^= mixed >> np.uint32(15)
    return ((mixed * _FIRST) >> np.uint32(32 - PAIR_BITS)).astype(np.uint16)
