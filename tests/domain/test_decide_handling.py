"""办: what the lead unit and the assisting units may do."""

import pytest

from services.domain import commands as k
from services.domain import events as e
from services.domain import rejections as r
from tests.domain.facts import (
    ACCEPT_DUE,
    ANSWERED,
    CLOCKED,
    CLOSED,
    DECLINED,
    HANDLING,
    HEATING,
    MERGED,
    MONDAY,
    OPENED,
    REOPENED,
    RESOLVE_DUE,
    RESOLVED,
    RETURNED,
    ROADS,
    ROUTED,
    SECOND,
    SUSPENDED,
    TRIAGED,
    TUESDAY,
    WATER,
    WEDNESDAY,
    ask,
    at,
    fact,
    given,
    kinds,
    state,
)

NOT_IN_HANDLING = [OPENED, TRIAGED, ROUTED, RETURNED, RESOLVED, CLOSED, DECLINED, ANSWERED, MERGED]


def test_the_unit_that_was_asked_accepts():
    accepted = given(ROUTED)(ask(k.AcceptTicket, TUESDAY))
    assert kinds(accepted) == ["accepted"]
    after = state(ROUTED, accepted)
    assert (after.stage, after.accepted_at) == ("handling", TUESDAY)


def test_accepting_in_the_last_second_keeps_the_promise():
    assert kinds(given(CLOCKED)(ask(k.AcceptTicket, ACCEPT_DUE))) == ["accepted", "deadline_met"]


def test_accepting_a_second_later_breaks_it():
    late = given(CLOCKED)(ask(k.AcceptTicket, ACCEPT_DUE + SECOND))
    assert kinds(late) == ["accepted", "deadline_missed"]
    assert late[1].done_at == ACCEPT_DUE + SECOND


def test_what_counts_is_when_it_happened_not_when_it_was_written_down():
    written_late = given(CLOCKED)(ask(k.AcceptTicket, ACCEPT_DUE + SECOND, at=ACCEPT_DUE))
    assert kinds(written_late) == ["accepted", "deadline_met"]


def test_accepting_twice_changes_nothing():
    assert given(HANDLING)(ask(k.AcceptTicket)) == []


def test_another_unit_does_not_accept():
    for history in (ROUTED, [*ROUTED, fact(e.AssistanceAsked, unit=ROADS)]):
        with pytest.raises(r.WrongUnit, match=ROADS):
            given(history)(ask(k.AcceptTicket, unit=ROADS))


@pytest.mark.parametrize("history", [OPENED, TRIAGED, RETURNED, RESOLVED, CLOSED, MERGED])
def test_only_a_routed_ticket_is_accepted(history):
    with pytest.raises(r.TicketNotRouted):
        given(history)(ask(k.AcceptTicket))


def test_a_return_names_reason_and_whose_it_is():
    (returned,) = given(ROUTED)(ask(k.ReturnTicket, proposed_unit=ROADS))
    assert (returned.unit, returned.reason) == (HEATING, "not-our-duty")
    assert returned.proposed_unit == ROADS
    after = state(ROUTED, returned)
    assert (after.stage, after.lead) == ("returned", None)


@pytest.mark.parametrize("history", [RETURNED, [*RETURNED, fact(e.TicketSentToTriage)]])
def test_returning_twice_changes_nothing(history):
    assert given(history)(ask(k.ReturnTicket)) == []


def test_a_return_in_time_keeps_no_promise_and_breaks_none():
    returned = given(CLOCKED)(ask(k.ReturnTicket, ACCEPT_DUE))
    assert kinds(returned) == ["returned"]
    assert not state(CLOCKED, returned).accept.running


def test_what_the_dispatch_centre_takes_back_too_late_breaks_the_promise():
    returned = given(CLOCKED)(ask(k.ReturnTicket, ACCEPT_DUE + SECOND, late=True))
    assert kinds(returned) == ["returned", "deadline_missed"]
    after = state(CLOCKED, returned)
    assert after.accept.missed
    assert not after.accept.running


def test_a_unit_does_not_return_twice_for_the_same_reason():
    again = [*RETURNED, fact(e.TicketRouted, attempt=2, method="person")]
    with pytest.raises(r.AlreadyReturned, match="not-our-duty"):
        given(again)(ask(k.ReturnTicket))
    assert kinds(given(again)(ask(k.ReturnTicket, reason="wrong-area"))) == ["returned"]


def test_whoever_accepted_cannot_return():
    with pytest.raises(r.ReturnAfterAcceptance):
        given(HANDLING)(ask(k.ReturnTicket))


def test_only_the_unit_that_was_asked_returns():
    with pytest.raises(r.WrongUnit):
        given(ROUTED)(ask(k.ReturnTicket, unit=ROADS))


@pytest.mark.parametrize("history", [OPENED, TRIAGED, RESOLVED, CLOSED, MERGED])
def test_only_a_routed_ticket_is_returned(history):
    with pytest.raises(r.TicketNotRouted):
        given(history)(ask(k.ReturnTicket))


def test_lead_and_assisting_units_report_progress_and_nobody_else():
    assisted = [*HANDLING, fact(e.AssistanceAsked, unit=ROADS)]
    for unit in (HEATING, ROADS):
        (progressed,) = given(assisted)(ask(k.ReportProgress, unit=unit))
        assert progressed.unit == unit
    with pytest.raises(r.WrongUnit):
        given(assisted)(ask(k.ReportProgress, unit=WATER))


def test_progress_may_be_reported_again_and_again():
    once = given(HANDLING)(ask(k.ReportProgress))
    assert kinds(given(HANDLING, once)(ask(k.ReportProgress))) == ["progressed"]


@pytest.mark.parametrize("history", NOT_IN_HANDLING)
@pytest.mark.parametrize("command_type", [k.ReportProgress, k.SuspendTicket, k.RequestExtension])
def test_work_is_done_on_a_ticket_that_is_handled(history, command_type):
    with pytest.raises(r.TicketNotInHandling):
        given(history)(ask(command_type))


@pytest.mark.parametrize("history", [one for one in NOT_IN_HANDLING if one is not RESOLVED])
def test_only_a_ticket_that_is_handled_is_resolved(history):
    with pytest.raises(r.TicketNotInHandling):
        given(history)(ask(k.ResolveTicket))


@pytest.mark.parametrize("history", [ROUTED, HANDLING])
def test_one_more_unit_takes_part_once(history):
    asked = given(history)(ask(k.AskAssistance, unit=ROADS))
    assert kinds(asked) == ["assistance_asked"]
    assert state(history, asked).assisting == (ROADS,)
    assert given(history, asked)(ask(k.AskAssistance, unit=ROADS)) == []


def test_the_lead_does_not_assist_itself():
    with pytest.raises(r.WrongUnit, match="leads it"):
        given(HANDLING)(ask(k.AskAssistance))


def test_nobody_is_asked_to_assist_where_there_is_no_work():
    for history in (OPENED, RETURNED, RESOLVED, MERGED):
        with pytest.raises(r.TicketNotInHandling):
            given(history)(ask(k.AskAssistance, unit=ROADS))


def test_an_assisting_unit_finishes_once():
    assisted = [*HANDLING, fact(e.AssistanceAsked, unit=ROADS)]
    done = given(assisted)(ask(k.FinishAssistance, unit=ROADS))
    assert kinds(done) == ["assistance_done"]
    assert given(assisted, done)(ask(k.FinishAssistance, unit=ROADS)) == []


def test_only_an_assisting_unit_finishes_and_only_while_a_unit_has_it():
    with pytest.raises(r.WrongUnit):
        given(HANDLING)(ask(k.FinishAssistance))
    asked = fact(e.AssistanceAsked, unit=ROADS)
    with pytest.raises(r.TicketNotInHandling):
        given([*HANDLING, asked, fact(e.TicketResolved)])(ask(k.FinishAssistance, unit=ROADS))


def test_being_routed_again_begins_with_nobody_done():
    again = [
        *ROUTED,
        fact(e.AssistanceAsked, unit=ROADS),
        fact(e.TicketReturned),
        fact(e.TicketRouted, lead=WATER, attempt=2),
    ]
    assert (state(again).assisting, state(again).assisting_done) == ((), ())


def test_resolving_in_the_last_second_keeps_the_promise():
    resolved = given(HANDLING)(ask(k.ResolveTicket, RESOLVE_DUE))
    assert kinds(resolved) == ["resolved", "deadline_met"]
    after = state(HANDLING, resolved)
    assert (after.stage, after.resolved_at) == ("resolved", RESOLVE_DUE)


def test_resolving_a_second_later_breaks_it():
    resolved = given(HANDLING)(ask(k.ResolveTicket, RESOLVE_DUE + SECOND))
    assert kinds(resolved) == ["resolved", "deadline_missed"]
    assert not state(HANDLING, resolved).resolve.running


def test_resolving_twice_changes_nothing():
    assert given(RESOLVED)(ask(k.ResolveTicket)) == []


def test_only_the_lead_resolves():
    with pytest.raises(r.WrongUnit):
        given([*HANDLING, fact(e.AssistanceAsked, unit=ROADS)])(ask(k.ResolveTicket, unit=ROADS))
    with pytest.raises(r.TicketNotInHandling):
        given(RESOLVED)(ask(k.ResolveTicket, unit=ROADS))


def test_a_ticket_that_is_resolved_while_suspended_counts_its_pause_once():
    resolved = given(SUSPENDED)(ask(k.ResolveTicket, at(16)))
    assert kinds(resolved) == ["resumed", "deadline_moved", "resolved", "deadline_met"]
    moved, met = resolved[1], resolved[3]
    assert moved.working_days == 4
    assert moved.due_at == met.due_at == at(18, 18)
    assert state(SUSPENDED, resolved).suspended_since is None


def test_a_reopened_ticket_goes_back_to_the_unit_that_had_it():
    after = state(REOPENED)
    assert (after.stage, after.lead, after.resolved_at) == ("handling", HEATING, None)
    assert kinds(given(REOPENED)(ask(k.ResolveTicket, WEDNESDAY))) == ["resolved"]


def test_nothing_is_known_before_it_is_told():
    opened = state(OPENED)
    assert (opened.stage, opened.opened_at, opened.lead) == ("received", MONDAY, None)
    assert opened.clock("accept") is opened.clock("resolve") is None
