"""Rows that intake must find at once, kept in the transaction of the events they follow from."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from services.domain.event_base import Event
from services.domain.events import (
    ReportJoined,
    TicketEvent,
    TicketMerged,
    TicketOpened,
    TicketReopened,
)
from services.domain.events_merging import ReportSplit, TicketUnmerged
from services.domain.ticket import OPEN, Ticket
from services.platform.event_log import Change, EventLog, merged
from services.platform.many import in_parts

SCHEMA = (
    """CREATE TABLE IF NOT EXISTS report_keys (
    channel TEXT NOT NULL, reference TEXT NOT NULL, ticket_id TEXT NOT NULL,
    report_id TEXT NOT NULL, fingerprint TEXT NOT NULL,
    PRIMARY KEY (channel, reference)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS open_matters (
    fingerprint TEXT PRIMARY KEY, ticket_id TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS open_matters_by_ticket ON open_matters (ticket_id)",
    """CREATE TABLE IF NOT EXISTS merged_tickets (
    ticket_id TEXT NOT NULL, fingerprint TEXT NOT NULL, primary_id TEXT NOT NULL,
    PRIMARY KEY (ticket_id, fingerprint)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS merged_tickets_by_primary ON merged_tickets (primary_id)",
)
TABLES = ("report_keys", "open_matters", "merged_tickets")
_KEY = "INSERT INTO report_keys VALUES (?, ?, ?, ?, ?)"
_KEY_MOVED = "UPDATE report_keys SET ticket_id = ? WHERE channel = ? AND reference = ?"
_OPENED = "INSERT INTO open_matters VALUES (?, ?)"
_KNOWN_AS = "INSERT INTO open_matters VALUES (?, ?) ON CONFLICT DO NOTHING"
_SPLIT = "DELETE FROM open_matters WHERE fingerprint = ? AND ticket_id = ?"
_ENDED = "DELETE FROM open_matters WHERE ticket_id = ?"
_FOLLOWS = "INSERT INTO merged_tickets VALUES (?, ?, ?)"
_FOLLOWS_LESS = "DELETE FROM merged_tickets WHERE ticket_id = ? AND fingerprint = ?"
_FOLLOWS_NO_MORE = "DELETE FROM merged_tickets WHERE ticket_id = ?"
_MOVED = "UPDATE open_matters SET ticket_id = ? WHERE ticket_id = ?"
_MOVED_BACK = "UPDATE open_matters SET ticket_id = ? WHERE ticket_id = ? AND fingerprint = ?"
# The words of those that follow a ticket are known as its own again.
_FOLLOWERS_BACK = (
    "UPDATE open_matters SET ticket_id = ? WHERE ticket_id = ? AND fingerprint IN"
    " (SELECT fingerprint FROM merged_tickets WHERE primary_id = ?)"
)
_FOLLOWERS_KNOWN = (
    "INSERT INTO open_matters SELECT fingerprint, MIN(primary_id) FROM merged_tickets"
    " WHERE primary_id = ? GROUP BY fingerprint ON CONFLICT DO NOTHING"
)


def index_changes(folded: Sequence[tuple[Ticket, TicketEvent]]) -> list[Change]:
    """`folded`: each new event with the ticket after it. A key or an open matter that is taken
    makes the append fail, and the report is looked at again."""
    changes = [change for ticket, event in folded for change in _changes(ticket, event)]
    keys = [change for change in changes if change.statement in {_KEY, _KEY_MOVED}]
    matters = [change for change in changes if change.statement not in {_KEY, _KEY_MOVED}]
    return [*merged(keys), *merged(matters)]


def _changes(ticket: Ticket, event: TicketEvent) -> Iterable[Change]:
    handler = _HANDLERS.get(type(event))
    if handler is not None:
        return handler(ticket, event)
    if ticket.stage in OPEN or ticket.stage == "merged":
        return ()
    return [Change(_ENDED, [(ticket.ticket_id,)])]


def _opened(ticket: Ticket, event: TicketOpened) -> Iterable[Change]:
    yield _key_moved(event) if event.split_from else Change(_KEY, [_key(event)])
    matter = (ticket.fingerprint, ticket.ticket_id)
    yield Change(_KNOWN_AS if event.split_from else _OPENED, [matter])


def _joined(ticket: Ticket, event: ReportJoined) -> Iterable[Change]:
    yield Change(_KEY, [_key(event)])
    if event.fingerprint != ticket.fingerprint:
        yield Change(_KNOWN_AS, [(event.fingerprint, ticket.ticket_id)])


def _split(ticket: Ticket, event: ReportSplit) -> Iterable[Change]:
    """Its words lead here no longer, unless another report of the ticket says the same."""
    if event.fingerprint in ticket.fingerprints:
        return
    yield Change(_SPLIT, [(event.fingerprint, ticket.primary or ticket.ticket_id)])
    yield Change(_FOLLOWS_LESS, [(ticket.ticket_id, event.fingerprint)])


def _reopened(ticket: Ticket, event: TicketReopened) -> Iterable[Change]:
    return _open_again(ticket)


def _open_again(ticket: Ticket) -> Iterable[Change]:
    for fingerprint in dict.fromkeys(ticket.fingerprints):
        yield Change(_KNOWN_AS, [(fingerprint, ticket.ticket_id)])
    yield Change(_FOLLOWERS_KNOWN, [(ticket.ticket_id,)])


def _follows(ticket: Ticket, event: TicketMerged) -> Iterable[Change]:
    """Who says its words again joins the primary."""
    for fingerprint in dict.fromkeys(ticket.fingerprints):
        yield Change(_FOLLOWS, [(ticket.ticket_id, fingerprint, event.primary)])
    yield Change(_MOVED, [(event.primary, ticket.ticket_id)])


def _follows_no_more(ticket: Ticket, event: TicketUnmerged) -> Iterable[Change]:
    mine = ticket.ticket_id
    for fingerprint in dict.fromkeys(ticket.fingerprints):
        yield Change(_MOVED_BACK, [(mine, event.primary, fingerprint)])
    yield Change(_FOLLOWERS_BACK, [(mine, event.primary, mine)])
    yield Change(_FOLLOWS_NO_MORE, [(mine,)])
    yield from _open_again(ticket)


def _key(event: TicketOpened | ReportJoined) -> Sequence[Any]:
    return event.channel, event.reference, event.ticket_id, event.report_id, event.fingerprint


def _key_moved(event: TicketOpened) -> Change:
    return Change(_KEY_MOVED, [(event.ticket_id, event.channel, event.reference)])


_HANDLERS: dict[type[Event], Callable[[Ticket, Any], Iterable[Change]]] = {
    TicketOpened: _opened,
    ReportJoined: _joined,
    ReportSplit: _split,
    TicketReopened: _reopened,
    TicketMerged: _follows,
    TicketUnmerged: _follows_no_more,
}


def known_reports(
    log: EventLog, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[str, str, str]]:
    """(channel, reference) → (ticket, report, fingerprint) of those that came before."""
    references: dict[str, list[str]] = {}
    for channel, reference in keys:
        references.setdefault(channel, []).append(reference)
    statement = (  # pairs `IN (VALUES …)` would read the whole table
        "SELECT channel, reference, ticket_id, report_id, fingerprint FROM report_keys"
        " WHERE channel = ? AND reference IN ({marks})"
    )
    found = {}
    for channel, wanted in references.items():
        for part, some in in_parts(statement, wanted, first=(channel,)):
            for row in log.query(part, some):
                found[row[0], row[1]] = (row[2], row[3], row[4])
    return found


def open_matters(log: EventLog, fingerprints: Sequence[str]) -> dict[str, str]:
    """fingerprint → open ticket."""
    statement = "SELECT fingerprint, ticket_id FROM open_matters WHERE fingerprint IN ({marks})"
    found: dict[str, str] = {}
    for part, some in in_parts(statement, fingerprints):
        found.update(log.query(part, some))
    return found


def followers(log: EventLog, ticket_ids: Sequence[str]) -> dict[str, list[str]]:
    """Ticket → those merged into it, straight or over others, the oldest first."""
    statement = "SELECT primary_id, ticket_id FROM merged_tickets WHERE primary_id IN ({marks})"
    straight: dict[str, set[str]] = {}
    asked: set[str] = set()
    wanted = list(dict.fromkeys(ticket_ids))
    while wanted:
        asked.update(wanted)
        for part, some in in_parts(statement, wanted):
            for primary_id, ticket_id in log.query(part, some):
                straight.setdefault(primary_id, set()).add(ticket_id)
        wanted = sorted({one for found in straight.values() for one in found} - asked)
    return {ticket_id: sorted(_all_behind(ticket_id, straight)) for ticket_id in ticket_ids}


def _all_behind(ticket_id: str, straight: dict[str, set[str]]) -> set[str]:
    behind: set[str] = set()
    wanted = [ticket_id]
    while wanted:
        found = straight.get(wanted.pop(), set()) - behind - {ticket_id}
        behind |= found
        wanted += found
    return behind
