"""A past lived again: many appends are one transaction, and each is still all or nothing."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.platform.event_log import Change, EventLog, NewEvent, open_sqlite_log
from services.platform.failures import ConcurrentAppend, Outage
from services.platform.recorders.sqlite_held import APPENDS_MAX

SCHEMA = ("CREATE TABLE IF NOT EXISTS rows (id TEXT PRIMARY KEY)",)


def event(stream: str, version: int) -> NewEvent:
    return NewEvent(stream, version, "t", b"{}")


def row(key: str) -> Change:
    return Change("INSERT INTO rows VALUES (?)", [(key,)])


@contextmanager
def disk_full_at(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def held(tmp_path: Path) -> Iterator[EventLog]:
    log = open_sqlite_log(tmp_path / "yousu.db", SCHEMA, held=True)
    yield log
    log.close()


@pytest.fixture
def other(held: EventLog, tmp_path: Path) -> Iterator[EventLog]:
    log = open_sqlite_log(tmp_path / "yousu.db", SCHEMA)
    yield log
    log.close()


def test_what_was_appended_is_seen_here_at_once_and_elsewhere_when_flushed(
    held: EventLog, other: EventLog
) -> None:
    held.append([event("a", 1)], changes=[row("a")])
    assert (held.head(), other.head()) == (1, 0)
    assert held.query("SELECT id FROM rows") == [("a",)]
    held.flush()
    assert other.head() == 1


@pytest.mark.parametrize("bad", [[event("a", 1)], [event("b", 1), event("a", 1)]])
def test_an_append_that_breaks_a_rule_leaves_nothing_and_spoils_nothing(
    held: EventLog, other: EventLog, bad: list[NewEvent]
) -> None:
    held.append([event("a", 1)], changes=[row("a")])
    with pytest.raises(ConcurrentAppend):
        held.append(bad, changes=[row("b")])
    with pytest.raises(ConcurrentAppend):
        held.append([event("c", 1)], changes=[row("c"), row("a")])
    assert list(held.append([event("a", 2)])) == [2]
    held.flush()
    assert [one.stream_id for one in other.read_all(0, 10)] == ["a", "a"]
    assert other.query("SELECT id FROM rows") == [("a",)]


def test_closing_writes_down_what_was_not_flushed(tmp_path: Path) -> None:
    log = open_sqlite_log(tmp_path / "yousu.db", SCHEMA, held=True)
    log.append([event("a", 1)])
    log.close()
    again = open_sqlite_log(tmp_path / "yousu.db", SCHEMA)
    assert again.head() == 1
    again.close()


@pytest.mark.parametrize("data", [b"{}", b"x" * 100_000_000], ids=["at the end", "in the middle"])
def test_what_a_full_disk_took_is_never_gone_on_from(
    held: EventLog, other: EventLog, data: bytes
) -> None:
    held.append([event("a", 1)], changes=[row("a")])
    held.flush()
    held.append([event("a", 2)], changes=[row("b")])

    def go_on() -> None:
        held.append([NewEvent("a", 3, "t", data)])
        held.flush()

    with disk_full_at(1_000), pytest.raises(Outage):
        go_on()
    for going_on in (lambda: held.append([event("a", 4)]), held.flush):
        with pytest.raises(Outage, match="since the last flush is lost"):
            going_on()
    held.close()
    assert (other.head(), other.query("SELECT id FROM rows")) == (1, [("a",)])
    other.append([event("a", 2)])


def test_it_flushes_unasked_when_others_may_have_waited_long(
    held: EventLog, other: EventLog
) -> None:
    for version in range(1, APPENDS_MAX + 10):
        held.append([event("a", version)])
    assert other.head() == APPENDS_MAX
