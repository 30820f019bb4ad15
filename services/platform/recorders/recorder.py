"""What the event log asks of a database, and the values they exchange."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, Protocol


class NewEvent(NamedTuple):
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


OnlyAt = Sequence[Checkpoint] | Checkpoint | int | None  # all of them; an int: the log's head


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


def merged_apart(changes: Iterable[tuple[str, Sequence[Change]]]) -> list[Change]:
    """Changes with whose rows they touch, in far fewer runs than `merged`: each one's changes keep
    their order, and pass those of others, whose rows they never touch."""
    rounds: list[dict[str, list[Sequence[Any]]]] = []  # the n-th change of everybody, together
    done: dict[str, int] = {}
    for whose, some in changes:
        for at, change in enumerate(some, start=done.get(whose, 0)):
            if at == len(rounds):
                rounds.append({})
            rounds[at].setdefault(change.statement, []).extend(change.rows)
        done[whose] = done.get(whose, 0) + len(some)
    return [Change(statement, rows) for one in rounds for statement, rows in one.items()]


class Recorder(Protocol):
    """A database that keeps the log. Statements are of the common subset, with `?` marks.

    Every call raises eventsourcing's IntegrityError if a rule of the data is broken, and its
    PersistenceError if the database cannot do it; then nothing is written.
    """

    def append(
        self,
        events: Sequence[NewEvent],
        checkpoints: Sequence[Checkpoint],
        changes: Sequence[Change],
    ) -> Sequence[int]:
        """One durable transaction. The events' positions: the next ones, without a gap."""

    def query(self, statement: str, parameters: Sequence[Any]) -> list[Any]:
        """Rows as plain tuples, out of one consistent moment."""

    def redefine(self, statements: Sequence[str], only_at: OnlyAt) -> bool:
        """DDL in one transaction, during which nothing is appended."""

    def flush(self) -> None:
        """What was appended is seen by others, if it was not at once."""

    def close(self) -> None:
        """No file and no connection is held any longer."""


LANES = "CREATE TABLE IF NOT EXISTS lanes (id INTEGER PRIMARY KEY, count INTEGER NOT NULL)"
