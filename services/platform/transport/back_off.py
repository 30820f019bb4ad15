"""How long to rest before the same is tried again: longer each time, and never very long."""

BACK_OFF_S = (0.1, 0.5, 1.0, 2.0, 5.0)


def back_off_s(failures: int) -> float:
    """`failures`: in a row, 1 or more."""
    return BACK_OFF_S[min(failures, len(BACK_OFF_S)) - 1]


def longest_back_off_s() -> float:
    return BACK_OFF_S[-1]
