"""Processes that write one log, to be started and to be killed."""

import os
from pathlib import Path

from services.platform.event_log import Change, Checkpoint, NewEvent, open_sqlite_log

ROWS = "CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, words TEXT NOT NULL)"
BATCH = 7


def write_many(path: str, name: str, appends: int) -> int:
    """Appends to streams of its own while others do the same. Returns how many events."""
    log = open_sqlite_log(Path(path), [ROWS])
    for version in range(1, appends + 1):
        log.append([NewEvent(f"{name}-{n}", version, "t", b"{}") for n in range(BATCH)])
        log.read_all(max(0, log.head() - 10), 10)
    log.close()
    return appends * BATCH


def write_until_killed(path: str, acknowledged: str) -> None:
    """Writes batch after batch, and down to a file what has been acknowledged."""
    log = open_sqlite_log(Path(path), [ROWS])
    number = log.checkpoint("writer")
    with open(acknowledged, "ab", buffering=0) as acks:
        while True:
            number += 1
            log.append(
                [NewEvent(f"batch-{number}", version + 1, "t", b"{}") for version in range(BATCH)],
                checkpoint=Checkpoint("writer", number, after=number - 1),
                changes=[Change("INSERT INTO notes (id, words) VALUES (?, 'x')", [(number,)])],
            )
            os.write(acks.fileno(), f"{number}\n".encode())
