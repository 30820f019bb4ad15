"""多口归一: tickets become one matter, and become two again without loss.

A rule about two tickets needs both: who follows whom is in `primaries`.
"""

from typing import cast

from services.domain import commands as k
from services.domain.decide_meta import meta
from services.domain.event_base import UrgencyDays
from services.domain.events import TicketEvent, TicketMerged
from services.domain.events_merging import (
    JoinProposed,
    JoinRefused,
    OpenStage,
    ReportSplit,
    TicketUnmerged,
)
from services.domain.rejections import (
    MergedWithItself,
    OpeningReport,
    ReportNotInTicket,
    StillMerged,
    TicketNotMerged,
    TicketNotOpen,
)
from services.domain.ticket import OPEN, Ticket


def merge(command: k.MergeTicket, ticket: Ticket) -> list[TicketEvent]:
    if command.primary == command.ticket_id:
        raise MergedWithItself(command.ticket_id)
    if ticket.primary == command.primary:
        return []
    if ticket.stage not in OPEN:
        raise TicketNotOpen(command.ticket_id)
    likeness = command.likeness._asdict()
    return [TicketMerged(**meta(command), primary=command.primary, **likeness)]


def propose(command: k.ProposeJoin, ticket: Ticket) -> list[TicketEvent]:
    """Once for each two tickets, and never again when a person has said no."""
    if command.other == command.ticket_id:
        raise MergedWithItself(command.ticket_id)
    if command.other in (*ticket.proposed, *ticket.apart, ticket.primary):
        return []
    if ticket.stage not in OPEN:
        raise TicketNotOpen(command.ticket_id)
    return [
        JoinProposed(
            **meta(command),
            other=command.other,
            report_ids=command.report_ids,
            score=command.score,
            explanation=command.explanation,
            match_version=command.match_version,
        )
    ]


def refuse(command: k.RefuseJoin, ticket: Ticket) -> list[TicketEvent]:
    """Whatever has become of the ticket: what a person knows about two matters stays true."""
    if command.other == command.ticket_id:
        raise MergedWithItself(command.ticket_id)
    if command.other in ticket.apart and command.other not in ticket.proposed:
        return []
    if ticket.primary == command.other:
        raise StillMerged(command.ticket_id)
    return [JoinRefused(**meta(command), other=command.other)]


def split(command: k.SplitReport, ticket: Ticket) -> list[TicketEvent]:
    """Also out of a ticket that is done: that was another matter, and nobody has looked at it."""
    if command.report_id not in ticket.reports:
        if command.to_ticket in ticket.apart:
            return []
        raise ReportNotInTicket(command.ticket_id)
    number = ticket.reports.index(command.report_id)
    if number == 0:
        raise OpeningReport(command.ticket_id)
    return [
        ReportSplit(
            **meta(command),
            report_id=command.report_id,
            fingerprint=ticket.fingerprints[number],
            to_ticket=command.to_ticket,
        )
    ]


def unmerge(command: k.UnmergeTicket, ticket: Ticket) -> list[TicketEvent]:
    before = ticket.before_merge
    if before is None or ticket.primary is None or before.stage not in OPEN:
        raise TicketNotMerged(command.ticket_id)
    since = max((at for at in (ticket.routed_at, ticket.reopened_at) if at), default=None)
    return [
        TicketUnmerged(
            **meta(command),
            primary=ticket.primary,
            stage=cast(OpenStage, before.stage),
            since=since,
            urgency_days=cast(UrgencyDays | None, ticket.urgency_days),
        )
    ]
