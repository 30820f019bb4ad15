"""One seeded city for all tests that only read it."""

from collections.abc import Iterator

import pytest
from city_history import CityHistory, open_city

from services.console.system import System


@pytest.fixture(scope="session")
def audited_city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    system = open_city(tmp_path_factory.mktemp("audited-city"))
    CityHistory(system, seed=23).run(25, reports=5)
    yield system
    system.close()
