"""One seeded city for all tests that only read it."""

from collections.abc import Iterator, Sequence

import pytest
from city_history import CityHistory, open_city

from services.console.system import System
from services.platform.processor import Fact, read_batch


@pytest.fixture(scope="session")
def reported_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = open_city(tmp_path_factory.mktemp("reported-city"))
    CityHistory(system, seed=13).run(45, reports=5)
    yield system
    system.close()


@pytest.fixture(scope="session")
def facts(reported_city: System) -> Sequence[Fact]:
    return read_batch(reported_city.log, 0, 1_000_000).facts
