"""申诉: a unit against a verdict; another person decides, once."""

import pytest

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_evaluation as v
from services.domain import rejections as r
from services.domain.decide_appeals import MEASURES
from services.reporting.measures import APPEALABLE, BY_KEY
from tests.domain.facts import (
    EVALUATED,
    FRIDAY,
    HEATING,
    OVERDUE,
    RESOLVED,
    RETURNED,
    ROADS,
    SECOND,
    THURSDAY,
    ask,
    at,
    fact,
    given,
    rules,
)

LATE = [*OVERDUE, fact(e.TicketResolved, FRIDAY)]
REDONE = [*RESOLVED, fact(e.TicketReopened, THURSDAY)]


def appeal(history, when=FRIDAY, verdict="evaluated", unit=HEATING, **changes):
    values = {"verdict": verdict, "unit": unit, "rules": rules()} | changes
    return given(history)(ask(k.AppealVerdict, when, **values))


def decided(history, decision="upheld", when=FRIDAY, actor="supervisor:li", **changes):
    values = {"decision": decision, "actor": actor} | changes
    return given(history)(ask(k.DecideAppeal, when, **values))


@pytest.mark.parametrize(
    ("history", "verdict", "when"),
    [
        (EVALUATED, "evaluated", FRIDAY),
        (LATE, "late_resolve", FRIDAY),
        (RETURNED, "returned", at(10)),
        (REDONE, "reopened", FRIDAY),
    ],
)
def test_a_unit_may_appeal_against_each_verdict(history, verdict, when):
    (appealed,) = appeal(history, when, verdict)
    assert appealed.verdict == verdict
    assert appealed.measures == MEASURES[verdict]


def test_a_missed_acceptance_may_be_appealed():
    late = [*RETURNED[:-1], fact(c.DeadlineMissed, at(10, 18, 1), clock="accept")]
    (appealed,) = appeal(late, at(11), "late_accept")
    assert appealed.fact == len(late)


def test_what_leaves_the_measures_is_all_that_counts_for_the_case():
    (appealed,) = appeal(REDONE, FRIDAY, "reopened")
    (decision,) = decided([*REDONE, appealed])
    done = [one.type for one in REDONE].index("ticket.resolved.v1") + 1
    assert decision.facts == (done, len(REDONE))
    (appealed,) = appeal(RETURNED, at(10), "returned")
    (decision,) = decided([*RETURNED, appealed])
    routed = [one.type for one in RETURNED].index("ticket.routed.v1") + 1
    assert decision.facts == (routed, len(RETURNED))


def test_a_return_after_a_reopening_counts_against_its_own_routing_alone():
    again = fact(e.TicketRouted, FRIDAY, attempt=2, lead=ROADS)
    history = [*REDONE, again, fact(e.TicketReturned, FRIDAY, unit=ROADS)]
    (appealed,) = appeal(history, FRIDAY, "returned", ROADS, actor=f"unit:{ROADS}")
    (decision,) = decided([*history, appealed])
    assert decision.facts == (len(history) - 1, len(history))


def test_another_units_verdict_is_none_of_its_business():
    with pytest.raises(r.NoSuchVerdict):
        appeal(EVALUATED, unit=ROADS)
    with pytest.raises(r.NoSuchVerdict):
        appeal(EVALUATED, verdict="late_resolve")
    with pytest.raises(r.NoSuchVerdict):
        appeal(EVALUATED, fact=3)


@pytest.mark.parametrize("actor", [f"unit:{ROADS}", f"unit:{ROADS}/li", f"unit:{HEATING}-2"])
def test_no_unit_uses_up_the_appeal_of_another(actor):
    with pytest.raises(r.AppealOfAnotherUnit):
        appeal(EVALUATED, actor=actor)
    for own in (f"unit:{HEATING}", f"unit:{HEATING}/wang", "caller:wang"):
        assert appeal(EVALUATED, actor=own)


def test_a_good_answer_is_no_verdict():
    with pytest.raises(r.NoSuchVerdict):
        appeal([*RESOLVED, fact(e.TicketEvaluated, THURSDAY, solved=True)])


def test_an_appeal_has_its_time():
    last = at(19, 18)  # five working days after Thursday the 12th
    assert appeal(EVALUATED, last)
    with pytest.raises(r.AppealTooLate):
        appeal(EVALUATED, last + SECOND)


def test_an_appeal_names_its_evidence():
    with pytest.raises(r.AppealWithoutEvidence):
        appeal(EVALUATED, evidence=())


def test_an_appeal_names_measures_in_which_the_verdict_counts():
    (appealed,) = appeal(EVALUATED, measures=("satisfaction_rate", "satisfaction_rate"))
    assert appealed.measures == ("satisfaction_rate",)
    with pytest.raises(r.NotItsMeasure, match="redo_rate"):
        appeal(EVALUATED, measures=("redo_rate",))


def test_a_verdict_is_appealed_once():
    history = [*EVALUATED, *appeal(EVALUATED)]
    with pytest.raises(r.AlreadyAppealed):
        appeal(history)
    refused = [*history, *decided(history, "refused")]
    with pytest.raises(r.AlreadyAppealed):
        appeal(refused)


def test_nobody_decides_their_own_appeal_and_no_unit_does():
    history = [*EVALUATED, *appeal(EVALUATED, actor="caller:wang")]
    units = ("unit:heating-office", "unit:heating-office/li", "unit:roads-office")
    for actor in ("caller:wang", "caller:Wang", "caller:ｗａｎｇ ", "resident:zhang", *units):
        with pytest.raises(r.OwnAppeal):
            decided(history, actor=actor)


def test_an_appeal_is_decided_once():
    history = [*EVALUATED, *appeal(EVALUATED)]
    (decision,) = decided(history)
    after = [*history, decision]
    assert decided(after, appeal=len(history)) == []
    with pytest.raises(r.AppealDecidedOtherwise):
        decided(after, "refused", appeal=len(history))
    with pytest.raises(r.NoAppealWaiting):
        decided(after)
    with pytest.raises(r.NoAppealWaiting):
        decided(EVALUATED)


def test_a_decision_about_an_unknown_verdict_is_folded_and_changes_nothing():
    foreign = [*RESOLVED, fact(v.TicketAppealed, FRIDAY, fact=99)]
    with pytest.raises(r.NoAppealWaiting):
        decided(foreign)


def test_the_measures_know_what_may_leave_them():
    named = {one for measures in MEASURES.values() for one in measures}
    assert named == set(APPEALABLE)
    assert named <= set(BY_KEY)
