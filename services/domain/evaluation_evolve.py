"""What facts change in the state of a ticket's evaluation. Total, like `evolve`."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_evaluation as v
from services.domain.evaluation_state import (
    Appeal,
    CallBack,
    EvaluationState,
    LookBackTask,
    Verdict,
)
from services.domain.event_base import Event
from services.domain.replaced import replaced
from services.domain.working_time import ZONE_NAME

UNREACHED = frozenset({"no_answer", "busy", "switched_off", "wrong_number", "undeliverable"})
BY_RULE = "disagreement"  # the reason of a reopening that no person asked for
_ZONE = ZoneInfo(ZONE_NAME)


def _routed(state: EvaluationState, event: e.TicketRouted, version: int) -> EvaluationState:
    return replaced(state, routed=version, last_lead=event.lead)


def _returned(state: EvaluationState, event: e.TicketReturned, version: int) -> EvaluationState:
    """Counts against the routing that it undoes, and against no other."""
    facts = tuple(one for one in (state.routed, version) if one)
    verdict = Verdict("returned", version, facts, event.unit, event.occurred_at)
    return replaced(state, verdicts=(*state.verdicts, verdict))


def _done(
    state: EvaluationState, event: e.TicketResolved | e.TicketAnsweredAtOnce, version: int
) -> EvaluationState:
    at_once = isinstance(event, e.TicketAnsweredAtOnce)
    return replaced(
        state, done=version, answered_at_once=at_once, answer=0, tries=(), call_back=None
    )


def _reopened(state: EvaluationState, event: e.TicketReopened, version: int) -> EvaluationState:
    facts = (state.done, version)
    verdicts = _held(state, "reopened", facts, event) if state.done else state.verdicts
    by_rule = state.reopened_by_rule + (event.reason == BY_RULE)
    return replaced(
        state,
        done=0,
        answer=0,
        tries=(),
        call_back=None,
        look_back=None,
        verdicts=verdicts,
        reopened_by_rule=by_rule,
    )


def _evaluated(state: EvaluationState, event: e.TicketEvaluated, version: int) -> EvaluationState:
    if not event.reached:
        return replaced(state, tries=(*state.tries, event.recorded_at.astimezone(_ZONE).date()))
    if state.answer:
        return state
    call_back = state.call_back and replaced(state.call_back, stage="answered")
    verdicts = state.verdicts
    if event.responded is False or disagrees(event.solved, event.satisfaction):
        verdicts = _held(state, "evaluated", (version,), event)
    return replaced(state, answer=version, call_back=call_back, verdicts=verdicts)


def disagrees(solved: bool | None, satisfaction: str | None) -> bool:
    return solved is False or satisfaction == "dissatisfied"


def _missed(state: EvaluationState, event: c.DeadlineMissed, version: int) -> EvaluationState:
    kind: v.VerdictKind = "late_accept" if event.clock == "accept" else "late_resolve"
    return replaced(state, verdicts=_held(state, kind, (version,), event))


def _held(
    state: EvaluationState, kind: v.VerdictKind, facts: tuple[int, ...], event: Event
) -> tuple[Verdict, ...]:
    """Held against whoever had it last; what the centre answered itself is nobody's to appeal."""
    if state.last_lead is None:
        return state.verdicts
    verdict = Verdict(kind, facts[-1], facts, state.last_lead, event.occurred_at)
    return (*state.verdicts, verdict)


def _asked(state: EvaluationState, event: v.CallBackAsked, version: int) -> EvaluationState:
    return replaced(state, call_back=CallBack(event.due_at))


def _tried(state: EvaluationState, event: v.CallBackTried, version: int) -> EvaluationState:
    if event.result not in UNREACHED:
        return state
    return replaced(state, tries=(*state.tries, event.recorded_at.astimezone(_ZONE).date()))


def _ended(state: EvaluationState, event: v.CallBackEnded, version: int) -> EvaluationState:
    asked = state.call_back or CallBack(event.occurred_at)
    call_back = replaced(asked, stage=event.result)
    return replaced(state, call_back=call_back)


def _overdue(state: EvaluationState, event: v.CallBackOverdue, version: int) -> EvaluationState:
    return replaced(state, call_back=state.call_back and replaced(state.call_back, is_overdue=True))


def _escalated(
    state: EvaluationState, event: v.DisagreementEscalated, version: int
) -> EvaluationState:
    return replaced(state, escalated=event.disagreed_in)


def _planned(state: EvaluationState, event: v.LookBackPlanned, version: int) -> EvaluationState:
    return replaced(state, look_back=LookBackTask(event.opens_at, event.due_at))


def _look_overdue(
    state: EvaluationState, event: v.LookBackOverdue, version: int
) -> EvaluationState:
    return replaced(state, look_back=state.look_back and replaced(state.look_back, is_overdue=True))


def _looked_back(
    state: EvaluationState, event: e.TicketLookedBack, version: int
) -> EvaluationState:
    return replaced(state, look_back=None)


def _appealed(state: EvaluationState, event: v.TicketAppealed, version: int) -> EvaluationState:
    verdict = next((one for one in state.verdicts if one.fact == event.fact), None)
    if verdict is None:  # facts out of a foreign log: keep folding, the decider never writes this
        return state
    appeal = Appeal(version, verdict, event.measures, event.actor)
    return replaced(state, appeals=(*state.appeals, appeal))


def _decided(state: EvaluationState, event: v.AppealDecided, version: int) -> EvaluationState:
    appeals = tuple(
        replaced(one, decision=event.decision) if one.number == event.appeal else one
        for one in state.appeals
    )
    return replaced(state, appeals=appeals)


# fact → (state, fact, the fact's number) → state; what is not here changes nothing.
EVALUATION_HANDLERS: dict[type[Event], Callable[[EvaluationState, Any, int], EvaluationState]] = {
    e.TicketRouted: _routed,
    e.TicketReturned: _returned,
    e.TicketResolved: _done,
    e.TicketAnsweredAtOnce: _done,
    e.TicketReopened: _reopened,
    e.TicketEvaluated: _evaluated,
    e.TicketLookedBack: _looked_back,
    c.DeadlineMissed: _missed,
    v.CallBackAsked: _asked,
    v.CallBackTried: _tried,
    v.CallBackEnded: _ended,
    v.CallBackOverdue: _overdue,
    v.DisagreementEscalated: _escalated,
    v.LookBackPlanned: _planned,
    v.LookBackOverdue: _look_overdue,
    v.TicketAppealed: _appealed,
    v.AppealDecided: _decided,
}
