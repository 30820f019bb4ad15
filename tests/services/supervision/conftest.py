"""What the tests of supervision share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.supervision.watched_city import WatchedCity, open_watched_city

MONDAY = "2026-03-09 09:00"


@pytest.fixture
def city(tmp_path: Path) -> Iterator[WatchedCity]:
    found = open_watched_city(tmp_path / "city", MONDAY)
    yield found
    found.system.close()
