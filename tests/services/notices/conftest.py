"""A city whose people are told, closed at the end; the shipped directory is read once for all."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from services.console import system
from tests.services.notices.notice_city import NoticeCity


@pytest.fixture(autouse=True, scope="package")
def _directory_is_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(system, "shipped_directory", cache(system.shipped_directory))
        yield


@pytest.fixture
def city(tmp_path: Path) -> Iterator[NoticeCity]:
    opened = NoticeCity(tmp_path)
    yield opened
    opened.close()
