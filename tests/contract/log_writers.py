"""Processes that write one log, to be started and to be killed."""

import os
from pathlib import Path

from services.platform.event_log import (
    Change,
    Checkpoint,
    EventLog,
    NewEvent,
    open_postgres_log,
    open_sqlite_log,
)
from tests.contract.event_log_contract import SCHEMA

BATCH = 7


def open_at(place: str) -> EventLog:
    """place: a file, or the URL of a database that has its tables."""
    if place.startswith("postgresql://"):
        return open_postgres_log(place)
    return open_sqlite_log(Path(place), SCHEMA)


def write_many(place: str, name: str, appends: int) -> int:
    """Appends to streams of its own while others do the same. Returns how many events."""
    log = open_at(place)
    for version in range(1, appends + 1):
        log.append([NewEvent(f"{name}-{n}", version, "t", b"{}") for n in range(BATCH)])
        log.read_all(max(0, log.head() - 10), 10)
    log.close()
    return appends * BATCH


def write_until_killed(place: str, acknowledged: str) -> None:
    """Writes batch after batch, and down to a file what has been acknowledged."""
    log = open_at(place)
    number = log.checkpoint("writer")
    with open(acknowledged, "ab", buffering=0) as acks:
        while True:
            number += 1
            append_batch(log, number)
            os.write(acks.fileno(), f"{number}\n".encode())


def append_batch(log: EventLog, number: int) -> None:
    """Batch `number`, after all batches before it, with its row."""
    log.append(
        [NewEvent(f"batch-{number}", version + 1, "t", b"{}") for version in range(BATCH)],
        checkpoint=Checkpoint("writer", number, after=number - 1),
        changes=[Change("INSERT INTO notes (id, words) VALUES (?, 'x')", [(number,)])],
    )
