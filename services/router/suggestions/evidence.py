"""How sure a share is that was seen in a few cases."""

from math import sqrt

Z_95 = 1.959964  # of the normal distribution, two-sided 95 %


def wilson_lower(hits: int, total: int, z: float = Z_95) -> float:
    """Lower bound of Wilson's score interval of hits ÷ total; 0 if there is nothing to see."""
    if total <= 0:
        return 0.0
    share = hits / total
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, (share + z * z / (2 * total) - spread) / (1 + z * z / total))
