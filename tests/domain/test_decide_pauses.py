"""中止 and 延期: how a promise moves, and who may move it."""

import pytest

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import rejections as r
from tests.domain.facts import (
    ASKED,
    CLOSED,
    FRIDAY,
    HANDLING,
    OVERDUE,
    REOPENED,
    RESOLVE_DUE,
    RESOLVED,
    ROADS,
    ROUTED,
    SECOND,
    SUSPENDED,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    ask,
    at,
    calendar,
    fact,
    given,
    kinds,
    rules,
    state,
)

SUPERVISOR = "supervisor:wang"
WITHOUT_CLOCK = [*ROUTED, fact(e.TicketAccepted)]


def test_a_suspension_stops_nothing_but_the_clock_and_happens_once():
    (suspended,) = given(HANDLING)(ask(k.SuspendTicket, TUESDAY, reason="waiting-for-parts"))
    assert suspended.reason == "waiting-for-parts"
    after = state(HANDLING, suspended)
    assert (after.stage, after.suspended_since) == ("handling", TUESDAY)
    assert given(SUSPENDED)(ask(k.SuspendTicket, WEDNESDAY)) == []


def test_the_promise_moves_by_the_working_days_of_the_pause():
    resumed, moved = given(SUSPENDED)(ask(k.ResumeTicket, THURSDAY))
    assert isinstance(resumed, e.TicketResumed)
    assert isinstance(moved, c.DeadlineMoved)
    assert (moved.reason, moved.working_days, moved.due_at) == ("suspension", 2, at(16, 18))
    assert moved.due_at == calendar().shift(RESOLVE_DUE, TUESDAY, THURSDAY)
    assert moved.calendar_version == calendar().version


def test_resuming_twice_changes_nothing():
    resumed = given(SUSPENDED)(ask(k.ResumeTicket, THURSDAY))
    assert given(SUSPENDED, resumed)(ask(k.ResumeTicket, FRIDAY)) == []


def test_a_ticket_that_nobody_handles_is_not_resumed():
    for history in (ROUTED, RESOLVED, CLOSED):
        with pytest.raises(r.TicketNotSuspended):
            given(history)(ask(k.ResumeTicket))


def test_a_pause_within_one_day_moves_nothing():
    assert kinds(given(SUSPENDED)(ask(k.ResumeTicket, at(10, 17)))) == ["resumed"]


def test_a_pause_cannot_end_before_it_began():
    assert kinds(given(SUSPENDED)(ask(k.ResumeTicket, THURSDAY, at=at(9)))) == ["resumed"]


def test_a_promise_that_was_missed_before_the_pause_stays_where_it_was_missed():
    paused = [*OVERDUE, fact(e.TicketSuspended, FRIDAY)]
    assert kinds(given(paused)(ask(k.ResumeTicket, at(18)))) == ["resumed"]


def test_a_pause_that_began_after_the_deadline_moves_nothing_even_before_a_tick_saw_it():
    paused = [*HANDLING, fact(e.TicketSuspended, FRIDAY)]
    resumed = given(paused)(ask(k.ResumeTicket, at(18)))
    assert kinds(resumed) == ["resumed"]
    missed = given(paused, resumed)(ask(k.MissDeadline, at(18), due_at=RESOLVE_DUE))
    assert kinds(missed) == ["deadline_missed"]


def test_a_pause_without_a_clock_ends_without_moving_one():
    paused = [*WITHOUT_CLOCK, fact(e.TicketSuspended, TUESDAY)]
    assert kinds(given(paused)(ask(k.ResumeTicket, THURSDAY))) == ["resumed"]


def test_a_pause_that_was_over_before_the_clock_was_set_is_counted():
    paused = [
        *WITHOUT_CLOCK,
        fact(e.TicketSuspended, TUESDAY),
        fact(e.TicketResumed, THURSDAY),
    ]
    (deadline,) = given(paused)(ask(k.SetDeadline, FRIDAY))
    assert deadline.due_at == at(16, 18)


def test_an_extension_that_was_granted_before_the_clock_was_set_is_counted():
    granted = [*WITHOUT_CLOCK, fact(e.ExtensionRequested), fact(e.ExtensionGranted, working_days=2)]
    (deadline,) = given(granted)(ask(k.SetDeadline, FRIDAY))
    assert deadline.due_at == at(16, 18)


def test_pauses_of_an_earlier_handling_do_not_count_again():
    again = [
        *SUSPENDED,
        fact(e.TicketResumed, THURSDAY),
        fact(e.TicketResolved, THURSDAY),
        fact(e.TicketReopened, FRIDAY),
    ]
    (deadline,) = given(again)(ask(k.SetDeadline, FRIDAY, starts_at=FRIDAY))
    assert deadline.due_at == at(18, 18)


def test_an_extension_is_asked_for_in_the_last_second():
    (asked,) = given(HANDLING)(ask(k.RequestExtension, RESOLVE_DUE, working_days=2))
    assert (asked.working_days, asked.reason) == (2, "not-our-duty")


def test_a_second_later_it_is_too_late():
    with pytest.raises(r.ExtensionTooLate):
        given(HANDLING)(ask(k.RequestExtension, RESOLVE_DUE + SECOND))


def test_while_a_ticket_is_suspended_its_deadline_does_not_pass():
    assert kinds(given(SUSPENDED)(ask(k.RequestExtension, FRIDAY))) == ["extension_requested"]


def test_a_pause_that_began_after_the_deadline_does_not_open_the_door_again():
    late = [*HANDLING, fact(e.TicketSuspended, FRIDAY)]
    with pytest.raises(r.ExtensionTooLate):
        given(late)(ask(k.RequestExtension, FRIDAY))
    with pytest.raises(r.ExtensionTooLate):
        given(OVERDUE)(ask(k.RequestExtension, FRIDAY, at=TUESDAY))


def test_only_the_lead_asks_for_more_time():
    with pytest.raises(r.WrongUnit):
        given(HANDLING)(ask(k.RequestExtension, unit=ROADS))


def test_asking_for_the_same_twice_changes_nothing_and_for_more_is_a_new_request():
    assert given(ASKED)(ask(k.RequestExtension, TUESDAY, working_days=2)) == []
    (asked,) = given(ASKED)(ask(k.RequestExtension, TUESDAY, working_days=5))
    assert asked.working_days == 5


def test_somebody_else_grants_and_the_promise_moves():
    granted, moved = given(ASKED)(ask(k.GrantExtension, WEDNESDAY, actor=SUPERVISOR))
    assert granted.working_days == 2
    assert (moved.reason, moved.working_days, moved.due_at) == ("extension", 2, at(16, 18))
    assert RESOLVE_DUE < moved.warn_at < moved.due_at


def test_fewer_days_than_were_asked_for_may_be_granted():
    granted, moved = given(ASKED)(
        ask(k.GrantExtension, WEDNESDAY, actor=SUPERVISOR, working_days=1)
    )
    assert granted.working_days == moved.working_days == 1


def test_an_extension_without_a_clock_is_granted_without_moving_one():
    asked = [*WITHOUT_CLOCK, fact(e.ExtensionRequested)]
    assert kinds(given(asked)(ask(k.GrantExtension, actor=SUPERVISOR))) == ["extension_granted"]


@pytest.mark.parametrize("command_type", [k.GrantExtension, k.RefuseExtension])
def test_who_asked_does_not_decide(command_type):
    with pytest.raises(r.SelfApproval):
        given(ASKED)(ask(command_type))


@pytest.mark.parametrize("command_type", [k.GrantExtension, k.RefuseExtension])
def test_nothing_is_decided_that_nobody_asked_for(command_type):
    decided = [*ASKED, fact(e.ExtensionRefused)]
    resolved = [*ASKED, fact(e.TicketResolved)]
    for history in (HANDLING, decided, resolved, REOPENED):
        with pytest.raises(r.ExtensionNotRequested):
            given(history)(ask(command_type, actor=SUPERVISOR))


def test_an_extension_decided_after_the_miss_comes_too_late():
    missed = [*ASKED, fact(c.DeadlineMissed, FRIDAY)]
    with pytest.raises(r.ExtensionTooLate):
        given(missed)(ask(k.GrantExtension, FRIDAY, actor=SUPERVISOR))
    assert kinds(given(missed)(ask(k.RefuseExtension, FRIDAY, actor=SUPERVISOR))) == [
        "extension_refused"
    ]


def test_a_ticket_is_extended_once():
    granted = given(ASKED)(ask(k.GrantExtension, WEDNESDAY, actor=SUPERVISOR))
    with pytest.raises(r.ExtensionLimitReached):
        given(ASKED, granted)(ask(k.RequestExtension, WEDNESDAY, working_days=1))


def test_a_refused_request_does_not_count_and_moves_nothing():
    refused = given(ASKED)(ask(k.RefuseExtension, WEDNESDAY, actor=SUPERVISOR))
    assert kinds(refused) == ["extension_refused"]
    assert state(ASKED, refused).resolve.due_at == RESOLVE_DUE
    assert kinds(given(ASKED, refused)(ask(k.RequestExtension, WEDNESDAY))) == [
        "extension_requested"
    ]


def test_a_reopened_ticket_may_be_extended_again():
    reopened = fact(e.TicketReopened, FRIDAY)
    granted = [*ASKED, fact(e.ExtensionGranted), fact(e.TicketResolved), reopened]
    (deadline,) = given(granted)(ask(k.SetDeadline, FRIDAY, starts_at=FRIDAY))
    assert kinds(given(granted, deadline)(ask(k.RequestExtension, FRIDAY))) == [
        "extension_requested"
    ]


def test_a_move_uses_the_rules_of_the_day():
    other = rules()._replace(policy_version="policy-2", warn_fraction=0.5)
    _, moved = given(ASKED)(ask(k.GrantExtension, WEDNESDAY, actor=SUPERVISOR, rules=other))
    assert moved.policy_version == "policy-2"
    assert moved.warn_at == other.calendar.point_between(
        WEDNESDAY, moved.due_at, other.warn_fraction
    )
