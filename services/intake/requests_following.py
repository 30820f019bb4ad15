"""A merged request goes the way of its primary: whoever sent it sees how far that one has come."""

from collections.abc import Callable, Mapping, Sequence

from services.intake.requests_rows import COLUMNS, RequestRow
from services.platform.event_log import EventLog
from services.platform.many import in_parts

MERGED = "merged"
RowsOf = Callable[[Sequence[str]], Mapping[str, RequestRow]]


def end_of_the_way(row: RequestRow, rows: Mapping[str, RequestRow]) -> RequestRow:
    """The request that a merged one follows in the end; itself, if that is not among the rows."""
    seen: set[str] = set()
    while row.stage == MERGED and row.note in rows and row.ticket_id not in seen:
        seen.add(row.ticket_id)
        row = rows[row.note]
    return row


def with_primaries(rows: Mapping[str, RequestRow], rows_of: RowsOf) -> dict[str, RequestRow]:
    """These, and all that they follow."""
    known = dict(rows)
    while wanted := {r.note for r in known.values() if r.stage == MERGED} - known.keys():
        found = rows_of(sorted(wanted))
        if not found:
            break
        known.update(found)
    return known


def as_primary_stands(row: RequestRow, rows: Mapping[str, RequestRow]) -> RequestRow:
    """The request under its own id, as far as its primary has come.

    The primary's answer was written to another resident: it is shown only to those that came by the
    same door, and never that of a tip-off (举报), which is confidential.
    """
    primary = end_of_the_way(row, rows)
    if primary is row:
        return row
    is_theirs = _door(primary) == _door(row) and primary.kind != "tipoff"
    return row._replace(
        status=primary.status,
        stage=primary.stage,
        note=primary.note,
        updated_at=max(row.updated_at, primary.updated_at),
        expected_at=primary.expected_at,
        agency=primary.agency,
        answer_position=primary.answer_position if is_theirs else 0,
    )


def with_status_of_primaries(
    log: EventLog, changed: Mapping[str, RequestRow], rows_of: RowsOf
) -> dict[str, RequestRow]:
    """These and those that follow them: lists by status find each where its primary stands."""
    touched = dict(changed)
    while behind := _behind(log, touched):
        touched.update(behind)
    known = with_primaries(touched, rows_of)
    ends = {ticket_id: end_of_the_way(row, known) for ticket_id, row in touched.items()}
    return {
        ticket_id: row if ends[ticket_id] is row else row._replace(status=ends[ticket_id].status)
        for ticket_id, row in touched.items()
    }


def _behind(log: EventLog, rows: Mapping[str, RequestRow]) -> dict[str, RequestRow]:
    """Stored rows that follow one of these, and are not among them."""
    statement = f"SELECT {COLUMNS} FROM requests WHERE stage = 'merged' AND note IN ({{marks}})"
    found: dict[str, RequestRow] = {}
    for part, some in in_parts(statement, sorted(rows)):
        found.update((row[0], RequestRow(*row)) for row in log.query(part, some))
    return {ticket_id: row for ticket_id, row in found.items() if ticket_id not in rows}


def _door(row: RequestRow) -> str:
    return row.channel.partition(":")[0]
