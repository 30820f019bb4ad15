"""Which reports were made when their period had ended, and from which position: a row for each."""

from collections.abc import Sequence
from typing import NamedTuple

from services.platform.event_log import Change, EventLog
from services.platform.failures import ConcurrentAppend
from services.reporting.periods.period import Period

# Never rebuilt: a pin is a decision, and no function of the facts.
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS report_pins (
    kind TEXT NOT NULL, code TEXT NOT NULL, first_day TEXT NOT NULL, position INTEGER NOT NULL,
    pinned_at TEXT NOT NULL, written_at TEXT, PRIMARY KEY (kind, code))""",
)
_PIN = "INSERT INTO report_pins VALUES (?, ?, ?, ?, ?, NULL)"
_WRITTEN = "UPDATE report_pins SET written_at = ? WHERE kind = ? AND code = ?"
_ALL = (
    "SELECT kind, code, first_day, position, pinned_at, written_at FROM report_pins"
    " ORDER BY first_day, kind"
)


class ReportPin(NamedTuple):
    """written_at: None until all its files are there. Times in UTC."""

    kind: str
    code: str
    first_day: str
    position: int
    pinned_at: str
    written_at: str | None


def pins(log: EventLog) -> Sequence[ReportPin]:
    return [ReportPin(*row) for row in log.query(_ALL, ())]


def pin(log: EventLog, period: Period, position: int, now: str) -> bool:
    """False if somebody else has pinned this period: theirs stands."""
    row = (period.kind, period.code, period.first.isoformat(), position, now)
    try:
        log.append([], changes=[Change(_PIN, [row])])
    except ConcurrentAppend:
        return False
    return True


def mark_written(log: EventLog, one: ReportPin, now: str) -> None:
    log.append([], changes=[Change(_WRITTEN, [(now, one.kind, one.code)])])
