"""What may be asked of a ticket. Time, ids and rules come in as values."""

from dataclasses import dataclass

from services.domain.command_base import BY_PERSON, ONCE, SAME_WORDS
from services.domain.command_base import ClockRules as ClockRules
from services.domain.command_base import Command as Command
from services.domain.command_base import ExtensionLimits as ExtensionLimits
from services.domain.command_base import Likeness as Likeness
from services.domain.command_base import Report as Report
from services.domain.commands_clocks import EscalateTicket as EscalateTicket
from services.domain.commands_clocks import MissDeadline as MissDeadline
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


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTicket(Command):
    """split_from: the ticket that the report had been joined to by mistake."""

    report: Report
    split_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinReport(Command):
    report: Report
    likeness: Likeness = SAME_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementTicket(Command):
    note: Personal
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineTicket(Command):
    rule: str
    rule_version: str
    basis: str
    legal_route: str
    handed_over: bool = False
    reply: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerAtOnce(Command):
    reply: Personal
    article: str | None = None
    article_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SendToTriage(Command):
    reason: str
    explanation: str
    directory_version: str
    candidates: tuple[Candidate, ...] = ()
    model_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteTicket(Command):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptTicket(Command):
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnTicket(Command):
    unit: str
    reason: str
    note: Personal | None = None
    proposed_unit: str | None = None
    proposed_item: str | None = None
    late: bool = False  # the dispatch centre takes it back from a unit that is too late to return


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportProgress(Command):
    unit: str
    note: Personal


@dataclass(frozen=True, slots=True, kw_only=True)
class AskAssistance(Command):
    unit: str
    note: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishAssistance(Command):
    unit: str
    note: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendTicket(Command):
    """working_days_max: what the policy gives this reason within one handling; None: no limit."""

    reason: str
    note: Personal | None = None
    working_days_max: int | None = None
    rules: ClockRules | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeTicket(Command):
    rules: ClockRules


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExtension(Command):
    unit: str
    working_days: int
    reason: str
    note: Personal | None = None
    limits: ExtensionLimits = ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantExtension(Command):
    rules: ClockRules
    working_days: int | None = None  # as asked, if not named
    limits: ExtensionLimits = ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseExtension(Command):
    note: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveTicket(Command):
    unit: str
    reply: Personal
    rules: ClockRules
    despite: str | None = None  # why, although sub-tasks are open


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateTicket(Command):
    reached: bool
    responded: bool | None = None
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    comment: Personal | None = None
    report_id: str | None = None  # whose resident was asked; None: who opened the ticket
    through: CallBackChannel | None = None
    limits: TryLimits = TryLimits()  # noqa: RUF009 - a frozen value


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopenTicket(Command):
    reason: str
    note: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack(Command):
    holds: bool
    note: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseTicket(Command):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTicket(Command):
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
