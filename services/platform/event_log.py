"""The append-only log of facts with one global order, and rows that change together with it.

Names are translated here and nowhere else: originator → stream, notification id → position.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from eventsourcing.persistence import IntegrityError, PersistenceError, StoredEvent, Tracking

from services.platform.failures import ConcurrentAppend, Outage
from services.platform.many import in_parts
from services.platform.recorders.sqlite import LogDatastore, SQLiteLogRecorder

_COLUMNS = "SELECT position, originator_id, originator_version, topic, state FROM stored_events"


class NewEvent(NamedTuple):
    stream_id: str
    version: int
    type: str
    data: bytes


class Recorded(NamedTuple):
    """One event as it stands in the log. Positions rise, and never change."""

    position: int
    stream_id: str
    version: int
    type: str
    data: bytes


class Checkpoint(NamedTuple):
    """How far `name` has come: every event up to `position` has had its effect.

    after: where it must stand before, so that no event has its effect twice; None: anywhere lower.
    """

    name: str
    position: int
    after: int | None = None


class Change(NamedTuple):
    """One statement, run for each row, in the transaction of the events it follows from."""

    statement: str
    rows: Sequence[Sequence[Any]]


def merged(changes: Iterable[Change]) -> list[Change]:
    """The same changes in the same order, with neighbours of one statement run together."""
    together: list[tuple[str, list[Sequence[Any]]]] = []
    for change in changes:
        if together and together[-1][0] == change.statement:
            together[-1][1].extend(change.rows)
        else:
            together.append((change.statement, list(change.rows)))
    return [Change(statement, rows) for statement, rows in together]


class EventLog:
    """Appends are all or nothing, durable when they return, and checked against versions."""

    def __init__(self, recorder: SQLiteLogRecorder) -> None:
        self._recorder = recorder
        self._datastore = recorder.datastore

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
        stored = [StoredEvent(*event) for event in events]
        checkpoints = [*also] if checkpoint is None else [checkpoint, *also]
        trackings = [(Tracking(one.name, one.position), one.after) for one in checkpoints]
        try:
            with _outages():
                positions = self._recorder.insert_events(
                    stored, trackings=trackings, changes=changes
                )
        except IntegrityError as error:
            raise ConcurrentAppend(str(error)) from error
        return positions or ()

    def read_stream(self, stream_id: str) -> list[Recorded]:
        statement = f"{_COLUMNS} WHERE originator_id = ? ORDER BY originator_version"
        return [Recorded(*row) for row in self.query(statement, (stream_id,))]

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
        return list(map(Recorded._make, self.query(statement, parameters)))

    def streams_changed(self, after: int, limit: int) -> list[tuple[int, str]]:
        """(position, stream) of the events after a position."""
        statement = (
            "SELECT position, originator_id FROM stored_events"
            " WHERE position > ? ORDER BY position LIMIT ?"
        )
        return self.query(statement, (after, limit))

    def head(self) -> int:
        """The last position; 0 for an empty log."""
        return int(self.query("SELECT COALESCE(MAX(position), 0) FROM stored_events")[0][0])

    def checkpoint(self, name: str) -> int:
        with _outages():
            return self._recorder.max_tracking_id(name) or 0

    def query(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Rows as plain tuples, out of one consistent moment."""
        with _outages(), self._datastore.transaction(commit=False) as cursor:
            cursor.sqlite_cursor.row_factory = None
            cursor.execute(statement, parameters)
            rows: list[Any] = cursor.fetchall()
            return rows

    def apply(self, changes: Sequence[Change]) -> None:
        """Changes to rows that follow from no new event (rebuilds, quarantine, notes)."""
        self.append([], changes=changes)

    def redefine(
        self, statements: Sequence[str], *, only_at: Checkpoint | int | None = None
    ) -> bool:
        """Tables made, dropped and renamed, in one transaction. `only_at`: not unless this is the
        checkpoint, or (a position) the head of the log, at that very moment; False if it is not."""
        with _outages(), self._datastore.transaction(commit=True) as cursor:
            if isinstance(only_at, Checkpoint):
                select = "SELECT MAX(notification_id) FROM tracking WHERE application_name = ?"
                cursor.execute(select, (only_at.name,))
                stands_at = cursor.fetchone()[0] or 0
                if stands_at != only_at.position:
                    return False
            elif only_at is not None:
                cursor.execute("SELECT MAX(position) FROM stored_events")
                if (cursor.fetchone()[0] or 0) != only_at:
                    return False
            for statement in statements:
                cursor.execute(statement)
        return True

    def close(self) -> None:
        self._datastore.close()


@contextmanager
def _outages() -> Iterator[None]:
    """A database that is away, locked or full is an outage; a broken rule is not."""
    try:
        yield
    except IntegrityError:
        raise
    except PersistenceError as error:
        raise Outage(f"database: {error}") from error


def open_sqlite_log(path: Path, schema: Sequence[str]) -> EventLog:
    """Creates what is missing. `schema`: statements that may be run again without harm."""
    path.parent.mkdir(parents=True, exist_ok=True)
    datastore = LogDatastore(path)
    with _outages():
        with datastore.writers, datastore.get_connection(commit=False):
            pass  # the first connection switches the file to WAL: one process at a time
        recorder = SQLiteLogRecorder(datastore, schema)
        recorder.create_table()
    return EventLog(recorder)
