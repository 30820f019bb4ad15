"""`yousu import --history`: a file of the past, lived again under a virtual clock.

Each report comes in when it came in, is dispatched, and its clocks run; each reply is given when
it was given. When a unit accepted is not in such files: it is taken to have done so at once, so
that only the time to resolve is judged.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, TypedDict

from services.audit.replay import recorded_at
from services.console.simulation.driver import Timed, Totals, View, drive
from services.console.system import System
from services.domain.commands import (
    AcceptTicket,
    AnswerAtOnce,
    ReportProgress,
    ResolveTicket,
    SupplementTicket,
    TicketCommand,
)
from services.domain.events import TicketRouted
from services.domain.personal import Personal
from services.domain.ticket import OPEN, Ticket
from services.intake.files import ReportRow
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.platform.event_log import EventLog
from services.platform.processor import Fact

STEP = timedelta(hours=1)
ACTOR = "importer:history"


class Reply(NamedTuple):
    """What the office wrote to one report, and when."""

    channel: str
    reference: str
    words: str


def live_again(
    system: System,
    clock: VirtualClock,
    rows: Sequence[tuple[ReportRow, NewReport]],
    seen: Callable[[datetime, Totals], None],
) -> Totals:
    """Everything in the rows in the order of time, however the file orders it."""
    replied: Counter[str] = Counter()
    return drive(
        system,
        clock,
        sorted(_actions(rows, replied), key=lambda timed: timed[0]),
        react=accepted_at_once,
        step=STEP,
        seen=seen,
        reports_first=False,  # a reply of this hour comes before a deadline at its end
    )


def last_recorded(log: EventLog) -> list[datetime]:
    """When the last event was written down: a virtual clock may not go back behind it."""
    written = map(recorded_at, log.read_all(max(0, log.head() - 1), 1))
    return [at for at in written if at is not None]


def _actions(rows: Iterable[tuple[ReportRow, NewReport]], replied: Counter[str]) -> Iterator[Timed]:
    for row, report in rows:
        yield report.received_at, report
        if row.reply and row.replied_at:
            reply = Reply(report.channel, report.reference, row.reply)
            yield row.replied_at, partial(give, reply, replied)


def accepted_at_once(facts: Sequence[Fact]) -> Iterable[Timed]:
    for fact in facts:
        if isinstance(fact.event, TicketRouted):
            yield fact.event.occurred_at, partial(_accept, fact.event.ticket_id)


class Asked(TypedDict):
    """What every command of the past has in common."""

    ticket_id: str
    actor: str
    cause: str
    now: datetime
    at: datetime


def _asked(ticket_id: str, deed: str, view: View) -> Asked:
    cause = f"command:{deed}"
    return {"ticket_id": ticket_id, "actor": ACTOR, "cause": cause, "now": view.now, "at": view.at}


def _accept(ticket_id: str, view: View) -> TicketCommand | None:
    lead = view.ticket(ticket_id).lead
    if lead is None:
        return None
    return AcceptTicket(**_asked(ticket_id, f"accept-{ticket_id}", view), unit=lead)


def give(reply: Reply, replied: Counter[str], view: View) -> TicketCommand | None:
    """A ticket of several reports is resolved with the last reply; the others are progress."""
    ticket_id = view.ticket_of(reply.channel, reply.reference)
    if ticket_id is None:
        return None
    ticket = view.ticket(ticket_id)
    if ticket.stage not in OPEN:
        return None
    replied[ticket_id] += 1
    words = Personal(ticket.resident, reply.words)
    asked = _asked(ticket_id, f"reply-{reply.channel}-{reply.reference}", view)
    if replied[ticket_id] >= len(ticket.reports):
        return _last(asked, ticket, words, view)
    return _earlier(asked, ticket, words)


def _last(asked: Asked, ticket: Ticket, words: Personal, view: View) -> TicketCommand:
    if ticket.lead is None:
        return AnswerAtOnce(**asked, reply=words)
    return ResolveTicket(**asked, unit=ticket.lead, reply=words, rules=view.rules)


def _earlier(asked: Asked, ticket: Ticket, words: Personal) -> TicketCommand:
    if ticket.lead is None:
        return SupplementTicket(**asked, note=words)
    return ReportProgress(**asked, unit=ticket.lead, note=words)
