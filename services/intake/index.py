"""Rows that intake must find at once, kept in the transaction of the events they follow from."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.domain.events import (
    ReportJoined,
    TicketEvent,
    TicketOpened,
    TicketReopened,
)
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
)
_KEY = "INSERT INTO report_keys VALUES (?, ?, ?, ?, ?)"
_OPENED = "INSERT INTO open_matters VALUES (?, ?)"
_REOPENED = "INSERT INTO open_matters VALUES (?, ?) ON CONFLICT DO NOTHING"
_ENDED = "DELETE FROM open_matters WHERE fingerprint = ? AND ticket_id = ?"


def index_changes(folded: Sequence[tuple[Ticket, TicketEvent]]) -> list[Change]:
    """`folded`: each new event with the ticket after it. A key or an open matter that is taken
    makes the append fail, and the report is looked at again."""
    changes = [change for ticket, event in folded for change in _changes(ticket, event)]
    keys = [change for change in changes if change.statement == _KEY]
    matters = [change for change in changes if change.statement != _KEY]
    return [*merged(keys), *merged(matters)]


def _changes(ticket: Ticket, event: TicketEvent) -> Iterable[Change]:
    matter = (ticket.fingerprint, ticket.ticket_id)
    if isinstance(event, TicketOpened):
        yield Change(_KEY, [_key(event)])
        yield Change(_OPENED, [matter])
    elif isinstance(event, ReportJoined):
        yield Change(_KEY, [_key(event)])
    elif isinstance(event, TicketReopened):
        yield Change(_REOPENED, [matter])
    elif ticket.stage not in OPEN:
        yield Change(_ENDED, [matter])


def _key(event: TicketOpened | ReportJoined) -> Sequence[Any]:
    return event.channel, event.reference, event.ticket_id, event.report_id, event.fingerprint


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
