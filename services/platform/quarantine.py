"""Poison is set aside with its bytes and its reason, blocks nobody, and can be tried again."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from services.platform.event_log import Change, EventLog, Recorded

if TYPE_CHECKING:
    from services.platform.tail import Fact

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    processor TEXT NOT NULL,
    position INTEGER,
    stream_id TEXT,
    payload BLOB,
    error TEXT NOT NULL,
    at TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'waiting',
    UNIQUE (processor, position))""",
)


class DeadLetter(NamedTuple):
    """What could not be understood. The bytes of an event stay in the log: `position` is the
    reference, and `payload` is only for what never became an event (sealed by its door)."""

    processor: str
    position: int | None
    stream_id: str | None
    payload: bytes | None
    error: str
    at: datetime

    @staticmethod
    def of_log(processor: str, recorded: Recorded, why: str, at: datetime) -> "DeadLetter":
        return DeadLetter(processor, recorded.position, recorded.stream_id, None, why, at)

    @staticmethod
    def of_fact(processor: str, fact: "Fact", error: Exception, at: datetime) -> "DeadLetter":
        why = failed_at(error)
        return DeadLetter(processor, fact.position, fact.event.ticket_id, None, why, at)


class Quarantined(NamedTuple):
    id: int
    processor: str
    position: int | None
    stream_id: str | None
    payload: bytes | None
    error: str
    at: str
    status: str


def failed_at(error: BaseException) -> str:
    """Its kind and where, never what it says: an unexpected error may quote a resident."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    file = code.co_filename.rsplit("services/", 1)[-1]
    return f"{type(error).__name__} at {file}:{trace.tb_lineno} in {code.co_name}"


def insert_dead_letters(letters: Sequence[DeadLetter]) -> list[Change]:
    if not letters:
        return []
    statement = (
        "INSERT INTO quarantine (processor, position, stream_id, payload, error, at)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (processor, position) DO UPDATE SET"
        " error = excluded.error, at = excluded.at, status = 'waiting'"
    )
    return [Change(statement, [(*letter[:5], letter.at.isoformat()) for letter in letters])]


def set_status(quarantine_id: int, status: str) -> Change:
    return Change("UPDATE quarantine SET status = ? WHERE id = ?", [(status, quarantine_id)])


def waiting(log: EventLog, processor: str | None = None) -> list[Quarantined]:
    """What waits for a decision, oldest first."""
    where = "" if processor is None else " AND processor = ?"
    statement = (
        "SELECT id, processor, position, stream_id, payload, error, at, status"
        f" FROM quarantine WHERE status = 'waiting'{where} ORDER BY id"
    )
    rows = log.query(statement, () if processor is None else (processor,))
    return [Quarantined(*row) for row in rows]


def find(log: EventLog, quarantine_id: int) -> Quarantined | None:
    statement = (
        "SELECT id, processor, position, stream_id, payload, error, at, status"
        " FROM quarantine WHERE id = ?"
    )
    rows = log.query(statement, (quarantine_id,))
    return Quarantined(*rows[0]) if rows else None


def counts(log: EventLog) -> dict[str, int]:
    statement = (
        "SELECT processor, COUNT(*) FROM quarantine WHERE status = 'waiting' GROUP BY processor"
    )
    return dict(log.query(statement))
