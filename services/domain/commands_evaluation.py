"""What may be asked about the evaluation of a ticket. Rules come in as values."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationCommand(Command):
    """What all of these have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCallBack(EvaluationCommand):
    """done: the number of the fact that answered the resident. choices: the first that fits is the
    ticket's. rules: with the policy's version."""

    done: int
    choices: tuple[CallBackChoice, ...]
    working_days: int
    rules: ClockRules


@dataclass(frozen=True, slots=True, kw_only=True)
class TryCallBack(EvaluationCommand):
    through: CallBackChannel
    outcome: TryOutcome
    limits: TryLimits
    note: Personal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MissCallBack(EvaluationCommand):
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagree(EvaluationCommand):
    """A policy's. answer: the number of the fact in which the resident disagreed."""

    answer: int
    reopenings_max: int
    addressee: str
    explanation: str
    policy_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLookBack(EvaluationCommand):
    """rate: which share is drawn, to be looked at so many days after closing, drawn between the
    two. due_days: from then until due. Plain days, not working days: it lies months ahead, and
    next year's calendar may not be loaded yet."""

    rate: float
    after_days_min: int
    after_days_max: int
    due_days: int
    policy_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissLookBack(EvaluationCommand):
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealVerdict(EvaluationCommand):
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal(EvaluationCommand):
    """appeal: the number of the fact that asked; the one that waits, if it is not named."""

    decision: AppealDecision
    reason: str
    explanation: str
    appeal: int | None = None
    note: Personal | None = None
