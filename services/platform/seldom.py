"""How often what other processes may have changed is looked at again."""

import time
from collections.abc import Callable

LOOK_EVERY_S = 0.2  # how late what another process wrote may be seen


class Seldom:
    """stopwatch: in seconds; it only ever goes on."""

    def __init__(self, stopwatch: Callable[[], float] = time.monotonic) -> None:
        self._stopwatch = stopwatch
        self._looked_s = float("-inf")

    def is_due(self) -> bool:
        return self._stopwatch() - self._looked_s >= LOOK_EVERY_S

    def looked(self) -> None:
        self._looked_s = self._stopwatch()

    def look_at_once(self) -> None:
        """This process has written something itself."""
        self._looked_s = float("-inf")
