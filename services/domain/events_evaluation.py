"""Facts about evaluation 评: call-backs 回访, disagreement, looking back 回头看, appeals 申诉."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from services.domain.event_base import Code, Event, Satisfaction
from services.domain.personal import Personal

Number = Annotated[int, Field(ge=1)]
Rate = Annotated[float, Field(ge=0, le=1)]
CallBackChannel = Literal["phone", "sms", "web"]
# Of one try to reach the resident. The first five reached nobody; `declined`: they want to say
# nothing; `sent` waits for an answer.
TryOutcome = Literal[
    "no_answer",
    "busy",
    "switched_off",
    "wrong_number",
    "undeliverable",
    "call_later",
    "not_understood",
    "declined",
    "sent",
]
EndOutcome = Literal["not_reached", "declined"]
VerdictKind = Literal["late_accept", "late_resolve", "evaluated", "returned", "reopened"]
AppealDecision = Literal["upheld", "refused"]
Evidence = Annotated[str, Field(min_length=1, max_length=200)]


class EvaluationEvent(Event):
    """What all of these have in common."""


class TicketEvaluated(Event):
    """回访: was the resident reached, and what did they say? Unasked or unanswered is null."""

    type: Literal["ticket.evaluated.v1"] = "ticket.evaluated.v1"
    reached: bool
    responded: bool | None = None  # did the unit respond to the resident in time
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    comment: Personal | None = None
    report_id: Code | None = None  # whose resident was asked; null: who opened the ticket
    through: CallBackChannel | None = None  # how they answered; null in old facts


class TicketLookedBack(Event):
    """回头看: does the solution still hold, weeks after closing?"""

    type: Literal["ticket.looked_back.v1"] = "ticket.looked_back.v1"
    holds: bool
    note: Personal | None = None


class CallBackAsked(EvaluationEvent):
    """This handling is to be evaluated by the resident, and until when somebody must have asked.

    handling: 1, and one more after each reopening. rule: the policy's, with its rate; the sample is
    drawn from the ticket's id alone.
    """

    type: Literal["ticket.call_back_asked.v1"] = "ticket.call_back_asked.v1"
    handling: Number
    rule: Code
    rate: Rate
    working_days: Number
    due_at: AwareDatetime
    unit: Code | None = None  # who had it last
    policy_version: Code
    calendar_version: Code


class CallBackTried(EvaluationEvent):
    type: Literal["ticket.call_back_tried.v1"] = "ticket.call_back_tried.v1"
    handling: Number
    through: CallBackChannel
    result: TryOutcome
    note: Personal | None = None


class CallBackEnded(EvaluationEvent):
    """Nobody was reached in as many tries as the rule asks for, or the resident wants to say
    nothing: this handling stands in no denominator."""

    type: Literal["ticket.call_back_ended.v1"] = "ticket.call_back_ended.v1"
    handling: Number
    result: EndOutcome
    tries: Annotated[int, Field(ge=0)]
    days: Annotated[int, Field(ge=0)]  # on how many different days
    policy_version: Code


class CallBackOverdue(EvaluationEvent):
    """The centre has not evaluated in time. It is still to be done."""

    type: Literal["ticket.call_back_overdue.v1"] = "ticket.call_back_overdue.v1"
    handling: Number
    due_at: AwareDatetime


class DisagreementEscalated(EvaluationEvent):
    """The resident disagrees again, after the reopenings that happen by themselves: a supervisor
    decides. disagreed_in: the number of the fact that holds what they said."""

    type: Literal["ticket.disagreement_escalated.v1"] = "ticket.disagreement_escalated.v1"
    handling: Number
    disagreed_in: Number
    solved: bool | None = None
    satisfaction: Satisfaction | None = None
    unit: Code | None = None
    addressee: Code
    explanation: str
    policy_version: Code


class LookBackPlanned(EvaluationEvent):
    """Drawn by its id to be looked at again, from opens_at until due_at."""

    type: Literal["ticket.look_back_planned.v1"] = "ticket.look_back_planned.v1"
    handling: Number
    rate: Rate
    after_days: Number
    opens_at: AwareDatetime
    due_at: AwareDatetime
    unit: Code | None = None
    policy_version: Code


class LookBackOverdue(EvaluationEvent):
    type: Literal["ticket.look_back_overdue.v1"] = "ticket.look_back_overdue.v1"
    handling: Number
    due_at: AwareDatetime


class TicketAppealed(EvaluationEvent):
    """申诉: a unit asks that a verdict on it be left out of these measures. fact: the number of the
    fact that holds the verdict. evidence: references of documents."""

    type: Literal["ticket.appealed.v1"] = "ticket.appealed.v1"
    unit: Code
    verdict: VerdictKind
    fact: Number
    measures: tuple[Code, ...]
    reason: Code
    evidence: tuple[Evidence, ...]
    note: Personal | None = None
    policy_version: Code


class AppealDecided(EvaluationEvent):
    """appeal: the number of the fact that asked. facts: those that leave the measures, if it was
    upheld; the facts themselves stand for ever."""

    type: Literal["ticket.appeal_decided.v1"] = "ticket.appeal_decided.v1"
    appeal: Number
    decision: AppealDecision
    unit: Code
    verdict: VerdictKind
    facts: tuple[Number, ...]
    measures: tuple[Code, ...]
    reason: Code
    explanation: str
    note: Personal | None = None


EvaluationFact = (
    CallBackAsked
    | CallBackTried
    | CallBackEnded
    | CallBackOverdue
    | DisagreementEscalated
    | LookBackPlanned
    | LookBackOverdue
    | TicketAppealed
    | AppealDecided
)
