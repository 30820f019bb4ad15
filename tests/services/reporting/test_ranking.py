from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.domain.proportions import shrunk, wilson
from services.reporting.measure_policy import default_measure_policy
from services.reporting.measures import DEFINITIONS
from services.reporting.ranking import rank_units
from services.reporting.ranking_policy import (
    RankingPolicyInvalid,
    default_ranking_policy,
    load_ranking_policy,
)

POLICY, MEASURES = default_ranking_policy(), default_measure_policy()
SOLVED = {"solution_rate": 1.0}


def calls(solved: int, reached: int) -> dict[str, int]:
    return {"solved": solved, "reached": reached}


def places(counts: dict[str, dict[str, int]], weights: dict[str, float] = SOLVED) -> list[str]:
    return [one.unit for one in rank_units(counts, weights, POLICY, MEASURES).ranked]


@pytest.mark.parametrize(
    ("share", "cases", "low", "high"),
    # Published: Brown, Cai and DasGupta's formula, as computed by R's prop.test(correct = FALSE).
    [
        (0.5, 10, 0.2366, 0.7634),
        (1.0, 3, 0.4385, 1.0),
        (0.0, 3, 0.0, 0.5615),
        (0.9, 100, 0.8256, 0.9448),
    ],
)
def test_wilsons_limits(share: float, cases: int, low: float, high: float) -> None:
    found = wilson(share, cases)
    assert found == pytest.approx((low, high), abs=5e-5)


@given(good=st.integers(0, 500), bad=st.integers(0, 500), common=st.floats(0, 1))
def test_a_shrunk_share_lies_between_its_own_and_the_common(
    good: int, bad: int, common: float
) -> None:
    cases = max(1, good + bad)
    own = min(good, cases) / cases
    found = shrunk(own * cases, cases, common, 30)
    assert min(own, common) - 1e-9 <= found <= max(own, common) + 1e-9


def test_a_unit_with_three_tickets_is_neither_first_nor_last() -> None:
    counts = {
        "big-good": calls(950, 1000),
        "big-bad": calls(700, 1000),
        "lucky": calls(3, 3),
        "unlucky": calls(0, 3),
    }
    ranking = rank_units(counts, SOLVED, POLICY, MEASURES)
    assert [one.unit for one in ranking.ranked] == ["big-good", "big-bad"]
    assert [(one.unit, one.cases) for one in ranking.too_few] == [("lucky", 3), ("unlucky", 3)]


def test_few_good_cases_do_not_overtake_many_nearly_as_good() -> None:
    counts = {"few": calls(12, 12), "many": calls(985, 1000), "bad": calls(500, 1000)}
    assert places(counts) == ["many", "few", "bad"]


def test_equal_scores_share_a_place() -> None:
    counts = {"a": calls(80, 100), "b": calls(80, 100), "c": calls(50, 100)}
    ranking = rank_units(counts, SOLVED, POLICY, MEASURES)
    assert [(one.place, one.unit) for one in ranking.ranked] == [(1, "a"), (1, "b"), (3, "c")]


def test_what_lies_beyond_chance_is_said() -> None:
    counts = {"a": calls(990, 1000), "b": calls(800, 1000), "c": calls(18, 20)}
    compared = {
        one.unit: one.compared for one in rank_units(counts, SOLVED, POLICY, MEASURES).ranked
    }
    assert compared == {"a": "above", "b": "below", "c": "as_all"}


def test_nothing_to_measure_is_told_apart() -> None:
    ranking = rank_units({"idle": {}, "other": {"solved": 0}}, SOLVED, POLICY, MEASURES)
    assert (ranking.ranked, ranking.too_few) == ((), ())
    assert (ranking.nothing, ranking.common) == (("idle", "other"), None)


def test_fewer_returns_are_better() -> None:
    counts = {
        "gives-back": {"returned": 40, "routed": 100},
        "keeps": {"returned": 2, "routed": 100},
    }
    assert places(counts, {"return_rate": 1.0}) == ["keeps", "gives-back"]


def test_the_composite_weighs_its_measures() -> None:
    met = {"due_met_resolve": 100}
    late = {"due_met_resolve": 50, "due_missed_resolve": 50}
    answers = calls(60, 100) | {"responded": 60, "satisfied": 60}
    better = calls(90, 100) | {"responded": 90, "satisfied": 90}
    counts = {"punctual": answers | met, "helpful": better | late}
    assert places(counts, dict(POLICY.weights)) == ["helpful", "punctual"]
    assert places(counts, {"on_time_rate": 1.0}) == ["punctual", "helpful"]


def test_a_unit_without_one_of_the_composites_measures_is_not_ranked() -> None:
    counts = {"whole": calls(90, 100) | {"due_met_resolve": 50}, "part": calls(90, 100)}
    weights = {"solution_rate": 1.0, "on_time_rate": 1.0}
    ranking = rank_units(counts, weights, POLICY, MEASURES)
    assert [one.unit for one in ranking.ranked] == ["whole"]
    assert [(one.unit, one.cases) for one in ranking.too_few] == [("part", 0)]


units = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=3),
    st.dictionaries(
        st.sampled_from(sorted({term for one in DEFINITIONS for term in one.terms})),
        st.integers(0, 60),
    ),
    max_size=8,
)


@given(counts=units, key=st.sampled_from([one.key for one in DEFINITIONS]))
def test_every_unit_stands_once_in_one_of_the_lists(
    counts: dict[str, dict[str, int]], key: str
) -> None:
    ranking = rank_units(counts, {key: 1.0}, POLICY, MEASURES)
    listed = [one.unit for one in (*ranking.ranked, *ranking.too_few)] + list(ranking.nothing)
    assert sorted(listed) == sorted(counts)
    scores = [one.score for one in ranking.ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= one.low <= one.high <= 1 for one in ranking.ranked)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("minimum_count = 0", "minimum_count"),
        ("confidence = 1", "confidence"),
        ("other = 1", "other"),
        ("[weights]\nnice_rate = 1", "no such measure"),
    ],
)
def test_values_that_cannot_be_used_are_named(tmp_path: Path, line: str, reason: str) -> None:
    values = {
        "name": "'x'",
        "minimum_count": "10",
        "prior_weight": "30",
        "confidence": "0.95",
    }
    values.pop(line.partition(" ")[0], None)
    table = "" if "[weights]" in line else "\n[weights]\nsolution_rate = 1\n"
    file = tmp_path / "ranking.toml"
    head = "".join(f"{name} = {value}\n" for name, value in values.items())
    file.write_text(head + line + table)
    with pytest.raises(RankingPolicyInvalid, match=reason):
        load_ranking_policy(file)
    with pytest.raises(RankingPolicyInvalid, match="No such file"):
        load_ranking_policy(tmp_path / "missing.toml")
