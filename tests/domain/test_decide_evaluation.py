"""评: the resident has the last word, and closed matters are looked at again."""

import pytest

from services.domain import commands as k
from services.domain import events as e
from services.domain import rejections as r
from tests.domain.facts import (
    ANSWERED,
    CLOSED,
    DECLINED,
    EVALUATED,
    FRIDAY,
    HANDLING,
    HEATING,
    MERGED,
    OPENED,
    REOPENED,
    RESOLVED,
    RETURNED,
    ROUTED,
    SECOND,
    THURSDAY,
    TRIAGED,
    WEDNESDAY,
    ask,
    fact,
    given,
    kinds,
    state,
    words,
)

NOT_ENDED = [OPENED, TRIAGED, ROUTED, RETURNED, HANDLING, MERGED]
ENDED = [RESOLVED, ANSWERED, DECLINED, CLOSED]


@pytest.mark.parametrize("history", ENDED)
def test_the_resident_says_what_came_of_it(history):
    (evaluated,) = given(history)(
        ask(
            k.EvaluateTicket,
            responded=True,
            solved=False,
            satisfaction="dissatisfied",
            comment=words(),
        )
    )
    assert (evaluated.reached, evaluated.responded, evaluated.solved) == (True, True, False)
    assert evaluated.satisfaction == "dissatisfied"
    assert evaluated.comment == words()


def test_a_resident_who_was_reached_may_say_nothing():
    assert kinds(given(RESOLVED)(ask(k.EvaluateTicket))) == ["evaluated"]


@pytest.mark.parametrize(
    "answer",
    [{"responded": True}, {"solved": False}, {"satisfaction": "fairly"}, {"comment": words()}],
)
def test_a_resident_who_was_not_reached_cannot_have_answered(answer):
    with pytest.raises(r.NothingSaid):
        given(RESOLVED)(ask(k.EvaluateTicket, reached=False, **answer))


@pytest.mark.parametrize("reached", [True, False])
@pytest.mark.parametrize("history", [RESOLVED, CLOSED])
def test_nobody_was_asked_about_it_before_it_was_done(history, reached):
    before = ask(k.EvaluateTicket, FRIDAY, reached=reached, at=WEDNESDAY - SECOND)
    with pytest.raises(r.EvaluatedBeforeItWasDone):
        given(history)(before)
    at_once = ask(k.EvaluateTicket, FRIDAY, reached=reached, at=WEDNESDAY)
    assert kinds(given(history)(at_once)) == ["evaluated"]


def test_who_was_not_reached_may_be_called_again():
    missed = given(RESOLVED)(ask(k.EvaluateTicket, reached=False))
    assert kinds(missed) == ["evaluated"]
    assert kinds(given(RESOLVED, missed)(ask(k.EvaluateTicket, solved=True))) == ["evaluated"]


@pytest.mark.parametrize("history", [EVALUATED, [*EVALUATED, fact(e.TicketClosed)]])
def test_one_handling_is_evaluated_once(history):
    with pytest.raises(r.AlreadyEvaluated):
        given(history)(ask(k.EvaluateTicket))


def test_the_next_handling_is_evaluated_anew():
    again = [*EVALUATED, fact(e.TicketReopened, FRIDAY), fact(e.TicketResolved, FRIDAY)]
    assert kinds(given(again)(ask(k.EvaluateTicket, solved=True))) == ["evaluated"]


@pytest.mark.parametrize("history", NOT_ENDED)
@pytest.mark.parametrize("command_type", [k.EvaluateTicket, k.CloseTicket])
def test_nothing_is_evaluated_or_closed_before_its_end(history, command_type):
    with pytest.raises(r.TicketNotResolved):
        given(history)(ask(command_type))


@pytest.mark.parametrize("history", [RESOLVED, ANSWERED, DECLINED, EVALUATED])
def test_what_has_ended_is_closed_once(history):
    closed = given(history)(ask(k.CloseTicket, FRIDAY))
    assert kinds(closed) == ["closed"]
    after = state(history, closed)
    assert (after.stage, after.closed_at) == ("closed", FRIDAY)
    assert given(history, closed)(ask(k.CloseTicket)) == []


@pytest.mark.parametrize("history", [RESOLVED, CLOSED, EVALUATED])
def test_what_a_unit_had_is_reopened_for_that_unit_once(history):
    reopened = given(history)(ask(k.ReopenTicket, FRIDAY))
    assert kinds(reopened) == ["reopened"]
    after = state(history, reopened)
    assert (after.stage, after.lead, after.reopened) == ("handling", HEATING, 1)
    assert (after.resolved_at, after.closed_at, after.evaluated) == (None, None, False)
    assert given(history, reopened)(ask(k.ReopenTicket)) == []


@pytest.mark.parametrize("history", [ANSWERED, DECLINED])
def test_what_nobody_had_is_reopened_for_the_dispatchers_once(history):
    reopened = given(history)(ask(k.ReopenTicket, FRIDAY))
    assert state(history, reopened).stage == "triage"
    assert given(history, reopened)(ask(k.ReopenTicket)) == []
    assert kinds(given(history, reopened)(ask(k.RouteTicket, FRIDAY))) == ["routed"]


@pytest.mark.parametrize("history", NOT_ENDED)
def test_what_has_not_ended_is_not_reopened(history):
    with pytest.raises(r.TicketNotResolved):
        given(history)(ask(k.ReopenTicket))


def test_a_matter_may_come_back_more_than_once():
    again = [*REOPENED, fact(e.TicketResolved), fact(e.TicketReopened)]
    assert state(again).reopened == 2


def test_a_closed_matter_is_looked_at_again_and_again():
    looked = given(CLOSED)(ask(k.LookBack, holds=False))
    assert kinds(looked) == ["looked_back"]
    assert not looked[0].holds
    assert kinds(given(CLOSED, looked)(ask(k.LookBack, THURSDAY))) == ["looked_back"]


@pytest.mark.parametrize("history", [*NOT_ENDED, RESOLVED, ANSWERED, DECLINED])
def test_only_a_closed_matter_is_looked_back_at(history):
    with pytest.raises(r.TicketNotClosed):
        given(history)(ask(k.LookBack))
