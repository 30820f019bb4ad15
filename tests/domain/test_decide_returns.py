"""退单: in time, with a reason, decided once; 会商 and 首接负责."""

import pytest

from services.domain import commands as k
from services.domain import events as e
from services.domain import rejections as r
from services.domain.events_returns import TicketConsulted, TicketReturnDecided
from tests.domain.facts import (
    ACCEPT_DUE,
    CLOCKED,
    CLOSED,
    HANDLING,
    HEATING,
    MERGED,
    OPENED,
    RESOLVED,
    RETURNED,
    ROADS,
    ROUTED,
    SECOND,
    TRIAGED,
    TUESDAY,
    WATER,
    ask,
    fact,
    given,
    kinds,
    state,
)

IN_TRIAGE = [*RETURNED, fact(e.TicketSentToTriage)]
NO_RETURN = [OPENED, TRIAGED, ROUTED, HANDLING, RESOLVED, CLOSED, MERGED]


def uphold(lead=ROADS, **changes):
    values = {"by": "person", "reason": "duty_list", "directory_version": "directory-2"}
    return ask(k.DecideReturn, TUESDAY, decision="upheld", lead=lead, **(values | changes))


def refuse(**changes):
    return ask(k.DecideReturn, TUESDAY, **({"decision": "refused"} | changes))


def after(history, *commands):
    for command in commands:
        history = [*history, *given(history)(command)]
    return history


def returned_by(*units):
    """A ticket that each of these returned, one after the other, the last return undecided."""
    history = [*OPENED, fact(e.TicketRouted, lead=units[0])]
    for unit, following in zip(units, [*units[1:], None], strict=True):
        history = after(history, ask(k.ReturnTicket, unit=unit, reason=f"of-{unit}"))
        if following:
            history = after(history, uphold(following))
    return history


def test_a_unit_returns_in_the_last_second_and_not_a_second_later():
    assert kinds(given(CLOCKED)(ask(k.ReturnTicket, ACCEPT_DUE))) == ["returned"]
    with pytest.raises(r.ReturnTooLate, match="协办"):
        given(CLOCKED)(ask(k.ReturnTicket, ACCEPT_DUE + SECOND))
    assert kinds(given(CLOCKED)(ask(k.ReturnTicket, ACCEPT_DUE + SECOND, at=ACCEPT_DUE)))


def test_too_late_it_can_still_accept_or_be_taken_back_by_the_centre():
    late = ACCEPT_DUE + SECOND
    assert kinds(given(CLOCKED)(ask(k.AcceptTicket, late)))[0] == "accepted"
    assert kinds(given(CLOCKED)(ask(k.AskAssistance, late, unit=ROADS))) == ["assistance_asked"]
    taken = given(CLOCKED)(ask(k.ReturnTicket, late, late=True, actor="dispatcher:1"))
    assert kinds(taken) == ["returned", "deadline_missed"]


def test_a_return_names_the_item_that_it_is_instead():
    (returned,) = given(ROUTED)(ask(k.ReturnTicket, reason="wrong_item", proposed_item="01.02"))
    assert returned.proposed_item == "01.02"
    assert state(ROUTED, returned).returning == (1, HEATING, "wrong_item", None, "01.02")


@pytest.mark.parametrize("history", [RETURNED, IN_TRIAGE])
def test_an_upheld_return_goes_to_the_next_unit_with_one_decision(history):
    decided, routed = given(history)(uphold(assisting=(HEATING,), item="01.02", urgency_days=7))
    assert (decided.decision, decided.decided_by) == ("upheld", "person")
    assert (decided.returned_unit, decided.attempt, decided.lead) == (HEATING, 1, ROADS)
    assert decided.directory_version == routed.directory_version == "directory-2"
    assert (routed.attempt, routed.lead, routed.assisting) == (2, ROADS, (HEATING,))
    assert (routed.item, routed.urgency_days, routed.method) == ("01.02", 7, "person")
    ticket = state(history, decided, routed)
    assert (ticket.returning, ticket.lead, ticket.bound) == (None, ROADS, ())


def test_without_other_values_what_the_ticket_has_stays():
    history = [*OPENED, fact(e.TicketRouted, item="01", area="6301", urgency_days=3)]
    history = after(history, ask(k.ReturnTicket))
    _, routed = given(history)(uphold())
    assert (routed.item, routed.area, routed.urgency_days) == ("01", "6301", 3)


def test_a_refused_return_goes_back_and_the_unit_must_accept():
    decided, routed = given(RETURNED)(refuse())
    assert (decided.decision, decided.lead) == ("refused", HEATING)
    assert (routed.lead, routed.method, routed.attempt) == (HEATING, "return_refused", 2)
    history = [*RETURNED, decided, routed]
    for reason in ("not-our-duty", "another"):
        with pytest.raises(r.ReturnDecided):
            given(history)(ask(k.ReturnTicket, reason=reason))
    assert kinds(given(history)(ask(k.AcceptTicket)))[0] == "accepted"


def test_a_refused_return_changes_nothing_else():
    history = [*OPENED, fact(e.TicketRouted, item="01", assisting=(WATER,), urgency_days=3)]
    history = after(history, ask(k.ReturnTicket))
    _, routed = given(history)(refuse(item="02", urgency_days=11, assisting=(ROADS,)))
    assert (routed.item, routed.urgency_days, routed.assisting) == ("01", 3, (WATER,))


def test_deciding_again_alike_changes_nothing_and_otherwise_is_refused():
    upheld = after(RETURNED, uphold())
    refused = after(RETURNED, refuse())
    for attempt in (None, 1):
        assert given(upheld)(uphold(attempt=attempt)) == []
        assert given(refused)(refuse(attempt=attempt)) == []
        with pytest.raises(r.ReturnDecidedOtherwise, match="upheld, roads-office"):
            given(upheld)(refuse(attempt=attempt))
        with pytest.raises(r.ReturnDecidedOtherwise):
            given(upheld)(uphold(WATER, attempt=attempt))
        with pytest.raises(r.ReturnDecidedOtherwise):
            given(refused)(uphold(attempt=attempt))


def test_a_decision_on_an_earlier_return_does_not_decide_the_one_that_waits():
    history = returned_by(HEATING, ROADS)
    assert given(history)(uphold(attempt=1)) == []
    with pytest.raises(r.ReturnDecidedOtherwise):
        given(history)(refuse(attempt=1))
    assert kinds(given(history)(uphold(WATER, attempt=2))) == ["return_decided", "routed"]
    with pytest.raises(r.NoReturnWaiting):
        given(history)(uphold(WATER, attempt=7))


@pytest.mark.parametrize("history", NO_RETURN)
@pytest.mark.parametrize("command", [uphold(), refuse(), ask(k.HoldConsultation)])
def test_where_nothing_was_returned_nothing_is_decided(history, command):
    with pytest.raises(r.NoReturnWaiting):
        given(history)(command)


@pytest.mark.parametrize("lead", [None, HEATING])
def test_an_upheld_return_needs_another_lead(lead):
    with pytest.raises(r.NextLeadNeeded):
        given(RETURNED)(uphold(lead))


def test_a_rule_upholds_the_first_return_and_nothing_else():
    decided, routed = given(RETURNED)(uphold(by="rule"))
    assert (decided.decided_by, routed.method) == ("rule", "return_rule")
    for history, command in (
        (RETURNED, refuse(by="rule")),
        (returned_by(HEATING, ROADS), uphold(WATER, by="rule")),
        (returned_by(HEATING, ROADS), uphold(HEATING, by="rule")),
        (after(RETURNED, ask(k.HoldConsultation)), uphold(by="rule")),
    ):
        with pytest.raises(r.ReturnUndecided):
            given(history)(command)


def test_a_dispatcher_who_routes_has_decided():
    decided, routed = given(IN_TRIAGE)(ask(k.RouteTicket, lead=ROADS, method="person"))
    assert (decided.decision, decided.reason, decided.lead) == ("upheld", "routed", ROADS)
    assert routed.lead == ROADS
    decided, routed = given(IN_TRIAGE)(ask(k.RouteTicket, lead=HEATING, method="person"))
    assert (decided.decision, routed.lead) == ("refused", HEATING)
    with pytest.raises(r.ReturnDecided):
        given(IN_TRIAGE, decided, routed)(ask(k.ReturnTicket, reason="another"))


@pytest.mark.parametrize(
    ("command_type", "how"), [(k.DeclineTicket, "declined"), (k.AnswerAtOnce, "answered")]
)
def test_who_answers_or_declines_upholds_the_return(command_type, how):
    decided = given(IN_TRIAGE)(ask(command_type, actor="dispatcher:1"))[0]
    assert (decided.decision, decided.reason, decided.lead) == ("upheld", how, None)
    by_rule = given(IN_TRIAGE)(ask(command_type, actor="processor:router"))[0]
    assert (decided.decided_by, by_rule.decided_by) == ("person", "rule")


def test_a_consultation_is_held_once_and_may_be_held_anew():
    held = ask(k.HoldConsultation, units=(HEATING, ROADS, ROADS), minutes="HS-1", note=None)
    (consulted,) = given(IN_TRIAGE)(held)
    assert (consulted.consulted, consulted.minutes, consulted.attempt) == (
        (HEATING, ROADS),
        "HS-1",
        1,
    )
    assert given(IN_TRIAGE, consulted)(held) == []
    again = ask(k.HoldConsultation, units=(HEATING, ROADS), lead=ROADS)
    assert kinds(given(IN_TRIAGE, consulted)(again)) == ["consulted"]


def test_what_units_agreed_on_holds_and_binds():
    agreed = after(IN_TRIAGE, ask(k.HoldConsultation, lead=ROADS, minutes="HS-1"))
    for command in (uphold(WATER), refuse(), ask(k.RouteTicket, lead=WATER, method="person")):
        with pytest.raises(r.AgainstConsultation, match=ROADS):
            given(agreed)(command)
    decided, routed = given(agreed)(uphold(ROADS))
    assert (decided.decided_by, decided.consulted) == ("consultation", (HEATING, ROADS))
    assert (decided.minutes, routed.method) == ("HS-1", "consultation")
    with pytest.raises(r.ReturnDecided):
        given(agreed, decided, routed)(ask(k.ReturnTicket, unit=ROADS))


def test_where_units_cannot_agree_the_first_receiver_leads_and_they_assist():
    history = returned_by(HEATING, ROADS)
    open_ended = after(history, ask(k.HoldConsultation, units=(HEATING, ROADS, WATER)))
    for command in (uphold(WATER), refuse()):
        with pytest.raises(r.FirstReceiverLeads, match=HEATING):
            given(open_ended)(command)
    _, routed = given(open_ended)(uphold(HEATING))
    assert (routed.lead, routed.assisting) == (HEATING, (ROADS, WATER))


def test_the_first_receiver_that_returned_keeps_it_when_nobody_agrees():
    open_ended = after(IN_TRIAGE, ask(k.HoldConsultation, units=(HEATING, ROADS)))
    decided, routed = given(open_ended)(refuse())
    assert (decided.decided_by, routed.lead, routed.assisting) == (
        "consultation",
        HEATING,
        (ROADS,),
    )


def test_while_a_return_waits_the_first_receiver_answers_for_it():
    assert state(OPENED).responsible is None
    assert state(ROUTED).responsible == HEATING
    history = returned_by(HEATING, ROADS)
    for waiting in (history, [*history, fact(e.TicketSentToTriage)]):
        assert (state(waiting).lead, state(waiting).responsible) == (None, HEATING)
    assert state(after(history, uphold(WATER))).responsible == WATER


def test_facts_of_an_old_log_fold_without_decisions():
    """Reasons of any code, a return that was routed on without a decision of its own."""
    old = [*RETURNED, fact(e.TicketRouted, lead=ROADS, attempt=2)]
    assert (state(old).returning, state(old).decided, state(old).lead) == (None, (), ROADS)
    foreign = [*OPENED, fact(TicketReturnDecided, attempt=1), fact(TicketConsulted, attempt=1)]
    assert state(foreign).stage == "received"
    merged = [*RETURNED, fact(e.TicketMerged)]
    assert state(merged).returning is None
