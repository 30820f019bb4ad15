"""Looking into a log by other means than the program's own: sqlite3 or psycopg, and json."""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from end_to_end_place import here
from end_to_end_program import yousu_here

COUNT = "SELECT COUNT(*) FROM stored_events"
RECEIVED = ("ticket.opened.v1", "ticket.report_joined.v1")


class Fact(NamedTuple):
    position: int
    ticket_id: str
    version: int
    type: str
    data: dict[str, Any]


def query(database: Path, statement: str) -> list[Any]:
    """In a file that another process may be writing; on a cluster, in the schema that stands for
    the file."""
    if (cluster := here()) is not None:
        schema = "yousu_keys" if database.name == "keys.db" else "public"
        with psycopg.connect(cluster.url, options=f"-c search_path={schema}") as connected:
            return connected.execute(statement).fetchall()  # type: ignore[call-overload]
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return connection.execute(statement).fetchall()


def head(data: Path) -> int:
    """Position of the last event; 0 as long as there is no log."""
    try:
        statement = "SELECT COALESCE(MAX(position), 0) FROM stored_events"
        return int(query(data / "yousu.db", statement)[0][0])
    except sqlite3.OperationalError:
        return 0


def tables(data: Path) -> set[str]:
    """Their names."""
    of_file, of_server = "SELECT name FROM sqlite_master", "SELECT tablename FROM pg_tables"
    statement = of_file if here() is None else of_server
    return {name for (name,) in query(data / "yousu.db", statement)}


def taken_in(data: Path) -> int:
    """How many reports are in the log; 0 as long as there is none."""
    try:
        return int(query(data / "yousu.db", f"{COUNT} WHERE topic IN {RECEIVED}")[0][0])
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
    """Facts of other streams, as of supervision, are left out."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in events:
        if ":" not in fact.ticket_id:
            found[fact.ticket_id].append(fact)
    return dict(found)


def types(events: Iterable[Fact]) -> Counter[str]:
    return Counter(fact.type for fact in events)


def assert_whole(data: Path, erased: Iterable[str] = ()) -> list[Fact]:
    """Nothing half done, as far as intake goes. Returns all facts. erased: residents."""
    events = facts(data)
    database = data / "yousu.db"
    _assert_sound(data)
    assert [fact.position for fact in events] == list(range(1, len(events) + 1))
    for ticket_id, history in by_ticket(events).items():
        assert [fact.version for fact in history] == list(range(1, len(history) + 1)), ticket_id
        assert [fact.type for fact in history].index("ticket.opened.v1") == 0, ticket_id
    _assert_rows_follow(database, events)
    _assert_keys_are_there(data, events, erased)
    return events


def _assert_sound(data: Path) -> None:
    """As the database itself sees it."""
    if here() is None:
        assert query(data / "yousu.db", "PRAGMA integrity_check") == [("ok",)]
    else:
        checked = yousu_here("db", "check", "--data", data)
        assert checked.code == 0, checked.err


def _assert_rows_follow(database: Path, events: Sequence[Fact]) -> None:
    keys = query(database, "SELECT channel, reference, ticket_id FROM report_keys")
    assert {(channel, ref): ticket for channel, ref, ticket in keys} == received(events)
    opened: dict[str, str] = {}
    for fact in events:
        if fact.type in RECEIVED:
            opened.setdefault(fact.data["fingerprint"], fact.ticket_id)
        elif fact.type == "ticket.merged.v1":
            primary = fact.data["primary"]
            opened = {f: primary if t == fact.ticket_id else t for f, t in opened.items()}
    assert dict(query(database, "SELECT fingerprint, ticket_id FROM open_matters")) == opened


def _assert_keys_are_there(data: Path, events: Iterable[Fact], erased: Iterable[str]) -> None:
    """Every resident whose words were accepted has a key that opens them."""
    subjects = {fact.data["resident"] for fact in events if fact.type in RECEIVED}
    keys = query(data / "keys" / "keys.db", "SELECT subject FROM data_keys")
    assert subjects - set(erased) == subjects & {subject for (subject,) in keys}
