from decimal import Decimal
from pathlib import Path

import pytest

from services.reporting.measure_policy import (
    MeasurePolicyInvalid,
    default_measure_policy,
    load_measure_policy,
)
from services.reporting.measures import DEFINITIONS, NOTHING, Definition, Measured, measure

POLICY = default_measure_policy()
BULLETIN = {"reached": 670, "responded": 670, "solved": 663, "satisfied": 614, "fairly": 34}


def named(key: str) -> Definition:
    return next(definition for definition in DEFINITIONS if definition.key == key)


def percent(key: str, counts: dict[str, int]) -> str:
    return measure(named(key), counts, POLICY).percent


def test_a_published_bulletin_is_met_to_the_last_digit() -> None:
    assert percent("response_rate", BULLETIN) == "100.00 %"
    assert percent("solution_rate", BULLETIN) == "98.96 %"
    satisfied = measure(named("satisfaction_rate"), BULLETIN, POLICY)
    assert satisfied == Measured(Decimal("634.4"), 670, Decimal("0.946866"))
    assert satisfied.percent == "94.69 %"


@pytest.mark.parametrize(
    ("weight", "expected"),
    [("0.5", "94.18 %"), ("0.7", "95.19 %"), ("0.8", "95.70 %"), ("1.0", "96.72 %")],
)
def test_the_weight_of_fairly_satisfied_is_a_value_of_the_policy(
    tmp_path: Path, weight: str, expected: str
) -> None:
    file = tmp_path / "measures.toml"
    file.write_text(f'name = "other"\nfairly_satisfied_weight = {weight}\n')
    policy = load_measure_policy(file)
    assert measure(named("satisfaction_rate"), BULLETIN, policy).percent == expected
    assert policy.version != POLICY.version


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.key)
def test_nothing_to_measure_is_neither_zero_nor_an_error(definition: Definition) -> None:
    measured = measure(definition, {}, POLICY)
    assert measured.value is None
    assert measured.denominator == 0
    assert measured.percent == NOTHING


@pytest.mark.parametrize(
    ("key", "counts", "numerator", "denominator"),
    [
        ("on_time_rate", {"due_met_resolve": 3, "due_missed_resolve": 1}, 3, 4),
        ("overdue_rate", {"due_met_resolve": 3, "due_missed_resolve": 1}, 1, 4),
        ("accept_on_time_rate", {"due_met_accept": 9, "due_missed_accept": 1}, 9, 10),
        ("accept_overdue_rate", {"due_met_accept": 9, "due_missed_accept": 1}, 1, 10),
        ("first_try_rate", {"first_routed": 10, "first_returned": 2}, 8, 10),
        ("return_rate", {"routed": 12, "returned": 3}, 3, 12),
        ("answered_at_once_rate", {"opened": 5, "opened_answered": 1}, 1, 5),
        ("redo_rate", {"resolved": 6, "answered": 2, "done_reopened": 1}, 1, 8),
    ],
)
def test_each_measure_counts_what_its_name_says(
    key: str, counts: dict[str, int], numerator: int, denominator: int
) -> None:
    measured = measure(named(key), counts, POLICY)
    assert (measured.numerator, measured.denominator) == (numerator, denominator)


def test_each_measure_is_defined_once_in_both_languages() -> None:
    keys = [definition.key for definition in DEFINITIONS]
    assert len(set(keys)) == len(keys)
    assert all(d.definition_zh and d.definition_en and d.version for d in DEFINITIONS)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("name = 'x'\nfairly_satisfied_weight = 1.5", "fairly_satisfied_weight"),
        ("name = 'x'", "fairly_satisfied_weight"),
        ("name = 'x'\nfairly_satisfied_weight = 0.5\nother = 1", "other"),
        ("name = ", "measures.toml"),
    ],
)
def test_values_that_cannot_be_used_are_named(tmp_path: Path, content: str, reason: str) -> None:
    file = tmp_path / "measures.toml"
    file.write_text(content)
    with pytest.raises(MeasurePolicyInvalid, match=reason):
        load_measure_policy(file)
