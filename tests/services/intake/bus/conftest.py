from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.intake.bus.bus_city import BusCity


@pytest.fixture
def city(tmp_path: Path) -> Iterator[BusCity]:
    city = BusCity(tmp_path / "data")
    yield city
    city.system.close()
