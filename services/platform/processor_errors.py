"""The last error of each processor as a row, so that any process can tell it."""

from datetime import datetime

from services.platform.event_log import Change, EventLog

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS processor_errors (
    processor TEXT PRIMARY KEY, error TEXT NOT NULL, at TEXT NOT NULL) WITHOUT ROWID""",
)


def noted(processor: str, error: str, at: datetime) -> Change:
    statement = (
        "INSERT INTO processor_errors VALUES (?, ?, ?) ON CONFLICT (processor) DO UPDATE"
        " SET error = excluded.error, at = excluded.at"
    )
    return Change(statement, [(processor, error, at.isoformat())])


def cleared(processor: str) -> Change:
    return Change("DELETE FROM processor_errors WHERE processor = ?", [(processor,)])


def current(log: EventLog) -> dict[str, str]:
    """processor → what it fails at now."""
    return dict(log.query("SELECT processor, error FROM processor_errors"))
