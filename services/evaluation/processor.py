"""评: asks for call-backs, acts on disagreement, plans looks back, and says what is overdue."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_evaluation as v
from services.domain.commands import TicketCommand
from services.domain.evaluation_evolve import UNREACHED, disagrees
from services.evaluation import tasks
from services.evaluation.appeal_rows import appeal_rows
from services.evaluation.rules import EvaluationRules
from services.platform.event_log import Change, EventLog, merged
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
        return Reaction(commands, merged([one for fact in facts for one in rows_of(fact)]))

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
    event, policy = fact.event, rules.policy
    if _age(event) > timedelta(days=policy.call_back.answers_within_days):
        return
    match event:
        case e.TicketResolved() | e.TicketAnsweredAtOnce():
            yield k.AskCallBack(
                **_asked(fact, now),
                done=fact.version,
                choices=rules.choices(),
                working_days=policy.call_back.due_working_days,
                rules=rules.clock_rules(),
            )
        case e.TicketEvaluated(reached=True) if disagrees(event.solved, event.satisfaction):
            yield k.Disagree(
                **_asked(fact, now),
                answer=fact.version,
                reopenings_max=policy.disagreement.reopenings,
                addressee=policy.disagreement.addressee,
                explanation=_why(event, policy.disagreement.reopenings),
                policy_version=policy.version,
            )
        case e.TicketClosed():
            yield k.PlanLookBack(
                **_asked(fact, now),
                rate=policy.look_back.rate,
                after_days_min=policy.look_back.after_days_min,
                after_days_max=policy.look_back.after_days_max,
                due_days=policy.look_back.due_days,
                policy_version=policy.version,
            )
        case e.TicketLookedBack(holds=False):
            yield k.ReopenTicket(**_asked(fact, now), reason=LOOK_BACK_FAILED)
        case _:
            return


def _age(event: e.TicketEvent) -> timedelta:
    return event.recorded_at - event.occurred_at


def _why(event: e.TicketEvaluated, reopenings: int) -> str:
    said = "未解决" if event.solved is False else "不满意"
    return f"群众回访表示{said}；已自动重办 {reopenings} 次，按规则不再自动重办，转督办研判。"


def rows_of(fact: Fact) -> Iterable[Change]:
    yield from rows(fact.event)
    yield from appeal_rows(fact.event, fact.version)


def rows(event: e.TicketEvent) -> Iterable[Change]:
    """In the order in which they must be applied."""
    ticket_id = event.ticket_id
    match event:
        case v.CallBackAsked():
            span = (event.occurred_at, event.due_at, event.unit or "")
            yield tasks.set_task(ticket_id, "call_back", event.handling, *span)
        case v.LookBackPlanned():
            span = (event.opens_at, event.due_at, event.unit or "")
            yield tasks.set_task(ticket_id, "look_back", event.handling, *span)
        case v.CallBackTried() if event.result in UNREACHED:
            yield tasks.tried(ticket_id, event.occurred_at)
        case e.TicketEvaluated(reached=False):
            yield tasks.tried(ticket_id, event.occurred_at)
        case e.TicketEvaluated() | v.CallBackEnded():
            yield tasks.done(ticket_id, "call_back")
        case v.DisagreementEscalated():
            span = (event.occurred_at, event.occurred_at, event.unit or "")
            yield tasks.set_task(ticket_id, "disagreement", event.handling, *span)
        case e.TicketLookedBack():
            yield tasks.done(ticket_id, "look_back")
            yield tasks.done(ticket_id, "disagreement")
        case e.TicketClosed():
            yield tasks.done(ticket_id, "disagreement")
        case v.CallBackOverdue():
            yield tasks.overdue(ticket_id, "call_back")
        case v.LookBackOverdue():
            yield tasks.overdue(ticket_id, "look_back")
        case e.TicketReopened():
            for task in ("call_back", "look_back", "disagreement"):
                yield tasks.done(ticket_id, task)
        case _:
            return


def _missed(due: tasks.DueTask, now: datetime) -> TicketCommand:
    command = k.MissCallBack if due.task == "call_back" else k.MissLookBack
    return command(
        ticket_id=due.ticket_id,
        actor=ACTOR,
        cause=f"clock:{due.task}/{due.due_at:%Y-%m-%dT%H:%M:%SZ}",
        now=now,
        due_at=due.due_at,
    )
