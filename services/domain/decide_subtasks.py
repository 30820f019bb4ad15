"""办: sub-tasks 分解任务. The lead answers for the whole, others for a part by its day."""

from services.domain import commands_parts as k
from services.domain.command_base import Command
from services.domain.decide_meta import happened_at, meta
from services.domain.decide_part_clocks import named, part_settled, parts_overdue
from services.domain.events import TicketEvent
from services.domain.events_parts import (
    PartDeadlineSet,
    SubtaskAccepted,
    SubtaskDone,
    SubtaskGiven,
    SubtaskWithdrawn,
)
from services.domain.part_state import Part
from services.domain.rejections import (
    PromiseUnknown,
    SubtaskDayOff,
    SubtaskOver,
    SubtasksTooMany,
    SubtaskTooLate,
    SubtaskUnknown,
    TicketNotInHandling,
    WrongUnit,
)
from services.domain.ticket import Ticket

SUBTASKS_MAX = 100  # of one ticket


def give_subtask(command: k.GiveSubtask, ticket: Ticket) -> list[TicketEvent]:
    _require_lead_handles(command, ticket)
    if command.to == ticket.lead:
        raise WrongUnit(command.ticket_id, f"{command.to} leads it")
    number = 1 + max((part.number for part in ticket.parts), default=0)
    if number > SUBTASKS_MAX:
        raise SubtasksTooMany(command.ticket_id, f"{SUBTASKS_MAX}")
    promise = _promise(command, ticket, Part(command.to, number, happened_at(command)))
    given = SubtaskGiven(
        **meta(command), subtask=number, unit=command.to, due_day=command.due_day, note=command.note
    )
    return [given, promise]


def accept_subtask(command: k.AcceptSubtask, ticket: Ticket) -> list[TicketEvent]:
    part = _subtask(command, ticket, command.subtask)
    _require_unit(command, part)
    if part.accepted_at is not None or part.done_at is not None:
        return []
    _require_open(command, ticket, part)
    return [SubtaskAccepted(**meta(command), subtask=part.number, unit=part.unit)]


def finish_subtask(command: k.FinishSubtask, ticket: Ticket) -> list[TicketEvent]:
    part = _subtask(command, ticket, command.subtask)
    _require_unit(command, part)
    if part.done_at is not None:
        return []
    _require_open(command, ticket, part)
    done = SubtaskDone(**meta(command), subtask=part.number, unit=part.unit, note=command.note)
    return [done, *part_settled(command, ticket, part)]


def withdraw_subtask(command: k.WithdrawSubtask, ticket: Ticket) -> list[TicketEvent]:
    part = _subtask(command, ticket, command.subtask)
    if part.over:
        return []
    _require_lead_handles(command, ticket)
    if part.done_at is not None:
        raise SubtaskOver(command.ticket_id)
    withdrawn = SubtaskWithdrawn(
        **meta(command),
        subtask=part.number,
        unit=part.unit,
        reason=command.reason,
        note=command.note,
    )
    return [withdrawn, *parts_overdue(command, ticket, part)]


def _promise(command: k.GiveSubtask, ticket: Ticket, part: Part) -> PartDeadlineSet:
    """By the end of a working day, not after the ticket's own promise. A lead that is late already
    may give one more working day."""
    calendar, given_at, lead = command.rules.calendar, part.asked_at, ticket.resolve
    if lead is None:
        raise PromiseUnknown(command.ticket_id)
    if not calendar.is_working_day(command.due_day):
        raise SubtaskDayOff(command.ticket_id, f"{command.due_day}")
    due_at = calendar.close_of(command.due_day)
    stands_at = given_at if ticket.suspended_since is None else ticket.suspended_since
    latest = lead.due_at if lead.moves and stands_at < lead.due_at else calendar.due_at(given_at, 1)
    if not given_at < due_at <= latest:
        told = f"from {calendar.local_date(given_at)} to {calendar.local_date(latest)}"
        raise SubtaskTooLate(command.ticket_id, told)
    return PartDeadlineSet(
        **meta(command),
        **named(part),
        starts_at=given_at,
        day=command.due_day,
        warn_at=calendar.point_between(given_at, due_at, command.rules.warn_fraction),
        due_at=due_at,
        calendar_version=calendar.version,
        policy_version=command.rules.policy_version,
    )


def _subtask(command: Command, ticket: Ticket, number: int) -> Part:
    for part in ticket.parts:
        if part.number == number and number > 0:
            return part
    raise SubtaskUnknown(command.ticket_id, str(number))


def _require_unit(command: k.AcceptSubtask | k.FinishSubtask, part: Part) -> None:
    if command.unit != part.unit:
        raise WrongUnit(command.ticket_id, command.unit)


def _require_open(command: Command, ticket: Ticket, part: Part) -> None:
    if part.over:
        raise SubtaskOver(command.ticket_id)
    if ticket.stage != "handling":
        raise TicketNotInHandling(command.ticket_id, f"it is {ticket.stage}")


def _require_lead_handles(command: k.GiveSubtask | k.WithdrawSubtask, ticket: Ticket) -> None:
    if ticket.stage != "handling":
        raise TicketNotInHandling(command.ticket_id, f"it is {ticket.stage}")
    if command.unit != ticket.lead:
        raise WrongUnit(command.ticket_id, command.unit)
