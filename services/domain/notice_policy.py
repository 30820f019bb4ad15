"""Which notices follow from a fact, and when one is not worth saying any more. Pure.

Whoever left no contact is noted once, when their report comes in, and not again.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.domain import events as e
from services.domain.events_clocks import DeadlineWarned, TicketEscalated
from services.domain.events_parts import PartDeadlineMissed, PartDeadlineWarned, SubtaskGiven
from services.domain.notice_values import Audience, NoticeKind, Suppression
from services.domain.part_state import part_key
from services.domain.ticket import ANONYMOUS, ANSWERED, OPEN, Ticket, still_open

PartFact = SubtaskGiven | PartDeadlineWarned | PartDeadlineMissed
Answer = e.TicketResolved | e.TicketAnsweredAtOnce | e.TicketDeclined
ENDED = ANSWERED | {"closed"}
OF_UNIT, OF_LEADER = "unit", "unit_leader"


class Reporter(NamedTuple):
    """Who told of a matter and can be reached: the first of their reports, and in which ticket."""

    resident: str
    ticket_id: str
    report_id: str


class Wanted(NamedTuple):
    kind: NoticeKind
    audience: Audience
    recipient: str
    report_ticket: str | None = None
    report_id: str | None = None
    suppression: Suppression | None = None


NOTED = (
    e.TicketOpened,
    e.ReportJoined,
    e.TicketRouted,
    e.AssistanceAsked,
    e.TicketReopened,
    DeadlineWarned,
    TicketEscalated,
    SubtaskGiven,
    PartDeadlineWarned,
    PartDeadlineMissed,
    e.TicketResolved,
    e.TicketAnsweredAtOnce,
    e.TicketDeclined,
)


def wanted_of(
    event: e.TicketEvent, ticket: Ticket, reporters: Sequence[Reporter]
) -> Iterable[Wanted]:
    """ticket: as it stands now. reporters: of the ticket and of all that follow it."""
    match event:
        case e.TicketOpened() | e.ReportJoined():
            yield from _received(event)
        case e.TicketRouted():
            yield from _to_all("routed", reporters)
            for unit in dict.fromkeys((event.lead, *event.assisting)):
                yield Wanted("assigned", "unit", unit)
        case e.AssistanceAsked():
            yield Wanted("assigned", "unit", event.unit)
        case e.TicketReopened() if ticket.lead:
            yield Wanted("assigned", "unit", ticket.lead)
        case DeadlineWarned() if ticket.responsible:
            yield Wanted("due_soon", "unit", ticket.responsible)
        case TicketEscalated():
            yield from _escalated(event, ticket)
        case SubtaskGiven():
            yield Wanted("assigned", "unit", event.unit)
        case PartDeadlineWarned():
            yield Wanted("due_soon", "unit", event.unit)
        case PartDeadlineMissed() if event.done_at is None:
            yield from _part_overdue(event, ticket)
        case e.TicketResolved() | e.TicketAnsweredAtOnce() | e.TicketDeclined():
            yield from _to_all("resolved", reporters)
            if not isinstance(event, e.TicketDeclined):
                yield from _to_all("rate", reporters)


def reporters_among(tickets: Iterable[Ticket]) -> list[Reporter]:
    """Each resident once, of the first ticket that names them; those without a contact are left
    out."""
    found: dict[str, Reporter] = {}
    for ticket in tickets:
        for resident, report_id in zip(ticket.reporters, ticket.reports, strict=True):
            if resident != ANONYMOUS and resident not in found:
                found[resident] = Reporter(resident, ticket.ticket_id, report_id)
    return list(found.values())


def _received(event: e.TicketOpened | e.ReportJoined) -> Iterable[Wanted]:
    """A report that was split off had its notice when it came in."""
    if isinstance(event, e.TicketOpened) and event.split_from:
        return
    missing: Suppression | None = "no_contact" if event.contact is None else None
    yield Wanted("received", "resident", event.resident, event.ticket_id, event.report_id, missing)


def _to_all(kind: NoticeKind, reporters: Sequence[Reporter]) -> Iterable[Wanted]:
    for one in reporters:
        yield Wanted(kind, "resident", one.resident, one.ticket_id, one.report_id)


def _escalated(event: TicketEscalated, ticket: Ticket) -> Iterable[Wanted]:
    """A reminder to the unit itself says what the warning has said already."""
    unit = ticket.responsible
    if event.addressee not in (OF_UNIT, OF_LEADER):
        yield Wanted("escalated", "unit", event.addressee)
    elif unit and event.addressee == OF_LEADER:
        yield Wanted("escalated", "unit", leader_of(unit))
    if unit and event.measure != "remind":
        yield Wanted("escalated", "unit", unit)


def _part_overdue(event: PartDeadlineMissed, ticket: Ticket) -> Iterable[Wanted]:
    """Who is late, and the lead, which answers for the whole. A part climbs no ladder."""
    for unit in dict.fromkeys((event.unit, ticket.lead)):
        if unit:
            yield Wanted("escalated", "unit", unit)


def leader_of(unit: str) -> str:
    """How a unit's leader is named as a recipient."""
    return f"{unit[:57]}/leader"


def is_superseded(
    kind: NoticeKind, event: e.TicketEvent, ticket: Ticket, recipient: str, report_id: str | None
) -> bool:
    """Whether what has happened since makes it wrong, or said by a later notice.

    event: the fact that it is about. ticket: as it stands now.
    """
    match event:
        case e.TicketOpened() | e.ReportJoined():
            return ticket.stage in ENDED
        case e.TicketRouted() if kind == "routed":
            return ticket.lead != event.lead or ticket.stage in ENDED
        case e.TicketResolved() | e.TicketAnsweredAtOnce() | e.TicketDeclined():
            rated = kind == "rate" and _is_rated(ticket, report_id)
            return rated or not _still_answers(event, ticket)
        case DeadlineWarned() | TicketEscalated():
            return _clock_moved_on(event, ticket)
        case SubtaskGiven() | PartDeadlineWarned() | PartDeadlineMissed():
            return _part_moved_on(event, ticket)
        case _:
            return ticket.stage not in OPEN or recipient not in (ticket.lead, *ticket.assisting)


def _still_answers(event: Answer, ticket: Ticket) -> bool:
    if ticket.stage not in ENDED:
        return ticket.stage == "merged"
    return isinstance(event, e.TicketDeclined) or ticket.resolved_at == event.occurred_at


def _is_rated(ticket: Ticket, report_id: str | None) -> bool:
    if ticket.stage == "closed":
        return True
    first = report_id in ticket.reports[:1] and ticket.evaluated
    return first or report_id in ticket.evaluated_reports


def _clock_moved_on(event: DeadlineWarned | TicketEscalated, ticket: Ticket) -> bool:
    clock = ticket.clock(event.clock)
    if clock is None or clock.due_at != event.due_at or not still_open(ticket, event.clock):
        return True
    return isinstance(event, TicketEscalated) and clock.level > event.level


def _part_moved_on(event: PartFact, ticket: Ticket) -> bool:
    part = ticket.part(part_key(event.unit, event.subtask))
    if part is None or not part.is_open or ticket.stage not in OPEN:
        return True
    if isinstance(event, SubtaskGiven):
        return False
    clock = part.clock
    if clock is None or clock.due_at != event.due_at:
        return True
    return isinstance(event, PartDeadlineWarned) and clock.missed
