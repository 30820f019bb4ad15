"""The ladder 提醒 → 催办 → 督办 → 通报: what the passing of time asks for."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TypedDict

from services.domain.commands import EscalateTicket, MissDeadline, TicketCommand, WarnDeadline
from services.domain.event_base import Clock
from services.sla.deadlines import FIRST_RUNG, WARNING, DueClock
from services.sla.policy_values import LadderStep, SlaPolicy

ACTOR = "processor:sla"


def act(due: DueClock, now: datetime, policy: SlaPolicy) -> Iterable[TicketCommand]:
    """Commands for one clock. A warning that comes after the deadline is left out; at the very
    moment of the deadline nothing is missed yet."""
    asked = _asked(due, now)
    if due.step >= FIRST_RUNG:
        later = [step for _, step in policy.steps_after_miss()]
        rung = due.step - FIRST_RUNG
        yield from _escalations(asked, policy, later[rung : rung + 1])
    elif now > due.due_at:
        yield MissDeadline(**asked)
        yield from _escalations(asked, policy, policy.steps_at("missed"))
    elif due.step == WARNING:
        yield WarnDeadline(**asked)
        yield from _escalations(asked, policy, policy.steps_at("warn"))


class Asked(TypedDict):
    """What every command of a clock has in common."""

    ticket_id: str
    actor: str
    cause: str
    now: datetime
    clock: Clock
    due_at: datetime


def _asked(due: DueClock, now: datetime) -> Asked:
    return {
        "ticket_id": due.ticket_id,
        "actor": ACTOR,
        "cause": _cause(due),
        "now": now,
        "clock": due.clock,
        "due_at": due.due_at,
    }


def _escalations(
    asked: Asked, policy: SlaPolicy, steps: Sequence[LadderStep]
) -> Iterable[EscalateTicket]:
    for step in steps:
        yield EscalateTicket(
            **asked,
            level=step.level,
            measure=step.measure,
            addressee=step.addressee,
            policy_version=policy.version,
        )


def _cause(due: DueClock) -> str:
    return f"clock:{due.clock}/{due.due_at:%Y-%m-%dT%H:%M:%SZ}"
