"""The append-only log of facts with one global order, and rows that change together with it.

Names are translated here and nowhere else: originator → stream, notification id → position.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from eventsourcing.persistence import IntegrityError, PersistenceError

from services.platform.failures import ConcurrentAppend, Outage
from services.platform.many import in_parts
from services.platform.recorders.recorder import Change as Change
from services.platform.recorders.recorder import Checkpoint as Checkpoint
from services.platform.recorders.recorder import NewEvent as NewEvent
from services.platform.recorders.recorder import OnlyAt as OnlyAt
from services.platform.recorders.recorder import Recorder
from services.platform.recorders.recorder import merged as merged
from services.platform.recorders.recorder import merged_apart as merged_apart
from services.platform.recorders.sqlite import LogDatastore, SQLiteLogRecorder
from services.platform.recorders.sqlite_held import HeldSQLiteLogRecorder

_new = tuple.__new__  # what `_make` does, without a call of Python's for each row
_COLUMNS = "SELECT position, originator_id, originator_version, topic, state FROM stored_events"


class Recorded(NamedTuple):
    """One event as it stands in the log. Positions rise, and never change."""

    position: int
    stream_id: str
    version: int
    type: str
    data: bytes


class EventLog:
    """Appends are all or nothing, durable when they return, and checked against versions."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def append(
        self,
        events: Sequence[NewEvent],
        *,
        checkpoint: Checkpoint | None = None,
        also: Sequence[Checkpoint] = (),
        changes: Sequence[Change] = (),
    ) -> Sequence[int]:
        """The events' positions. Raises ConcurrentAppend if a version is taken, a unique key of
        the changes is taken, or a checkpoint does not follow; then nothing is written."""
        checkpoints = [*also] if checkpoint is None else [checkpoint, *also]
        try:
            with _outages():
                return self._recorder.append(events, checkpoints, changes)
        except IntegrityError as error:
            raise ConcurrentAppend(str(error)) from error

    def read_stream(self, stream_id: str, after: int = 0) -> list[Recorded]:
        """Its events behind a version."""
        statement = (
            f"{_COLUMNS} WHERE originator_id = ? AND originator_version > ?"
            " ORDER BY originator_version"
        )
        return [Recorded(*row) for row in self.query(statement, (stream_id, after))]

    def read_streams(self, stream_ids: Iterable[str]) -> dict[str, list[Recorded]]:
        """All events of many streams; unknown streams are absent."""
        statement = (
            f"{_COLUMNS} WHERE originator_id IN ({{marks}})"
            " ORDER BY originator_id, originator_version"
        )
        found: dict[str, list[Recorded]] = {}
        for part, ids in in_parts(statement, list(dict.fromkeys(stream_ids))):
            for row in self.query(part, ids):
                recorded = Recorded(*row)
                found.setdefault(recorded.stream_id, []).append(recorded)
        return found

    def read_at(self, positions: Iterable[int]) -> dict[int, Recorded]:
        """The events at these positions; unknown positions are absent."""
        statement = f"{_COLUMNS} WHERE position IN ({{marks}})"
        found: dict[int, Recorded] = {}
        for part, some in in_parts(statement, list(dict.fromkeys(positions))):
            found.update((row[0], Recorded(*row)) for row in self.query(part, some))
        return found

    def read_all(self, after: int, limit: int, to: int | None = None) -> list[Recorded]:
        """The next events in the global order, up to position `to` if it is given."""
        bound = "" if to is None else " AND position <= ?"
        parameters = (after, limit) if to is None else (after, to, limit)
        statement = f"{_COLUMNS} WHERE position > ?{bound} ORDER BY position LIMIT ?"
        return [_new(Recorded, row) for row in self.query(statement, parameters)]

    def read_types(self, types: Sequence[str], after: int, limit: int, to: int) -> list[Recorded]:
        """The next events of these types in the global order, up to position `to`."""
        marks = ", ".join("?" * len(types))
        statement = (
            f"{_COLUMNS} WHERE position > ? AND position <= ? AND topic IN ({marks})"
            " ORDER BY position LIMIT ?"
        )
        rows = self.query(statement, (after, to, *types, limit))
        return [_new(Recorded, row) for row in rows]

    def streams_changed(self, after: int, limit: int) -> list[tuple[int, str, str]]:
        """(position, stream, type) of the events after a position."""
        statement = (
            "SELECT position, originator_id, topic FROM stored_events"
            " WHERE position > ? ORDER BY position LIMIT ?"
        )
        return self.query(statement, (after, limit))

    def head(self) -> int:
        """The last position; 0 for an empty log."""
        return int(self.query("SELECT COALESCE(MAX(position), 0) FROM stored_events")[0][0])

    def checkpoint(self, name: str) -> int:
        statement = "SELECT MAX(notification_id) FROM tracking WHERE application_name = ?"
        return int(self.query(statement, (name,))[0][0] or 0)

    def checkpoints(self, prefix: str = "") -> dict[str, int]:
        """Where each of those stands whose name begins like this."""
        rows = self.query(
            "SELECT application_name, MAX(notification_id) FROM tracking GROUP BY application_name"
        )
        return {name: int(at) for name, at in rows if name.startswith(prefix)}

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Rows as plain tuples, out of one consistent moment."""
        with _outages():
            return self._recorder.query(statement, parameters)

    def apply(self, changes: Sequence[Change]) -> None:
        """Changes to rows that follow from no new event (rebuilds, quarantine, notes)."""
        self.append([], changes=changes)

    def redefine(self, statements: Sequence[str], *, only_at: OnlyAt = None) -> bool:
        """Tables made, dropped and renamed, in one transaction. `only_at`: not unless checkpoints
        stand there, or (a position) the head of the log, at that very moment; else False."""
        with _outages():
            return self._recorder.redefine(statements, only_at)

    def flush(self) -> None:
        """What was appended is seen by other processes. Only a held log has anything to do."""
        with _outages():
            self._recorder.flush()

    def close(self) -> None:
        self._recorder.close()


@contextmanager
def _outages() -> Iterator[None]:
    """A database that is away, locked or full is an outage; a broken rule is not."""
    try:
        yield
    except IntegrityError:
        raise
    except PersistenceError as error:
        raise Outage(f"database: {error}") from error


def open_sqlite_log(
    path: Path, schema: Sequence[str], *, each_flushed: bool = True, held: bool = False
) -> EventLog:
    """Creates what is missing. `schema`: statements that may be run again without harm.
    each_flushed: no append returns before it is on the disk; else a power cut may take the last
    ones (never one from the middle), and all are on the disk when the log has been closed.
    held: many appends are one transaction; a crash, too, may take those since the last `flush`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    datastore = LogDatastore(path, each_flushed=each_flushed)
    with _outages():
        with datastore.writers, datastore.get_connection(commit=False):
            pass  # the first connection switches the file to WAL: one process at a time
        recorder = (HeldSQLiteLogRecorder if held else SQLiteLogRecorder)(datastore, schema)
        recorder.create_table()
    return EventLog(recorder)


def open_postgres_log(url: str) -> EventLog:
    """Creates nothing. Raises Outage, also if the tables are not those of this version."""
    # Only here, so that the embedded form starts without a client for a server it has not.
    from services.platform.recorders.postgres import PostgresLogRecorder
    from services.platform.recorders.postgres_connections import ServerDatastore
    from services.platform.recorders.postgres_schema import check_usable

    datastore = ServerDatastore(url)
    try:
        with _outages():
            check_usable(datastore)
    except BaseException:
        datastore.close()
        raise
    return EventLog(PostgresLogRecorder(datastore))
