"""A city whose people are told, closed at the end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.notices.notice_city import NoticeCity


@pytest.fixture
def city(tmp_path: Path) -> Iterator[NoticeCity]:
    opened = NoticeCity(tmp_path)
    yield opened
    opened.close()
