"""`decide(command, ticket) -> [events]`: every rule of a ticket's life, and nothing else.

`[]` means there is nothing to do (a repeat). A `Rejected` means that it may not happen.
"""

from collections.abc import Callable
from typing import Any

from services.domain import commands as k
from services.domain.decide_appeals import appeal, decide_appeal
from services.domain.decide_calendar import recount
from services.domain.decide_call_backs import (
    ask_call_back,
    disagree,
    miss_call_back,
    miss_look_back,
    plan_look_back,
    try_call_back,
)
from services.domain.decide_clocks import escalate, miss, set_deadline, warn
from services.domain.decide_dispatch import answer_at_once, decline, route, send_to_triage
from services.domain.decide_evaluation import close, evaluate, look_back, reopen
from services.domain.decide_handling import (
    accept,
    ask_assistance,
    finish_assistance,
    give_back,
    progress,
    resolve,
)
from services.domain.decide_intake import join_report, open_ticket, supplement
from services.domain.decide_merging import merge, propose, refuse, split, unmerge
from services.domain.decide_part_clocks import miss_part, set_part_deadlines, warn_part
from services.domain.decide_pauses import (
    end_suspension,
    grant_extension,
    refuse_extension,
    request_extension,
    resume,
    suspend,
)
from services.domain.decide_returns import consult, decide_return
from services.domain.decide_subtasks import (
    accept_subtask,
    finish_subtask,
    give_subtask,
    withdraw_subtask,
)
from services.domain.decide_urgency import raise_urgency, shorten_deadline
from services.domain.events import TicketEvent
from services.domain.rejections import TicketUnknown
from services.domain.ticket import Ticket


def decide(command: k.TicketCommand, ticket: Ticket) -> list[TicketEvent]:
    """Raises a subclass of Rejected."""
    if ticket.stage == "new" and type(command) is not k.OpenTicket:
        raise TicketUnknown(command.ticket_id)
    return DECIDERS[type(command)](command, ticket)


# Found by type, not by trying one after the other: a tick brings them by the thousand.
DECIDERS: dict[type[k.Command], Callable[[Any, Ticket], list[TicketEvent]]] = {
    k.OpenTicket: open_ticket,
    k.JoinReport: join_report,
    k.SupplementTicket: supplement,
    k.RouteTicket: route,
    k.SendToTriage: send_to_triage,
    k.DeclineTicket: decline,
    k.AnswerAtOnce: answer_at_once,
    k.MergeTicket: merge,
    k.ProposeJoin: propose,
    k.RefuseJoin: refuse,
    k.SplitReport: split,
    k.UnmergeTicket: unmerge,
    k.RaiseUrgency: raise_urgency,
    k.SetDeadline: set_deadline,
    k.ShortenDeadline: shorten_deadline,
    k.RecountDeadlines: recount,
    k.WarnDeadline: warn,
    k.MissDeadline: miss,
    k.EscalateTicket: escalate,
    k.AcceptTicket: accept,
    k.ReturnTicket: give_back,
    k.HoldConsultation: consult,
    k.DecideReturn: decide_return,
    k.ReportProgress: progress,
    k.AskAssistance: ask_assistance,
    k.FinishAssistance: finish_assistance,
    k.GiveSubtask: give_subtask,
    k.AcceptSubtask: accept_subtask,
    k.FinishSubtask: finish_subtask,
    k.WithdrawSubtask: withdraw_subtask,
    k.SetPartDeadlines: set_part_deadlines,
    k.WarnPart: warn_part,
    k.MissPart: miss_part,
    k.SuspendTicket: suspend,
    k.EndSuspension: end_suspension,
    k.ResumeTicket: resume,
    k.RequestExtension: request_extension,
    k.GrantExtension: grant_extension,
    k.RefuseExtension: refuse_extension,
    k.ResolveTicket: resolve,
    k.EvaluateTicket: evaluate,
    k.ReopenTicket: reopen,
    k.LookBack: look_back,
    k.CloseTicket: close,
    k.AskCallBack: ask_call_back,
    k.TryCallBack: try_call_back,
    k.MissCallBack: miss_call_back,
    k.Disagree: disagree,
    k.PlanLookBack: plan_look_back,
    k.MissLookBack: miss_look_back,
    k.AppealVerdict: appeal,
    k.DecideAppeal: decide_appeal,
}
