"""A list of findings against a ground truth: what counts as found, as false, and as neither."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.finding import Finding, FindingKind
from services.findings.scoring import Natural, Planted, Truth, is_about, score

MONDAY = date(2026, 3, 2)
ITEM, OTHER_ITEM, FLOODED = "01.02.01.01.01", "04.01.01.01.01", "01.05.01.01.02"
STREET = "630102001"
BEGAN, ENDED = date(2026, 3, 12), date(2026, 3, 16)


def days(count: int) -> date:
    return MONDAY + timedelta(days=count)


def tickets(first: int, count: int) -> tuple[str, ...]:
    return tuple(f"t{number:03}" for number in range(first, first + count))


def planted(
    number: int = 1,
    kind: FindingKind = "concentrated",
    told: Sequence[str] = tickets(0, 10),
    *,
    complete: bool = True,
) -> Planted:
    return Planted(
        id=f"plant-{number}",
        kind=kind,
        item=ITEM,
        areas=(STREET,),
        place=None,
        repeated_by=None,
        first_day=days(10),
        last_day=days(14),
        tickets=tuple(told),
        expected=0.1,
        least=8,
        complete=complete,
    )


def finding(
    told: Sequence[str],
    kind: FindingKind = "concentrated",
    *,
    item: str | None = OTHER_ITEM,
    areas: tuple[str, ...] = (STREET,),
    first_day: date = BEGAN,
    last_day: date = ENDED,
    finding_id: str = "f1",
) -> Finding:
    return Finding(
        finding_id=finding_id,
        kind=kind,
        what="停水",
        what_en="no water",
        item=item,
        areas=areas,
        first_day=first_day,
        last_day=last_day,
        tickets=tuple(told),
        figures=(),
        index=50.0,
        explanation="",
        explanation_en="",
        rule_version="1",
    )


def truth(*plants: Planted, natural: tuple[Natural, ...] = ()) -> Truth:
    return Truth(
        format=1,
        state="complete",
        seed=1,
        position=100,
        first_day=MONDAY,
        last_day=days(60),
        findings=plants,
        natural=natural,
        units=(),
    )


def test_half_of_its_tickets_are_the_problem() -> None:
    assert is_about(finding(tickets(5, 5)), planted())
    assert not is_about(finding(tickets(6, 4)), planted())


def test_a_list_of_everything_finds_nothing() -> None:
    everything = finding(tickets(0, 41))
    assert not is_about(everything, planted())
    assert is_about(finding(tickets(0, 40)), planted())


def test_the_same_item_and_place_on_the_same_days_is_the_same_problem() -> None:
    elsewhere = ("630103002",)
    assert is_about(finding(["x"], item=ITEM, areas=("630102001005",)), planted())
    assert not is_about(finding(["x"], item=ITEM, areas=elsewhere), planted())
    assert not is_about(finding(["x"], item=ITEM, first_day=days(0), last_day=days(40)), planted())
    assert not is_about(finding(["x"], item=ITEM, first_day=days(14), last_day=days(18)), planted())


def test_another_kind_is_not_found_and_not_false() -> None:
    result = score(truth(planted()), [finding(tickets(0, 10), "repeated")])
    assert (result.planted, result.found, result.recall) == (1, 0, 0.0)
    assert (result.missed, result.false) == (("plant-1",), 0.0)


def test_what_is_about_nothing_is_false() -> None:
    found = [
        finding(tickets(0, 10)),
        finding(tickets(50, 9), finding_id="noise", areas=("630105001",)),
    ]
    result = score(truth(planted()), found)
    assert (result.recall, result.listed, result.false) == (1.0, 2, 0.5)
    assert result.false_findings == ("noise",)
    assert result.by_kind == {"concentrated": (1, 1)}


def test_the_same_problem_found_twice_counts_once() -> None:
    twice = [finding(tickets(0, 10)), finding(tickets(0, 8), finding_id="f2")]
    result = score(truth(planted()), twice)
    assert (result.found, result.recall, result.false) == (1, 1.0, 0.0)


def test_what_was_not_planted_in_full_is_not_asked_for_but_true() -> None:
    result = score(truth(planted(complete=False)), [finding(tickets(0, 10))])
    assert (result.planted, result.recall, result.false) == (0, None, 0.0)


def test_tickets_of_several_plants_are_no_noise() -> None:
    both = truth(planted(told=tickets(0, 10)), planted(2, told=tickets(20, 10)))
    mixed = finding([*tickets(0, 3), *tickets(20, 3), *tickets(60, 6)], "common")
    assert score(both, [mixed]).false == 0.0


@pytest.mark.parametrize(("kind", "false"), [("common", 0.0), ("repeated", 1.0)])
def test_rain_is_neither_found_nor_false_as_a_burst(kind: FindingKind, false: float) -> None:
    rain = Natural(what="heavy rain", items=(FLOODED,), first_day=days(20), last_day=days(21))
    wet = finding(["w"], kind, item=FLOODED, first_day=days(20), last_day=days(21))
    assert score(truth(natural=(rain,)), [wet]).false == false


def test_where_nothing_is_there_is_nothing_to_divide_by() -> None:
    result = score(truth(), [])
    assert (result.recall, result.false, result.planted, result.listed) == (None, None, 0, 0)


@given(
    told=st.lists(st.sampled_from(tickets(0, 30)), unique=True, max_size=30),
    kinds=st.lists(st.sampled_from(["common", "concentrated", "repeated", "recurring"])),
)
def test_shares_are_shares_and_more_findings_never_find_less(
    told: list[str], kinds: list[FindingKind]
) -> None:
    hidden = truth(planted(), planted(2, "repeated", tickets(10, 9)))
    found = [
        finding(told, kind, finding_id=f"f{number}", first_day=days(40), last_day=days(50))
        for number, kind in enumerate(kinds)
    ]
    results = [score(hidden, found[:count]) for count in range(len(found) + 1)]
    assert [r.found for r in results] == sorted(r.found for r in results)
    for result in results:
        assert 0 <= (result.recall or 0) <= 1
        assert 0 <= (result.false or 0) <= 1
        assert result.found + len(result.missed) == result.planted
