"""评: asks for call-backs, acts on disagreement, plans looks back, and says what is overdue."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypedDict

from services.domain import commands as k
from services.domain import events as e
from services.domain.commands import TicketCommand
from services.domain.evaluation_evolve import disagrees
from services.domain.event_base import Event
from services.evaluation import tasks
from services.evaluation.rules import EvaluationRules
from services.evaluation.task_rows import rows_of
from services.platform.event_log import EventLog, merged_apart
from services.platform.processor import Reaction
from services.platform.tail import Fact

ACTOR = "processor:evaluation"
LOOK_BACK_FAILED = "look_back_failed"


class EvaluationProcessor:
    name = "evaluation"
    is_projection = False
    tables = tasks.TABLES

    def __init__(self, log: EventLog, rules: Callable[[], EvaluationRules]) -> None:
        self._log = log
        self._rules = rules
        self._ticked_to: tasks.Place = tasks.BEGINNING

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        rules = self._rules()
        commands = [command for fact in facts for command in followed(fact, rules, now)]
        changes = ((fact.event.ticket_id, rows_of(fact)) for fact in facts)
        return Reaction(commands, merged_apart(changes))

    def tick(self, now: datetime) -> Reaction:
        """Harmless when it comes twice, late, or from two workers: the decider knows better."""
        due, self._ticked_to = tasks.due_tasks(self._log, now, self._ticked_to)
        return Reaction([_missed(one, now) for one in due])


class Asked(TypedDict):
    ticket_id: str
    actor: str
    cause: str
    now: datetime


def _asked(fact: Fact, now: datetime) -> Asked:
    ticket_id = fact.event.ticket_id
    cause = f"event:{ticket_id}/{fact.version}"
    return {"ticket_id": ticket_id, "actor": ACTOR, "cause": cause, "now": now}


def followed(fact: Fact, rules: EvaluationRules, now: datetime) -> Iterable[TicketCommand]:
    """Policy. What was written down long after it happened (an import of old matters) is history:
    nobody is called about it."""
    follows = _FOLLOWS.get(type(fact.event))
    if follows is None:
        return ()
    if _age(fact.event) > timedelta(days=rules.policy.call_back.answers_within_days):
        return ()
    return follows(fact, fact.event, rules, now)


def _done(
    fact: Fact,
    event: e.TicketResolved | e.TicketAnsweredAtOnce,
    rules: EvaluationRules,
    now: datetime,
) -> Iterable[TicketCommand]:
    yield k.AskCallBack(
        **_asked(fact, now),
        done=fact.version,
        choices=rules.choices(),
        working_days=rules.policy.call_back.due_working_days,
        rules=rules.clock_rules(),
    )


def _evaluated(
    fact: Fact, event: e.TicketEvaluated, rules: EvaluationRules, now: datetime
) -> Iterable[TicketCommand]:
    if not (event.reached and disagrees(event.solved, event.satisfaction)):
        return
    disagreement = rules.policy.disagreement
    yield k.Disagree(
        **_asked(fact, now),
        answer=fact.version,
        reopenings_max=disagreement.reopenings,
        addressee=disagreement.addressee,
        explanation=_why(event, disagreement.reopenings),
        policy_version=rules.policy.version,
    )


def _closed(
    fact: Fact, event: e.TicketClosed, rules: EvaluationRules, now: datetime
) -> Iterable[TicketCommand]:
    look_back = rules.policy.look_back
    yield k.PlanLookBack(
        **_asked(fact, now),
        rate=look_back.rate,
        after_days_min=look_back.after_days_min,
        after_days_max=look_back.after_days_max,
        due_days=look_back.due_days,
        policy_version=rules.policy.version,
    )


def _looked_back(
    fact: Fact, event: e.TicketLookedBack, rules: EvaluationRules, now: datetime
) -> Iterable[TicketCommand]:
    if not event.holds:
        yield k.ReopenTicket(**_asked(fact, now), reason=LOOK_BACK_FAILED)


_Follows = Callable[[Fact, Any, EvaluationRules, datetime], Iterable[TicketCommand]]
_FOLLOWS: dict[type[Event], _Follows] = {
    e.TicketResolved: _done,
    e.TicketAnsweredAtOnce: _done,
    e.TicketEvaluated: _evaluated,
    e.TicketClosed: _closed,
    e.TicketLookedBack: _looked_back,
}


def _age(event: e.TicketEvent) -> timedelta:
    return event.recorded_at - event.occurred_at


def _why(event: e.TicketEvaluated, reopenings: int) -> str:
    said = "未解决" if event.solved is False else "不满意"
    return f"群众回访表示{said}；已自动重办 {reopenings} 次，按规则不再自动重办，转督办研判。"


def _missed(due: tasks.DueTask, now: datetime) -> TicketCommand:
    command = k.MissCallBack if due.task == "call_back" else k.MissLookBack
    return command(
        ticket_id=due.ticket_id,
        actor=ACTOR,
        cause=f"clock:{due.task}/{due.due_at:%Y-%m-%dT%H:%M:%SZ}",
        now=now,
        due_at=due.due_at,
    )
