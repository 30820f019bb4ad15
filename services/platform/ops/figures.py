"""Gauges out of the database, made when somebody looks: a scrape never waits long, and an outage
is a figure, not a failure."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from services.platform.quarantine import failed_at

FRESH_S = 5.0
SHARE_OF_TIME = 0.1  # the database works for scrapes at most this share of the time
WAIT_S = 3.0


class Place(NamedTuple):
    """Where a processor stands in one partition. lag: events there that it has not taken in."""

    processor: str
    partition: str
    position: int
    lag: int


class Figures(NamedTuple):
    """quarantine, failing: by processor. overdue: tickets by the level they were escalated to."""

    head: int
    places: Sequence[Place]
    quarantine: Mapping[str, int]
    failing: Mapping[str, int]
    open_by_stage: Mapping[str, int]
    overdue: Mapping[int, int]


class FiguresCollector(Collector):
    """`make` is run in a thread of its own, once at a time, however many look. While it does not
    answer, there are no figures but `yousu_database_up 0`: old ones would pass for new."""

    def __init__(
        self,
        make: Callable[[], Figures],
        wait_s: float = WAIT_S,
        stopwatch: Callable[[], float] = time.monotonic,
    ) -> None:
        self._make = make
        self._wait_s = wait_s
        self._stopwatch = stopwatch
        self._lock = threading.Lock()
        self._under_way: Future[Figures] | None = None
        self._fresh_until_s = 0.0

    def collect(self) -> Iterable[Metric]:
        figures = self.figures()
        up = GaugeMetricFamily("yousu_database_up", "Whether the log's database answers.")
        up.add_metric([], 0 if figures is None else 1)
        yield up
        if figures is not None:
            yield from families(figures)

    def describe(self) -> Iterable[Metric]:
        """Known without asking the database, so that registering asks nothing of it."""
        yield GaugeMetricFamily("yousu_database_up", "")
        yield from families(Figures(0, (), {}, {}, {}, {}))

    def figures(self) -> Figures | None:
        """None if the database does not answer in time."""
        with self._lock:
            future = self._under_way
            finished = future is not None and future.done()
            failed = finished and future is not None and future.exception() is not None
            if future is None or failed or (finished and self._stopwatch() >= self._fresh_until_s):
                future = self._under_way = Future()
                threading.Thread(
                    target=self._work, args=(future,), name="figures", daemon=True
                ).start()
        try:
            return future.result(self._wait_s)
        except (NotYet, _NotMade):
            return None

    def _work(self, future: Future[Figures]) -> None:
        began_s = self._stopwatch()
        try:
            figures = self._make()
        except Exception as error:  # whatever it is, the scrape goes on and says so
            future.set_exception(_NotMade(failed_at(error)))
            return
        ended_s = self._stopwatch()
        self._fresh_until_s = ended_s + max(FRESH_S, (ended_s - began_s) / SHARE_OF_TIME)
        future.set_result(figures)


class _NotMade(Exception):
    """Says the kind and place of a failure, never its words."""


def families(figures: Figures) -> Iterable[Metric]:
    yield GaugeMetricFamily("yousu_log_head", "Last position of the log.", value=figures.head)
    labels = ["processor", "partition"]
    position = GaugeMetricFamily("yousu_processor_position", "In the log.", labels=labels)
    lag = GaugeMetricFamily("yousu_processor_lag", "Events not taken in yet.", labels=labels)
    for place in figures.places:
        position.add_metric([place.processor, place.partition], place.position)
        lag.add_metric([place.processor, place.partition], place.lag)
    yield position
    yield lag
    yield _by("yousu_quarantine", "Set aside, waiting for a decision.", "processor",
              figures.quarantine)  # fmt: skip
    yield _by("yousu_processor_failing", "Lanes that fail or have stopped.", "processor",
              figures.failing)  # fmt: skip
    yield _by("yousu_tickets_open", "Tickets by open stage.", "stage", figures.open_by_stage)
    overdue = {str(level): count for level, count in figures.overdue.items()}
    yield _by("yousu_tickets_overdue", "Late tickets by the level of the ladder they have reached.",
              "level", overdue)  # fmt: skip


def _by(name: str, help_text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family
