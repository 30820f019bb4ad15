"""The policy as TOML: what it says, its version, and what is wrong with one that cannot be used."""

from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner

from services.console.main import main
from services.supervision.addressing import Units, UnitView, addressee_of
from services.supervision.policy_values import (
    SupervisionPolicyInvalid,
    default_supervision_policy,
    load_supervision_policy,
    period_of,
)

DEFAULT = (files("services.supervision") / "default_policy.toml").read_text("utf-8")


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    text = DEFAULT
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path = folder / "policy.toml"
    path.write_text(text, "utf-8")
    return path


def test_its_version_is_its_name_and_its_values_and_no_comment(tmp_path: Path) -> None:
    default = default_supervision_policy()
    assert default.version.startswith("xining-supervision-")
    commented = written(tmp_path, ("[reply]", "# another word\n[reply]"))
    assert load_supervision_policy(commented).version == default.version
    other = written(tmp_path, ("working_days = 3", "working_days = 2"))
    assert load_supervision_policy(other).version != default.version


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("working_days = 3", "working_days = 0"), "reply.working_days: "),
        (("warn_fraction = 0.8", "warn_fraction = 1.5"), "reply.warn_fraction: "),
        (("after = 5", "after = 1"), "a higher level comes earlier than a lower one"),
        (("level = 3", "level = 4"), "levels must be 1, 2, 3"),
        (('"09:00", "14:00"', '"14:00", "09:00"'), "not in the order of the day"),
        (('city = "office"', ""), "roles: no value for city"),
        (('city = "office"', 'city = "nobody"'), "telling.roles.city: "),
        (('code = "no-reply"', 'code = "late"'), "a rule's code is given twice"),
        (('colour = "yellow"', 'colour = "green"'), "cards.0.colour: "),
        (("at_least = 5", "at_least = 0"), "cards.0.at_least: "),
        (('counts = ["yellow_card"]', 'counts = ["yellow_card", "yellow_card"]'), "named twice"),
        (('"resolve_missed", "criticised"', '"yellow_card", "criticised"'), "would never end"),
        (('name = "xining-supervision"', 'name = "西宁"'), "name: "),
        (('within = "month"', "within = month"), "policy.toml: "),
        (("[reply]", "[reply]\nunknown = 1"), "reply.unknown: "),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    with pytest.raises(SupervisionPolicyInvalid) as refused:
        load_supervision_policy(written(tmp_path, change))
    assert reason in str(refused.value)
    assert "policy.toml" in str(refused.value)


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(SupervisionPolicyInvalid, match="not UTF-8 text"):
        load_supervision_policy(path)


def test_a_broken_policy_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, ("at_least = 5", "at_least = 0"))
    monkeypatch.setenv("YOUSU_SUPERVISION_POLICY", str(path))
    result = CliRunner().invoke(main, ["process", "--until-idle", "--data", str(tmp_path / "d")])
    assert result.exit_code == 2
    assert "cards.0.at_least" in result.stderr


@pytest.mark.parametrize(
    ("day", "within", "expected"),
    [
        (date(2026, 2, 14), "month", ("2026-02", date(2026, 2, 1), date(2026, 2, 28))),
        (date(2026, 12, 31), "month", ("2026-12", date(2026, 12, 1), date(2026, 12, 31))),
        (date(2026, 2, 14), "quarter", ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31))),
        (date(2026, 12, 31), "quarter", ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31))),
    ],
)
def test_periods_are_calendar_months_and_quarters(day: date, within: str, expected: object) -> None:
    assert period_of(day, within) == expected  # type: ignore[arg-type]


VIEWS = {
    "water": UnitView("water", "市水务局", None, None),
    "sewers": UnitView("sewers", "排水公司", "water", None),
    "street": UnitView("street", "古城台街道", None, "district"),
    "district": UnitView("district", "城西区人民政府", None, "district"),
    "centre": UnitView("centre", "热线中心", None, None),
}
UNITS = Units("xining-1", "centre", VIEWS.get)


@pytest.mark.parametrize(
    ("unit", "role", "code", "as_what", "why"),
    [
        ("water", "unit", "water", "unit", "承办单位"),
        ("water", "leader", "water", "leader", "主要负责人"),
        ("sewers", "superior", "water", "superior", "上级单位"),
        ("street", "superior", "district", "superior", "所在地人民政府"),
        ("district", "superior", "centre", "office", "没有上级单位"),
        ("water", "office", "centre", "office", "市级督办机构"),
        ("gone", "leader", "gone", "leader", "gone主要负责人"),
        ("gone", "superior", "centre", "office", "没有上级单位"),
    ],
)
def test_whom_a_role_is(unit: str, role: str, code: str, as_what: str, why: str) -> None:
    found = addressee_of(unit, role, "no-such-office", UNITS)  # type: ignore[arg-type]
    assert (found.code, found.role, found.directory_version) == (code, as_what, "xining-1")
    assert why in found.explanation


def test_an_office_that_nobody_knows_is_told_under_its_own_code() -> None:
    nobody = Units("xining-1", "no-centre", lambda code: None)
    assert addressee_of("water", "office", "office-1", nobody).code == "office-1"
