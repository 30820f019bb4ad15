"""How likely chance alone is: negative binomial tails, how alike places are, false discoveries.

The count of a place in a window, when its past is a sample of the same: gamma-Poisson, so negative
binomial (as in the Farrington family of outbreak detection, Noufaily et al. 2013; DuMouchel 1999).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gammainc

Floats = NDArray[np.float64]
SURE_MEAN = 0.5  # expected tickets from which a place tells how alike places are
OUTLIER = 1e-4


def tail(count: Floats, mean: Floats, shape: Floats) -> Floats:
    """P(X >= count), X negative binomial of that mean, variance mean + mean² ÷ shape."""
    mean = np.maximum(mean, 1e-12)
    chance: Floats = betainc(np.maximum(count, 1e-9), shape, mean / (mean + shape))
    return np.where(count <= 0, 1.0, chance)


def poisson_tail(count: Floats, mean: Floats) -> Floats:
    chance: Floats = gammainc(np.maximum(count, 1e-9), np.maximum(mean, 1e-12))
    return np.where(count <= 0, 1.0, chance)


def strength(count: Floats, mean: Floats) -> Floats:
    """The log likelihood ratio of a scan statistic (Kulldorff 1997): of windows the best."""
    mean = np.maximum(mean, 1e-12)
    return np.where(count > mean, count * np.log(np.maximum(count, 1e-12) / mean) - count + mean, 0)


def alikeness(
    counts: Floats, expected: Floats, low: float, high: float, outliers_max: float = 0.0
) -> float:
    """The shape of the gamma distribution of real rates ÷ expected ones: high where all are alike.

    By moments, without at most such a share of outliers: what is to be found must not pass for how
    places are, and places that are large must not pass for outliers.
    """
    sure = expected >= SURE_MEAN
    counts, expected = counts[sure], expected[sure]
    if len(counts) < 10:
        return low
    chance = poisson_tail(counts, expected)
    many = min(int(outliers_max * len(counts)), int((chance < OUTLIER).sum()))
    usual = np.argsort(chance, kind="stable")[many:]
    counts, expected = counts[usual], expected[usual]
    extra = float(np.sum((counts - expected) ** 2 - expected))
    total = float(np.sum(expected**2))
    return float(np.clip(total / extra, low, high)) if extra > 0 else high


def discoveries(chances: Floats, questions: float, false_share: float) -> int:
    """How many of the least likely stand (Benjamini and Hochberg 1995), of so many asked."""
    ordered = np.sort(chances)
    limits = false_share * np.arange(1, len(ordered) + 1) / max(questions, 1.0)
    fits = np.flatnonzero(ordered <= limits)
    return int(fits[-1]) + 1 if len(fits) else 0
