"""The contract on SQLite, and what is SQLite's own: guards, durability, processes, kill -9."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.platform.event_log import EventLog, open_sqlite_log
from services.platform.failures import Outage
from tests.contract.event_log_contract import (
    SCHEMA,
    EventLogContract,
    event,
    events,
    test_changes_of_different_owners_pass_each_other_and_each_keeps_its_order,
    test_neighbouring_changes_of_one_statement_are_run_together_in_order,
)
from tests.contract.event_log_processes import SPAWN, EventLogOfManyProcesses
from tests.contract.log_writers import write_many

__all__ = [
    "test_changes_of_different_owners_pass_each_other_and_each_keeps_its_order",
    "test_neighbouring_changes_of_one_statement_are_run_together_in_order",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "yousu.db"


@pytest.fixture
def log(path: Path) -> Iterator[EventLog]:
    log = open_sqlite_log(path, SCHEMA)
    yield log
    log.close()


@pytest.fixture
def place(path: Path) -> str:
    return str(path)


class TestSqliteEventLog(EventLogContract):
    """Opened on a file of its own."""


class TestSqliteEventLogOfManyProcesses(EventLogOfManyProcesses):
    """On one file."""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET state = x'00'",
        "UPDATE stored_events SET position = position + 1",
        "UPDATE OR REPLACE stored_events SET originator_version = 1 WHERE position = 2",
        "DELETE FROM stored_events",
        "DELETE FROM stored_events WHERE position = 2",
        "INSERT OR REPLACE INTO stored_events VALUES (1, 'a', 1, 't', x'00')",
        "REPLACE INTO stored_events (originator_id, originator_version, topic, state)"
        " VALUES ('a', 1, 't', x'00')",
        "INSERT INTO stored_events VALUES (1, 'a', 1, 't', x'00')"
        " ON CONFLICT (position) DO UPDATE SET state = x'00'",
    ],
)
def test_what_is_written_can_neither_be_changed_nor_removed(log: EventLog, statement: str):
    log.append(events("a", 2))
    before = log.read_all(0, 10)
    with (
        pytest.raises(Exception, match="append-only"),
        log._recorder.datastore.transaction(commit=True) as cursor,
    ):
        cursor.execute(statement)
    assert log.read_all(0, 10) == before


def test_every_connection_is_fully_durable_and_guards_against_replacing(log: EventLog):
    pool = log._recorder.datastore.pool
    connections = [pool.get_connection(), pool.get_connection(), pool.get_connection()]
    for connection in connections:
        cursor = connection.cursor()
        settings = {}
        for name in ("synchronous", "recursive_triggers", "journal_mode"):
            cursor.execute(f"PRAGMA {name}")
            settings[name] = cursor.fetchone()[0]
        assert settings == {"synchronous": 2, "recursive_triggers": 1, "journal_mode": "wal"}
    for connection in connections:
        pool.put_connection(connection)


def test_a_past_that_can_be_lived_again_is_on_the_disk_when_it_is_closed(path: Path):
    log = open_sqlite_log(path, SCHEMA, each_flushed=False)
    log.append(events("a", 3))
    with log._recorder.datastore.transaction(commit=True) as cursor:
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 1, "in one piece after a power cut, if not complete"
    log.close()
    assert not path.with_name(f"{path.name}-wal").exists()
    alone = sqlite3.connect(path)
    assert alone.execute("SELECT COUNT(*) FROM stored_events").fetchone() == (3,)
    alone.close()


def test_a_log_is_what_it_was_when_it_is_opened_again(path: Path):
    first = open_sqlite_log(path, SCHEMA)
    first.append(events("a", 3))
    recorded = first.read_all(0, 10)
    first.close()
    again = open_sqlite_log(path, SCHEMA)
    assert again.read_all(0, 10) == recorded
    assert list(again.append([event("a", 4)])) == [4]
    again.close()


def test_a_file_that_is_no_database_is_an_outage(path: Path):
    path.parent.mkdir()
    path.write_bytes(b"this is no database" * 1_000)
    with pytest.raises(Outage):
        open_sqlite_log(path, SCHEMA)


def test_processes_that_open_a_new_log_at_once_all_can(tmp_path: Path):
    with SPAWN.Pool(4) as pool:
        for number in range(10):
            path = str(tmp_path / f"{number}" / "yousu.db")
            assert pool.starmap(write_many, [(path, f"writer-{n}", 1) for n in range(4)])


def test_a_closed_log_holds_no_file(path: Path):
    def held() -> list[str]:
        links = (os.readlink(one) for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
        return [link for link in links if link.startswith(str(path))]

    log = open_sqlite_log(path, SCHEMA)
    log.append([event("a", 1)])
    assert held()
    log.close()
    log.close()
    assert held() == []
