"""The last events this process wrote, as objects: its processors need not decode them again."""

import threading
from collections import deque
from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from services.domain.events import TicketEvent

TAIL_MAX = 10_000


class Fact(NamedTuple):
    """One event as it was understood, and where it stands."""

    position: int
    version: int
    event: TicketEvent


class Tail:
    """What was written about tickets in a run of positions, none of which is missing. Equal to what
    the log would give, only sooner."""

    def __init__(self) -> None:
        self._facts: deque[Fact] = deque()
        self._after = self._upto = 0  # the run: from behind the first to the second
        self._lock = threading.Lock()

    def extend(self, facts: Sequence[Fact], first: int, last: int) -> None:
        """Facts just written, with whatever else stands at the positions from first to last. A gap
        before them (another process wrote) begins a new run."""
        with self._lock:
            if first != self._upto + 1:
                self._facts.clear()
                self._after = first - 1
            self._upto = last
            self._facts.extend(facts)
            while len(self._facts) > TAIL_MAX:
                self._after = self._facts.popleft().position

    def skip(self, after: int, upto: int) -> None:
        """Nothing between these positions is about a ticket, whoever wrote it."""
        with self._lock:
            if after == self._upto:
                self._upto = upto

    def after(self, position: int, limit: int) -> tuple[list[Fact], int] | None:
        """The next facts after a position, and up to where there are no others; None if the run
        does not reach so far, back or forth."""
        with self._lock:
            if not self._after <= position < self._upto:
                return None
            later = takewhile(lambda fact: fact.position > position, reversed(self._facts))
            facts = list(later)[::-1]
            if len(facts) > limit:
                return facts[:limit], facts[limit - 1].position
            return facts, self._upto
