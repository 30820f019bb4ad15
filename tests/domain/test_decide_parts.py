"""协办 and 分解任务: each part of a matter has a clock of its own, within that of the lead."""

from datetime import date

import pytest

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_parts as p
from services.domain import rejections as r
from services.domain.clock_terms import reckoned
from tests.domain.facts import (
    ACCEPT_CLOCK,
    FRIDAY,
    HANDLING,
    HEATING,
    MONDAY,
    OPENED,
    RESOLVE_CLOCK,
    RESOLVE_DUE,
    ROADS,
    SECOND,
    THURSDAY,
    TUESDAY,
    WATER,
    WEDNESDAY,
    ask,
    at,
    calendar,
    fact,
    given,
    kinds,
    state,
)

ROUTED = [*OPENED, fact(e.TicketRouted, assisting=(ROADS, WATER))]
CLOCKED = [*ROUTED, ACCEPT_CLOCK, RESOLVE_CLOCK]
PROMISES = given(CLOCKED)(ask(k.SetPartDeadlines))
HELPED = [*CLOCKED, *PROMISES, fact(e.TicketAccepted)]
WITH_TASK = [*HANDLING, *given(HANDLING)(ask(k.GiveSubtask, TUESDAY))]
ASSIST = f"assist:{ROADS}"
TASK = f"subtask:001:{ROADS}"


def clock(key, *history):
    return state(*history).part(key).clock


# Assisting units


def test_each_assisting_unit_has_a_share_of_the_lead_s_working_days_rounded_up():
    assert [(one.unit, one.working_days, one.due_at) for one in PROMISES] == [
        (ROADS, 2, at(11, 18)),  # 0.6 of 3
        (WATER, 2, at(11, 18)),
    ]
    assert given(CLOCKED, PROMISES)(ask(k.SetPartDeadlines, FRIDAY)) == []


@pytest.mark.parametrize(("urgency", "days"), [(1, 1), (3, 2), (7, 5), (11, 7)])
def test_the_share_of_each_urgency(urgency, days):
    routed = fact(e.TicketRouted, assisting=(ROADS,), urgency_days=urgency)
    (promise,) = given(OPENED, routed)(ask(k.SetPartDeadlines))
    assert promise.working_days == days


def test_a_unit_that_is_asked_late_has_no_longer_than_the_lead():
    asked = fact(e.AssistanceAsked, THURSDAY, unit=ROADS)
    (promise,) = given(HANDLING, asked)(ask(k.SetPartDeadlines, THURSDAY))
    assert (promise.with_lead, promise.due_at) == (True, RESOLVE_DUE)
    assert clock(ASSIST, HANDLING, asked, promise).steps == state(HANDLING).resolve.steps


def test_a_unit_that_is_asked_when_the_lead_is_late_has_its_own_days():
    asked = fact(e.AssistanceAsked, FRIDAY, unit=ROADS)
    (promise,) = given(HANDLING, asked)(ask(k.SetPartDeadlines, FRIDAY))
    assert (promise.with_lead, promise.due_at) == (False, at(17, 18))


def test_done_in_time_is_met_and_later_is_missed_with_when_it_was_done():
    done, met = given(HELPED)(ask(k.FinishAssistance, at(11, 18), unit=ROADS))
    assert (done.unit, met.unit) == (ROADS, ROADS)
    assert isinstance(met, p.PartDeadlineMet)
    _, missed = given(HELPED)(ask(k.FinishAssistance, at(11, 18) + SECOND, unit=ROADS))
    assert isinstance(missed, p.PartDeadlineMissed)
    assert missed.done_at == at(11, 18) + SECOND
    assert given(HELPED, done, met)(ask(k.FinishAssistance, FRIDAY, unit=ROADS)) == []


def test_who_assists_need_not_wait_until_the_lead_has_accepted():
    facts = given(CLOCKED, PROMISES)(ask(k.FinishAssistance, TUESDAY, unit=ROADS))
    assert kinds(facts) == ["assistance_done", "part_deadline_met"]
    with pytest.raises(r.TicketNotInHandling):
        given(CLOCKED, PROMISES, fact(e.TicketReturned))(
            ask(k.FinishAssistance, TUESDAY, unit=ROADS)
        )


def test_the_clock_that_is_set_after_the_work_was_done_is_settled_at_once():
    done = [fact(e.TicketAccepted), fact(e.AssistanceDone, TUESDAY, unit=ROADS)]
    promised = given(CLOCKED, done)(ask(k.SetPartDeadlines, FRIDAY))
    assert kinds(promised) == ["part_deadline_set", "part_deadline_met", "part_deadline_set"]


def test_it_is_warned_of_and_missed_once_and_a_miss_stays_a_miss():
    warn = ask(k.WarnPart, at(11, 16), due_at=at(11, 18))
    assert kinds(given(HELPED)(warn)) == ["part_deadline_warned"]
    assert given(HELPED, given(HELPED)(warn))(warn) == []
    miss = ask(k.MissPart, at(11, 18) + SECOND, due_at=at(11, 18))
    missed = given(HELPED)(miss)
    assert kinds(missed) == ["part_deadline_missed"]
    assert given(HELPED, missed)(miss) == []
    assert kinds(given(HELPED, missed)(ask(k.FinishAssistance, FRIDAY, unit=ROADS))) == [
        "assistance_done"
    ]


@pytest.mark.parametrize("command", [k.WarnPart, k.MissPart])
def test_a_tick_about_another_promise_or_too_early_finds_nothing(command):
    assert given(HELPED)(ask(command, TUESDAY, due_at=at(11, 18))) == []
    assert given(HELPED)(ask(command, FRIDAY, due_at=at(12, 18))) == []
    assert given(HELPED)(ask(command, FRIDAY, part="assist:nobody", due_at=at(11, 18))) == []


def test_a_pause_of_the_ticket_stops_the_clocks_of_its_parts_and_moves_them_once():
    paused = [*HELPED, fact(e.TicketSuspended, TUESDAY)]
    assert given(paused)(ask(k.MissPart, FRIDAY, due_at=at(11, 18))) == []
    resumed = given(paused)(ask(k.ResumeTicket, THURSDAY))
    assert kinds(resumed) == [
        "resumed", "deadline_moved", "part_deadline_moved", "part_deadline_moved"
    ]  # fmt: skip
    after = clock(ASSIST, paused, resumed)
    assert after.due_at == at(13, 18)
    assert reckoned(after.steps, calendar()) == after.due_at


def test_a_part_that_is_asked_for_during_a_pause_loses_only_its_own_days():
    asked = fact(e.AssistanceAsked, WEDNESDAY, unit=ROADS)
    paused = [*HANDLING, fact(e.TicketSuspended, TUESDAY), asked]
    promise = given(paused)(ask(k.SetPartDeadlines, WEDNESDAY))
    resumed = given(paused, promise)(ask(k.ResumeTicket, THURSDAY))
    after = clock(ASSIST, paused, promise, resumed)
    assert reckoned(after.steps, calendar()) == after.due_at
    assert after.due_at == calendar().shift(promise[0].due_at, WEDNESDAY, THURSDAY)


def test_work_that_is_done_during_a_pause_is_judged_where_the_clock_stands():
    paused = [*HELPED, fact(e.TicketSuspended, TUESDAY)]
    assert kinds(given(paused)(ask(k.FinishAssistance, FRIDAY, unit=ROADS))) == [
        "assistance_done", "part_deadline_met"
    ]  # fmt: skip


def test_a_return_ends_the_clocks_of_those_who_assist_and_the_next_routing_begins_them_anew():
    before = [*CLOCKED, *PROMISES]
    returned = given(before)(ask(k.ReturnTicket, TUESDAY))
    assert [part.over for part in state(before, returned).parts] == [True, True]
    routed = fact(e.TicketRouted, WEDNESDAY, lead=WATER, assisting=(ROADS,), attempt=2)
    (promise,) = given(before, returned, routed)(ask(k.SetPartDeadlines, WEDNESDAY))
    assert promise.starts_at == WEDNESDAY


def test_a_late_unit_is_told_late_when_the_ticket_is_resolved_and_one_in_time_is_not():
    late = given(HELPED)(ask(k.ResolveTicket, THURSDAY))
    assert kinds(late) == [
        "resolved", "deadline_met", "part_deadline_missed", "part_deadline_missed"
    ]  # fmt: skip
    assert kinds(given(HELPED)(ask(k.ResolveTicket, TUESDAY))) == ["resolved", "deadline_met"]


def test_after_a_reopening_a_unit_may_be_asked_again_with_a_new_clock():
    done = given(HELPED)(ask(k.FinishAssistance, TUESDAY, unit=ROADS))
    resolved = given(HELPED, done)(ask(k.ResolveTicket, WEDNESDAY))
    reopened = [*HELPED, *done, *resolved, fact(e.TicketReopened, THURSDAY)]
    asked = given(reopened)(ask(k.AskAssistance, FRIDAY, unit=ROADS))
    assert kinds(asked) == ["assistance_asked"]
    after = state(reopened, asked)
    assert (after.assisting.count(ROADS), ROADS in after.assisting_done) == (1, False)
    assert given(reopened, asked)(ask(k.AskAssistance, FRIDAY, unit=ROADS)) == []
    (promise,) = given(reopened, asked)(ask(k.SetPartDeadlines, FRIDAY))
    assert promise.starts_at == FRIDAY


def test_more_urgent_no_part_ends_after_the_ticket():
    (shortened, *parts) = given(HELPED)(
        ask(k.ShortenDeadline, MONDAY, working_days=1, starts_at=MONDAY)
    )
    assert shortened.due_at == at(10, 18)
    assert [(one.reason, one.due_at, one.with_lead) for one in parts] == [
        ("urgency", at(10, 18), True), ("urgency", at(10, 18), True)
    ]  # fmt: skip
    after = state(HELPED, shortened, parts)
    assert after.part(ASSIST).clock.steps == after.resolve.steps


def test_a_merged_ticket_s_parts_stand_still_and_go_on_when_it_is_unmerged():
    merged = [*HELPED, fact(e.TicketMerged, TUESDAY)]
    assert not clock(ASSIST, merged).running
    unmerged = given(merged)(ask(k.UnmergeTicket, WEDNESDAY))
    assert clock(ASSIST, merged, unmerged) == clock(ASSIST, HELPED)


# Sub-tasks


def test_the_lead_gives_a_part_by_a_day_within_its_own_promise():
    facts = given(HANDLING)(ask(k.GiveSubtask, TUESDAY))
    given_task, promise = facts
    assert kinds(facts) == ["subtask_given", "part_deadline_set"]
    assert (given_task.subtask, given_task.unit, given_task.due_day) == (
        1,
        ROADS,
        date(2026, 3, 11),
    )
    assert (promise.subtask, promise.day, promise.due_at) == (1, date(2026, 3, 11), at(11, 18))
    second = given(WITH_TASK)(ask(k.GiveSubtask, TUESDAY, to=WATER))
    assert second[0].subtask == 2
    assert state(WITH_TASK, second).open_subtasks == (1, 2)


@pytest.mark.parametrize(
    ("day", "rejection"),
    [
        (date(2026, 3, 13), r.SubtaskTooLate),  # a day after the promise
        (date(2026, 3, 9), r.SubtaskTooLate),  # before it was given
        (date(2026, 3, 14), r.SubtaskDayOff),
    ],
)
def test_a_day_outside_the_lead_s_promise_is_refused(day, rejection):
    with pytest.raises(rejection):
        given(HANDLING)(ask(k.GiveSubtask, TUESDAY, due_day=day))


def test_the_last_day_itself_and_the_same_day_are_within_it():
    for now, day in ((TUESDAY, date(2026, 3, 12)), (THURSDAY, date(2026, 3, 12))):
        assert len(given(HANDLING)(ask(k.GiveSubtask, now, due_day=day))) == 2


def test_a_lead_that_is_late_may_give_one_more_working_day_and_no_more():
    late = [*HANDLING, fact(c.DeadlineMissed, at(12, 19))]
    assert len(given(late)(ask(k.GiveSubtask, FRIDAY, due_day=date(2026, 3, 16)))) == 2
    with pytest.raises(r.SubtaskTooLate):
        given(late)(ask(k.GiveSubtask, FRIDAY, due_day=date(2026, 3, 17)))


def test_only_the_lead_gives_and_withdraws_and_never_to_itself():
    for changes in ({"unit": WATER}, {"to": HEATING}):
        with pytest.raises(r.WrongUnit):
            given(HANDLING)(ask(k.GiveSubtask, TUESDAY, **changes))
    with pytest.raises(r.WrongUnit):
        given(WITH_TASK)(ask(k.WithdrawSubtask, TUESDAY, unit=ROADS))
    with pytest.raises(r.PromiseUnknown):
        given([*ROUTED, fact(e.TicketAccepted)])(ask(k.GiveSubtask, TUESDAY))


def test_it_is_accepted_and_done_once_by_the_unit_that_has_it():
    accepted = given(WITH_TASK)(ask(k.AcceptSubtask, TUESDAY, unit=ROADS))
    assert kinds(accepted) == ["subtask_accepted"]
    assert given(WITH_TASK, accepted)(ask(k.AcceptSubtask, TUESDAY, unit=ROADS)) == []
    done = given(WITH_TASK, accepted)(ask(k.FinishSubtask, at(11, 17), unit=ROADS))
    assert kinds(done) == ["subtask_done", "part_deadline_met"]
    after = [*WITH_TASK, *accepted, *done]
    assert given(after)(ask(k.FinishSubtask, FRIDAY, unit=ROADS)) == []
    assert given(after)(ask(k.AcceptSubtask, FRIDAY, unit=ROADS)) == []
    with pytest.raises(r.WrongUnit):
        given(WITH_TASK)(ask(k.FinishSubtask, TUESDAY, unit=WATER))
    with pytest.raises(r.SubtaskOver):
        given(after)(ask(k.WithdrawSubtask, FRIDAY))
    with pytest.raises(r.SubtaskUnknown):
        given(WITH_TASK)(ask(k.FinishSubtask, TUESDAY, unit=ROADS, subtask=2))


def test_withdrawn_it_ends_and_is_missed_only_if_that_was_too_late():
    withdrawn = given(WITH_TASK)(ask(k.WithdrawSubtask, at(11, 12)))
    assert kinds(withdrawn) == ["subtask_withdrawn"]
    assert given(WITH_TASK, withdrawn)(ask(k.WithdrawSubtask, FRIDAY)) == []
    with pytest.raises(r.SubtaskOver):
        given(WITH_TASK, withdrawn)(ask(k.FinishSubtask, at(11, 13), unit=ROADS))
    late = given(WITH_TASK)(ask(k.WithdrawSubtask, THURSDAY))
    assert kinds(late) == ["subtask_withdrawn", "part_deadline_missed"]


def test_a_ticket_with_an_open_sub_task_is_resolved_only_with_a_reason():
    with pytest.raises(r.SubtasksOpen, match="1"):
        given(WITH_TASK)(ask(k.ResolveTicket, TUESDAY))
    facts = given(WITH_TASK)(ask(k.ResolveTicket, TUESDAY, despite="goes_on_elsewhere"))
    assert facts[0].despite == "goes_on_elsewhere"
    assert not state(WITH_TASK, facts).part(TASK).is_open
    done = given(WITH_TASK)(ask(k.FinishSubtask, TUESDAY, unit=ROADS))
    facts = given(WITH_TASK, done)(ask(k.ResolveTicket, TUESDAY, despite="goes_on_elsewhere"))
    assert facts[0].despite is None  # there was nothing to go on


def test_a_ticket_has_so_many_sub_tasks_and_no_more():
    many = [fact(p.SubtaskGiven, TUESDAY, subtask=number, unit=ROADS) for number in range(1, 101)]
    with pytest.raises(r.SubtasksTooMany):
        given(HANDLING, many)(ask(k.GiveSubtask, TUESDAY))


def test_facts_of_a_foreign_log_about_no_part_are_folded_all_the_same():
    for event_type in (p.PartDeadlineWarned, p.PartDeadlineMet, p.PartDeadlineMoved):
        after = state(HANDLING, fact(event_type, unit=ROADS))
        assert after == state(HANDLING)._replace(version=len(HANDLING) + 1)
