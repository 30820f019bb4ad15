"""What the tests of topics share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.governance.topic_city import TopicCity


@pytest.fixture
def city(tmp_path: Path) -> Iterator[TopicCity]:
    found = TopicCity(tmp_path / "city")
    yield found
    found.close()
