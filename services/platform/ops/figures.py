"""Gauges out of the database, made when somebody looks: a scrape never waits long, and an outage
is a figure, not a failure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from services.platform.ops.soon import Soon


class Place(NamedTuple):
    """Where a processor stands in one partition. lag: events there that it has not taken in."""

    processor: str
    partition: str
    position: int
    lag: int


class Figures(NamedTuple):
    """quarantine, failing: by processor. overdue: tickets by the level they were escalated to.
    notices: those not sent, by status; of them due now, and for how long the oldest."""

    head: int
    places: Sequence[Place]
    quarantine: Mapping[str, int]
    failing: Mapping[str, int]
    open_by_stage: Mapping[str, int]
    overdue: Mapping[int, int]
    notices: Mapping[str, int] = {}
    notices_due: int = 0
    notices_oldest_due_s: float = 0.0


class FiguresCollector(Collector):
    """While the database does not answer there are no figures but `yousu_database_up 0`."""

    def __init__(self, figures: Soon[Figures]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Metric]:
        figures = self._figures.get()
        up = GaugeMetricFamily("yousu_database_up", "Whether the log's database answers.")
        up.add_metric([], 0 if figures is None else 1)
        yield up
        if figures is not None:
            yield from families(figures)

    def describe(self) -> Iterable[Metric]:
        """Known without asking the database, so that registering asks nothing of it."""
        yield GaugeMetricFamily("yousu_database_up", "")
        yield from families(Figures(0, (), {}, {}, {}, {}))


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
    yield _by("yousu_notices", "Not sent, by where they stand.", "status", figures.notices)
    yield GaugeMetricFamily(
        "yousu_notices_due", "Something is to be done about now.", value=figures.notices_due
    )
    yield GaugeMetricFamily(
        "yousu_notices_oldest_due_seconds",
        "For how long already, at most.",
        value=figures.notices_oldest_due_s,
    )


def _by(name: str, help_text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for value, count in values.items():
        family.add_metric([value], count)
    return family
