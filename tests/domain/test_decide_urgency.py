"""紧急程度: a matter becomes more urgent and its promises follow; nothing is ever lowered."""

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_urgency as u
from services.domain import rejections as r
from services.domain.decide import decide
from services.domain.ticket_evolve import evolve
from services.domain.urgency import UrgencyClaim, find_raise, is_within
from tests.domain.facts import (
    ACCEPT_CLOCK,
    CLOCKED,
    HANDLING,
    MONDAY,
    OPENED,
    OVERDUE,
    RESOLVE_DUE,
    RESOLVED,
    ROUTED,
    SUSPENDED,
    TRIAGED,
    TUESDAY,
    WEDNESDAY,
    ask,
    at,
    fact,
    given,
    kinds,
    state,
    words,
)


def claim(
    rule: str = "gas-leak", days: Any = 1, items: Any = (), reporters: int = 1
) -> UrgencyClaim:
    return UrgencyClaim(rule, days, items, reporters, f"规则“{rule}”")


def raising(*claims: UrgencyClaim, **changes: Any) -> k.RaiseUrgency:
    return ask(k.RaiseUrgency, TUESDAY, claims=claims, actor="processor:router", **changes)


def joined(number: int, resident: str, contact: str | None = "13800000000") -> e.ReportJoined:
    personal = None if contact is None else words(contact, resident)
    return fact(e.ReportJoined, report_id=f"report-{number}", resident=resident, contact=personal)


def test_what_a_report_says_makes_a_routed_ticket_more_urgent():
    (raised,) = given(ROUTED)(raising(claim()))
    assert isinstance(raised, u.TicketUrgencyRaised)
    assert (raised.from_days, raised.urgency_days) == (3, 1)
    assert (raised.rules, raised.reporters) == (("gas-leak",), 1)
    assert raised.explanation == "规则“gas-leak”"
    assert state(ROUTED, [raised]).urgency_days == 1


@pytest.mark.parametrize("days", [3, 7, 11])
def test_a_rule_that_asks_for_no_less_changes_nothing(days):
    assert given(ROUTED)(raising(claim(days=days))) == []


def test_a_repeat_changes_nothing():
    raised = given(ROUTED)(raising(claim()))
    assert given(ROUTED, raised)(raising(claim())) == []


def test_only_the_rules_that_ask_for_most_are_named():
    (raised,) = given(ROUTED)(raising(claim("slow", 11), claim("z-fire"), claim("gas-leak")))
    assert raised.rules == ("gas-leak", "z-fire")
    assert raised.explanation == "规则“gas-leak”；规则“z-fire”"


@pytest.mark.parametrize(
    ("item", "codes", "within"),
    [
        ("01.01", (), True),
        (None, (), True),
        (None, ("01",), False),
        ("01.01", ("01",), True),
        ("01", ("01",), True),
        ("01", ("01.01",), False),
        ("010.01", ("01",), False),
        ("02.01", ("01", "02"), True),
    ],
)
def test_an_item_is_within_itself_and_what_is_above_it(item, codes, within):
    assert is_within(item, codes) is within


def test_a_rule_of_another_item_does_not_hold():
    routed = [*OPENED, fact(e.TicketRouted, item="01.02.03")]
    assert given(routed)(raising(claim(items=("01.01",)))) == []
    assert kinds(given(routed)(raising(claim(items=("01.02",))))) == ["urgency_raised"]


def test_the_nth_resident_makes_it_more_urgent_and_the_same_one_again_does_not():
    many = claim("reporters-3", reporters=3)
    first = fact(e.TicketOpened, resident="a", contact=words("1", "a"))
    history = [first, fact(e.TicketRouted), joined(2, "b"), joined(3, "b")]
    assert given(history)(raising(many)) == []
    (raised,) = given(history, [joined(4, "c")])(raising(many))
    assert (raised.reporters, raised.rules) == (3, ("reporters-3",))


def test_those_who_left_no_contact_cannot_be_told_apart_and_are_one():
    anonymous = [joined(n, f"somebody-{n}", None) for n in range(5)]
    assert len(set(state(ROUTED, anonymous).reporters)) == 1
    assert len(set(state(ROUTED, anonymous, [joined(9, "a")]).reporters)) == 2


def test_a_ticket_that_is_done_is_not_made_more_urgent():
    with pytest.raises(r.TicketNotOpen):
        given(RESOLVED)(raising(claim()))


def test_before_any_unit_has_it_the_rules_are_kept_for_its_routing():
    (raised,) = given(TRIAGED)(raising(claim()))
    assert raised.from_days is None
    ticket = state(TRIAGED, [raised])
    assert (ticket.urgency_days, ticket.urgency_at_most) == (None, 1)
    assert given(TRIAGED, [raised])(raising(claim("other", 3))) == []
    (routed,) = given(TRIAGED, [raised])(ask(k.RouteTicket, urgency_days=7))
    assert routed.urgency_days == 1


def test_a_person_may_know_better():
    raised = given(TRIAGED)(raising(claim()))
    routed = given(TRIAGED, raised)(ask(k.RouteTicket, urgency_days=7, method="person"))
    assert routed[0].urgency_days == 7
    ticket = state(TRIAGED, raised, routed)
    assert (ticket.urgency_days, ticket.urgency_at_most) == (7, None)
    assert kinds(given(TRIAGED, raised, routed)(raising(claim()))) == ["urgency_raised"]


def returned_upheld(by: str) -> Any:
    values = {"reason": "duty_list", "directory_version": "directory-2", "urgency_days": 7}
    return ask(k.DecideReturn, TUESDAY, by=by, decision="upheld", lead="other", **values)


@pytest.mark.parametrize(("by", "days"), [("rule", 1), ("person", 7)])
def test_a_ticket_that_is_routed_again_by_a_rule_stays_as_urgent(by: str, days: int):
    raised = given(ROUTED)(raising(claim()))
    _, routed = given(ROUTED, raised, [fact(e.TicketReturned)])(returned_upheld(by))
    assert routed.urgency_days == days


def test_a_ticket_that_became_urgent_in_triage_is_routed_as_urgent():
    raised = given(TRIAGED)(raising(claim()))
    (routed,) = given(TRIAGED, raised)(ask(k.RouteTicket, urgency_days=7, method="alias"))
    assert routed.urgency_days == 1


# The promises


def shortening(days: int, when: Any = TUESDAY, clock: Any = "resolve", **changes: Any) -> Any:
    values = {"clock": clock, "starts_at": when, "working_days": days}
    return ask(k.ShortenDeadline, when, actor="processor:sla", **(values | changes))


def test_a_promise_ends_earlier_counted_from_when_it_became_urgent():
    (shortened,) = given(HANDLING)(shortening(1))
    assert isinstance(shortened, u.DeadlineShortened)
    assert (shortened.due_at, shortened.from_due_at) == (at(11, 18), RESOLVE_DUE)
    assert TUESDAY < shortened.warn_at < shortened.due_at
    clock = state(HANDLING, [shortened]).resolve
    assert (clock.due_at, clock.starts_at, clock.working_days) == (at(11, 18), MONDAY, 3)
    assert (clock.warned, clock.running) == (False, True)


@pytest.mark.parametrize("days", [2, 3, 7])
def test_a_promise_never_ends_later_or_at_the_same_moment_again(days):
    assert given(HANDLING)(shortening(days)) == []


def test_a_repeat_of_the_shortening_changes_nothing():
    shortened = given(HANDLING)(shortening(1))
    assert given(HANDLING, shortened)(shortening(1)) == []


def test_the_accept_clock_is_shortened_only_while_it_runs():
    slow = fact(
        c.DeadlineSet, clock="accept", working_days=3, due_at=at(12, 18), warn_at=at(12, 11)
    )
    (shortened,) = given(ROUTED, [slow])(shortening(1, clock="accept"))
    assert shortened.due_at == at(11, 18)
    accepted = [slow, fact(e.TicketAccepted)]
    assert given(ROUTED, accepted)(shortening(1, clock="accept")) == []


@pytest.mark.parametrize("history", [ROUTED, RESOLVED, OVERDUE, [*ROUTED, ACCEPT_CLOCK]])
def test_without_a_running_promise_there_is_nothing_to_shorten(history):
    assert given(history)(shortening(1)) == []


def test_what_was_over_when_it_became_urgent_stays_over():
    assert given(HANDLING)(shortening(1, at(12, 18, 1))) == []


def test_a_promise_made_after_the_raise_was_made_for_it_already():
    assert given(HANDLING)(shortening(1, at(8))) == []


def test_while_suspended_the_days_count_from_where_the_clock_stands():
    """Suspended on Tuesday, urgent on Wednesday, resumed on Friday: one day more, Monday's end."""
    shortened = given(SUSPENDED)(shortening(1, WEDNESDAY))
    assert shortened[0].due_at == at(11, 18)
    resumed = given(SUSPENDED, shortened)(ask(k.ResumeTicket, at(13)))
    assert state(SUSPENDED, shortened, resumed).resolve.due_at == at(16, 18)


def test_a_shortening_that_comes_late_finds_what_it_would_have_found_at_once():
    """Raised on Tuesday; then paused from Wednesday to Friday, and only then looked at."""
    raised = fact(u.TicketUrgencyRaised, TUESDAY, urgency_days=1)
    paused = [
        fact(e.TicketSuspended, WEDNESDAY, reason="x"),
        fact(e.TicketResumed, at(13)),
        fact(c.DeadlineMoved, at(13), due_at=at(16, 18), warn_at=at(16, 11)),
    ]
    (late,) = given(HANDLING, [raised], paused)(shortening(1))
    in_time = given(HANDLING, [raised])(shortening(1))
    on_resume = given(HANDLING, [raised], in_time, paused[:1])(ask(k.ResumeTicket, at(13)))
    assert state(HANDLING, [raised], in_time, paused[:1], on_resume).resolve.due_at == late.due_at


def test_an_extension_that_was_granted_since_is_not_taken_back():
    raised = fact(u.TicketUrgencyRaised, TUESDAY, urgency_days=1)
    shortened = given(HANDLING, [raised])(shortening(1))
    asked = fact(e.ExtensionRequested, TUESDAY, working_days=2, actor="unit:heating-office")
    history = [HANDLING, [raised], shortened, [asked]]
    granted = given(*history)(ask(k.GrantExtension, WEDNESDAY, actor="person:boss"))
    assert state(*history, granted).resolve.due_at == at(13, 18)
    assert given(*history, granted)(shortening(1)) == []


# Laws

CLAIMS = st.lists(
    st.builds(
        UrgencyClaim,
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from([1, 3, 7, 11]),
        st.sampled_from([(), ("01",), ("01.01", "02")]),
        st.integers(1, 6),
        st.just("规则"),
    ),
    max_size=6,
    unique_by=lambda one: one.rule,
)
ITEMS = st.sampled_from([None, "01", "01.01.02", "02", "03"])
STANDING = st.sampled_from([1, 3, 7, 11])


@for_all(CLAIMS, ITEMS, st.integers(1, 8), STANDING, st.randoms())
def test_nothing_is_lowered_and_the_order_of_rules_does_not_matter(
    claims, item, reporters, standing, random
):
    found = find_raise(claims, item, reporters, standing)
    assert found is None or found.urgency_days < standing
    shuffled = claims.copy()
    random.shuffle(shuffled)
    assert find_raise(shuffled, item, reporters, standing) == found


@for_all(CLAIMS, ITEMS, st.integers(1, 8), STANDING)
def test_more_reporters_are_never_less_urgent(claims, item, reporters, standing):
    def days(of):
        found = find_raise(claims, item, of, standing)
        return found.urgency_days if found else standing

    assert days(reporters + 1) <= days(reporters)


@for_all(st.lists(CLAIMS, max_size=5))
def test_a_ticket_only_ever_becomes_more_urgent(commands):
    ticket = state(CLOCKED)
    for claims in commands:
        before = ticket.urgency_days
        for event in decide(raising(*claims), ticket):
            ticket = evolve(ticket, event)
            assert ticket.urgency_days == event.urgency_days < before
        assert ticket.urgency_days <= before
