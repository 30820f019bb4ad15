"""Joinings that wait for a person's decision: rows, and the list of them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.domain.events import TicketClosed, TicketEvent, TicketMerged
from services.domain.events_merging import JoinProposed, JoinRefused
from services.platform.event_log import Change, EventLog, merged
from services.platform.stored_time import stored
from services.platform.tail import Fact

TABLE = "join_proposals"
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS join_proposals (
    position BIGINT PRIMARY KEY, ticket_id TEXT NOT NULL, other TEXT NOT NULL,
    report_id TEXT NOT NULL, other_report TEXT NOT NULL, proposed_at TEXT NOT NULL,
    score DOUBLE PRECISION NOT NULL, explanation TEXT NOT NULL, match_version TEXT NOT NULL)""",
    "CREATE INDEX IF NOT EXISTS join_proposals_by_ticket ON join_proposals (ticket_id, other)",
    "CREATE INDEX IF NOT EXISTS join_proposals_by_other ON join_proposals (other)",
)
_PROPOSED = (
    "INSERT INTO join_proposals VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (position) DO NOTHING"
)
_DECIDED = "DELETE FROM join_proposals WHERE ticket_id = ? AND other = ?"
_IS_OVER = "DELETE FROM join_proposals WHERE ticket_id = ? OR other = ?"
# Both must be open now; what is over may be reopened, and then the question stands again.
_OPEN = (
    "SELECT p.position, p.ticket_id, p.other, p.report_id, p.other_report, p.proposed_at, p.score,"
    " p.explanation, p.match_version FROM join_proposals p"
    " JOIN requests a ON a.ticket_id = p.ticket_id JOIN requests b ON b.ticket_id = p.other"
    " WHERE p.position > ? AND a.status = 'open' AND a.stage <> 'merged'"
    " AND b.status = 'open' AND b.stage <> 'merged' ORDER BY p.position LIMIT ?"
)


_SAID = frozenset({JoinProposed, JoinRefused, TicketMerged, TicketClosed})


class Proposal(NamedTuple):
    """report_id and other_report: the two that are alike; '' if it was not said."""

    position: int
    ticket_id: str
    other: str
    report_id: str
    other_report: str
    proposed_at: str
    score: float
    explanation: str
    match_version: str


def proposal_changes(facts: Sequence[Fact]) -> list[Change]:
    said = [fact for fact in facts if type(fact.event) in _SAID]  # a few among thousands
    return merged(change for fact in said for change in _changes(fact.event, fact.position))


def _changes(event: TicketEvent, position: int) -> Iterable[Change]:
    match event:
        case JoinProposed():
            yield Change(_PROPOSED, [_row(event, position)])
        case JoinRefused(ticket_id=one, other=other) | TicketMerged(ticket_id=one, primary=other):
            yield Change(_DECIDED, [(one, other), (other, one)])
        case TicketClosed():
            yield Change(_IS_OVER, [(event.ticket_id, event.ticket_id)])


def _row(event: JoinProposed, position: int) -> Proposal:
    mine, other = (*event.report_ids, "", "")[:2]
    return Proposal(
        position,
        event.ticket_id,
        event.other,
        mine,
        other,
        stored(event.occurred_at),
        event.score,
        event.explanation,
        event.match_version,
    )


def open_proposals(log: EventLog, after: int, limit: int) -> list[Proposal]:
    """Those after a position, the oldest first."""
    return [Proposal(*row) for row in log.query(_OPEN, (after, limit))]
