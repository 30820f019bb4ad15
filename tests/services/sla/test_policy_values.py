"""Supervision's values: the default, and clear refusals of a file that cannot be used."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from pydantic import ValidationError

from services.sla.policy_values import (
    MEASURE_NAMES,
    PolicyInvalid,
    UrgencyUnknown,
    default_policy,
    load_policy,
)

DEFAULT = (files("services.sla") / "default_policy.toml").read_text(encoding="utf-8")


@pytest.fixture
def edited(tmp_path: Path) -> Callable[[str, str], Path]:
    def write(old: str, new: str) -> Path:
        assert old in DEFAULT
        path = tmp_path / "policy.toml"
        path.write_text(DEFAULT.replace(old, new, 1), encoding="utf-8")
        return path

    return write


def test_the_default_policy_reminds_urges_supervises_and_criticises_in_this_order():
    policy = default_policy()
    steps = [(MEASURE_NAMES[step.measure], step.when, step.addressee) for step in policy.ladder]
    assert steps == [
        ("提醒", "warn", "unit"),
        ("催办", "missed", "unit_leader"),
        ("督办", 2, "supervisor"),
        ("通报", 5, "city"),
    ]
    assert policy.warn_fraction == 0.8
    assert [policy.accept_working_days(urgency) for urgency in (1, 3, 7, 11)] == [1, 1, 1, 1]


def test_steps_are_found_by_when_they_fall():
    policy = default_policy()
    assert [rung.level for rung in policy.rungs_at("warn")] == [1]
    assert [rung.level for rung in policy.rungs_at("missed")] == [2]
    assert [(days, rung.level) for days, rung in policy.rungs_after_miss] == [(2, 3), (5, 4)]


def test_the_version_follows_the_values_and_not_the_comments(edited):
    version = default_policy().version
    assert version.startswith("xining-")
    assert load_policy(edited("# What supervision", "# Whatever")).version == version
    assert load_policy(edited("warn_fraction = 0.8", "warn_fraction = 0.7")).version != version
    assert load_policy(edited("when = 5", "when = 6")).version != version
    assert load_policy(edited("11 = 1", "11 = 2")).version != version


def test_a_policy_does_not_change():
    policy = default_policy()
    with pytest.raises(ValidationError, match="frozen"):
        policy.warn_fraction = 0.5  # type: ignore[misc]
    with pytest.raises(TypeError):
        policy.accept_within[1] = 9  # type: ignore[index]


def test_an_urgency_without_an_accept_time_is_refused():
    with pytest.raises(UrgencyUnknown, match="no urgency 5"):
        default_policy().accept_working_days(5)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('name = "xining"', "name = ", "line "),
        ('name = "xining"', 'name = "Xi Ning"', "name: "),
        ('name = "xining"', "", "name: Field required"),
        ('name = "xining"', 'name = "xining"\nweight = 0.6', "weight: Extra inputs"),
        ("warn_fraction = 0.8", "warn_fraction = 1.0", "warn_fraction: "),
        ("11 = 1", "11 = 0", "accept_within.11: "),
        ("11 = 1", 'urgent = "1"', "accept_within.urgent"),
        ("\n1 = 1", "\n1 = 2", "accept_within.1: later than"),
        ('when = "missed"', 'when = "later"', "ladder.1.when"),
        ("when = 2", "when = 0", "ladder.2.when"),
        ("when = 5", "when = 1", "a higher level comes earlier"),
        ("level = 2", "level = 3", "levels must be 1, 2, 3"),
        ('measure = "supervise"', 'measure = "urge"', "a measure occurs twice"),
        ('addressee = "city"', 'addressee = "mayor"', "ladder.3.addressee"),
    ],
)
def test_a_bad_policy_is_refused_with_file_place_and_reason(edited, old, new, reason):
    path = edited(old, new)
    with pytest.raises(PolicyInvalid) as refused:
        load_policy(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert reason in str(refused.value)


def test_a_policy_that_is_not_utf_8_is_refused(tmp_path: Path):
    path = tmp_path / "policy.toml"
    path.write_bytes("# 督办".encode("gb18030"))
    with pytest.raises(PolicyInvalid, match="not UTF-8"):
        load_policy(path)
