"""Where the bytes of models are kept: beside the log, each under its version."""

from services.platform.event_log import Change, EventLog

STREAM = "classifier"
SCHEMA = ("CREATE TABLE IF NOT EXISTS model_files (hash TEXT PRIMARY KEY, content BLOB NOT NULL)",)
_KEEP = "INSERT INTO model_files (hash, content) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING"
_KEPT = "SELECT content FROM model_files WHERE hash = ?"


def keep(version: str, content: bytes) -> Change:
    return Change(_KEEP, [(version, content)])


def kept(log: EventLog, version: str) -> bytes | None:
    """Raises Outage."""
    rows = log.query(_KEPT, (version,))
    return bytes(rows[0][0]) if rows else None
