"""接: what a resident sent becomes a ticket, or part of one."""

from typing import Any, TypeVar

from services.domain.commands import JoinReport, OpenTicket, Report, SupplementTicket
from services.domain.decide_meta import Meta, meta
from services.domain.events import ReportJoined, TicketEvent, TicketOpened, TicketSupplemented
from services.domain.rejections import TicketExists, TicketNotOpen
from services.domain.ticket import OPEN, Ticket


def open_ticket(command: OpenTicket, ticket: Ticket) -> list[TicketEvent]:
    if command.report.report_id in ticket.reports:
        return []
    if ticket.stage != "new":
        raise TicketExists(command.ticket_id)
    split_from = command.split_from
    return [_received(TicketOpened, meta(command), command.report, split_from=split_from)]


def join_report(command: JoinReport, ticket: Ticket) -> list[TicketEvent]:
    if command.report.report_id in ticket.reports:
        return []
    if ticket.stage not in OPEN:
        raise TicketNotOpen(command.ticket_id)
    likeness = command.likeness._asdict()
    return [_received(ReportJoined, meta(command), command.report, **likeness)]


def supplement(command: SupplementTicket, ticket: Ticket) -> list[TicketEvent]:
    if ticket.stage not in OPEN:
        raise TicketNotOpen(command.ticket_id)
    return [TicketSupplemented(**meta(command), note=command.note, attachments=command.attachments)]


Received = TypeVar("Received", TicketOpened, ReportJoined)


def _received(event_type: type[Received], facts: Meta, report: Report, **further: Any) -> Received:
    return event_type(
        **facts,
        report_id=report.report_id,
        channel=report.channel,
        reference=report.reference,
        resident=report.resident,
        kind=report.kind,
        title=report.title,
        text=report.text,
        address=report.address,
        contact=report.contact,
        name=report.name,
        area=report.area,
        longitude=report.longitude,
        latitude=report.latitude,
        item=report.item,
        attachments=report.attachments,
        fingerprint=report.fingerprint,
        rule_version=report.rule_version,
        **further,
    )
