"""Looking at notices: rows by query, one with its facts, and the figures of the outbox."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.domain.city_events import decode_city
from services.domain.notice_values import notice_stream
from services.notices.rows import COLUMNS, NoticeRow
from services.platform.event_log import EventLog
from services.platform.stored_time import stored

_STATUS = "SELECT COUNT(*), MIN(queued_at) FROM notices WHERE status = ?"
_DUE = "SELECT COUNT(*), MIN(next_at) FROM notices WHERE next_at IS NOT NULL AND next_at <= ?"
_REASONS = (
    "SELECT through, reason, COUNT(*) FROM notices WHERE status = 'given_up'"
    " GROUP BY through, reason ORDER BY through, reason"
)


class Asked(NamedTuple):
    """Which notices, the newest first; after: (queued_at, notice_id) of the last one seen."""

    status: str | None = None
    kind: str | None = None
    ticket_id: str | None = None
    limit: int = 50
    after: tuple[str, str] | None = None


class OutboxFigures(NamedTuple):
    """waiting, sending, given_up: how many. due: of those waiting or sending, something is to be
    done about now; oldest_due_s: for how long already, at most."""

    waiting: int
    sending: int
    given_up: int
    due: int
    oldest_due_s: float


def list_notices(log: EventLog, asked: Asked) -> list[NoticeRow]:
    given = {"status = ?": asked.status, "kind = ?": asked.kind, "ticket_id = ?": asked.ticket_id}
    conditions = [condition for condition, value in given.items() if value is not None]
    parameters: list[Any] = [value for value in given.values() if value is not None]
    if asked.after is not None:
        conditions.append("(queued_at, notice_id) < (?, ?)")
        parameters += asked.after
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    statement = (
        f"SELECT {COLUMNS} FROM notices {where} ORDER BY queued_at DESC, notice_id DESC LIMIT ?"
    )
    return [NoticeRow(*row) for row in log.query(statement, [*parameters, asked.limit])]


def find_notice(log: EventLog, notice: str) -> NoticeRow | None:
    rows = log.query(f"SELECT {COLUMNS} FROM notices WHERE notice_id = ?", (notice,))
    return NoticeRow(*rows[0]) if rows else None


def history_of(log: EventLog, notice: str) -> list[dict[str, Any]]:
    """Every fact of a notice, with its position. Raises Undecodable."""
    return [
        {"position": one.position}
        | decode_city(one.type, one.data).model_dump(mode="json", exclude_none=True)
        for one in log.read_stream(notice_stream(notice))
    ]


def figures_of(log: EventLog, now: datetime) -> OutboxFigures:
    counts = {status: log.query(_STATUS, (status,))[0][0] for status in ("waiting", "sending")}
    given_up = log.query(_STATUS, ("given_up",))[0][0]
    due, oldest = log.query(_DUE, (stored(now),))[0]
    age_s = (now - datetime.fromisoformat(oldest)).total_seconds() if oldest else 0.0
    return OutboxFigures(counts["waiting"], counts["sending"], given_up, due, max(0.0, age_s))


def given_up_by_reason(log: EventLog) -> Sequence[tuple[str | None, str, int]]:
    """(channel, reason, how many) of those that a person has to look at."""
    return [tuple(row) for row in log.query(_REASONS)]


def row_document(row: NoticeRow) -> dict[str, Any]:
    return {**row._asdict(), "unsure": bool(row.unsure)}
