"""Rows of a new city's past, made by another process on another core while the past is lived.

Nobody reads them before the past is over, and they are the same however the facts are cut into
batches. They are made in a file of their own, so that the two do not wait for each other, and are
taken over in the end. If that process dies, the city makes its rows by itself.
"""

import gc
import hashlib
import multiprocessing
import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from services.console.main import COLLECT_EVERY
from services.console.system import SCHEMA, System
from services.intake.requests import IntakeProcessor
from services.platform.event_log import Checkpoint, EventLog, Recorded, open_sqlite_log
from services.platform.processor import Processor, decode_all
from services.reporting.processor import ReportingProcessor

REPORTS_MIN = 10_000  # fewer are through before another process has imported anything
EVENTS_AT_ONCE = 8_000  # the more, the fewer times a ticket's row is written
PAUSE_S = 0.2
BUSY_S = 60.0
FINISH = "finish"
FOLDER = "rows-beside"
NAMES = (IntakeProcessor.name, ReportingProcessor.name)
TABLES = (*IntakeProcessor.tables, *ReportingProcessor.tables)


class Made(NamedTuple):
    """upto: the last position in the rows. sha256: of all events up to there."""

    upto: int
    sha256: str


@dataclass(slots=True)
class Beside:
    """made: what was taken over in the end, if anything was."""

    made: Made | None = None


@contextmanager
def rows_made_beside(system: System, reports: int) -> Iterator[Beside]:
    """While so many reports are lived through. A city that has rows, few reports, or one core only
    makes its rows as it always does."""
    beside = Beside()
    begun = any(system.log.checkpoint(name) for name in NAMES)
    if begun or reports < REPORTS_MIN or not has_second_core():
        yield beside
        return
    with _folder(system.settings.data_dir) as folder:
        file = folder / "rows.db"
        with _other_process(system, file) as orders:
            yield beside
            system.log.flush()
            made = _finished(orders)
        if made is not None:
            _take_over(system, file, made)
            beside.made = made
    system.transport.rejoin()
    system.transport.run_until_idle()


def has_second_core() -> bool:
    return (os.cpu_count() or 1) > 1


@contextmanager
def _folder(data_dir: Path) -> Iterator[Path]:
    """Empty, and gone in the end; what a killed process left there goes now."""
    folder = data_dir / FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _other_process(system: System, file: Path) -> Iterator[Connection]:
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=make_rows, args=(system.settings.log_file, file, there))
    process.start()
    there.close()
    system.transport.projects = False
    try:
        with here:
            yield here
    finally:  # it ends when its orders end
        process.join()
        system.transport.projects = True


def _finished(orders: Connection) -> Made | None:
    """When the other process has made all rows; None if it died."""
    try:
        orders.send(FINISH)
        made: Made = orders.recv()
    except (EOFError, OSError):
        return None
    return made


def _take_over(system: System, file: Path, made: Made) -> None:
    """All rows in one transaction, in the order of their keys. If it is the last thing that happens
    here, the facts are read once more, and the rows hold them already."""
    with closing(sqlite3.connect(system.settings.log_file, BUSY_S, isolation_level=None)) as rows:
        rows.execute("ATTACH ? AS beside", (str(file),))
        rows.execute("BEGIN IMMEDIATE")
        for table in TABLES:
            rows.execute(f"INSERT INTO main.{table} SELECT * FROM beside.{table}")
        rows.execute("COMMIT")
    system.log.append([], also=[Checkpoint(name, made.upto, 0) for name in NAMES])


def make_rows(log_file: Path, file: Path, orders: Connection) -> None:
    """What the other process does, until it is told to finish or whoever started it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for whoever started it
    gc.set_threshold(*COLLECT_EVERY)
    with closing(open_sqlite_log(log_file, SCHEMA)) as log:
        with closing(open_sqlite_log(file, SCHEMA, each_flushed=False)) as rows:
            maker = RowMaker(log, rows)
            while not orders.poll(PAUSE_S):
                maker.go_on(EVENTS_AT_ONCE)
            if not _is_told_to_finish(orders):
                return
            maker.go_on(1)
        orders.send(maker.made())  # when the file is whole


def _is_told_to_finish(orders: Connection) -> bool:
    try:
        return bool(orders.recv() == FINISH)
    except EOFError:
        return False


class RowMaker:
    """Reads one log, and writes rows into the tables of another."""

    def __init__(self, log: EventLog, rows: EventLog) -> None:
        self._log = log
        self._rows = rows
        self._processors: list[Processor] = [IntakeProcessor(rows), ReportingProcessor(rows.query)]
        self._upto = 0
        self._digest = hashlib.sha256()

    def go_on(self, least: int) -> None:
        """While there are at least so many events that are not in the rows."""
        while self._log.head() - self._upto >= least:
            self._take_in(self._log.read_all(self._upto, EVENTS_AT_ONCE))

    def made(self) -> Made:
        return Made(self._upto, self._digest.hexdigest())

    def _take_in(self, recorded: Sequence[Recorded]) -> None:
        facts, broken = decode_all(recorded)
        if broken:
            raise ValueError("what cannot be read waits for the city itself")
        self._digest.update(b"".join(map(hashed, recorded)))
        self._upto = recorded[-1].position
        if facts:
            now = facts[-1].event.recorded_at
            reactions = [processor.react(facts, now) for processor in self._processors]
            self._rows.append([], changes=[one for made in reactions for one in made.changes])


def hashed(event: Recorded) -> bytes:
    """What of an event a log's hash is made from."""
    return b"%b %d %b %b\n" % (
        event.stream_id.encode(),
        event.version,
        event.type.encode(),
        event.data,
    )
