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


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationCommand(Command):
    """What all of these have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCallBack(EvaluationCommand):
    """done: the number of the fact that answered the resident. rules: with the policy's version."""

    done: int
    rule: str
    rate: float
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
    """closed: the number of the fact that closed it. working_days: from opens_at until due."""

    closed: int
    rate: float
    after_days: int
    opens_at: datetime
    working_days: int
    rules: ClockRules


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
