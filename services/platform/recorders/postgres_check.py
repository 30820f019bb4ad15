"""Looking a database over: what an operator must know before trusting it with a city's log."""

from collections.abc import Sequence
from typing import NamedTuple

from services.platform.recorders.postgres_connections import ServerDatastore
from services.platform.recorders.postgres_schema import TRIGGER, VERSION, schema_version

SERVER_VERSION_MIN = 140_000
_SETTINGS = """SELECT name, reset_val FROM pg_settings
    WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'server_version')"""
_EVENTS = """SELECT COUNT(*), COALESCE(MIN(position), 0), COALESCE(MAX(position), 0)
    FROM stored_events"""
_GUARDED = """SELECT 1 FROM pg_trigger WHERE tgname = %s AND tgenabled = 'A'
    AND tgrelid = to_regclass('stored_events')"""
_AHEAD = "SELECT application_name FROM tracking WHERE notification_id > %s AND notification_id < %s"
NEVER = 2**62  # where checkpoints that nobody follows any more are put


class Findings(NamedTuple):
    """server: its version. schema: the tables' version, None if there are none. problems: codes
    and words; any of them says no."""

    server: str
    schema: int | None
    events: int
    head: int
    problems: list[tuple[str, str]]


def look_over(datastore: ServerDatastore) -> Findings:
    """Raises eventsourcing's PersistenceError if the server does not answer. Counts the events,
    so it reads an index of the whole log."""
    settings = dict(datastore.read(_SETTINGS, ()))
    problems = list(_unsafe(settings))
    with datastore.get_connection() as connection:
        schema = schema_version(connection)
        if connection.info.server_version < SERVER_VERSION_MIN:
            problems.append(("server", "PostgreSQL 14 or newer is needed"))
    if schema is None:
        problems.append(("schema", "there are no tables: run `yousu db init`"))
        return Findings(settings["server_version"], schema, 0, 0, problems)
    if schema != VERSION:
        problems.append(("schema", f"tables of version {schema}, this program's is {VERSION}"))
    count, head = _events(datastore, problems)
    return Findings(settings["server_version"], schema, count, head, problems)


def _unsafe(settings: dict[str, str]) -> Sequence[tuple[str, str]]:
    lost = "so a crash may lose what was acknowledged"
    found = [(n, f"{n} is off, {lost}") for n in ("fsync", "full_page_writes") if _off(settings, n)]
    if _off(settings, "synchronous_commit"):
        found.append(
            ("synchronous_commit", f"is off by default, {lost} by anybody but this program")
        )
    return found


def _off(settings: dict[str, str], name: str) -> bool:
    return settings.get(name) == "off"


def _events(datastore: ServerDatastore, problems: list[tuple[str, str]]) -> tuple[int, int]:
    count, first, head = datastore.read(_EVENTS, ())[0]
    if count != head or (count and first != 1):
        problems.append(("positions", f"{count} events between positions {first} and {head}"))
    if not datastore.read(_GUARDED, (TRIGGER,)):
        problems.append(("append_only", "the guard against changing events is missing or off"))
    for (name,) in datastore.read(_AHEAD, (head, NEVER)):
        if not name.startswith("intake-reports/"):  # those count a topic's messages
            problems.append(("checkpoint", f"{name} is ahead of the log"))
    return count, head
