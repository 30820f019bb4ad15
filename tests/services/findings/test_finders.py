"""Each kind of problem is found where it is, with its own tickets, and nothing elsewhere."""

from datetime import date
from random import Random

import numpy as np
import pytest
from a_city import COMMUNITIES, ITEMS, ACity, day

from services.findings.chance import alikeness, discoveries, tail
from services.findings.facts import Facts
from services.findings.find import chosen, problems_of
from services.findings.policy import (
    FindingPolicyInvalid,
    default_policy,
    load_policy,
)

DAYS = 150
HERE, ITEM = COMMUNITIES[17], ITEMS[3]


@pytest.fixture
def city() -> ACity:
    made = ACity()
    made.background(DAYS, 40)
    made.ends(day(DAYS - 1))
    return made


def test_a_city_without_a_problem_has_no_findings(city: ACity) -> None:
    assert city.findings() == ()


def test_a_burst_is_concentrated_with_its_tickets_figures_and_reasons(city: ACity) -> None:
    planted = {city.tell(day(80 + n % 4), ITEM, HERE) for n in range(11)}
    (found,) = city.findings()
    assert (found.kind, found.item, found.areas) == ("concentrated", ITEM, (HERE,))
    assert planted <= set(found.tickets)
    assert len(found.tickets) <= len(planted) + 1
    assert (found.first_day, found.last_day) == (day(80), day(83))
    figures = {figure.key: figure.value for figure in found.figures}
    assert figures["count"] == len(found.tickets)
    assert figures["ratio"] > 20
    assert 0 < found.index <= 100
    assert "集中出现" in found.explanation
    assert "burst" in found.explanation_en
    assert found.rule_version == default_policy().version


def test_what_is_told_all_over_the_city_is_common_and_no_burst(city: ACity) -> None:
    chance = Random(4)
    planted = {city.tell(day(90 + n % 12), ITEM, chance.choice(COMMUNITIES)) for n in range(70)}
    (found,) = city.findings()
    assert (found.kind, found.item) == ("common", ITEM)
    assert len(planted & set(found.tickets)) >= 60


def test_a_season_that_begins_is_no_finding_once_it_goes_on() -> None:
    city, seasonal = ACity(), "09.01.01.01.01"
    city.background(DAYS, 40)
    chance = Random(5)
    for ordinal in range(70, DAYS):
        for _ in range(4):
            city.tell(day(ordinal), seasonal, chance.choice(COMMUNITIES))
    city.ends(day(DAYS - 1))
    assert city.findings() == ()


def test_the_same_place_again_and_again_is_repeated(city: ACity) -> None:
    planted = {city.tell(day(40 + 6 * n), ITEM, HERE) for n in range(12)}
    (found,) = city.findings()
    assert (found.kind, found.repeated_by, found.areas) == ("repeated", "place", (HERE,))
    assert planted <= set(found.tickets)


def test_what_comes_back_after_each_closure_recurs(city: ACity) -> None:
    chance, rare = Random(8), "09.01.01.01.01"
    for ordinal in range(0, DAYS, 2):
        city.tell(day(ordinal), rare, chance.choice(COMMUNITIES))
    planted = {city.tell(day(20 + 14 * n), rare, HERE, closed=day(26 + 14 * n)) for n in range(9)}
    (found,) = city.findings()
    assert (found.kind, found.areas) == ("recurring", (HERE,))
    assert planted <= set(found.tickets)
    assert {f.key: f.value for f in found.figures}["returns"] >= 7


def test_one_resident_with_this_and_that_is_repeated_by_resident(city: ACity) -> None:
    chance = Random(6)
    for n in range(14):
        city.tell(day(50 + 4 * n), chance.choice(ITEMS), chance.choice(COMMUNITIES), "r-busy")
    (found,) = city.findings()
    assert (found.kind, found.repeated_by) == ("repeated", "resident")
    assert "r-busy" not in found.model_dump_json()


def test_merged_tickets_are_one_matter_but_are_listed(city: ACity) -> None:
    first = city.tell(day(80), ITEM, HERE)
    merged = {city.tell(day(80), ITEM, HERE, primary=first) for _ in range(20)}
    assert city.findings() == ()
    for n in range(10):
        city.tell(day(80 + n % 4), ITEM, HERE)
    (found,) = city.findings()
    assert merged <= set(found.tickets)


def test_findings_as_on_a_day_know_nothing_of_later_ones_and_keep_their_name(city: ACity) -> None:
    for n in range(12):
        city.tell(day(80 + n // 3), ITEM, HERE)
    assert city.findings(until=day(79)) == ()
    (early,) = city.findings(until=day(82))
    (late,) = city.findings()
    assert early.last_day <= day(82) <= late.last_day
    assert early.finding_id == late.finding_id


def test_equal_rows_give_equal_findings(city: ACity) -> None:
    for n in range(12):
        city.tell(day(80 + n // 3), ITEM, HERE)
    assert city.findings() == city.findings()


def test_findings_are_chosen_by_kind_period_and_area(city: ACity) -> None:
    for n in range(12):
        city.tell(day(80 + n // 3), ITEM, HERE)
    found = city.findings()
    assert chosen(found, "concentrated", HERE[:6], day(83), day(200)) == list(found)
    assert chosen(found, "common") == []
    assert chosen(found, area="630199") == []
    assert chosen(found, first=day(84)) == []


def test_false_findings_on_cities_without_problems_are_as_rare_as_the_policy_says() -> None:
    """Forty cities, each asked hundreds of thousands of questions."""
    false = 0
    city = ACity()
    city.background(60, 40)
    city.ends(day(59))
    facts = city.facts()
    assert facts is not None
    chance = np.random.default_rng(7)
    for _ in range(40):
        false += len(problems_of(shuffled(facts, chance), default_policy()))
    assert false <= 2


def shuffled(facts: Facts, chance: np.random.Generator) -> Facts:
    """The same days, items and places, each ticket with another's: nothing belongs together."""
    order = chance.permutation(len(facts.tickets))
    other = facts.items._replace(of=facts.items.of[order])
    fields = {name: getattr(facts, name) for name in Facts.__slots__}
    return Facts(**{**fields, "items": other})


class TestBadInput:
    def test_no_tickets(self) -> None:
        city = ACity()
        assert city.findings() == ()
        city.ends(day(1))
        assert city.findings() == ()

    def test_one_ticket(self) -> None:
        city = ACity()
        city.tell(day(0), ITEM, HERE)
        city.ends(day(0))
        assert city.findings() == ()

    def test_a_hundred_thousand_tickets_in_an_hour(self) -> None:
        city, chance = ACity(), Random(3)
        city.background(30, 20)
        for _ in range(20_000):
            city.tell(day(20), chance.choice(ITEMS), chance.choice(COMMUNITIES))
        city.ends(day(29))
        assert len(city.findings()) < 50

    def test_items_and_areas_that_nobody_knows(self) -> None:
        city = ACity()
        for n in range(400):
            city.tell(day(n // 10), None, None if n % 2 else COMMUNITIES[n % 60])
        for _ in range(12):
            city.tell(day(30), None, HERE)
        city.ends(day(40))
        (found,) = city.findings()
        assert (found.kind, found.item, found.areas) == ("concentrated", None, (HERE,))

    def test_days_that_have_not_come_and_days_long_gone_are_left_out(self, city: ACity) -> None:
        for n in range(12):
            city.tell(date(2087, 1, 1), ITEM, HERE)
            city.tell(date(1979, 1, 1 + n), ITEM, HERE)
        assert city.findings() == ()

    def test_areas_that_were_renamed_and_codes_of_another_form(self) -> None:
        city = ACity()
        city.background(60, 20)
        for n in range(10):
            city.tell(day(40 + n // 3), "wild", "老地方")
        city.ends(day(59))
        assert all(one.areas for one in city.findings())

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("false_share = 2.0", "false_share"),
            ("false_share = nan", "false_share"),
            ('name = "A b"', "name"),
            ("history_days = 'x'", "history_days"),
            ("unknown = 1", "unknown"),
            ("[index]\nvolume = 90.0", "index"),
            ("= 3", "Invalid"),
        ],
    )
    def test_a_policy_of_nonsense_is_told_with_its_place(
        self, line: str, told: str, tmp_path: pytest.TempPathFactory
    ) -> None:
        path = tmp_path / "findings.toml"  # type: ignore[operator]
        path.write_text(f"{line}\n")
        with pytest.raises(FindingPolicyInvalid, match=r"findings\.toml"):
            load_policy(path)


def test_the_tail_is_that_of_the_poisson_where_all_places_are_alike() -> None:
    chance = tail(np.array([3.0]), np.array([1.0]), np.array([1e9]))
    assert chance[0] == pytest.approx(0.0803, abs=1e-3)
    assert tail(np.array([0.0]), np.array([1.0]), np.array([1.0]))[0] == 1.0


def test_places_that_differ_are_seen_to_differ() -> None:
    draws = np.random.default_rng(1)
    expected = np.full(4_000, 5.0)
    same = draws.poisson(expected).astype(float)
    apart = draws.poisson(expected * draws.gamma(2.0, 0.5, 4_000)).astype(float)
    assert alikeness(same, expected, 1.0, 200.0) > 50
    assert alikeness(apart, expected, 1.0, 200.0) < 6


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    chances = np.array([0.001, 0.008, 0.039, 0.041, 0.6])
    assert discoveries(chances, 5, 0.05) == 2
    assert discoveries(chances, 500, 0.05) == 0
    assert discoveries(np.empty(0), 5, 0.05) == 0
