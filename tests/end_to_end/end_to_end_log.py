"""Looking into a data folder by other means than the program's own: sqlite3 and json."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

RECEIVED = ("ticket.opened.v1", "ticket.report_joined.v1")


class Fact(NamedTuple):
    position: int
    ticket_id: str
    version: int
    type: str
    data: dict[str, Any]


def query(database: Path, statement: str) -> list[Any]:
    """In a file that another process may be writing."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(statement).fetchall()


def head(data: Path) -> int:
    """Position of the last event; 0 as long as there is no log."""
    try:
        statement = "SELECT COALESCE(MAX(position), 0) FROM stored_events"
        return int(query(data / "yousu.db", statement)[0][0])
    except sqlite3.OperationalError:
        return 0


def facts(data: Path) -> list[Fact]:
    statement = (
        "SELECT position, originator_id, originator_version, topic, state"
        " FROM stored_events ORDER BY position"
    )
    rows = query(data / "yousu.db", statement)
    return [Fact._make((*where, json.loads(state))) for *where, state in rows]


def received(events: Iterable[Fact]) -> dict[tuple[str, str], str]:
    """(channel, reference) → ticket of every report in the log; fails if one is there twice."""
    found: dict[tuple[str, str], str] = {}
    for fact in events:
        if fact.type in RECEIVED:
            key = (fact.data["channel"], fact.data["reference"])
            assert key not in found, f"{key} is in the log twice"
            found[key] = fact.ticket_id
    return found


def by_ticket(events: Iterable[Fact]) -> dict[str, list[Fact]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in events:
        found[fact.ticket_id].append(fact)
    return dict(found)


def types(events: Iterable[Fact]) -> Counter[str]:
    return Counter(fact.type for fact in events)


def assert_whole(data: Path, erased: Iterable[str] = ()) -> list[Fact]:
    """Nothing half done, as far as intake goes. Returns all facts. erased: residents."""
    events = facts(data)
    database = data / "yousu.db"
    assert query(database, "PRAGMA integrity_check") == [("ok",)]
    assert [fact.position for fact in events] == list(range(1, len(events) + 1))
    for ticket_id, history in by_ticket(events).items():
        assert [fact.version for fact in history] == list(range(1, len(history) + 1)), ticket_id
        assert [fact.type for fact in history].index("ticket.opened.v1") == 0, ticket_id
    _assert_rows_follow(database, events)
    _assert_keys_are_there(data, events, erased)
    return events


def _assert_rows_follow(database: Path, events: Sequence[Fact]) -> None:
    keys = query(database, "SELECT channel, reference, ticket_id FROM report_keys")
    assert {(channel, ref): ticket for channel, ref, ticket in keys} == received(events)
    opened = {
        fact.data["fingerprint"]: fact.ticket_id
        for fact in events
        if fact.type == "ticket.opened.v1"
    }
    assert dict(query(database, "SELECT fingerprint, ticket_id FROM open_matters")) == opened


def _assert_keys_are_there(data: Path, events: Iterable[Fact], erased: Iterable[str]) -> None:
    """Every resident whose words were accepted has a key that opens them."""
    subjects = {fact.data["resident"] for fact in events if fact.type in RECEIVED}
    keys = query(data / "keys" / "keys.db", "SELECT subject FROM data_keys")
    assert subjects - set(erased) == subjects & {subject for (subject,) in keys}
