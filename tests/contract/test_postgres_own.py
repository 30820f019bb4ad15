"""What is PostgreSQL's own: its guard, its versions of tables, its rights, what it says."""

from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from services.platform.event_log import Change, Checkpoint, EventLog, open_postgres_log
from services.platform.failures import ConcurrentAppend, Outage
from services.platform.recorders import postgres_schema
from services.platform.recorders.postgres_check import look_over
from services.platform.recorders.postgres_connections import ServerDatastore
from tests.contract.event_log_contract import NOTE, event, events
from tests.contract.postgres_tables import make_tables
from tests.servers.postgres import Server, postgres_server

pytestmark = pytest.mark.postgres
Run = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture
def run(database_url: str) -> Iterator[Run]:
    """Statements of somebody else, the owner of the database."""
    with psycopg.connect(database_url, autocommit=True) as connection:

        def run(statement: str) -> list[tuple[object, ...]]:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

        yield run


@pytest.fixture
def log(database_url: str) -> Iterator[EventLog]:
    make_tables(database_url)
    log = open_postgres_log(database_url)
    yield log
    log.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE stored_events SET state = ''",
        "DELETE FROM stored_events WHERE position = 2",
        "TRUNCATE stored_events",
        "INSERT INTO stored_events VALUES (1, 'a', 1, 't', '')"
        " ON CONFLICT (position) DO UPDATE SET state = excluded.state",
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_what_is_written_can_neither_be_changed_nor_removed(
    log: EventLog, run: Run, statement: str, role: str
) -> None:
    log.append(events("a", 2))
    before = log.read_all(0, 10)
    run(f"SET session_replication_role = {role}")
    with pytest.raises(psycopg.Error, match="append-only"):
        run(statement)
    assert log.read_all(0, 10) == before


def test_making_the_tables_again_changes_nothing(database_url: str, log: EventLog) -> None:
    log.append(events("a", 3))
    before = log.read_all(0, 10)
    make_tables(database_url)
    assert log.read_all(0, 10) == before


def test_a_database_without_tables_is_refused_and_left_as_it_is(
    database_url: str, run: Run
) -> None:
    with pytest.raises(Outage, match="yousu db init"):
        open_postgres_log(database_url)
    assert run("SELECT relname FROM pg_class WHERE relname = 'stored_events'") == []


@pytest.mark.parametrize(("version", "why"), [(0, "yousu db init"), (999, "newer than this")])
def test_tables_of_another_version_are_refused(
    database_url: str, log: EventLog, run: Run, version: int, why: str
) -> None:
    run(f"UPDATE yousu_schema SET version = {version}")
    with pytest.raises(Outage, match=why):
        open_postgres_log(database_url)


def test_older_tables_are_brought_to_this_version(
    database_url: str, log: EventLog, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    log.append([event("a", 1)], changes=[Change(NOTE, [(1, "one")])])
    steps = {2: ["ALTER TABLE notes ADD COLUMN tone TEXT"], 3: ["UPDATE notes SET tone = 'low'"]}
    monkeypatch.setattr(postgres_schema, "MIGRATIONS", steps)
    monkeypatch.setattr(postgres_schema, "VERSION", 3)
    make_tables(database_url)
    make_tables(database_url)
    assert run("SELECT words, tone FROM notes") == [("one", "low")]
    again = open_postgres_log(database_url)
    assert again.head() == 1
    again.close()


def test_a_migration_that_fails_leaves_everything_as_it_was(
    database_url: str, log: EventLog, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = {2: ["ALTER TABLE notes ADD COLUMN tone TEXT", "UPDATE nowhere SET tone = 1"]}
    monkeypatch.setattr(postgres_schema, "MIGRATIONS", steps)
    monkeypatch.setattr(postgres_schema, "VERSION", 2)
    with pytest.raises(Exception, match="nowhere"):
        make_tables(database_url)
    assert run("SELECT version FROM yousu_schema") == [(1,)]
    assert log.query("SELECT * FROM notes") == []


def test_a_server_that_may_forget_is_refused() -> None:
    with postgres_server("fsync=off", own=True) as server, server.database() as url:
        make_tables(url)
        with pytest.raises(Outage, match="fsync"):
            open_postgres_log(url)


def test_every_append_is_synchronous_whatever_the_server_does_by_default(
    database_url: str, run: Run
) -> None:
    make_tables(database_url)
    name = urlsplit(database_url).path.lstrip("/")
    run(f"ALTER DATABASE {name} SET synchronous_commit = off")
    run(f"ALTER DATABASE {name} SET default_transaction_isolation = serializable")
    log = open_postgres_log(database_url)
    names = ("synchronous_commit", "default_transaction_isolation")
    found = [log.query(f"SELECT current_setting('{name}')")[0][0] for name in names]
    assert found == ["on", "read committed"]
    log.close()


def test_the_service_needs_no_right_to_change_events_or_to_make_tables(
    database_url: str, postgres: Server, run: Run
) -> None:
    make_tables(database_url)
    role = urlsplit(database_url).path.lstrip("/") + "_service"
    run(f"CREATE ROLE {role} LOGIN")
    try:
        run(f"GRANT SELECT, INSERT ON stored_events TO {role}")
        run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON tracking, notes TO {role}")
        run(f"GRANT SELECT ON yousu_schema TO {role}")
        parts = urlsplit(database_url)
        host = parts.netloc.rpartition("@")[2]
        log = open_postgres_log(urlunsplit(parts._replace(netloc=f"{role}@{host}")))
        log.append(events("a", 2), changes=[Change(NOTE, [(1, "x"), (2, "y"), (3, "z")])])
        assert [one.version for one in log.read_stream("a")] == [1, 2]
        log.close()
    finally:
        run(f"DROP OWNED BY {role}")
        run(f"DROP ROLE {role}")


def test_errors_do_not_quote_what_was_stored(log: EventLog) -> None:
    secret = "13900000000"
    log.append([event(secret, 1)], changes=[Change(NOTE, [(1, secret)])])
    with pytest.raises(ConcurrentAppend) as conflict:
        log.append([event(secret, 1)])
    with pytest.raises(ConcurrentAppend) as null:
        log.append([], changes=[Change("INSERT INTO counts VALUES (?, 1, 1)", [(None,)])])
    with pytest.raises(Outage) as wrong:
        log.append([], changes=[Change(NOTE, [(secret + "x", secret)])])
    with pytest.raises(Outage) as impossible:
        log.append([], changes=[Change(NOTE, [(9, f"{secret}\x00")])])
    for caught in (conflict, null, wrong, impossible):
        assert secret not in str(caught.value)


def test_a_closed_log_holds_no_connection(database_url: str, run: Run) -> None:
    connections = (
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()"
    )
    make_tables(database_url)
    log = open_postgres_log(database_url)
    log.append([event("a", 1)])
    assert run(connections) != [(0,)]
    log.close()
    log.close()
    for _ in range(200):  # the server's side ends a moment later
        if run(connections) == [(0,)]:
            return
        run("SELECT pg_sleep(0.01)")
    raise AssertionError("a connection stays")


def test_looking_over_finds_what_is_wrong(database_url: str, log: EventLog, run: Run) -> None:
    log.append(events("a", 3), checkpoint=Checkpoint("router", 3))
    with closing(ServerDatastore(database_url)) as datastore:
        assert look_over(datastore)[1:] == (1, 3, 3, [])
        run("INSERT INTO stored_events VALUES (5, 'b', 1, 't', '')")
        run("UPDATE tracking SET notification_id = 9 WHERE application_name = 'router'")
        run("INSERT INTO tracking VALUES ('intake-reports/topic/0', 99)")
        run("DROP TRIGGER stored_events_append_only ON stored_events")
        run("UPDATE yousu_schema SET version = 7")
        found = look_over(datastore)
    assert (found.events, found.head) == (4, 5)
    assert [code for code, _ in found.problems] == [
        "schema",
        "positions",
        "append_only",
        "checkpoint",
    ]


def test_looking_over_warns_of_a_server_that_may_forget() -> None:
    settings = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
    with (
        postgres_server(*settings, own=True) as server,
        server.database() as url,
        closing(ServerDatastore(url)) as datastore,
    ):
        codes = [code for code, _ in look_over(datastore).problems]
    assert codes == ["fsync", "full_page_writes", "synchronous_commit", "schema"]
