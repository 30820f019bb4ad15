"""A long log: a worker that starts near its end, and one that reads all of it."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg

from benchmarks.cluster.ground import LANES, Ground
from benchmarks.cluster.rounds import Round, median
from benchmarks.cluster.stage import Stage
from benchmarks.figures import Figure
from services.domain.city_events import is_city_type
from services.domain.codec import decode
from services.platform.clock import SystemClock
from services.platform.command_handler import CommandHandler
from services.platform.event_log import EventLog, open_postgres_log
from services.platform.keys import Keyring
from services.platform.processor import Reaction
from services.platform.tail import Fact
from services.platform.transport.lane_worker import READ_MAX, LaneWorker
from tests.cluster.installation import wait_until

NEAR = 1_000
PIECES = 10
# Whole lives of five facts, of tickets that are there, under other names.
FILL = """
WITH one AS (
    SELECT originator_id AS id, originator_version AS version, topic, state,
        dense_rank() OVER (ORDER BY originator_id) AS ticket
    FROM stored_events WHERE originator_version <= 5 AND originator_id IN (
        SELECT originator_id FROM stored_events WHERE originator_version = 5
        ORDER BY position LIMIT 1000)
), many AS (
    SELECT id, left(id, length(id) - 7) || lpad(to_hex(copy * 1000 + ticket), 7, '0') AS name,
        version, topic, state, copy, ticket
    FROM one, generate_series(1, %(copies)s) AS copy
)
INSERT INTO stored_events (position, originator_id, originator_version, topic, state)
SELECT %(head)s + row_number() OVER (ORDER BY copy, version, ticket), 'L' || substr(name, 2),
    version, topic,
    convert_to(replace(convert_from(state, 'UTF8'), id, 'L' || substr(name, 2)), 'UTF8')
FROM many"""
PLACE = """UPDATE tracking SET notification_id = %s
    WHERE application_name IN ('intake', 'reporting') OR application_name ~ '^(router|sla|relay)'"""


def cold_start(ground: Ground, stage: Stage, events: int, starts: int) -> Iterator[Figure]:
    with _long_log(ground, stage, events) as url:
        log = open_postgres_log(url)
        took_s = sorted(_start_s(ground, stage, url, log) for _ in range(starts))
        at = f"{log.head():,} events in the log"
        middle_s = took_s[len(took_s) // 2]
        name = f"router worker, from its start to the log's head, {at}"
        yield Figure(name, middle_s, "s", None, 10, "<=", of="value")
        found = median(list(_reading(url, log)))
        log.close()
        name = f"all lanes read from the log, {at} | cursor + decode"
        yield Figure(name, found.ours, "/s", found.theirs, 0.5, ">=")


@contextmanager
def _long_log(ground: Ground, stage: Stage, events: int) -> Iterator[str]:
    with ground.copy(stage.url) as url:
        with psycopg.connect(url) as connection:
            copies = max(1, (events - stage.head) // 5_000)
            connection.execute(FILL, {"head": stage.head, "copies": copies})
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE stored_events")
        yield url


def _start_s(ground: Ground, stage: Stage, url: str, log: EventLog) -> float:
    """A process as an operator starts it. It has arrived when every lane's checkpoint says so."""
    head = log.head()
    with psycopg.connect(url) as connection:
        connection.execute(PLACE, (head - NEAR,))
    began_s = time.monotonic()
    with (ground.folder / "cold.log").open("ab") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.console.main", "worker", "router"],
            env=ground.environment(url, stage.prefix),
            stderr=said,
            stdout=said,
        )
    try:
        wait_until(lambda: min(log.checkpoints("router/").values()) >= head, 60)
        return time.monotonic() - began_s
    finally:
        process.terminate()
        process.wait(15)


class _Nothing:
    """A policy of which nothing follows."""

    name = "bench-nothing"
    is_projection = False
    tables: tuple[str, ...] = ()

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        return Reaction()

    def tick(self, now: datetime) -> Reaction:
        return Reaction()


class _UpTo:
    """The log as if it ended at `end`."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self.end = 0

    def head(self) -> int:
        return self.end

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)


def _reading(url: str, log: EventLog) -> Iterator[Round]:
    """Piece after piece of the log, each by both."""
    head = log.head()
    view = _UpTo(log)
    handler = CommandHandler(log, _no_keyring(), lambda _: ())
    worker = LaneWorker(_Nothing(), view, handler, SystemClock(), LANES)  # type: ignore[arg-type]
    worker.hold(frozenset(range(LANES)))
    with psycopg.connect(url) as connection:
        for piece in range(PIECES):
            start, view.end = head * piece // PIECES, head * (piece + 1) // PIECES
            began_s = time.perf_counter()
            while worker.look():
                pass
            ours_s = time.perf_counter() - began_s
            assert min(one.position for one in worker.runners.values()) == view.end
            count = view.end - start
            yield Round(count / ours_s, count / _bare_s(connection, start, view.end))
        worker.close()


def _bare_s(connection: "psycopg.Connection[tuple[Any, ...]]", start: int, end: int) -> float:
    statement = """SELECT position, originator_id, originator_version, topic, state
        FROM stored_events WHERE position > %s AND position <= %s ORDER BY position"""
    began_s = time.perf_counter()
    with connection.cursor("bare", binary=True) as cursor:
        cursor.execute(statement, (start, end))
        while rows := cursor.fetchmany(READ_MAX):
            for _, _, _, type_name, data in rows:
                if not is_city_type(type_name):
                    decode(type_name, data)
    return time.perf_counter() - began_s


def _no_keyring() -> Keyring:
    """Nothing is sealed or opened here."""
    return None  # type: ignore[return-value]
