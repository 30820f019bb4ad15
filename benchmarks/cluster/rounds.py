"""Rounds are interleaved, and the ratio that counts is the median of theirs."""

from collections.abc import Sequence
from typing import NamedTuple


class Round(NamedTuple):
    """Rates: more is better."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs


def median(rounds: Sequence[Round]) -> Round:
    """The round with the median ratio."""
    return sorted(rounds, key=lambda one: one.ratio)[len(rounds) // 2]
