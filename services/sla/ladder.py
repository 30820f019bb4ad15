"""The ladder 提醒 → 催办 → 督办 → 通报: what the passing of time asks for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.domain.commands import EscalateTicket, MissDeadline, TicketCommand, WarnDeadline
from services.sla.deadlines import DEADLINE, FIRST_RUNG, WARNING, DueClock
from services.sla.policy_values import LadderStep, SlaPolicy

ACTOR = "processor:sla"


def act(due: DueClock, now: datetime, policy: SlaPolicy) -> Iterable[TicketCommand]:
    """Commands for one clock. A warning that comes after the deadline is left out; at the very
    moment of the deadline nothing is missed yet."""
    if due.step == WARNING and now <= due.due_at:
        yield WarnDeadline(
            ticket_id=due.ticket_id,
            actor=ACTOR,
            cause=_cause(due),
            now=now,
            clock=due.clock,
            due_at=due.due_at,
        )
        yield from _escalations(due, now, policy, policy.steps_at("warn"))
    elif due.step <= DEADLINE and now <= due.due_at:
        return  # the deadline itself is still in time
    elif due.step <= DEADLINE and now > due.due_at:
        yield MissDeadline(
            ticket_id=due.ticket_id,
            actor=ACTOR,
            cause=_cause(due),
            now=now,
            clock=due.clock,
            due_at=due.due_at,
        )
        yield from _escalations(due, now, policy, policy.steps_at("missed"))
    elif due.step >= FIRST_RUNG:
        later = [step for _, step in policy.steps_after_miss()]
        rung = due.step - FIRST_RUNG
        yield from _escalations(due, now, policy, later[rung : rung + 1])


def _escalations(
    due: DueClock, now: datetime, policy: SlaPolicy, steps: Sequence[LadderStep]
) -> Iterable[EscalateTicket]:
    for step in steps:
        yield EscalateTicket(
            ticket_id=due.ticket_id,
            actor=ACTOR,
            cause=_cause(due),
            now=now,
            clock=due.clock,
            due_at=due.due_at,
            level=step.level,
            measure=step.measure,
            addressee=step.addressee,
            policy_version=policy.version,
        )


def _cause(due: DueClock) -> str:
    return f"clock:{due.clock}/{due.due_at:%Y-%m-%dT%H:%M:%SZ}"
