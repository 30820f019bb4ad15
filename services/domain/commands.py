"""What may be asked of a ticket. Time, ids and rules come in as values."""

from services.domain.command_base import BY_PERSON, ONCE, SAME_WORDS
from services.domain.command_base import ClockRules as ClockRules
from services.domain.command_base import Command as Command
from services.domain.command_base import ExtensionLimits as ExtensionLimits
from services.domain.command_base import Likeness as Likeness
from services.domain.command_base import Report as Report
from services.domain.commands_clocks import EscalateTicket as EscalateTicket
from services.domain.commands_clocks import MissDeadline as MissDeadline
from services.domain.commands_clocks import Rung as Rung
from services.domain.commands_clocks import SetDeadline as SetDeadline
from services.domain.commands_clocks import WarnDeadline as WarnDeadline
from services.domain.commands_evaluation import AppealVerdict as AppealVerdict
from services.domain.commands_evaluation import AskCallBack as AskCallBack
from services.domain.commands_evaluation import CallBackChoice as CallBackChoice
from services.domain.commands_evaluation import DecideAppeal as DecideAppeal
from services.domain.commands_evaluation import Disagree as Disagree
from services.domain.commands_evaluation import EvaluationCommand as EvaluationCommand
from services.domain.commands_evaluation import MissCallBack as MissCallBack
from services.domain.commands_evaluation import MissLookBack as MissLookBack
from services.domain.commands_evaluation import PlanLookBack as PlanLookBack
from services.domain.commands_evaluation import TryCallBack as TryCallBack
from services.domain.commands_evaluation import TryLimits as TryLimits
from services.domain.commands_merging import ProposeJoin as ProposeJoin
from services.domain.commands_merging import RefuseJoin as RefuseJoin
from services.domain.commands_merging import SplitReport as SplitReport
from services.domain.commands_merging import UnmergeTicket as UnmergeTicket
from services.domain.commands_parts import AcceptSubtask as AcceptSubtask
from services.domain.commands_parts import EndSuspension as EndSuspension
from services.domain.commands_parts import FinishSubtask as FinishSubtask
from services.domain.commands_parts import GiveSubtask as GiveSubtask
from services.domain.commands_parts import MissPart as MissPart
from services.domain.commands_parts import RecountDeadlines as RecountDeadlines
from services.domain.commands_parts import SetPartDeadlines as SetPartDeadlines
from services.domain.commands_parts import WarnPart as WarnPart
from services.domain.commands_parts import WithdrawSubtask as WithdrawSubtask
from services.domain.commands_returns import DecideReturn as DecideReturn
from services.domain.commands_returns import HoldConsultation as HoldConsultation
from services.domain.commands_urgency import RaiseUrgency as RaiseUrgency
from services.domain.commands_urgency import ShortenDeadline as ShortenDeadline
from services.domain.event_base import Satisfaction, UrgencyDays
from services.domain.events import Candidate
from services.domain.events_evaluation import CallBackChannel
from services.domain.personal import Personal


class OpenTicket(Command, frozen=True, kw_only=True):
    """split_from: the ticket that the report had been joined to by mistake."""

    report: Report
    split_from: str | None = None


class JoinReport(Command, frozen=True, kw_only=True):
    report: Report
    likeness: Likeness = SAME_WORDS


class SupplementTicket(Command, frozen=True, kw_only=True):
    note: Personal
    attachments: tuple[str, ...] = ()


class DeclineTicket(Command, frozen=True, kw_only=True):
    rule: str
    rule_version: str
    basis: str
    legal_route: str
    handed_over: bool = False
    reply: Personal | None = None


class AnswerAtOnce(Command, frozen=True, kw_only=True):
    reply: Personal
    article: str | None = None
    article_version: int | None = None


class SendToTriage(Command, frozen=True, kw_only=True):
    reason: str
    explanation: str
    directory_version: str
    candidates: tuple[Candidate, ...] = ()
    model_version: str | None = None


class RouteTicket(Command, frozen=True, kw_only=True):
    lead: str
    urgency_days: UrgencyDays
    method: str
    confidence: float
    explanation: str
    directory_version: str
    assisting: tuple[str, ...] = ()
    item: str | None = None
    area: str | None = None
    model_version: str | None = None
    urgency_rules: tuple[str, ...] | None = None


class AcceptTicket(Command, frozen=True, kw_only=True):
    unit: str


class ReturnTicket(Command, frozen=True, kw_only=True):
    unit: str
    reason: str
    note: Personal | None = None
    proposed_unit: str | None = None
    proposed_item: str | None = None
    late: bool = False  # the dispatch centre takes it back from a unit that is too late to return


class ReportProgress(Command, frozen=True, kw_only=True):
    unit: str
    note: Personal


class AskAssistance(Command, frozen=True, kw_only=True):
    unit: str
    note: Personal | None = None


class FinishAssistance(Command, frozen=True, kw_only=True):
    unit: str
    note: Personal | None = None


class SuspendTicket(Command, frozen=True, kw_only=True):
    """working_days_max: what the policy gives this reason within one handling; None: no limit."""

    reason: str
    note: Personal | None = None
    working_days_max: int | None = None
    rules: ClockRules | None = None


class ResumeTicket(Command, frozen=True, kw_only=True):
    rules: ClockRules


class RequestExtension(Command, frozen=True, kw_only=True):
    unit: str
    working_days: int
    reason: str
    note: Personal | None = None
    limits: ExtensionLimits = ONCE


class GrantExtension(Command, frozen=True, kw_only=True):
    rules: ClockRules
    working_days: int | None = None  # as asked, if not named
    limits: ExtensionLimits = ONCE


class RefuseExtension(Command, frozen=True, kw_only=True):
    note: Personal | None = None


class ResolveTicket(Command, frozen=True, kw_only=True):
    unit: str
    reply: Personal
    rules: ClockRules
    despite: str | None = None  # why, although sub-tasks are open


class EvaluateTicket(Command, frozen=True, kw_only=True):
    reached: bool
    responded: bool | None = None
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    comment: Personal | None = None
    report_id: str | None = None  # whose resident was asked; None: who opened the ticket
    through: CallBackChannel | None = None
    limits: TryLimits = TryLimits()


class ReopenTicket(Command, frozen=True, kw_only=True):
    reason: str
    note: Personal | None = None


class LookBack(Command, frozen=True, kw_only=True):
    holds: bool
    note: Personal | None = None


class CloseTicket(Command, frozen=True, kw_only=True):
    reason: str


class MergeTicket(Command, frozen=True, kw_only=True):
    """primary: an open ticket that follows no other; whoever asks has looked (`primaries`)."""

    primary: str
    likeness: Likeness = BY_PERSON


TicketCommand = (
    OpenTicket
    | JoinReport
    | SupplementTicket
    | DeclineTicket
    | AnswerAtOnce
    | SendToTriage
    | RouteTicket
    | AcceptTicket
    | ReturnTicket
    | HoldConsultation
    | DecideReturn
    | ReportProgress
    | AskAssistance
    | FinishAssistance
    | SuspendTicket
    | ResumeTicket
    | RequestExtension
    | GrantExtension
    | RefuseExtension
    | ResolveTicket
    | EvaluateTicket
    | ReopenTicket
    | LookBack
    | CloseTicket
    | MergeTicket
    | SetDeadline
    | WarnDeadline
    | MissDeadline
    | EscalateTicket
    | RaiseUrgency
    | ShortenDeadline
    | ProposeJoin
    | RefuseJoin
    | SplitReport
    | UnmergeTicket
    | GiveSubtask
    | AcceptSubtask
    | FinishSubtask
    | WithdrawSubtask
    | SetPartDeadlines
    | WarnPart
    | MissPart
    | EndSuspension
    | RecountDeadlines
    | AskCallBack
    | TryCallBack
    | MissCallBack
    | Disagree
    | PlanLookBack
    | MissLookBack
    | AppealVerdict
    | DecideAppeal
)
