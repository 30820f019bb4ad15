"""Rows of notices and of what residents do not want: what stands in their facts, to be found fast.

They are written in the transaction of the facts they follow from, so they never lag. No address
and no words: a resident is a pseudonym.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.domain import notice_events as n
from services.domain.notice import Notice
from services.domain.notice_values import NoticeKind
from services.platform.event_log import Change, EventLog
from services.platform.many import in_parts
from services.platform.stored_time import stored

TABLES = ("notices", "notice_opt_outs")
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS notices (
    notice_id TEXT PRIMARY KEY, version INTEGER NOT NULL, kind TEXT NOT NULL,
    audience TEXT NOT NULL, recipient TEXT NOT NULL, ticket_id TEXT, report_id TEXT, day TEXT,
    status TEXT NOT NULL, attempt INTEGER NOT NULL, through TEXT, reason TEXT,
    unsure INTEGER NOT NULL, queued_at TEXT NOT NULL, next_at TEXT, ended_at TEXT)
    WITHOUT ROWID""",
    """CREATE INDEX IF NOT EXISTS notices_next ON notices (next_at, notice_id)
    WHERE next_at IS NOT NULL""",
    "CREATE INDEX IF NOT EXISTS notices_by_status ON notices (status, queued_at, notice_id)",
    "CREATE INDEX IF NOT EXISTS notices_by_time ON notices (queued_at, notice_id)",
    "CREATE INDEX IF NOT EXISTS notices_by_ticket ON notices (ticket_id)",
    "CREATE INDEX IF NOT EXISTS notices_by_day ON notices (day) WHERE day IS NOT NULL",
    """CREATE TABLE IF NOT EXISTS notice_opt_outs (
    resident TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (resident, kind)) WITHOUT ROWID""",
)
COLUMNS = (
    "notice_id, version, kind, audience, recipient, ticket_id, report_id, day, status, attempt,"
    " through, reason, unsure, queued_at, next_at, ended_at"
)
_KEEP = (
    f"INSERT INTO notices ({COLUMNS}) VALUES ({', '.join('?' * 16)})"
    " ON CONFLICT (notice_id) DO UPDATE SET version = excluded.version, status = excluded.status,"
    " attempt = excluded.attempt, through = excluded.through, reason = excluded.reason,"
    " unsure = excluded.unsure, next_at = excluded.next_at, ended_at = excluded.ended_at"
    " WHERE notices.version <= excluded.version"
)
_OPT_OUT = "INSERT INTO notice_opt_outs VALUES (?, ?) ON CONFLICT (resident, kind) DO NOTHING"
_OPT_IN = "DELETE FROM notice_opt_outs WHERE resident = ? AND kind = ?"
_DUE = (
    "SELECT notice_id FROM notices WHERE next_at IS NOT NULL AND next_at <= ?"
    " ORDER BY next_at, notice_id LIMIT ?"
)


class NoticeRow(NamedTuple):
    """Times are text as `stored` makes it."""

    notice_id: str
    version: int
    kind: str
    audience: str
    recipient: str
    ticket_id: str | None
    report_id: str | None
    day: str | None
    status: str
    attempt: int
    through: str | None
    reason: str | None
    unsure: int
    queued_at: str
    next_at: str | None
    ended_at: str | None


def row_of(notice: Notice) -> NoticeRow:
    return NoticeRow(
        notice.notice_id,
        notice.version,
        notice.kind,
        notice.audience,
        notice.recipient,
        notice.ticket_id,
        notice.report_id,
        notice.day.isoformat() if notice.day else None,
        notice.status,
        notice.attempt,
        notice.through,
        notice.reason,
        int(notice.unsure),
        _text(notice.queued_at) or "",
        _text(notice.next_at),
        _text(notice.ended_at),
    )


def _text(moment: datetime | None) -> str | None:
    return stored(moment) if moment else None


def keep(notices: Iterable[Notice]) -> list[Change]:
    """Each as it stands after its facts; the last of several counts. A row that tells of a later
    fact stays: somebody else has written it meanwhile."""
    rows = {notice.notice_id: row_of(notice) for notice in notices}
    return [Change(_KEEP, list(rows.values()))] if rows else []


def choice_changes(fact: n.ResidentOptedOut | n.ResidentOptedIn) -> list[Change]:
    statement = _OPT_OUT if isinstance(fact, n.ResidentOptedOut) else _OPT_IN
    return [Change(statement, [(fact.resident, kind) for kind in fact.kinds])]


def known_notices(log: EventLog, notices: Sequence[str]) -> set[str]:
    """Those among them that there are already."""
    statement = "SELECT notice_id FROM notices WHERE notice_id IN ({marks})"
    parts = in_parts(statement, notices)
    return {row[0] for part, some in parts for row in log.query(part, some)}


def due_notices(log: EventLog, now: datetime, limit: int) -> list[str]:
    """What something is to be done about by now, the longest due first."""
    return [row[0] for row in log.query(_DUE, (stored(now), limit))]


def opted_out(log: EventLog, residents: Sequence[str]) -> set[tuple[str, NoticeKind]]:
    statement = "SELECT resident, kind FROM notice_opt_outs WHERE resident IN ({marks})"
    parts = in_parts(statement, list(dict.fromkeys(residents)))
    return {tuple(row) for part, some in parts for row in log.query(part, some)}
