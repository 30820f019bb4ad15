"""Shares of few cases: how far the truth may lie from what was counted, and a fairer figure.

Wilson's interval (E. B. Wilson, JASA 22, 1927; advised for small n by Brown, Cai and DasGupta,
Statistical Science 16, 2001) stays within 0 to 1 and has a width also where all cases agree. For
cases that count a part of one (基本满意 × 0.6) it is wider than need be, never too narrow: of all
figures between 0 and 1 with the same mean, yes-or-no ones vary most.
"""

from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    low: float
    high: float


def wilson(share: float, cases: int, confidence: float = 0.95) -> Interval:
    """cases ≥ 1; share of them, 0 to 1; confidence between 0 and 1."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    spread = z * z / cases
    centre = (share + spread / 2) / (1 + spread)
    half = z * (share * (1 - share) / cases + spread / (4 * cases)) ** 0.5 / (1 + spread)
    return Interval(max(0.0, centre - half), min(1.0, centre + half))


def shrunk(good: float, cases: int, common: float, weight: float) -> float:
    """The share as if `weight` further cases had come out as it is common among all.

    The mean of a beta distribution after the cases; of few cases it stays near `common`.
    """
    return (good + weight * common) / (cases + weight)
