"""The requests that a topic 每月一题 is about, counted by month from the reporting rows."""

from collections.abc import Sequence
from datetime import date

from services.domain.topic import Topic
from services.governance.effect import MonthCounts
from services.governance.governance import Counted
from services.platform.event_log import EventLog

# A merged ticket is its primary's. `holds` 0: a look-back found that it does not.
_COUNTS = """SELECT SUBSTR(opened_day, 1, 7), COUNT(*),
    SUM(CASE WHEN reopened > 0 OR holds = 0 THEN 1 ELSE 0 END),
    SUM(CASE WHEN satisfaction IS NOT NULL THEN 1 ELSE 0 END),
    SUM(CASE WHEN satisfaction IN ('satisfied', 'fairly') THEN 1 ELSE 0 END)
    FROM tickets WHERE opened_day IS NOT NULL AND stage <> 'merged'{conditions}
    GROUP BY SUBSTR(opened_day, 1, 7)"""
_FIRST_DAY = "SELECT MIN(opened_day) FROM tickets"


def count_requests(log: EventLog, topic: Topic) -> Counted | None:
    """None if the topic does not say which requests it is about, or there are none at all."""
    proposal = topic.proposal
    if proposal is None or not (proposal.request_items or proposal.request_areas):
        return None
    first_day = log.query(_FIRST_DAY)[0][0]
    if first_day is None:
        return None
    parts = [
        _within("item", proposal.request_items, "{}.%"),
        _within("area", proposal.request_areas, "{}%"),
    ]
    conditions = "".join(condition for condition, _ in parts)
    parameters = [value for _, values in parts for value in values]
    rows = log.query(_COUNTS.format(conditions=conditions), parameters)
    months = {month: MonthCounts(*map(int, counts)) for month, *counts in rows}
    return Counted(months, date.fromisoformat(first_day))


def _within(column: str, codes: Sequence[str], below: str) -> tuple[str, list[str]]:
    """A condition for any of these codes and all below them. Codes are the directory's: digits,
    letters, points, hyphens."""
    if not codes:
        return "", []
    one = f"{column} = ? OR {column} LIKE ?"
    values = [value for code in codes for value in (code, below.format(code))]
    return f" AND ({' OR '.join([one] * len(codes))})", values
