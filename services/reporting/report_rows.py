"""One row for each report of a ticket, and one for each time that a ticket came back.

resident is the pseudonym of the event, the day a local one. x, y: the cell of a grid of
CELL_DEGREES in which its point lies, null without a point: as near as any map needs, no nearer.
"""

from math import floor

from services.domain import events as e

TABLES = ("ticket_reports", "ticket_reopenings")
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS ticket_reports (
    ticket_id TEXT NOT NULL, report_id TEXT NOT NULL, day TEXT NOT NULL, resident TEXT NOT NULL,
    x INTEGER, y INTEGER, PRIMARY KEY (ticket_id, report_id)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS ticket_reopenings (
    ticket_id TEXT NOT NULL, position INTEGER NOT NULL, ended_day TEXT NOT NULL,
    reopened_day TEXT NOT NULL, PRIMARY KEY (ticket_id, position)) WITHOUT ROWID""",
)
ADD_REPORT = (
    "INSERT INTO ticket_reports VALUES (?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (ticket_id, report_id) DO NOTHING"
)
# After the reports of the same batch: a report that is split out is never joined again here.
DROP_REPORT = "DELETE FROM ticket_reports WHERE ticket_id = ? AND report_id = ?"
ADD_REOPENING = (
    "INSERT INTO ticket_reopenings VALUES (?, ?, ?, ?) ON CONFLICT (ticket_id, position) DO NOTHING"
)
CELL_DEGREES = 0.005  # about 500 m


def report_row(event: e.TicketOpened | e.ReportJoined, day: str) -> tuple[object, ...]:
    cell = (_cell(event.longitude), _cell(event.latitude))
    known = (None, None) if None in cell else cell
    return (event.ticket_id, event.report_id, day, event.resident, *known)


def _cell(degrees: float | None) -> int | None:
    return None if degrees is None else floor(degrees / CELL_DEGREES)
