"""派: the right unit at the first try, or an answer without one."""

from services.domain.commands import (
    AnswerAtOnce,
    Command,
    DeclineTicket,
    RouteTicket,
    SendToTriage,
)
from services.domain.decide_clocks import settled
from services.domain.decide_meta import meta
from services.domain.decide_part_clocks import parts_overdue
from services.domain.decide_returns import assisting_after, decided_by_routing, upheld_by_ending
from services.domain.decide_urgency import as_rules_asked
from services.domain.events import (
    TicketAnsweredAtOnce,
    TicketDeclined,
    TicketEvent,
    TicketRouted,
    TicketSentToTriage,
)
from services.domain.rejections import (
    ReturnUndecided,
    TicketNotAwaitingDispatch,
)
from services.domain.ticket import AWAITING_DISPATCH, Ticket


def route(command: RouteTicket, ticket: Ticket) -> list[TicketEvent]:
    if ticket.stage == "routed" and ticket.lead == command.lead:
        return []
    _require_awaiting_dispatch(command, ticket)
    decided = decided_by_routing(command, ticket)
    returned_by = {unit for unit, _ in ticket.returns}
    if command.lead in returned_by and command.method != "person":
        raise ReturnUndecided(command.ticket_id, command.lead)
    return [
        *decided,
        TicketRouted(
            **meta(command),
            attempt=ticket.attempt + 1,
            lead=command.lead,
            assisting=assisting_after(ticket, command.lead, command.assisting),
            item=command.item,
            area=command.area,
            urgency_days=(
                command.urgency_days
                if command.method == "person"
                else as_rules_asked(ticket, command.urgency_days)
            ),
            method=command.method,
            confidence=command.confidence,
            explanation=command.explanation,
            directory_version=command.directory_version,
            model_version=command.model_version,
            urgency_rules=command.urgency_rules,
        ),
    ]


def send_to_triage(command: SendToTriage, ticket: Ticket) -> list[TicketEvent]:
    if ticket.stage == "triage":
        return []
    _require_awaiting_dispatch(command, ticket)
    return [
        TicketSentToTriage(
            **meta(command),
            reason=command.reason,
            candidates=command.candidates,
            explanation=command.explanation,
            directory_version=command.directory_version,
            model_version=command.model_version,
        )
    ]


def decline(command: DeclineTicket, ticket: Ticket) -> list[TicketEvent]:
    if ticket.stage == "declined":
        return []
    _require_unaccepted(command, ticket)
    declined = TicketDeclined(
        **meta(command),
        rule=command.rule,
        rule_version=command.rule_version,
        basis=command.basis,
        legal_route=command.legal_route,
        handed_over=command.handed_over,
        reply=command.reply,
    )
    returned = upheld_by_ending(command, ticket, "declined")
    late = parts_overdue(command, ticket, *ticket.parts)
    return [*returned, declined, *settled(command, ticket, "resolve"), *late]


def answer_at_once(command: AnswerAtOnce, ticket: Ticket) -> list[TicketEvent]:
    if ticket.stage == "answered":
        return []
    _require_unaccepted(command, ticket)
    answered = TicketAnsweredAtOnce(
        **meta(command),
        reply=command.reply,
        article=command.article,
        article_version=command.article_version,
    )
    returned = upheld_by_ending(command, ticket, "answered")
    late = parts_overdue(command, ticket, *ticket.parts)
    return [*returned, answered, *settled(command, ticket, "resolve"), *late]


def _require_awaiting_dispatch(command: Command, ticket: Ticket) -> None:
    if ticket.stage not in AWAITING_DISPATCH:
        raise TicketNotAwaitingDispatch(command.ticket_id, f"it is {ticket.stage}")


def _require_unaccepted(command: Command, ticket: Ticket) -> None:
    """Routing takes milliseconds, a call minutes: until a unit has accepted (签收), the call-taker
    may still answer, or tell why the matter is not accepted."""
    if ticket.stage not in AWAITING_DISPATCH | {"routed"}:
        raise TicketNotAwaitingDispatch(command.ticket_id, f"it is {ticket.stage}")
