"""督: promises are made, warned of, broken or kept; never twice, and never both."""

import pytest

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from tests.domain.facts import (
    ACCEPT_DUE,
    CLOCKED,
    CLOSED,
    DECLINED,
    FRIDAY,
    HANDLING,
    MONDAY,
    OPENED,
    OVERDUE,
    REOPENED,
    RESOLVE_DUE,
    RESOLVED,
    RETURNED,
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
    rung,
    state,
)

RE_ROUTED = [*RETURNED, fact(e.TicketRouted, WEDNESDAY, lead=ROADS, attempt=2)]


def set_clock(clock: str, starts_at=MONDAY, **changes):
    return ask(k.SetDeadline, starts_at, clock=clock, starts_at=starts_at, **changes)


def test_a_promise_says_by_what_it_was_made():
    (deadline,) = given(ROUTED)(set_clock("resolve"))
    assert deadline == fact(
        c.DeadlineSet,
        cause="command:2",
        warn_at=calendar().point_between(MONDAY, RESOLVE_DUE, 0.8),
        due_at=RESOLVE_DUE,
        calendar_version=calendar().version,
    )


def test_the_urgency_is_the_promise_unless_days_are_named():
    (own,) = given(ROUTED)(set_clock("resolve", working_days=None))
    (named,) = given(ROUTED)(set_clock("resolve", working_days=7))
    assert (own.working_days, named.working_days) == (3, 7)


def test_without_an_urgency_there_is_no_promise_yet():
    nobodys = [*OPENED, fact(e.TicketDeclined), fact(e.TicketReopened)]
    assert given(nobodys)(set_clock("resolve", working_days=None)) == []


@pytest.mark.parametrize("clock", ["accept", "resolve"])
def test_setting_a_clock_twice_changes_nothing(clock):
    assert given(CLOCKED)(set_clock(clock)) == []
    assert given(HANDLING)(set_clock(clock)) == []
    assert given(RESOLVED)(set_clock(clock)) == []


def test_being_routed_again_keeps_the_promise_to_resolve_and_gives_a_new_one_to_accept():
    assert given(RE_ROUTED)(set_clock("resolve", WEDNESDAY)) == []
    (accept,) = given(RE_ROUTED)(set_clock("accept", WEDNESDAY, working_days=1))
    assert (accept.starts_at, accept.due_at) == (WEDNESDAY, at(12, 18))
    after = state(RE_ROUTED, accept)
    assert after.accept.running
    assert after.resolve.due_at == RESOLVE_DUE


def test_the_promise_of_an_earlier_routing_is_not_made_to_the_later_unit():
    assert given(RE_ROUTED)(set_clock("accept", MONDAY, working_days=1)) == []


@pytest.mark.parametrize("history", [OPENED, [*ROUTED, fact(e.TicketReturned)]])
def test_where_no_unit_is_asked_nobody_promises_to_accept(history):
    assert given(history)(set_clock("accept", working_days=1)) == []


def test_the_promise_of_an_earlier_handling_is_not_made_to_the_later_one():
    lagging = [
        *ROUTED,
        fact(e.TicketAccepted),
        fact(e.TicketResolved),
        fact(e.TicketReopened, FRIDAY),
    ]
    assert given(lagging)(set_clock("resolve", MONDAY)) == []
    (deadline,) = given(lagging)(set_clock("resolve", FRIDAY))
    assert deadline.due_at == at(18, 18)


def test_reopening_gives_a_new_promise():
    (deadline,) = given(REOPENED)(set_clock("resolve", FRIDAY, working_days=None))
    assert deadline.due_at == at(18, 18)
    again = state(REOPENED, deadline).resolve
    assert again.running
    assert not again.missed
    assert given(REOPENED, deadline)(set_clock("resolve", FRIDAY)) == []


def test_a_reopened_ticket_that_missed_its_first_promise_may_keep_the_second():
    late = [*OVERDUE, fact(e.TicketResolved, FRIDAY), fact(e.TicketReopened, FRIDAY)]
    (deadline,) = given(late)(set_clock("resolve", FRIDAY))
    assert kinds(given(late, deadline)(ask(k.ResolveTicket, at(16)))) == [
        "resolved",
        "deadline_met",
    ]


@pytest.mark.parametrize(
    ("done_at", "verdict"),
    [(RESOLVE_DUE, "deadline_met"), (RESOLVE_DUE + SECOND, "deadline_missed")],
)
@pytest.mark.parametrize("after", [[], [fact(e.TicketClosed, at(20))]])
def test_a_clock_that_is_set_after_the_work_was_done_is_settled_at_once(done_at, verdict, after):
    history = [*ROUTED, fact(e.TicketAccepted), fact(e.TicketResolved, done_at), *after]
    events = given(history)(set_clock("resolve"))
    assert kinds(events) == ["deadline_set", verdict]
    assert not state(history, events).resolve.running
    assert given(history, events)(set_clock("resolve")) == []


@pytest.mark.parametrize(
    ("done_at", "verdict"),
    [(ACCEPT_DUE, "deadline_met"), (ACCEPT_DUE + SECOND, "deadline_missed")],
)
def test_the_same_holds_for_accepting(done_at, verdict):
    history = [*ROUTED, fact(e.TicketAccepted, done_at)]
    events = given(history)(set_clock("accept", working_days=1))
    assert kinds(events) == ["deadline_set", verdict]
    assert not state(history, events).accept.running


@pytest.mark.parametrize("history", [DECLINED, [*ROUTED, fact(e.TicketMerged)]])
def test_no_promise_is_made_where_nothing_is_left_to_do(history):
    assert given(history)(set_clock("resolve", working_days=3)) == []


@pytest.mark.parametrize(
    ("command_type", "kind", "first"),
    [
        (k.WarnDeadline, "deadline_warned", at(12, 11)),
        (k.MissDeadline, "deadline_missed", RESOLVE_DUE + SECOND),
    ],
)
def test_a_tick_acts_from_its_moment_on_and_once(command_type, kind, first):
    def tick(now):
        return ask(command_type, now, due_at=RESOLVE_DUE)

    assert given(HANDLING)(tick(first - SECOND)) == []
    acted = given(HANDLING)(tick(first))
    assert kinds(acted) == [kind]
    assert acted[0].due_at == RESOLVE_DUE
    assert given(HANDLING, acted)(tick(first)) == []
    assert kinds(given(HANDLING)(tick(at(30)))) == [kind]


def test_a_deadline_that_passes_is_missed_with_nothing_done():
    (missed,) = given(HANDLING)(ask(k.MissDeadline, FRIDAY, due_at=RESOLVE_DUE))
    assert missed.done_at is None
    assert state(HANDLING, missed).resolve.running


@pytest.mark.parametrize("command_type", [k.WarnDeadline, k.MissDeadline, k.EscalateTicket])
@pytest.mark.parametrize(
    "history",
    [OPENED, RESOLVED, CLOSED, DECLINED, SUSPENDED, ROUTED],
    ids=["no clock", "resolved", "closed", "declined", "suspended", "not yet set"],
)
def test_a_tick_finds_nothing_to_do_where_no_clock_runs(command_type, history):
    assert given(history)(ask(command_type, at(30), due_at=RESOLVE_DUE)) == []


@pytest.mark.parametrize("command_type", [k.WarnDeadline, k.MissDeadline, k.EscalateTicket])
def test_a_tick_about_a_deadline_that_has_moved_finds_nothing_to_do(command_type):
    moved = [*HANDLING, fact(c.DeadlineMoved, warn_at=at(17, 11), due_at=at(17, 18))]
    assert given(moved)(ask(command_type, at(30), due_at=RESOLVE_DUE)) == []


def test_a_suspended_ticket_is_still_asked_to_be_accepted_in_time():
    suspended = [*CLOCKED, fact(e.TicketSuspended)]
    assert kinds(given(suspended)(ask(k.MissDeadline, FRIDAY, clock="accept", due_at=ACCEPT_DUE)))


def test_nobody_is_warned_of_what_was_missed():
    assert given(OVERDUE)(ask(k.WarnDeadline, FRIDAY, due_at=RESOLVE_DUE)) == []


def test_a_promise_that_moved_is_warned_of_again():
    history = [
        *HANDLING,
        fact(c.DeadlineWarned, THURSDAY),
        fact(c.DeadlineMoved, warn_at=at(13, 11), due_at=at(13, 18)),
    ]
    warned = given(history)(ask(k.WarnDeadline, at(13, 12), due_at=at(13, 18)))
    assert kinds(warned) == ["deadline_warned"]


def test_what_was_missed_is_never_met():
    for command in (
        ask(k.ResolveTicket, FRIDAY),
        ask(k.ResolveTicket, FRIDAY, at=TUESDAY),
    ):
        assert kinds(given(OVERDUE)(command)) == ["resolved"]
    missed_accept = [*CLOCKED, fact(c.DeadlineMissed, WEDNESDAY, clock="accept")]
    assert kinds(given(missed_accept)(ask(k.AcceptTicket, WEDNESDAY))) == ["accepted"]
    assert kinds(given(missed_accept)(ask(k.ReturnTicket, WEDNESDAY, late=True))) == ["returned"]


def test_what_was_met_is_never_missed():
    for clock, due_at in (("accept", ACCEPT_DUE), ("resolve", RESOLVE_DUE)):
        tick = ask(k.MissDeadline, at(30), clock=clock, due_at=due_at)
        assert given(RESOLVED)(tick) == []


def test_every_rung_of_the_ladder_is_climbed_once_and_never_down():
    def climb(*levels):
        rungs = tuple(rung(level) for level in levels)
        return ask(k.EscalateTicket, FRIDAY, due_at=RESOLVE_DUE, rungs=rungs)

    urged = given(OVERDUE)(climb(2))
    assert kinds(urged) == ["escalated"]
    assert (urged[0].level, urged[0].addressee, urged[0].due_at) == (2, "lead", RESOLVE_DUE)
    for level in (1, 2):
        assert given(OVERDUE, urged)(climb(level)) == []
    assert kinds(given(OVERDUE, urged)(climb(3))) == ["escalated"]
    assert [one.level for one in given(OVERDUE, urged)(climb(1, 3, 2, 3, 4))] == [3, 4]


@pytest.mark.parametrize(
    ("command_type", "kind", "moment"),
    [
        (k.WarnDeadline, "deadline_warned", at(12, 11)),
        (k.MissDeadline, "deadline_missed", RESOLVE_DUE + SECOND),
    ],
)
def test_measures_go_with_the_warning_and_the_miss_and_never_without(command_type, kind, moment):
    tick = ask(command_type, moment, due_at=RESOLVE_DUE, rungs=(rung(1), rung(2)))
    acted = given(HANDLING)(tick)
    assert kinds(acted) == [kind, "escalated", "escalated"]
    assert {one.due_at for one in acted} == {RESOLVE_DUE}
    assert given(HANDLING, acted)(tick) == []
    escalated = fact(c.TicketEscalated, moment, level=1)
    assert [one.level for one in given(HANDLING, escalated)(tick)[1:]] == [2]


def test_a_clock_keeps_the_version_of_its_rules():
    other = rules()._replace(policy_version="policy-2")
    (deadline,) = given(ROUTED)(set_clock("resolve", rules=other))
    assert deadline.policy_version == "policy-2"
