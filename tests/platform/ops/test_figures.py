"""A scrape never waits long; an outage is a figure; however many look, the database works once."""

import threading

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest

from services.platform.failures import Outage
from services.platform.ops.figures import Figures, FiguresCollector, Place
from services.platform.ops.soon import FRESH_S, Soon
from tests.domain.facts import WORDS

FIGURES = Figures(
    head=120,
    places=[Place("router", "3-of-8", 100, 4)],
    quarantine={"router": 2},
    failing={"sla": 1},
    open_by_stage={"handling": 7},
    overdue={2: 5},
)


class Database:
    def __init__(self) -> None:
        self.asked = 0
        self.failure: Exception | None = None
        self.free = threading.Event()
        self.free.set()

    def figures(self) -> Figures:
        self.asked += 1
        self.free.wait(10)
        if self.failure is not None:
            raise self.failure
        return FIGURES


class Stopwatch:
    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def stopwatch() -> Stopwatch:
    return Stopwatch()


@pytest.fixture
def registry(database: Database, stopwatch: Stopwatch) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(FiguresCollector(Soon(database.figures, wait_s=0.5, stopwatch=stopwatch)))
    return registry


def test_registering_asks_nothing_of_the_database(
    registry: CollectorRegistry, database: Database
) -> None:
    assert database.asked == 0


def test_figures_are_gauges_by_processor_partition_stage_and_level(
    registry: CollectorRegistry,
) -> None:
    value = registry.get_sample_value
    assert value("yousu_database_up") == 1
    assert value("yousu_log_head") == 120
    place = {"processor": "router", "partition": "3-of-8"}
    assert value("yousu_processor_position", place) == 100
    assert value("yousu_processor_lag", place) == 4
    assert value("yousu_quarantine", {"processor": "router"}) == 2
    assert value("yousu_processor_failing", {"processor": "sla"}) == 1
    assert value("yousu_tickets_open", {"stage": "handling"}) == 7
    assert value("yousu_tickets_overdue", {"level": "2"}) == 5


def test_figures_are_made_anew_when_they_are_old(
    registry: CollectorRegistry, database: Database, stopwatch: Stopwatch
) -> None:
    generate_latest(registry)
    generate_latest(registry)
    assert database.asked == 1
    stopwatch.now_s += FRESH_S
    generate_latest(registry)
    assert database.asked == 2


def test_an_outage_is_a_figure_and_ends_by_itself(
    registry: CollectorRegistry, database: Database
) -> None:
    database.failure = Outage(WORDS)
    page = generate_latest(registry).decode()
    assert "yousu_database_up 0.0" in page
    assert "yousu_log_head" not in page
    assert WORDS not in page
    database.failure = None
    assert registry.get_sample_value("yousu_database_up") == 1


def test_a_database_that_hangs_holds_no_scrape_and_is_asked_once(
    registry: CollectorRegistry, database: Database
) -> None:
    database.free.clear()
    assert registry.get_sample_value("yousu_database_up") == 0
    assert registry.get_sample_value("yousu_database_up") == 0
    assert database.asked == 1
    database.free.set()
    assert registry.get_sample_value("yousu_database_up") == 1
    assert database.asked == 1
