"""Of a ticket's state: what is to be evaluated, what was said, which verdicts may be appealed."""

from datetime import date, datetime
from typing import Literal, NamedTuple

from services.domain.events_evaluation import AppealDecision, VerdictKind

CallBackStage = Literal["open", "answered", "not_reached", "declined", "over"]


class CallBack(NamedTuple):
    """Of the handling that has ended last."""

    due_at: datetime
    stage: CallBackStage = "open"
    is_overdue: bool = False


class LookBackTask(NamedTuple):
    opens_at: datetime
    due_at: datetime
    is_overdue: bool = False


class Verdict(NamedTuple):
    """What a measure holds against a unit. fact: its number; facts: all that count for the case."""

    kind: VerdictKind
    fact: int
    facts: tuple[int, ...]
    unit: str
    at: datetime


class Appeal(NamedTuple):
    """number: of the fact that asked."""

    number: int
    verdict: Verdict
    measures: tuple[str, ...]
    actor: str
    decision: AppealDecision | None = None


class EvaluationState(NamedTuple):
    """tries: local days on which those that reached nobody in this handling were written down.
    answer: the number of the first answer to this handling; 0 if there is none. escalated: the
    answer that a supervisor was told of. reopened_by_rule: how often a disagreement has done so.
    routed, done: numbers of the facts that measures count, 0 if there is none yet. last_lead: who
    had it last."""

    call_back: CallBack | None = None
    tries: tuple[date, ...] = ()
    answer: int = 0
    escalated: int = 0
    reopened_by_rule: int = 0
    look_back: LookBackTask | None = None
    routed: int = 0
    done: int = 0
    answered_at_once: bool = False
    last_lead: str | None = None
    verdicts: tuple[Verdict, ...] = ()
    appeals: tuple[Appeal, ...] = ()


NOTHING = EvaluationState()
