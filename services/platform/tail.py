"""The last events this process wrote, as objects: its processors need not decode them again."""

import threading
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from services.domain.events import TicketEvent

TAIL_MAX = 10_000


class Fact(NamedTuple):
    """One event as it was understood, and where it stands."""

    position: int
    version: int
    event: TicketEvent


class Tail:
    """A run of positions without a gap. Equal to what the log would give, only sooner."""

    def __init__(self) -> None:
        self._facts: deque[Fact] = deque(maxlen=TAIL_MAX)
        self._lock = threading.Lock()

    def extend(self, facts: Sequence[Fact]) -> None:
        """Facts just written. A gap before them (another process wrote) begins a new run."""
        if not facts:
            return
        with self._lock:
            if self._facts and self._facts[-1].position + 1 != facts[0].position:
                self._facts.clear()
            self._facts.extend(facts)

    def after(self, position: int, limit: int) -> list[Fact]:
        """The next facts after a position, if the run holds them; else nothing."""
        with self._lock:
            if not self._facts:
                return []
            skip = position + 1 - self._facts[0].position
            if skip < 0:
                return []
            behind = len(self._facts) - skip
            if behind <= limit:  # the usual case: the last few, counted from the end
                return list(islice(reversed(self._facts), behind))[::-1] if behind > 0 else []
            return list(islice(self._facts, skip, skip + limit))
