"""评: call-backs 回访, disagreement, and looking back 回头看."""

from datetime import timedelta

import pytest
from hypothesis import given as given_strategy
from hypothesis import strategies as st

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_evaluation as v
from services.domain import rejections as r
from services.domain.sampling import drawn
from tests.domain.facts import (
    ANSWERED,
    CLOSED,
    DECLINED,
    FRIDAY,
    HANDLING,
    HEATING,
    RESOLVED,
    SECOND,
    THURSDAY,
    WEDNESDAY,
    ask,
    at,
    fact,
    given,
    kinds,
    rules,
    state,
)

DONE = [one.type for one in RESOLVED].index("ticket.resolved.v1") + 1
EVERYBODY = k.CallBackChoice("all", 1.0)
DUE = at(16, 18)  # three working days after Wednesday the 11th
ASKED = [*RESOLVED, fact(v.CallBackAsked, WEDNESDAY, rule="all", due_at=DUE)]


def asked_for(history, **changes):
    values = {"done": DONE, "choices": (EVERYBODY,), "rules": rules()} | changes
    return given(history)(ask(k.AskCallBack, WEDNESDAY, **values))


def tried(when, outcome="no_answer", **changes):
    return ask(k.TryCallBack, when, outcome=outcome, **changes)


def a_try(when, outcome="no_answer"):
    return fact(v.CallBackTried, when, result=outcome)


def answer(when=THURSDAY, **said):
    return fact(e.TicketEvaluated, when, **said)


def disagreed(history, answer_number, when=FRIDAY, reopenings_max=1):
    command = ask(
        k.Disagree,
        when,
        answer=answer_number,
        reopenings_max=reopenings_max,
        addressee="supervisor",
        policy_version="p",
    )
    return given(history)(command)


def test_a_resolved_ticket_is_to_be_called_back_by_a_day_in_working_days():
    (task,) = asked_for(RESOLVED)
    assert (task.handling, task.due_at, task.rule) == (1, DUE, "all")
    assert task.calendar_version == rules().calendar.version


def test_a_call_back_is_asked_for_once_and_not_for_an_earlier_handling():
    assert asked_for(ASKED) == []
    assert asked_for(RESOLVED, done=DONE - 1) == []
    assert asked_for([*RESOLVED, fact(e.TicketReopened, THURSDAY)]) == []


def test_who_has_spoken_already_is_not_called():
    assert asked_for([*RESOLVED, answer(WEDNESDAY)]) == []


def test_what_was_answered_at_once_is_called_back_too():
    assert kinds(asked_for(ANSWERED, done=len(ANSWERED))) == ["call_back_asked"]


def test_three_tries_on_two_days_are_the_end():
    history = [*ASKED, a_try(THURSDAY), a_try(at(12, 11))]
    assert kinds(given(history)(tried(FRIDAY))) == ["call_back_tried", "call_back_ended"]
    (_, ended) = given(history)(tried(FRIDAY, "switched_off"))
    assert (ended.result, ended.tries, ended.days) == ("not_reached", 3, 2)


def test_three_tries_on_one_day_are_not():
    history = [*ASKED, a_try(THURSDAY), a_try(at(12, 11))]
    assert kinds(given(history)(tried(at(12, 15)))) == ["call_back_tried"]


def test_a_day_counts_on_which_a_try_was_written_down_whenever_it_is_said_to_have_been():
    late = at(16)
    dated = [
        fact(v.CallBackTried, day, result="busy", recorded_at=late) for day in (THURSDAY, FRIDAY)
    ]
    history = [*ASKED, *dated]
    assert kinds(given(history)(tried(late + SECOND, at=FRIDAY))) == ["call_back_tried"]
    told = ask(k.EvaluateTicket, late + SECOND, reached=False, at=FRIDAY)
    assert kinds(given(history)(told)) == ["evaluated"]
    said = [answer(day, reached=False, recorded_at=late) for day in (THURSDAY, FRIDAY)]
    assert kinds(given([*ASKED, *said])(told)) == ["evaluated"]
    (_, ended) = given(history)(tried(at(17)))
    assert (ended.tries, ended.days) == (3, 2)


def test_the_day_is_the_citys_not_that_of_utc():
    """00:30 and 09:00 local lie on one day in Xining, and on two in UTC."""
    history = [*ASKED, a_try(at(13, 0, 30)), a_try(at(13, 7))]
    assert kinds(given(history)(tried(at(13, 9)))) == ["call_back_tried"]


@pytest.mark.parametrize("outcome", ["call_later", "not_understood", "sent"])
def test_what_reached_them_or_waits_for_them_is_no_failed_try(outcome):
    history = [*ASKED, a_try(THURSDAY, outcome), a_try(FRIDAY, outcome)]
    assert kinds(given(history)(tried(at(16)))) == ["call_back_tried"]


def test_calls_that_were_told_as_not_reached_count_as_tries():
    history = [*ASKED, answer(THURSDAY, reached=False), answer(FRIDAY, reached=False)]
    found = given(history)(ask(k.EvaluateTicket, at(16), reached=False))
    assert kinds(found) == ["evaluated", "call_back_ended"]


def test_who_wants_to_say_nothing_is_asked_no_more():
    found = given(ASKED)(tried(THURSDAY, "declined"))
    assert kinds(found) == ["call_back_tried", "call_back_ended"]
    with pytest.raises(r.CallBackOver, match="declined"):
        given([*ASKED, *found])(tried(FRIDAY))


def test_after_an_answer_nobody_is_called():
    with pytest.raises(r.AlreadyEvaluated):
        given([*ASKED, answer()])(tried(FRIDAY))
    with pytest.raises(r.TicketNotResolved):
        given(HANDLING)(tried(FRIDAY))


def test_an_answer_that_comes_after_the_last_try_still_counts():
    ended = fact(v.CallBackEnded, FRIDAY, result="not_reached")
    late = [*ASKED, ended, fact(e.TicketClosed, FRIDAY)]
    assert kinds(given(late)(ask(k.EvaluateTicket, at(20)))) == ["evaluated"]
    after = state([*late, answer(at(20))])
    assert after.evaluation.call_back.stage == "answered"
    with pytest.raises(r.AlreadyEvaluated):
        given([*late, answer(at(20))])(ask(k.EvaluateTicket, at(21)))


def test_a_call_back_that_nobody_makes_is_overdue_once():
    missed = ask(k.MissCallBack, DUE + SECOND, due_at=DUE)
    (overdue,) = given(ASKED)(missed)
    assert given([*ASKED, overdue])(missed) == []
    assert given(ASKED)(ask(k.MissCallBack, DUE, due_at=DUE)) == []
    assert given([*ASKED, answer()])(missed) == []
    assert given(RESOLVED)(missed) == []
    assert given(ASKED)(ask(k.MissCallBack, at(20), due_at=at(17, 18))) == []


def test_the_first_disagreement_reopens_by_itself():
    history = [*ASKED, answer(solved=False)]
    (reopened,) = disagreed(history, len(history))
    assert (reopened.type, reopened.reason) == ("ticket.reopened.v1", "disagreement")
    assert disagreed([*history, reopened], len(history)) == []


def test_the_second_goes_to_supervision_once():
    first = [*ASKED, answer(solved=False), fact(e.TicketReopened, FRIDAY, reason="disagreement")]
    again = [*first, fact(e.TicketResolved, at(16)), answer(at(17), satisfaction="dissatisfied")]
    (escalated,) = disagreed(again, len(again), at(17))
    assert (escalated.handling, escalated.disagreed_in, escalated.unit) == (2, len(again), HEATING)
    assert disagreed([*again, escalated], len(again), at(17)) == []


def test_a_reopening_by_a_person_leaves_the_automatic_one():
    by_hand = [*RESOLVED, fact(e.TicketReopened, THURSDAY, reason="not_solved")]
    again = [*by_hand, fact(e.TicketResolved, at(16)), answer(at(17), solved=False)]
    assert kinds(disagreed(again, len(again), at(17))) == ["reopened"]


def test_a_policy_may_leave_every_disagreement_to_a_supervisor():
    history = [*ASKED, answer(solved=False)]
    assert kinds(disagreed(history, len(history), reopenings_max=0)) == ["disagreement_escalated"]


def test_who_disagrees_with_being_declined_has_the_legal_way():
    history = [*DECLINED, answer(solved=False)]
    assert disagreed(history, len(history)) == []


def planned(history, **changes):
    values = {"rate": 1.0, "after_days_min": 30, "after_days_max": 90} | changes
    return given(history)(ask(k.PlanLookBack, THURSDAY, **values))


def test_a_closed_matter_is_planned_to_be_looked_at_again_once():
    (plan,) = planned(CLOSED)
    assert 30 <= plan.after_days <= 90
    assert plan.due_at > plan.opens_at == THURSDAY + timedelta(days=plan.after_days)
    assert planned([*CLOSED, plan]) == []
    assert planned([*CLOSED, fact(e.TicketReopened, FRIDAY)]) == []
    assert planned([*DECLINED, fact(e.TicketClosed, THURSDAY)]) == []
    assert planned(CLOSED, rate=0.0) == []


@pytest.mark.parametrize(
    ("choice", "is_asked"),
    [
        (k.CallBackChoice("none", 0.0), False),
        (k.CallBackChoice("solved", 1.0, stages=("resolved",)), True),
        (k.CallBackChoice("at-once", 1.0, stages=("answered",)), False),
        (k.CallBackChoice("by-phone", 1.0, channels=("hotline", "letter")), True),
        (k.CallBackChoice("by-app", 1.0, channels=("app",)), False),
        (k.CallBackChoice("thanks", 1.0, kinds=("thanks",)), False),
        (k.CallBackChoice("urgent", 1.0, urgency_days=(1, 3)), True),
        (k.CallBackChoice("slow", 1.0, urgency_days=(11,)), False),
    ],
)
def test_a_rule_fits_if_all_that_it_names_does(choice, is_asked):
    assert bool(asked_for(RESOLVED, choices=(choice,))) is is_asked


def test_the_first_rule_that_fits_decides():
    choices = (k.CallBackChoice("hotline", 0.0, channels=("hotline",)), EVERYBODY)
    assert asked_for(RESOLVED, choices=choices) == []
    assert asked_for(RESOLVED, choices=choices[::-1])


@given_strategy(rate=st.floats(0, 1), salt=st.integers(0, 10**6))
def test_a_sample_is_the_share_that_was_asked_for_and_always_the_same(rate, salt):
    names = [f"{salt}-{n}" for n in range(400)]
    chosen = [name for name in names if drawn("call-back", name, 1) < rate]
    assert chosen == [name for name in names if drawn("call-back", name, 1) < rate]
    assert abs(len(chosen) / 400 - rate) < 0.15
    larger = {name for name in names if drawn("call-back", name, 1) < min(1.0, rate + 0.1)}
    assert set(chosen) <= larger  # a higher rate only adds


def test_a_look_back_that_nobody_makes_is_overdue_once():
    (plan,) = planned(CLOSED)
    missed = ask(k.MissLookBack, plan.due_at + SECOND, due_at=plan.due_at)
    (overdue,) = given([*CLOSED, plan])(missed)
    assert given([*CLOSED, plan, overdue])(missed) == []
    assert given([*CLOSED, plan, fact(e.TicketLookedBack, at(30))])(missed) == []
    assert given([*CLOSED, plan])(ask(k.MissLookBack, plan.due_at, due_at=plan.due_at)) == []
