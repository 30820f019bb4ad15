from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.evaluation.evaluation_city import EvaluationCity


@pytest.fixture
def city(tmp_path: Path) -> Iterator[EvaluationCity]:
    opened = EvaluationCity(tmp_path)
    yield opened
    opened.system.close()
