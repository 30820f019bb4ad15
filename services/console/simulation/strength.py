"""How strong a planted problem must be, so that an honest statistic can find it. Pure."""

from math import ceil, exp, lgamma, log, sqrt

# A year has about twenty million windows of item × street × days: chance alone makes such a count
# in one of them less than once in five hundred years.
CHANCE_MAX = 1e-10
NEGLIGIBLE = 1e-12
LOW_BACKGROUND = 1.5  # standard deviations: the background may have been quiet just then
MARGIN = (1.15, 1.6)  # of the least that is findable: enough, and not so much that anything would


def chance_of(count: int, mean: float) -> float:
    """That a Poisson count of this mean is at least `count`."""
    if count <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    term = total = exp(count * log(mean) - mean - lgamma(count + 1))
    number = count
    while number < mean or term > NEGLIGIBLE * total:
        number += 1
        term *= mean / number
        total += term
    return min(1.0, total)


def least_findable(mean: float) -> int:
    """So many tickets beside a background of this mean, which counts along: together they are
    less likely than CHANCE_MAX, even where the background is low."""
    count = max(1, ceil(mean))
    while chance_of(count, mean) > CHANCE_MAX:
        count += 1
    return ceil(count - max(0.0, mean - LOW_BACKGROUND * sqrt(mean)))
