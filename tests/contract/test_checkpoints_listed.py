"""Checkpoints by the beginning of their name, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.console.log_figures import log_figures
from services.console.main import main
from services.console.status import Reading
from services.console.system import System, bootstrap
from services.console.workers import split_log
from services.platform.clock import SystemClock
from services.platform.event_log import Checkpoint
from services.platform.settings import Settings

BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BACKENDS)
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    url = None
    if request.param == "postgres":
        url = request.getfixturevalue("database_url")
        made = CliRunner().invoke(
            main, ["db", "init", "--data", str(tmp_path), "--database-url", url]
        )
        assert made.exit_code == 0, made.output
    settings = Settings(
        tmp_path, tmp_path / "keys" / "master.key", {}, database_url=url, keys_url=url
    )
    found = bootstrap(settings, SystemClock())
    yield found
    found.close()


def test_those_that_begin_alike_are_found_with_their_latest_position(system: System) -> None:
    log = system.log
    names = ["intake-reports/a/0", "intake-reports/a/1", "intake", "router/1-of-2"]
    for position, name in enumerate(names, start=1):
        log.append([], checkpoint=Checkpoint(name, position))
        log.append([], checkpoint=Checkpoint(name, position + 10))
    assert log.checkpoints("intake-reports/") == {
        "intake-reports/a/0": 11,
        "intake-reports/a/1": 12,
    }
    assert log.checkpoints().keys() >= set(names)
    assert log.checkpoints("nobody") == {}


def test_status_and_figures_are_read_from_an_empty_split_log(system: System) -> None:
    split_log(system, 2)
    reading = Reading(system)
    assert reading.processors()["router"]["lag"] == 0
    figures = log_figures(system)
    assert (figures.head, len(figures.places)) == (0, 2 + 2 + 2 + 1 + 1 + 2)
