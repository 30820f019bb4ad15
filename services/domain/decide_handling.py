"""办: what the lead unit and the assisting units do."""

from services.domain.commands import (
    AcceptTicket,
    AskAssistance,
    Command,
    FinishAssistance,
    ReportProgress,
    ResolveTicket,
    ReturnTicket,
)
from services.domain.decide_clocks import overdue, settled
from services.domain.decide_meta import happened_at, meta
from services.domain.decide_part_clocks import part_settled, parts_overdue
from services.domain.decide_pauses import resumed
from services.domain.events import (
    AssistanceAsked,
    AssistanceDone,
    TicketAccepted,
    TicketEvent,
    TicketProgressed,
    TicketResolved,
    TicketReturned,
)
from services.domain.part_state import part_key
from services.domain.rejections import (
    AlreadyReturned,
    ReturnAfterAcceptance,
    ReturnDecided,
    ReturnTooLate,
    SubtasksOpen,
    TicketNotInHandling,
    TicketNotRouted,
    WrongUnit,
)
from services.domain.ticket import Ticket


def accept(command: AcceptTicket, ticket: Ticket) -> list[TicketEvent]:
    if ticket.stage == "handling" and ticket.lead == command.unit:
        return []
    if ticket.stage != "routed":
        raise TicketNotRouted(command.ticket_id, f"it is {ticket.stage}")
    require_lead(command, ticket, command.unit)
    accepted = TicketAccepted(**meta(command), unit=command.unit)
    return [accepted, *settled(command, ticket, "accept")]


def give_back(command: ReturnTicket, ticket: Ticket) -> list[TicketEvent]:
    """退单. Once per unit and reason, in time to accept, and not what was decided to be its own."""
    before = (command.unit, command.reason) in ticket.returns
    if ticket.stage in {"returned", "triage"} and before:
        return []
    if ticket.stage == "handling":
        raise ReturnAfterAcceptance(command.ticket_id)
    if ticket.stage != "routed":
        raise TicketNotRouted(command.ticket_id, f"it is {ticket.stage}")
    require_lead(command, ticket, command.unit)
    if command.unit in ticket.bound:
        raise ReturnDecided(command.ticket_id)
    if before:
        raise AlreadyReturned(command.ticket_id, command.reason)
    if not command.late and ticket.accept and happened_at(command) > ticket.accept.due_at:
        raise ReturnTooLate(command.ticket_id)
    returned = TicketReturned(
        **meta(command),
        unit=command.unit,
        reason=command.reason,
        note=command.note,
        proposed_unit=command.proposed_unit,
        proposed_item=command.proposed_item,
    )
    late = parts_overdue(command, ticket, *ticket.parts)
    return [returned, *overdue(command, ticket, "accept"), *late]


def progress(command: ReportProgress, ticket: Ticket) -> list[TicketEvent]:
    require_handling(command, ticket)
    if command.unit != ticket.lead and command.unit not in ticket.assisting:
        raise WrongUnit(command.ticket_id, command.unit)
    return [TicketProgressed(**meta(command), unit=command.unit, note=command.note)]


def ask_assistance(command: AskAssistance, ticket: Ticket) -> list[TicketEvent]:
    if command.unit in ticket.assisting and not _asked_before_reopening(command.unit, ticket):
        return []
    if ticket.stage not in {"routed", "handling"}:
        raise TicketNotInHandling(command.ticket_id, f"it is {ticket.stage}")
    if command.unit == ticket.lead:
        raise WrongUnit(command.ticket_id, f"{command.unit} leads it")
    return [AssistanceAsked(**meta(command), unit=command.unit, note=command.note)]


def finish_assistance(command: FinishAssistance, ticket: Ticket) -> list[TicketEvent]:
    if command.unit in ticket.assisting_done:
        return []
    if command.unit not in ticket.assisting:
        raise WrongUnit(command.ticket_id, command.unit)
    if ticket.stage not in {"routed", "handling"}:  # its clock runs since it was asked
        raise TicketNotInHandling(command.ticket_id, f"it is {ticket.stage}")
    done = AssistanceDone(**meta(command), unit=command.unit, note=command.note)
    part = ticket.part(part_key(command.unit, None))
    return [done, *(part_settled(command, ticket, part) if part else ())]


def _asked_before_reopening(unit: str, ticket: Ticket) -> bool:
    """The matter is done anew (重办), and so may be its assistance."""
    part, reopened_at = ticket.part(part_key(unit, None)), ticket.reopened_at
    return reopened_at is not None and (part is None or part.asked_at < reopened_at)


def resolve(command: ResolveTicket, ticket: Ticket) -> list[TicketEvent]:
    """办结. A suspended ticket is resumed first, so that its pause is counted once. Who resolves it
    while sub-tasks are open says why."""
    if ticket.stage == "resolved" and ticket.lead == command.unit:
        return []
    require_handling(command, ticket)
    require_lead(command, ticket, command.unit)
    if ticket.open_subtasks and command.despite is None:
        raise SubtasksOpen(command.ticket_id, ", ".join(map(str, ticket.open_subtasks)))
    events, now_running = resumed(command, command.rules, ticket)
    resolved = TicketResolved(
        **meta(command),
        unit=command.unit,
        reply=command.reply,
        despite=command.despite if ticket.open_subtasks else None,
    )
    return [
        *events,
        resolved,
        *settled(command, now_running, "resolve"),
        *parts_overdue(command, now_running, *now_running.parts),
    ]


def require_handling(command: Command, ticket: Ticket) -> None:
    if ticket.stage != "handling":
        raise TicketNotInHandling(command.ticket_id, f"it is {ticket.stage}")


def require_lead(command: Command, ticket: Ticket, unit: str) -> None:
    if ticket.lead != unit:
        raise WrongUnit(command.ticket_id, unit)
