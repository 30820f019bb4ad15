"""The ladder 提醒 → 催办 → 督办 → 通报: what the passing of time asks for."""

from collections.abc import Iterable
from datetime import datetime
from typing import TypedDict, cast

from services.domain.commands import (
    EndSuspension,
    EscalateTicket,
    MissDeadline,
    MissPart,
    TicketCommand,
    WarnDeadline,
    WarnPart,
)
from services.domain.event_base import Clock
from services.sla.deadlines import FIRST_RUNG, PAUSE, WARNING, DueClock
from services.sla.policy_values import SlaPolicy
from services.sla.rules import SlaRules

ACTOR = "processor:sla"
SECONDS_END = len("2026-03-09T01:30:00")  # of a moment in UTC; the fraction is left out


def act(due: DueClock, now: datetime, rules: SlaRules) -> Iterable[TicketCommand]:
    """Commands for one clock. A warning that comes after the deadline is left out; at the very
    moment of the deadline nothing is missed yet."""
    if due.clock in ("accept", "resolve"):
        return _act_on_own(due, cast(Clock, due.clock), now, rules.policy)
    return _end_pause(due, now, rules) if due.clock == PAUSE else _act_on_part(due, now)


def _end_pause(due: DueClock, now: datetime, rules: SlaRules) -> Iterable[TicketCommand]:
    yield EndSuspension(**_about(due, now), ends_at=due.due_at, rules=rules.clock_rules())


def _act_on_part(due: DueClock, now: datetime) -> Iterable[TicketCommand]:
    """Warned of and missed; the ladder is the ticket's own."""
    about = _about(due, now)
    if now > due.due_at:
        yield MissPart(**about, part=due.clock, due_at=due.due_at)
    elif due.step == WARNING:
        yield WarnPart(**about, part=due.clock, due_at=due.due_at)


def _act_on_own(
    due: DueClock, clock: Clock, now: datetime, policy: SlaPolicy
) -> Iterable[TicketCommand]:
    asked = _asked(due, clock, now)
    if due.step >= FIRST_RUNG:
        rung = due.step - FIRST_RUNG
        for _, measure in policy.rungs_after_miss[rung : rung + 1]:
            yield EscalateTicket(**asked, rungs=(measure,))
    elif now > due.due_at:
        yield MissDeadline(**asked, rungs=policy.rungs_at("missed"))
    elif due.step == WARNING:
        yield WarnDeadline(**asked, rungs=policy.rungs_at("warn"))


class About(TypedDict):
    """What every command that follows from the passing of time has in common."""

    ticket_id: str
    actor: str
    cause: str
    now: datetime


class Asked(About):
    clock: Clock
    due_at: datetime


def _about(due: DueClock, now: datetime) -> About:
    return {"ticket_id": due.ticket_id, "actor": ACTOR, "cause": _cause(due), "now": now}


def _asked(due: DueClock, clock: Clock, now: datetime) -> Asked:
    return {**_about(due, now), "clock": clock, "due_at": due.due_at}


def _cause(due: DueClock) -> str:
    return f"clock:{due.clock}/{due.due_at.isoformat()[:SECONDS_END]}Z"
