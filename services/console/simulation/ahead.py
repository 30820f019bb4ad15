"""The days of a past, planned by another process while the days before are lived.

A day's plan depends on nothing that happens, so it is the same wherever it is made. If that process
dies, the city plans by itself.
"""

import gc
import multiprocessing
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing.connection import Connection

from services.console.simulation.beside import has_second_core
from services.console.simulation.course import City, days
from services.console.simulation.planner import Planned, Planner

REPORTS_MIN = 2_000  # fewer are planned before another process has begun
KEPT = 2  # whoever lives until midnight looks into the next day, too
CAN_FORK = sys.platform == "linux"  # elsewhere there is none, or it breaks system libraries


@contextmanager
def days_planned_ahead(city: City, last: date) -> Iterator[None]:
    """The days up to the one after `last`. Nothing is gained with one core, and where a process
    cannot safely be forked: a new one would have to read the directory first."""
    rate = city.state.tickets_per_day
    first = city.planner.calendar.local_date(city.state.until)
    few = ((last - first).days + 1) * rate < REPORTS_MIN
    if few or not CAN_FORK or not has_second_core():
        yield
        return
    fork = multiprocessing.get_context("fork")
    here, there = fork.Pipe(duplex=False)
    asked = (city.planner, first, last + timedelta(days=1), rate, here, there)
    process = fork.Process(target=_plan, args=asked, daemon=True)
    process.start()
    there.close()
    city.plan = PlannedAhead(city.planner, here).day
    try:
        yield
    finally:
        city.plan = city.planner.day
        here.close()  # it ends when nobody listens
        process.join()


class PlannedAhead:
    """Days as they come in, in their order."""

    def __init__(self, planner: Planner, source: Connection) -> None:
        self._planner = planner
        self._source = source
        self._known: dict[date, Sequence[Planned]] = {}

    def day(self, day: date, tickets: int) -> Sequence[Planned]:
        try:
            while day > max(self._known, default=date.min):
                came, planned = self._source.recv()
                self._known[came] = planned
                while len(self._known) > KEPT:
                    del self._known[min(self._known)]
        except (EOFError, OSError):
            pass
        known = self._known.get(day)
        return self._planner.day(day, tickets) if known is None else known


def _plan(
    planner: Planner, first: date, last: date, rate: int, source: Connection, sink: Connection
) -> None:
    """What the other process does, until all days are told or nobody listens any more. It touches
    nothing else of what it was forked with: files, locks and connections are not its own."""
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started it
    source.close()
    try:
        for day in days(first, last):
            sink.send((day, planner.day(day, rate)))
    except OSError:
        return
