"""Lint: the shipped directory has nothing against it, and every fault that is planted is found."""

import time
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from router_directory_files import (
    AREAS,
    COMMUNITY_MATTERS,
    DUTIES,
    ITEMS,
    UNITS,
    write_directory,
)

from services.router.directory import Directory
from services.router.directory.coverage import change_days, coverage, uncovered
from services.router.directory.duties import find_duty
from services.router.directory.lint import ERRORS, WARNINGS, Finding, LintReport, lint_folder
from services.router.directory.urgency_rows import URGENCY_COLUMNS

MARCH = date(2026, 3, 2)
WHOLE = {  # the small directory without anything to say against it
    "units.csv": UNITS,
    "items.csv": ITEMS.replace("01,城建,1,,7,,", "01,城建,1,,7,城建职责,")
    .replace("02,邻里,1,,11,,", "02,邻里,1,,11,邻里职责,")
    .replace("03,无主,1,,11,,", "03,无主,1,,11,无主职责,"),
    "duties.csv": DUTIES.replace(
        "01.02.02,990101001,990101001,works,3,,2026-01-01,2026-06-30\n", ""
    )
    + "02,9901,centre,,,,,\n03,9901,centre,,,,,\n",
}


def lint(folder: Path, changed: Mapping[str, str | bytes | None]) -> LintReport:
    return lint_folder(write_directory(folder, {**WHOLE, **changed}), MARCH)


def plus(file: str, *rows: str) -> dict[str, str | bytes | None]:
    return {file: WHOLE.get(file, AREAS) + "".join(f"{row}\n" for row in rows)}


def found(report: LintReport) -> list[tuple[str, str, int, str, str]]:
    return [(f.kind, f.file, f.line, f.item, f.area) for f in report.findings]


def test_the_shipped_directory_has_nothing_against_it_over_all_pairs() -> None:
    started_s = time.process_time()
    report = lint_folder(files("services.router") / "data" / "xining", MARCH)
    assert report.findings == ()
    assert report.directory is not None
    assert report.pairs == len(report.directory.items) * len(report.directory.areas) > 800_000
    assert time.process_time() - started_s < 5


def test_a_whole_small_directory_has_nothing_against_it(tmp_path: Path) -> None:
    report = lint(tmp_path, {})
    assert found(report) == []
    assert (report.pairs, report.days, report.errors) == (11 * 11, 1, 0)


LAST = len(WHOLE["duties.csv"].splitlines())


def but(file: str, old: str, new: str) -> dict[str, str | bytes | None]:
    text = WHOLE.get(file, COMMUNITY_MATTERS)
    assert old in text
    return {file: text.replace(old, new)}


def urgent(*rules: str) -> dict[str, str | bytes | None]:
    return {"urgency_rules.csv": "\n".join((",".join(URGENCY_COLUMNS), *rules))}


PLANTED = [
    # 谁都不管: a duty is missing everywhere, or outside one district
    (
        {"duties.csv": WHOLE["duties.csv"].replace("03,9901,centre,,,,,\n", "")},
        [("gap", "items.csv", 12, "03.01", "9901")],
    ),
    (
        {"duties.csv": WHOLE["duties.csv"].replace("03,9901,", "03,990101,")},
        [("gap", "items.csv", 12, "03.01", "9901")],
    ),
    # 谁都管
    (plus("duties.csv", "03,9901,water,,,,,"), [("overlap", "duties.csv", LAST + 1, "03", "9901")]),
    (
        plus("duties.csv", "03,990101,water,,,,,2026-05-31", "03,990101,works,,,,2026-05-31,"),
        [("overlap", "duties.csv", LAST + 2, "03", "990101")],
    ),
    # ends with nothing after it; begins only later
    (
        but("duties.csv", "03,9901,centre,,,,,", "03,9901,centre,,,,,2026-12-31"),
        [("ends", "duties.csv", LAST, "03.01", "9901")],
    ),
    (
        but("duties.csv", "03,9901,centre,,,,,", "03,9901,centre,,,,2026-04-01,"),
        [("gap", "items.csv", 12, "03.01", "9901")],
    ),
    # words
    (
        {"items.csv": WHOLE["items.csv"].replace("水价|阶梯水价", "水价|路灯")},
        [("dead_alias", "items.csv", 7, "01.02.01", "")],
    ),
    (
        {"items.csv": WHOLE["items.csv"].replace("水价|阶梯水价", "水价|水价")},
        [("dead_alias", "items.csv", 5, "01.01.02", "")],
    ),
    # units
    (
        plus("units.csv", "lonely,无人问津处,1,,9901,department,"),
        [("unreachable", "units.csv", 12, "", "9901")],
    ),
    (
        but("units.csv", "东区市政局,2,990101,", "东区市政局,2,990101-works,"),
        [("cycle", "units.csv", 7, "", "")],
    ),
    (
        plus("duties.csv", "01.02.02,990102,990101-works,,,,,"),
        [("outside", "duties.csv", LAST + 1, "01.02.02", "990102")],
    ),
    (
        plus("duties.csv", "02.01,990102,centre,,,,,"),
        [("shadowed", "duties.csv", LAST + 1, "02.01", "990102")],
    ),
    (
        {"items.csv": WHOLE["items.csv"].replace("03,无主,1,,11,无主职责,", "03,无主,1,,11,,")},
        [("no_basis", "items.csv", 12, "03.01", "")],
    ),
    (
        but("items.csv", "03,无主,1,,11,", "03,无主,1,,,"),
        [("invalid", "items.csv", 12, "", "")],
    ),
    # rules of urgency: one that makes nothing more urgent, a word inside another one
    (urgent("a,甲,01.01.01,停水,,,,,,,1,,"), [("idle_rule", "urgency_rules.csv", 2, "", "")]),
    (urgent("a,甲,03,漏水|漏水了,,,,,,,1,,"), [("dead_word", "urgency_rules.csv", 2, "", "")]),
    # what a community may not be given
    (
        plus("duties.csv", "01.01,990101001002,990101001002,,,,,"),
        [("community", "duties.csv", LAST + 1, "01.01", "990101001002")],
    ),
    (
        but("community_matters.csv", "C01,邻里调解,lead", "C01,邻里调解,assist"),
        [("community", "duties.csv", 6, "02.01", "990101001001")],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "expected"), PLANTED)
def test_what_is_planted_is_found_with_its_place(
    tmp_path: Path,
    changed: dict[str, str | bytes | None],
    expected: list[tuple[str, str, int, str, str]],
) -> None:
    assert found(lint(tmp_path, changed)) == expected


def test_every_kind_is_planted() -> None:
    assert {kind for _, expected in PLANTED for kind, *_ in expected} == ERRORS | WARNINGS


def test_what_ends_says_when(tmp_path: Path) -> None:
    ending = WHOLE["duties.csv"].replace("03,9901,centre,,,,,", "03,9901,centre,,,,,2026-12-31")
    (finding,) = lint(tmp_path, {"duties.csv": ending}).findings
    assert isinstance(finding, Finding)
    assert (finding.since, finding.is_error) == ("2027-01-01", True)


CODES = [line.split(",")[0] for line in ITEMS.splitlines()[1:]]
PLACES = [line.split(",")[0] for line in AREAS.splitlines()[1:]]
LEADS = ["centre", "water", "works", "{district}-works", "{district}", "{street}"]
DAYS = ["", "2026-02-01", "2026-03-02", "2026-03-03", "2026-06-30", "2026-07-01"]


@st.composite
def duty_rows(draw: st.DrawFn) -> str:
    first, last = draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))
    if first and last and last < first:
        first, last = last, first
    item, area = draw(st.sampled_from(CODES)), draw(st.sampled_from(PLACES))
    return f"{item},{area},{draw(st.sampled_from(LEADS))},,,,{first},{last}"


def ties(directory: Directory, day: date) -> set[tuple[str, str]]:
    """(item, area) where two rows of one kind hold on the day, by looking at every one."""
    return {
        (item, area)
        for item, by_area in directory.duties.items()
        for area, duties in by_area.items()
        for kind in (True, False)
        if sum(d.holds_on(day) for d in duties if d.is_template is kind) > 1
    }


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(duty_rows(), min_size=1, max_size=12))
def test_gaps_and_overlaps_are_those_that_looking_at_every_pair_and_day_finds(
    rows: list[str],
) -> None:
    text = "\n".join([DUTIES.splitlines()[0], *rows]) + "\n"
    with TemporaryDirectory() as folder:
        report = lint(Path(folder), {"duties.csv": text})
    directory = report.directory
    if directory is None:  # {street} where there is none, and the like: told, and not looked at
        assert report.errors
        return
    open_ever: set[tuple[str, str]] = set()
    tied_ever: set[tuple[str, str]] = set()
    for number in range((date(2026, 7, 3) - MARCH).days):  # every single day, not those of lint
        day = date.fromordinal(MARCH.toordinal() + number)
        open_today = {
            (item.code, area)
            for item in directory.leaves()
            for area in directory.areas
            if find_duty(directory, item.code, area, day) is None
        }
        if day == MARCH or day in change_days(directory, MARCH):
            assert uncovered(directory, coverage(directory, day)) == open_today
        open_ever |= open_today
        tied_ever |= ties(directory, day)
    holes = {(f.item, f.area) for f in report.findings if f.kind in ("gap", "ends")}
    assert holes <= open_ever
    assert all(
        any((item, around) in holes for around in directory.areas[area].lineage)
        for item, area in open_ever
    )
    overlaps = {(f.item, f.area) for f in report.findings if f.kind == "overlap"}
    before = [date(2026, 1, 1), date(2026, 2, 1)]  # lint tells of ties that are over, too
    tied_before = set().union(*(ties(directory, day) for day in before))
    assert bool(tied_ever) <= bool(overlaps) <= bool(tied_ever | tied_before)
    assert overlaps <= tied_ever | tied_before


@settings(max_examples=60, deadline=None)
@given(item=st.sampled_from(CODES), area=st.sampled_from(PLACES), on=st.sampled_from(DAYS[1:]))
def test_coverage_gives_what_dispatch_would_take(item: str, area: str, on: str) -> None:
    with TemporaryDirectory() as folder:
        directory = lint_folder(write_directory(Path(folder)), MARCH).directory
    assert directory is not None
    day = date.fromisoformat(on)
    assert coverage(directory, day)[item][area] is find_duty(directory, item, area, day)
