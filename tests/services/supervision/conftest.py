"""What the tests of supervision share."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from services.console import system
from tests.services.supervision.watched_city import WatchedCity, open_watched_city

MONDAY = "2026-03-09 09:00"
read_once = cache(system.shipped_directory)


@pytest.fixture(autouse=True)
def _one_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the shipped directory is most of what opening a city costs."""
    monkeypatch.setattr(system, "shipped_directory", read_once)


@pytest.fixture
def city(tmp_path: Path) -> Iterator[WatchedCity]:
    found = open_watched_city(tmp_path / "city", MONDAY)
    yield found
    found.system.close()
