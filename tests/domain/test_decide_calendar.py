"""A calendar that is loaded later: open promises follow, with a reason; closed ones stay."""

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_parts as p
from services.domain.clock_terms import reckoned
from services.domain.rejections import Rejected
from services.domain.ticket_evolve import fold
from services.domain.working_time import WorkingCalendar
from services.sla.calendar import default_calendar
from tests.domain.facts import (
    CLOSED,
    FRIDAY,
    HEATING,
    MERGED,
    MONDAY,
    OPENED,
    ROADS,
    SECOND,
    THURSDAY,
    TUESDAY,
    ask,
    at,
    calendar,
    decide,
    fact,
    given,
    kinds,
    state,
)


@cache
def changed_calendar(off: tuple[int, ...] = (), worked: tuple[int, ...] = ()) -> WorkingCalendar:
    """The built-in one, but for some days of March 2026."""
    known = default_calendar()
    count = (known.last_day - known.first_day).days + 1
    every = (known.first_day + timedelta(days=n) for n in range(count))
    days = {day: known.is_working_day(day) for day in every}
    days |= {date(2026, 3, day): False for day in off} | {date(2026, 3, d): True for d in worked}
    return WorkingCalendar.of(days)


def recount(now=TUESDAY, off=(), worked=()):
    rules = k.ClockRules(changed_calendar(off, worked), 0.8, "policy-1")
    return ask(k.RecountDeadlines, now, rules=rules, actor="processor:sla", cause="calendar:new")


def real(*history):
    """The same, with promises of the calendar itself and not of a made-up version."""
    routed = [*OPENED, fact(e.TicketRouted, assisting=(ROADS,))]
    facts = [*routed]
    for command in (
        ask(k.SetDeadline, working_days=1, clock="accept"),
        ask(k.SetDeadline, working_days=3),
        ask(k.SetPartDeadlines),
    ):
        facts += given(facts)(command)
    return [*facts, *history]


def test_a_new_day_off_moves_what_runs_and_says_from_when_to_when_and_why():
    history = real(fact(e.TicketAccepted))
    moved, part = given(history)(recount(off=(11,)))
    assert isinstance(moved, c.DeadlineMoved)
    assert (moved.reason, moved.working_days) == ("calendar", 1)
    assert (moved.from_due_at, moved.due_at) == (at(12, 18), at(13, 18))
    assert moved.from_calendar_version == calendar().version
    assert moved.calendar_version == changed_calendar((11,)).version
    assert (part.reason, part.from_due_at, part.due_at) == ("calendar", at(11, 18), at(12, 18))
    assert given(history, moved, part)(recount(THURSDAY, off=(11,))) == []


def test_a_calendar_that_says_the_same_of_those_days_moves_nothing():
    assert given(real())(recount(off=(20,))) == []


@pytest.mark.parametrize("history", [CLOSED, MERGED, OPENED])
def test_what_is_closed_stays(history):
    assert given(history)(recount(off=(10, 11, 12))) == []


def test_what_was_missed_or_kept_stays():
    missed = fact(c.DeadlineMissed, at(12, 19))
    done = fact(p.PartDeadlineMet, TUESDAY, unit=ROADS)
    assert given(real(fact(e.TicketAccepted), missed, done))(recount(FRIDAY, off=(11,))) == []


def test_nothing_is_cut_short_unheard():
    """Saturday the 14th becomes worked; who has until Monday hears of it on Friday evening."""
    history = real(fact(e.TicketAccepted), fact(e.TicketSuspended, TUESDAY))
    paused = [*history, *given(history)(ask(k.ResumeTicket, THURSDAY))]  # until Monday the 16th
    assert state(paused).resolve.due_at == at(16, 18)
    early, *_ = given(paused)(recount(THURSDAY, worked=(14,)))
    assert (early.due_at, early.day) == (at(14, 18), None)
    (late,) = [
        one
        for one in given(paused)(recount(at(14, 12), worked=(14,)))
        if isinstance(one, c.DeadlineMoved)
    ] or [None]
    assert late is None  # it is too late to take Monday away
    assert given(paused, early)(recount(at(14, 12), worked=(14,))) == []


def test_what_ends_with_the_lead_goes_on_ending_with_it():
    asked = fact(e.AssistanceAsked, THURSDAY, unit="late-unit")
    history = real(fact(e.TicketAccepted), fact(p.PartDeadlineMet, TUESDAY, unit=ROADS), asked)
    history = [*history, *given(history)(ask(k.SetPartDeadlines, THURSDAY))]
    moved = given(history)(recount(at(12, 12), off=(12,)))
    assert kinds(moved) == ["deadline_moved", "part_deadline_moved"]
    assert {one.due_at for one in moved} == {at(13, 18)}


def test_a_sub_task_keeps_its_day_but_never_ends_after_the_lead():
    handling = real(fact(e.TicketAccepted), fact(p.PartDeadlineMet, TUESDAY, unit=ROADS))
    task = given(handling)(ask(k.GiveSubtask, TUESDAY, due_day=date(2026, 3, 11)))
    (lead, moved) = given(handling, task)(recount(off=(11,)))
    assert (lead.due_at, moved.due_at) == (at(13, 18), at(12, 18))


def test_a_calendar_that_does_not_reach_so_far_moves_nothing():
    days = {date(2026, 1, 1) - timedelta(days=n): True for n in range(1, 366)}
    rules = k.ClockRules(WorkingCalendar.of(days), 0.8, "policy-1")
    assert given(real())(ask(k.RecountDeadlines, TUESDAY, rules=rules)) == []


def test_while_it_is_paused_the_promise_is_counted_from_where_it_stands():
    paused = real(fact(e.TicketAccepted), fact(e.TicketSuspended, TUESDAY))
    moved, *_ = given(paused)(recount(at(20), off=(11,)))
    assert moved.due_at == at(13, 18)
    assert moved.warn_at > TUESDAY


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["suspend", "resume", "ask", "grant", "urgent", "help", "task", "done", "reopen"]
        ),
        st.integers(0, 40),
    ),
    max_size=14,
)


def lived(steps):
    """A life under commands, each some hours after the one before; refusals are left out."""
    facts = real(fact(e.TicketAccepted, MONDAY + SECOND))
    now = MONDAY + timedelta(hours=1)
    for name, hours in steps:
        now += timedelta(hours=hours)
        try:
            facts += decide(_command(name, now), fold(facts))
            facts += decide(ask(k.SetPartDeadlines, now), fold(facts))
            reopened = fold(facts).reopened_at
            if reopened is not None:
                facts += decide(ask(k.SetDeadline, now, starts_at=reopened), fold(facts))
        except Rejected:
            continue
    return facts, now


def _command(name, now):
    match name:
        case "suspend":
            return ask(k.SuspendTicket, now)
        case "resume":
            return ask(k.ResumeTicket, now)
        case "ask":
            return ask(k.RequestExtension, now, working_days=2)
        case "grant":
            return ask(k.GrantExtension, now, actor="person:boss")
        case "urgent":
            return ask(k.ShortenDeadline, now, starts_at=now, working_days=1)
        case "help":
            return ask(k.AskAssistance, now, unit=f"unit-{now:%d%H}")
        case "task":
            return ask(k.GiveSubtask, now, due_day=calendar().local_date(now) + timedelta(days=1))
        case "done":
            return ask(k.ResolveTicket, now, unit=HEATING, despite="later")
        case _:
            return ask(k.ReopenTicket, now)


def running(ticket):
    clocks = [ticket.accept, ticket.resolve, *(part.clock for part in ticket.parts)]
    return [clock for clock in clocks if clock is not None and clock.moves]


@settings(max_examples=150)
@for_all(steps=STEPS)
def test_the_date_of_every_clock_that_runs_is_what_its_steps_count_to(steps):
    facts, _ = lived(steps)
    for clock in running(fold(facts)):
        assert reckoned(clock.steps, calendar()) == clock.due_at


@settings(max_examples=100)
@for_all(
    steps=STEPS,
    off=st.sets(st.integers(10, 27), max_size=4),
    worked=st.sets(st.sampled_from([14, 15, 21, 22]), max_size=2),
)
def test_counted_by_another_calendar_once_is_enough_and_back_again_is_as_before(steps, off, worked):
    facts, now = lived(steps)
    before = fold(facts)
    there = recount(now, tuple(sorted(off)), tuple(sorted(worked)))
    moved = decide(there, before)
    after = fold(moved, before)
    assert decide(there, after) == []
    assert {one.reason for one in moved} <= {"calendar"}
    for old, new in zip(running(before), running(after), strict=True):
        cut_short = new.due_at < old.due_at
        assert not cut_short or new.due_at >= min(old.due_at, now)
        assert new.warn_at < new.due_at
    stays = [clock for clock in running(after) if not any(step.day for step in clock.steps)]
    for clock in stays:
        if clock.calendar_version == there.rules.calendar.version:
            assert reckoned(clock.steps, there.rules.calendar) == clock.due_at
