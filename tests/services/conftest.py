"""The doors of one system, open for the tests of one module."""

from collections.abc import Iterator

import pytest

from tests.services.door_server import Door, opened_door

KEYS = {"app": "key-of-the-app", "map": "key-of-the-map"}


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """No keys are set: loopback use."""
    with opened_door(tmp_path_factory.mktemp("door")) as opened:
        yield opened


@pytest.fixture(scope="module")
def locked_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened_door(tmp_path_factory.mktemp("locked"), KEYS) as opened:
        yield opened
