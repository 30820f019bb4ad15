"""A city for one test, opened at a local time and closed after it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.services.sla.sla_city import SlaCity, open_sla_city

OpenCity = Callable[[str], SlaCity]


@pytest.fixture
def city_at(tmp_path: Path) -> Iterator[OpenCity]:
    opened: list[SlaCity] = []

    def open_at(start: str) -> SlaCity:
        opened.append(open_sla_city(tmp_path, start))
        return opened[-1]

    yield open_at
    for city in opened:
        city.system.close()
