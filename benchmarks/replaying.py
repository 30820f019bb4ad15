"""Replay against streaming the same rows, decoding them with pydantic and folding them."""

import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure
from services.audit.replay import replay
from services.console.system import System
from services.domain.city_events import is_city_type
from services.domain.codec import decode
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import evolve


def replaying(system: System, log_file: Path, rounds: int) -> Iterator[Figure]:
    ours, bare = [], []
    events = system.log.head()
    for _ in range(rounds):
        started = time.perf_counter()
        result = replay(system.log)
        ours.append(time.perf_counter() - started)
        assert result.position == events
        bare.append(_bare(log_file))
    yield Figure(
        f"replay events/s, {events:,} events | cursor + decode + fold",
        events / min(ours),
        "/s",
        events / min(bare),
        0.75,
        ">=",
    )


def _bare(log_file: Path) -> float:
    connection = sqlite3.connect(log_file)
    started = time.perf_counter()
    tickets: dict[str, Ticket] = {}
    empty = Ticket()
    rows = connection.execute("SELECT * FROM stored_events ORDER BY position")
    for _, stream_id, _, type_name, data in rows:
        if is_city_type(type_name):  # as of supervision
            continue
        tickets[stream_id] = evolve(tickets.get(stream_id, empty), decode(type_name, data))
    elapsed_s = time.perf_counter() - started
    connection.close()
    return elapsed_s
