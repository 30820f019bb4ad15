"""Rows that are kept in the transaction of each append, written again from the facts alone."""

from collections.abc import Callable, Sequence
from datetime import datetime

from services.domain.codec import decode
from services.domain.events import TicketEvent
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import evolve, fold
from services.platform.event_log import Change, EventLog
from services.platform.processor import Fact, Reaction

Inline = Callable[[Sequence[tuple[Ticket, TicketEvent]]], Sequence[Change]]


class InlineProjection:
    """Shows `inline` each fact with the ticket after it, as the command handler did.

    The tickets of a batch are loaded as they were before it: memory is that of one batch.
    """

    def __init__(self, log: EventLog, inline: Inline) -> None:
        self._log = log
        self._inline = inline

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        before = facts[0].position
        tickets = {
            stream_id: fold(decode(r.type, r.data) for r in stream if r.position < before)
            for stream_id, stream in self._log.read_streams(
                fact.event.ticket_id for fact in facts
            ).items()
        }
        folded = []
        for fact in facts:
            ticket = evolve(tickets[fact.event.ticket_id], fact.event)
            tickets[fact.event.ticket_id] = ticket
            folded.append((ticket, fact.event))
        return Reaction(changes=self._inline(folded))
