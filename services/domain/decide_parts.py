"""What may be asked about parts of a matter, each to its rule."""

from typing import assert_never

from services.domain import commands_parts as k
from services.domain.decide_part_clocks import miss_part, set_part_deadlines, warn_part
from services.domain.decide_subtasks import (
    accept_subtask,
    finish_subtask,
    give_subtask,
    withdraw_subtask,
)
from services.domain.events import TicketEvent
from services.domain.ticket import Ticket


def decide_part(command: k.PartCommand, ticket: Ticket) -> list[TicketEvent]:
    match command:
        case k.GiveSubtask():
            return give_subtask(command, ticket)
        case k.AcceptSubtask():
            return accept_subtask(command, ticket)
        case k.FinishSubtask():
            return finish_subtask(command, ticket)
        case k.WithdrawSubtask():
            return withdraw_subtask(command, ticket)
        case k.SetPartDeadlines():
            return set_part_deadlines(command, ticket)
        case k.WarnPart():
            return warn_part(command, ticket)
        case k.MissPart():
            return miss_part(command, ticket)
        case _:
            assert_never(command)
