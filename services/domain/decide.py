"""`decide(command, ticket) -> [events]`: every rule of a ticket's life, and nothing else.

`[]` means there is nothing to do (a repeat). A `Rejected` means that it may not happen.
"""

from typing import assert_never

from services.domain import commands as k
from services.domain.decide_calendar import recount
from services.domain.decide_call_backs import decide_evaluation
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
from services.domain.decide_merging import decide_merging
from services.domain.decide_parts import decide_part
from services.domain.decide_pauses import (
    end_suspension,
    grant_extension,
    refuse_extension,
    request_extension,
    resume,
    suspend,
)
from services.domain.decide_returns import consult, decide_return
from services.domain.decide_urgency import raise_urgency, shorten_deadline
from services.domain.events import TicketEvent
from services.domain.rejections import TicketUnknown
from services.domain.ticket import Ticket


def decide(command: k.TicketCommand, ticket: Ticket) -> list[TicketEvent]:
    """Raises a subclass of Rejected."""
    if ticket.stage == "new" and not isinstance(command, k.OpenTicket):
        raise TicketUnknown(command.ticket_id)
    match command:
        case k.WarnDeadline():  # first those that come by the thousand with a tick
            return warn(command, ticket)
        case k.MissDeadline():
            return miss(command, ticket)
        case k.EscalateTicket():
            return escalate(command, ticket)
        case k.OpenTicket():
            return open_ticket(command, ticket)
        case k.JoinReport():
            return join_report(command, ticket)
        case k.SupplementTicket():
            return supplement(command, ticket)
        case k.RouteTicket() | k.SendToTriage() | k.DeclineTicket() | k.AnswerAtOnce():
            return _decide_dispatch(command, ticket)
        case (
            k.MergeTicket() | k.ProposeJoin() | k.RefuseJoin() | k.SplitReport() | k.UnmergeTicket()
        ):
            return decide_merging(command, ticket)
        case k.EvaluationCommand():
            return decide_evaluation(command, ticket)
        case k.SetDeadline():
            return set_deadline(command, ticket)
        case k.RaiseUrgency():
            return raise_urgency(command, ticket)
        case k.ShortenDeadline():
            return shorten_deadline(command, ticket)
        case k.EndSuspension():
            return end_suspension(command, ticket)
        case k.RecountDeadlines():
            return recount(command, ticket)
        case (
            k.GiveSubtask()
            | k.AcceptSubtask()
            | k.FinishSubtask()
            | k.WithdrawSubtask()
            | k.SetPartDeadlines()
            | k.WarnPart()
            | k.MissPart()
        ):
            return decide_part(command, ticket)
        case _:
            return _decide_handling(command, ticket)


def _decide_dispatch(
    command: k.RouteTicket | k.SendToTriage | k.DeclineTicket | k.AnswerAtOnce, ticket: Ticket
) -> list[TicketEvent]:
    match command:
        case k.RouteTicket():
            return route(command, ticket)
        case k.SendToTriage():
            return send_to_triage(command, ticket)
        case k.DeclineTicket():
            return decline(command, ticket)
        case k.AnswerAtOnce():
            return answer_at_once(command, ticket)
        case _:
            assert_never(command)


Handling = (
    k.AcceptTicket
    | k.ReturnTicket
    | k.HoldConsultation
    | k.DecideReturn
    | k.ReportProgress
    | k.AskAssistance
    | k.FinishAssistance
    | k.SuspendTicket
    | k.ResumeTicket
    | k.RequestExtension
    | k.GrantExtension
    | k.RefuseExtension
    | k.ResolveTicket
    | k.EvaluateTicket
    | k.ReopenTicket
    | k.LookBack
    | k.CloseTicket
)


def _decide_handling(command: Handling, ticket: Ticket) -> list[TicketEvent]:
    match command:
        case k.AcceptTicket():
            return accept(command, ticket)
        case k.ReturnTicket():
            return give_back(command, ticket)
        case k.HoldConsultation():
            return consult(command, ticket)
        case k.DecideReturn():
            return decide_return(command, ticket)
        case k.ReportProgress():
            return progress(command, ticket)
        case k.AskAssistance():
            return ask_assistance(command, ticket)
        case k.FinishAssistance():
            return finish_assistance(command, ticket)
        case k.SuspendTicket():
            return suspend(command, ticket)
        case k.ResumeTicket():
            return resume(command, ticket)
        case k.RequestExtension():
            return request_extension(command, ticket)
        case k.GrantExtension():
            return grant_extension(command, ticket)
        case k.RefuseExtension():
            return refuse_extension(command, ticket)
        case k.ResolveTicket():
            return resolve(command, ticket)
        case k.EvaluateTicket():
            return evaluate(command, ticket)
        case k.ReopenTicket():
            return reopen(command, ticket)
        case k.LookBack():
            return look_back(command, ticket)
        case k.CloseTicket():
            return close(command, ticket)
        case _:
            assert_never(command)
