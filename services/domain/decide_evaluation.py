"""评: the resident has the last word, and closed matters are looked at again."""

from services.domain.commands import CloseTicket, EvaluateTicket, LookBack, ReopenTicket
from services.domain.decide_call_backs import ended_unreached
from services.domain.decide_meta import meta
from services.domain.events import (
    TicketClosed,
    TicketEvaluated,
    TicketEvent,
    TicketLookedBack,
    TicketReopened,
)
from services.domain.rejections import (
    AlreadyEvaluated,
    EvaluatedBeforeItWasDone,
    NothingSaid,
    TicketNotClosed,
    TicketNotResolved,
)
from services.domain.ticket import ANSWERED, Ticket


def evaluate(command: EvaluateTicket, ticket: Ticket) -> list[TicketEvent]:
    said = (command.responded, command.solved, command.satisfaction, command.comment)
    if not command.reached and any(answer is not None for answer in said):
        raise NothingSaid(command.ticket_id)
    if ticket.stage not in ANSWERED | {"closed"}:
        raise TicketNotResolved(command.ticket_id, f"it is {ticket.stage}")
    if _has_said(command.report_id, ticket):
        raise AlreadyEvaluated(command.ticket_id)
    if command.at and ticket.resolved_at and command.at < ticket.resolved_at:
        raise EvaluatedBeforeItWasDone(command.ticket_id)
    evaluated: list[TicketEvent] = [
        TicketEvaluated(
            **meta(command),
            reached=command.reached,
            responded=command.responded,
            solved=command.solved,
            satisfaction=command.satisfaction,
            comment=command.comment,
            report_id=command.report_id,
            through=command.through,
        )
    ]
    if command.reached:
        return evaluated
    return [*evaluated, *ended_unreached(command, ticket, command.limits)]


def _has_said(report_id: str | None, ticket: Ticket) -> bool:
    """One answer of each resident; who is not named is the one that opened the ticket."""
    if report_id is None or report_id in ticket.reports[:1]:
        return ticket.evaluated
    return report_id in ticket.evaluated_reports


def reopen(command: ReopenTicket, ticket: Ticket) -> list[TicketEvent]:
    if ticket.reopened and ticket.stage in {"handling", "triage"}:
        return []
    if ticket.stage not in ANSWERED | {"closed"}:
        raise TicketNotResolved(command.ticket_id, f"it is {ticket.stage}")
    return [TicketReopened(**meta(command), reason=command.reason, note=command.note)]


def look_back(command: LookBack, ticket: Ticket) -> list[TicketEvent]:
    if ticket.stage != "closed":
        raise TicketNotClosed(command.ticket_id, f"it is {ticket.stage}")
    return [TicketLookedBack(**meta(command), holds=command.holds, note=command.note)]


def close(command: CloseTicket, ticket: Ticket) -> list[TicketEvent]:
    if ticket.stage == "closed":
        return []
    if ticket.stage not in ANSWERED:
        raise TicketNotResolved(command.ticket_id, f"it is {ticket.stage}")
    return [TicketClosed(**meta(command), reason=command.reason)]
