"""Whoever has reported a matter, through whichever ticket: each is kept, told and asked."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.domain.events import ReportJoined, TicketOpened
from services.domain.events_merging import ReportSplit
from services.intake.index import followers
from services.platform.event_log import EventLog, Recorded
from services.platform.processor import decode_all
from services.platform.tail import Fact


class Reporter(NamedTuple):
    """resident: a pseudonym. ticket_id: the ticket that the report is part of, which may follow the
    one that was asked for. fact: the report, with its words sealed."""

    report_id: str
    channel: str
    reference: str
    resident: str
    ticket_id: str
    received_at: datetime
    fact: Fact


def reporters_of(log: EventLog, ticket_id: str) -> list[Reporter]:
    """Those of the ticket and of all that were merged into it, in the order of the log."""
    tickets = [ticket_id, *followers(log, [ticket_id])[ticket_id]]
    streams = log.read_streams(tickets)
    found = [one for stream in streams.values() for one in _of_stream(stream)]
    return sorted(found, key=lambda reporter: reporter.fact.position)


def _of_stream(stream: Sequence[Recorded]) -> list[Reporter]:
    here: dict[str, Reporter] = {}
    for fact in decode_all(stream)[0]:
        event = fact.event
        if isinstance(event, TicketOpened | ReportJoined):
            here[event.report_id] = Reporter(
                event.report_id,
                event.channel,
                event.reference,
                event.resident,
                event.ticket_id,
                event.occurred_at,
                fact,
            )
        elif isinstance(event, ReportSplit):
            here.pop(event.report_id, None)
    return list(here.values())
