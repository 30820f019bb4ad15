"""What may be asked about the evaluation of a ticket. Rules come in as values."""

from datetime import datetime
from typing import NamedTuple

from services.domain.command_base import ClockRules, Command
from services.domain.events_evaluation import (
    AppealDecision,
    CallBackChannel,
    TryOutcome,
    VerdictKind,
)
from services.domain.personal import Personal


class TryLimits(NamedTuple):
    """When a resident counts as not reached: after so many tries on so many different days."""

    tries: int = 3
    days: int = 2
    policy_version: str = "shipped"


class CallBackChoice(NamedTuple):
    """One rule of who is called back: fits if all that it names do. rate: 1 is complete."""

    code: str
    rate: float
    stages: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    urgency_days: tuple[int, ...] = ()


class EvaluationCommand(Command, frozen=True, kw_only=True):
    """What all of these have in common."""


class AskCallBack(EvaluationCommand, frozen=True, kw_only=True):
    """done: the number of the fact that answered the resident. choices: the first that fits is the
    ticket's. rules: with the policy's version."""

    done: int
    choices: tuple[CallBackChoice, ...]
    working_days: int
    rules: ClockRules


class TryCallBack(EvaluationCommand, frozen=True, kw_only=True):
    through: CallBackChannel
    outcome: TryOutcome
    limits: TryLimits
    note: Personal | None = None


class MissCallBack(EvaluationCommand, frozen=True, kw_only=True):
    due_at: datetime


class Disagree(EvaluationCommand, frozen=True, kw_only=True):
    """A policy's. answer: the number of the fact in which the resident disagreed."""

    answer: int
    reopenings_max: int
    addressee: str
    explanation: str
    policy_version: str


class PlanLookBack(EvaluationCommand, frozen=True, kw_only=True):
    """rate: which share is drawn, to be looked at so many days after closing, drawn between the
    two. due_days: from then until due. Plain days, not working days: it lies months ahead, and
    next year's calendar may not be loaded yet."""

    rate: float
    after_days_min: int
    after_days_max: int
    due_days: int
    policy_version: str


class MissLookBack(EvaluationCommand, frozen=True, kw_only=True):
    due_at: datetime


class AppealVerdict(EvaluationCommand, frozen=True, kw_only=True):
    """fact: the number of the fact with the verdict; the last of its kind on the unit if not named.
    measures: some of those that the verdict counts in; all, if none are named."""

    unit: str
    verdict: VerdictKind
    reason: str
    evidence: tuple[str, ...]
    within_working_days: int
    rules: ClockRules
    fact: int | None = None
    measures: tuple[str, ...] = ()
    note: Personal | None = None


class DecideAppeal(EvaluationCommand, frozen=True, kw_only=True):
    """appeal: the number of the fact that asked; the one that waits, if it is not named."""

    decision: AppealDecision
    reason: str
    explanation: str
    appeal: int | None = None
    note: Personal | None = None
