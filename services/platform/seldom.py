"""How often what other processes may have changed is looked at again."""

import time
from collections.abc import Callable

LOOK_EVERY_S = 0.2  # how late what another process wrote may be seen


class Seldom:
    """stopwatch: in seconds; it only ever goes on."""

    def __init__(self, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._stopwatch = stopwatch
        self._now_s = 0.0
        self._looked_s = float("-inf")

    def is_due(self) -> bool:
        self._now_s = self._stopwatch()
        return self._now_s - self._looked_s >= LOOK_EVERY_S

    def looked(self) -> None:
        """As of when it was due: what is written while somebody looks may have been missed."""
        self._looked_s = self._now_s

    def look_at_once(self) -> None:
        """This process has written something itself."""
        self._looked_s = float("-inf")
