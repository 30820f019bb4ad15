"""退单: what a rule may uphold, and what goes before a person with which words."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from router_directory_files import DUTIES, FILES, small_directory

from services.domain import events as e
from services.domain.commands import DecideReturn, SendToTriage
from services.domain.decide import decide
from services.domain.events_returns import TicketReturnDecided
from services.domain.ticket_evolve import fold
from services.platform.return_reasons import shipped_return_reasons
from services.platform.tail import Fact
from services.router.directory import Directory
from services.router.directory.areas import Place
from services.router.returns.advice import advice, has_duty
from services.router.returns.case import case_of
from services.router.returns.policy import answer_return
from services.router.returns.rules import ruling
from tests.domain.facts import MONDAY, fact

ON = date(2026, 3, 9)
WATER, WORKS, EAST_WORKS, WEST_WORKS = "water", "works", "990101-works", "990102-works"
CUT_OFF, LAMP, MANHOLE = "01.01.01", "01.02.01", "01.02.02"
EAST_STREET, WEST_TOWN = "990101001", "990102001"
NOWHERE = Place(None, 0.0, "区域不明")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    return small_directory(tmp_path_factory.mktemp("small"))


def history(
    lead: str = WORKS,
    item: str | None = LAMP,
    area: str | None = EAST_STREET,
    method: str = "item_given",
    **returned: Any,
) -> list[Fact]:
    values: dict[str, Any] = {"unit": lead, "reason": "not_our_duty"} | returned
    confidence = 1.0 if method == "item_given" else 0.8
    routing = {"lead": lead, "item": item, "area": area, "method": method, "urgency_days": 3}
    return numbered(
        fact(e.TicketOpened),
        fact(e.TicketRouted, confidence=confidence, **routing),
        fact(e.TicketReturned, **values),
    )


def numbered(*events: Any) -> list[Fact]:
    return [Fact(number, number, event) for number, event in enumerate(events, start=1)]


def answered(directory: Directory, past: list[Fact], address: str = "") -> Any:
    """The policy's answer, which the decider never refuses."""

    def words(fact: Fact, field: str) -> str | None:
        assert (fact.version, fact.event.type) == (1, "ticket.opened.v1")
        return address if field == "address" else None

    answer = answer_return(past[-1], past, directory, words, ON, MONDAY)
    assert decide(answer, fold(one.event for one in past))
    return answer


def test_a_proposal_that_the_directory_agrees_with_is_upheld(small: Directory) -> None:
    past = history(lead=WORKS, proposed_unit=EAST_WORKS)
    ruled = answered(small, past)
    assert isinstance(ruled, DecideReturn)
    assert (ruled.decision, ruled.by, ruled.reason) == ("upheld", "rule", "directory_agrees")
    assert (ruled.lead, ruled.item, ruled.area) == (EAST_WORKS, LAMP, EAST_STREET)
    assert ruled.assisting == (WORKS, EAST_STREET)
    assert (ruled.urgency_days, ruled.attempt) == (3, 1)
    assert ruled.directory_version == small.version
    for told in ("市政局（works）", "首接单位", "非本单位职责", "第 4 行", "东区市政局"):
        assert told in ruled.explanation
    decided, routed = decide(ruled, fold(one.event for one in past))
    assert isinstance(decided, TicketReturnDecided)
    assert isinstance(routed, e.TicketRouted)
    assert (routed.attempt, routed.method) == (2, "return_rule")


def test_who_returns_to_assist_another_lead_assists(small: Directory) -> None:
    past = history(lead=WATER, proposed_unit=EAST_WORKS, reason="needs_other_lead")
    assert WATER in answered(small, past).assisting


@pytest.mark.parametrize(
    "changes",
    [
        {"proposed_unit": None},
        {"proposed_unit": WATER},
        {"lead": EAST_WORKS, "proposed_unit": WORKS},
        {"proposed_unit": EAST_WORKS, "reason": "duty_unclear"},
        {"proposed_unit": EAST_WORKS, "reason": "facts_unclear"},
        {"proposed_unit": EAST_WORKS, "reason": "not_ours"},
        {"proposed_unit": EAST_WORKS, "item": None},
        {"proposed_unit": EAST_WORKS, "item": "77.77"},
        {"item": "03.01", "proposed_unit": "990101"},
    ],
)
def test_without_an_explicit_duty_of_whom_was_proposed_a_person_decides(
    small: Directory, changes: dict[str, Any]
) -> None:
    answer = answered(small, history(**changes))
    assert isinstance(answer, SendToTriage)
    assert (answer.reason, answer.candidates) == ("returned", ())
    reason = changes.get("reason", "not_our_duty")
    assert shipped_return_reasons().name(reason) in answer.explanation


def test_an_item_that_a_machine_chose_is_corrected_by_the_unit(small: Directory) -> None:
    wrong = {"reason": "wrong_item", "proposed_item": CUT_OFF, "lead": EAST_WORKS}
    ruled = answered(small, history(method="alias", **wrong))
    assert (ruled.reason, ruled.lead, ruled.item) == ("item_corrected", WATER, CUT_OFF)
    assert ruled.confidence == 0.8
    assert "停水" in ruled.explanation
    agreeing = history(method="alias", proposed_unit=WATER, **wrong)
    assert answered(small, agreeing).lead == WATER


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "item_given"},
        {"method": "person"},
        {"method": "consultation"},
        {"method": "alias", "proposed_unit": WORKS},
        {"method": "alias", "proposed_item": LAMP},
        {"method": "alias", "proposed_item": "77.77"},
        {"method": "alias", "proposed_item": None},
        {"method": "alias", "proposed_item": "03.01"},
        {"method": "alias", "proposed_item": MANHOLE, "area": "990101002001"},
    ],
)
def test_a_unit_s_word_alone_does_not_change_an_item(
    small: Directory, changes: dict[str, Any]
) -> None:
    """Not against a person's choice, nor to an item that is its own or nobody's."""
    wrong = {"reason": "wrong_item", "proposed_item": CUT_OFF, "lead": EAST_WORKS} | changes
    assert isinstance(answered(small, history(**wrong)), SendToTriage)


SURELY_WEST = "西县城关镇12号"


def test_what_surely_lies_in_another_district_goes_to_the_same_duty_there(small: Directory) -> None:
    past = history(lead=EAST_WORKS, reason="not_our_area")
    ruled = answered(small, past, SURELY_WEST)
    assert (ruled.reason, ruled.lead, ruled.area) == ("area_elsewhere", WEST_WORKS, WEST_TOWN)
    assert ruled.confidence == 1.0
    assert "12号" not in ruled.explanation
    assert "西县城关镇" in ruled.explanation


@pytest.mark.parametrize(
    "address", ["", "石村", "城关镇", "东区城关镇", "不是西县，是东区", "北京市朝阳区西县"]
)
def test_a_place_that_is_not_surely_elsewhere_is_for_a_person(
    small: Directory, address: str
) -> None:
    past = history(lead=EAST_WORKS, reason="not_our_area")
    assert isinstance(answered(small, past, address), SendToTriage)


def test_a_proposal_against_what_the_address_says_is_for_a_person(small: Directory) -> None:
    past = history(lead=EAST_WORKS, reason="not_our_area", proposed_unit=WATER)
    assert isinstance(answered(small, past, SURELY_WEST), SendToTriage)


def returned_again(*units: str, item: str = LAMP) -> list[Fact]:
    """Returned by each of these, each return upheld by a person but the last."""
    events: list[Any] = [fact(e.TicketOpened)]
    for attempt, unit in enumerate(units, start=1):
        if attempt > 1:
            upheld = {"attempt": attempt - 1, "returned_unit": units[attempt - 2], "lead": unit}
            events.append(fact(TicketReturnDecided, reason="routed", **upheld))
        routing = {"lead": unit, "attempt": attempt, "item": item, "area": EAST_STREET}
        events.append(fact(e.TicketRouted, confidence=1.0, method="person", **routing))
        reason = {"reason": "not_our_duty", "proposed_unit": EAST_WORKS}
        events.append(fact(e.TicketReturned, unit=unit, **reason))
    return numbered(*events)


def test_the_second_return_is_for_a_consultation_that_knows_the_first(small: Directory) -> None:
    answer = answered(small, returned_again(WATER, WORKS))
    assert isinstance(answer, SendToTriage)
    for told in ("会商", "水司（water）（首接单位）", "退单成立", "推荐：东区市政局"):
        assert told in answer.explanation


def test_the_third_return_names_the_fallback_and_the_first_receiver(small: Directory) -> None:
    answer = answered(small, returned_again(WATER, WORKS, "990101001"))
    assert isinstance(answer, SendToTriage)
    for told in ("第 3 次退单", "东区政府（990101）兜底", "首接单位水司（water）"):
        assert told in answer.explanation


def test_a_unit_whose_own_row_it_is_does_not_talk_itself_out_but_no_rule_forces_it(
    small: Directory,
) -> None:
    past = history(lead=WATER, item=CUT_OFF, proposed_unit="990102001001")
    assert not has_duty(small, "990102001001")
    answer = answered(small, past)
    assert isinstance(answer, SendToTriage)
    for told in ("建议不予退单", "推荐：水司（water）"):
        assert told in answer.explanation
    less = history(lead=WATER, item=CUT_OFF, proposed_unit=WORKS)
    assert "建议不予退单" not in answered(small, less).explanation


def test_where_the_directory_now_names_another_it_is_recommended(small: Directory) -> None:
    past = history(lead=WORKS, item=CUT_OFF, reason="duty_unclear")
    assert "推荐：水司（water）" in answered(small, past).explanation
    nobody = history(lead=WORKS, item="03.01", reason="duty_unclear")
    assert "推荐：东区政府（990101）" in answered(small, nobody).explanation


def test_a_directory_that_was_changed_since_decides(tmp_path: Path) -> None:
    changed = small_directory(
        tmp_path, {**FILES, "duties.csv": DUTIES.replace("01.01,9901,water", "01.01,9901,works")}
    )
    past = history(lead=WATER, item=CUT_OFF, proposed_unit=WORKS)
    ruled = answered(changed, past)
    assert (ruled.reason, ruled.lead) == ("directory_agrees", WORKS)


def test_facts_that_do_not_say_how_it_came_to_the_return_are_for_a_person(small: Directory) -> None:
    past = numbered(fact(e.TicketOpened), fact(e.TicketReturned, reason="not_ours"))
    assert case_of(past) is None
    answer = answer_return(past[-1], past, small, lambda fact, field: None, ON, MONDAY)
    assert isinstance(answer, SendToTriage)


def test_rules_and_advice_are_pure(small: Directory) -> None:
    for past in (history(proposed_unit=EAST_WORKS), returned_again(WATER, WORKS)):
        case = case_of(past)
        assert case is not None
        first = ruling(case, small, ON, lambda: NOWHERE), advice(case, small, ON)
        assert first == (ruling(case, small, ON, lambda: NOWHERE), advice(case, small, ON))
