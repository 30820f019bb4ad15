"""Rows of a past that another process makes are those that the city makes by itself."""

import signal
import sqlite3
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from services.console.simulation import beside
from services.console.simulation.founding import city_state, live_days, open_past
from services.platform.settings import load_settings

DAYS = 4


def lived(folder: Path, days: int = DAYS) -> dict[str, object]:
    settings = load_settings(folder, environment={})
    with open_past(settings, city_state(settings, 40, 7, None)) as city:
        return live_days(city, days)


def contents(folder: Path) -> dict[str, list[Any]]:
    asked = {table: f"SELECT * FROM {table}" for table in beside.TABLES}
    asked["checkpoints"] = (
        "SELECT application_name, MAX(notification_id) FROM tracking GROUP BY application_name"
    )
    with closing(sqlite3.connect(folder / "yousu.db")) as database:
        return {
            name: sorted(database.execute(statement).fetchall(), key=repr)
            for name, statement in asked.items()
        }


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    folder = tmp_path_factory.mktemp("alone") / "city"
    return folder, lived(folder)


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> list[beside.Made]:
    """Few reports are enough; what was taken over is listed."""
    taken: list[beside.Made] = []
    take_over = beside._take_over

    def noted(*given: Any) -> None:
        take_over(*given)
        taken.append(given[-1])

    monkeypatch.setattr(beside, "REPORTS_MIN", 1)
    monkeypatch.setattr(beside.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(beside, "_take_over", noted)
    return taken


def test_the_same_rows_and_the_same_hash(
    tmp_path: Path, alone: tuple[Path, dict[str, object]], two_cores: list[beside.Made]
) -> None:
    assert lived(tmp_path) == alone[1]
    assert [made.upto for made in two_cores] == [alone[1]["position"]]
    assert contents(tmp_path) == contents(alone[0])
    assert not (tmp_path / beside.FOLDER).exists()


def test_a_city_that_goes_on_makes_its_rows_by_itself(
    tmp_path: Path, alone: tuple[Path, dict[str, object]], two_cores: list[beside.Made]
) -> None:
    first = lived(tmp_path, 2)
    second = lived(tmp_path, 2)
    assert len(two_cores) == 1
    assert first["reports"] + second["reports"] == alone[1]["reports"]  # type: ignore[operator]


def dies(log_file: Path, file: Path, orders: Connection) -> None:
    signal.raise_signal(signal.SIGKILL)


def test_if_the_other_process_dies_the_city_makes_its_rows(
    tmp_path: Path,
    alone: tuple[Path, dict[str, object]],
    two_cores: list[beside.Made],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(beside, "make_rows", dies)
    assert lived(tmp_path) == alone[1]
    assert two_cores == []
    assert contents(tmp_path) == contents(alone[0])


def test_an_interrupted_past_leaves_no_process_and_no_file(
    tmp_path: Path, two_cores: list[beside.Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(tmp_path, environment={})
    with open_past(settings, city_state(settings, 40, 7, None)) as city:

        def interrupted() -> None:
            with beside.rows_made_beside(city.system, 1_000):
                assert (tmp_path / beside.FOLDER).exists()
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert not (tmp_path / beside.FOLDER).exists()
        assert city.system.transport.projects
        (tmp_path / beside.FOLDER).mkdir()  # as after kill -9
        live_days(city, 1)
    assert len(two_cores) == 1
    assert not (tmp_path / beside.FOLDER).exists()


def test_where_there_is_one_core_nothing_is_different(
    tmp_path: Path, two_cores: list[beside.Made], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beside.os, "cpu_count", lambda: 1)
    lived(tmp_path, 1)
    assert two_cores == []
