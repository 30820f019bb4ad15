"""中止 ends by itself after the most days its reason allows; 延期 has its limits, too."""

import pytest

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import rejections as r
from tests.domain.facts import (
    ASKED,
    FRIDAY,
    HANDLING,
    MONDAY,
    SECOND,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    ask,
    at,
    fact,
    given,
    kinds,
    rules,
    state,
)

LIMIT = at(12, 18)  # two working days after Tuesday
BOSS = "supervisor:wang"


def suspend(now=TUESDAY, days=2, **changes):
    changes = {"reason": "weather"} | changes
    return ask(k.SuspendTicket, now, working_days_max=days, rules=rules(), **changes)


PAUSED = [*HANDLING, *given(HANDLING)(suspend())]


def end(now, ends_at=LIMIT):
    return ask(k.EndSuspension, now, ends_at=ends_at, actor="processor:sla")


def test_a_pause_says_when_it_ends_by_itself_and_by_which_rule():
    (suspended,) = given(HANDLING)(suspend())
    assert (suspended.working_days, suspended.ends_at) == (2, LIMIT)
    assert suspended.policy_version == "policy-1"
    assert state(PAUSED).suspended_until == LIMIT
    (unlimited,) = given(HANDLING)(ask(k.SuspendTicket, TUESDAY))
    assert unlimited.ends_at is None


def test_at_its_limit_the_clock_goes_on_by_an_explained_fact_and_once():
    assert given(PAUSED)(end(LIMIT - SECOND)) == []
    facts = given(PAUSED)(end(LIMIT))
    assert kinds(facts) == ["resumed", "deadline_moved"]
    assert facts[0].because == "limit"
    assert given(PAUSED, facts)(end(LIMIT)) == []
    assert given(PAUSED)(end(FRIDAY, ends_at=at(13, 18))) == []  # of another pause


def test_whoever_comes_after_the_limit_finds_that_it_ended_then():
    """A week of downtime makes no pause longer, whoever is first: the tick or a person."""
    ticked = given(PAUSED)(end(at(23)))
    by_hand = given(PAUSED)(ask(k.ResumeTicket, at(23)))
    for facts in (ticked, by_hand):
        assert [one.occurred_at for one in facts] == [LIMIT, LIMIT]
        assert (facts[0].because, facts[1].due_at) == ("limit", at(16, 18))
    assert given(PAUSED, ticked)(ask(k.ResumeTicket, at(23))) == []
    resolved = given(PAUSED)(ask(k.ResolveTicket, at(23)))
    assert kinds(resolved) == ["resumed", "deadline_moved", "resolved", "deadline_missed"]
    assert resolved[-1].done_at == at(23)


def test_a_pause_that_is_ended_in_time_has_no_reason():
    assert given(PAUSED)(ask(k.ResumeTicket, WEDNESDAY))[0].because is None


def test_the_limit_is_that_of_all_pauses_of_one_handling_for_one_reason():
    once = [*PAUSED, *given(PAUSED)(ask(k.ResumeTicket, WEDNESDAY))]  # one day used
    (again,) = given(once)(suspend(THURSDAY))
    assert (again.working_days, again.ends_at) == (1, at(13, 18))
    (other,) = given(once)(suspend(THURSDAY, reason="season"))
    assert other.working_days == 2
    used_up = [*PAUSED, *given(PAUSED)(end(LIMIT))]
    with pytest.raises(r.SuspensionUsedUp, match="weather, 2 working days"):
        given(used_up)(suspend(FRIDAY))
    anew = [*used_up, fact(e.TicketResolved, FRIDAY), fact(e.TicketReopened, at(16))]
    assert len(given(anew)(suspend(at(17)))) == 1


def test_pauses_that_are_told_late_count_no_time_twice():
    once = [*PAUSED, *given(PAUSED)(ask(k.ResumeTicket, THURSDAY))]
    overlapping = [*once, *given(once)(ask(k.SuspendTicket, THURSDAY, at=at(10, 12)))]
    assert state(overlapping).suspended_since == THURSDAY
    assert kinds(given(overlapping)(ask(k.ResumeTicket, at(12, 17)))) == ["resumed"]


def test_merged_while_paused_it_goes_on_pausing_when_it_is_unmerged():
    merged = [*PAUSED, fact(e.TicketMerged, WEDNESDAY)]
    assert given(merged)(end(FRIDAY)) == []
    unmerged = [*merged, *given(merged)(ask(k.UnmergeTicket, FRIDAY))]
    assert state(unmerged).suspended_until == LIMIT
    facts = given(unmerged)(end(FRIDAY))
    assert [one.due_at for one in facts if isinstance(one, c.DeadlineMoved)] == [at(16, 18)]


# Extensions


@pytest.mark.parametrize(("days", "most"), [(2, 2), (1, 3)])
def test_an_extension_is_at_most_as_long_as_the_rule_says(days, most):
    limits = k.ExtensionLimits(1, most)
    asked = ask(k.RequestExtension, TUESDAY, working_days=days, limits=limits)
    assert kinds(given(HANDLING)(asked)) == ["extension_requested"]
    with pytest.raises(r.ExtensionTooLong, match=f"{most} at a time"):
        given(HANDLING)(ask(k.RequestExtension, TUESDAY, working_days=most + 1, limits=limits))


def test_nor_is_it_granted_for_longer():
    limits = k.ExtensionLimits(1, 2)
    with pytest.raises(r.ExtensionTooLong):
        given(ASKED)(ask(k.GrantExtension, TUESDAY, actor=BOSS, working_days=3, limits=limits))


def test_it_is_granted_as_often_as_the_rule_says():
    granted = [*ASKED, *given(ASKED)(ask(k.GrantExtension, WEDNESDAY, actor=BOSS))]
    twice = k.ExtensionLimits(times_max=2)
    assert given(granted)(ask(k.RequestExtension, WEDNESDAY, working_days=1, limits=twice))
    with pytest.raises(r.ExtensionLimitReached):
        given(granted)(ask(k.RequestExtension, WEDNESDAY, working_days=1))
    with pytest.raises(r.ExtensionLimitReached):
        given(HANDLING)(ask(k.RequestExtension, MONDAY, limits=k.ExtensionLimits(0)))


@pytest.mark.parametrize(
    ("asker", "decider"),
    [
        ("unit:heating-office/wang", "unit:heating-office/li"),
        ("unit:heating-office/wang", "unit:Heating-Office"),
        ("supervisor:Li", "supervisor:li"),
        ("supervisor:li", "supervisor:ｌｉ"),
    ],
)
@pytest.mark.parametrize("command_type", [k.GrantExtension, k.RefuseExtension])
def test_however_it_is_written_who_asked_does_not_decide(command_type, asker, decider):
    asked = [*HANDLING, fact(e.ExtensionRequested, TUESDAY, actor=asker)]
    with pytest.raises(r.SelfApproval):
        given(asked)(ask(command_type, WEDNESDAY, actor=decider))
    assert given(asked)(ask(command_type, WEDNESDAY, actor="supervisor:zhao"))


def test_the_unit_that_asked_does_not_decide_whoever_pressed_the_key():
    asked = [*HANDLING, fact(e.ExtensionRequested, TUESDAY, actor="clerk:li")]
    for actor in ("clerk:li", "unit:heating-office"):
        with pytest.raises(r.SelfApproval):
            given(asked)(ask(k.GrantExtension, WEDNESDAY, actor=actor))
