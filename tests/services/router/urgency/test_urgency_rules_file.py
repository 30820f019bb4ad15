"""urgency_rules.csv: what loading refuses, and what the version and the workbook do with it."""

from pathlib import Path

import pytest
from router_directory_files import FILES, small_directory

from services.console.directory_workbook import read_workbook, write_workbook
from services.router.directory import DirectoryInvalid, load_directory
from services.router.directory.diff import diff_file
from services.router.directory.load import FILES as NAMES
from services.router.directory.packing import pack, unpack
from services.router.urgency import Season

HEADER = (
    "code,name,items,words,decoys,even_if_feared,discreet,from,to,reporters_min,urgency_days,"
    "basis,notes\n"
)
GOOD = "leak,漏水,01.01,漏水|爆管,漏水保险,,,,,,1,《城市供水条例》,\n"
SEASON = "winter,冬季,01,,,,,10-15,04-15,,3,,\n"
MANY = "many,多人,,,,,,,,5,1,,\n"


def rules(*lines: str) -> dict[str, str | bytes | None]:
    return {"urgency_rules.csv": HEADER + "".join(lines)}


PLANTED = [
    ("Leak,漏水,,漏水,,,,,,,1,,", "code: 'Leak' is not of small letters"),
    (f"{'a' * 41},漏水,,漏水,,,,,,,1,,", "is not of small letters"),
    ("leak,,,漏水,,,,,,,1,,", "name: is empty"),
    ("leak,漏水,09,漏水,,,,,,,1,,", "items: unknown item 09"),
    ("leak,漏水,,漏,,,,,,,1,,", "words: '漏' has less than two characters"),
    ("leak,漏水,,漏。,,,,,,,1,,", "words: '漏。' holds a pause"),
    ("leak,漏水,,漏水|漏 水,,,,,,,1,,", "words: '漏 水' is there twice"),
    ("leak,漏水,,漏水,管,,,,,,1,,", "decoys: '管' has less than two characters"),
    ("leak,漏水,,漏水,,maybe,,,,,1,,", "even_if_feared: 'maybe' is neither yes nor empty"),
    ("leak,漏水,,漏水,,,no,,,,1,,", "discreet: 'no' is neither yes nor empty"),
    ("leak,漏水,,漏水,,,,13-01,04-15,,1,,", "from: '13-01' is no month and day"),
    ("leak,漏水,,漏水,,,,10-01,02-30,,1,,", "to: '02-30' is no month and day"),
    ("leak,漏水,,漏水,,,,10-01,,,1,,", "to: is empty: a season has both"),
    ("leak,漏水,,漏水,,,,,10-01,,1,,", "from: is empty: a season has both"),
    ("leak,漏水,,漏水,,,,,,0,1,,", "reporters_min: '0' is no number"),
    ("leak,漏水,,漏水,,,,,,many,1,,", "reporters_min: 'many' is no number"),
    ("leak,漏水,,漏水,,,,,,,2,,", "urgency_days: '2' is not one of 1, 3, 7, 11"),
    ("leak,漏水,,漏水,,,,,,,,,", "urgency_days: is empty"),
    ("leak,漏水,01,,,,,,,,1,,", "neither words nor days nor reporters"),
    ("leak,漏水,01,,,,,,,1,1,,", "neither words nor days nor reporters"),
    ("leak,漏水,01,漏水,,,,,,,1,", "12 values under 13 columns"),
]


@pytest.mark.parametrize(("row", "reason"), PLANTED)
def test_a_planted_fault_is_told_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    with pytest.raises(DirectoryInvalid) as caught:
        small_directory(tmp_path, rules(SEASON, f"{row}\n"))
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == ("urgency_rules.csv", 3)
    assert reason in fault.reason


def test_a_code_is_given_once(tmp_path: Path) -> None:
    with pytest.raises(DirectoryInvalid, match=r"urgency_rules\.csv:3: code: leak is already"):
        small_directory(tmp_path, rules(GOOD, GOOD))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(DirectoryInvalid) as caught:
        small_directory(tmp_path, rules(*(f"{row}\n" for row, _ in PLANTED[:-1])))
    assert {fault.line for fault in caught.value.faults} == set(range(2, len(PLANTED) + 1))


@pytest.mark.parametrize("text", ["", HEADER, "code,name\n", b"\xff\xfe"])
def test_a_file_that_is_there_must_be_readable(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(DirectoryInvalid, match=r"urgency_rules\.csv"):
        small_directory(tmp_path, {"urgency_rules.csv": text})


def test_the_rules_are_read_as_they_are_written(tmp_path: Path) -> None:
    leak, many, winter = small_directory(tmp_path, rules(GOOD, SEASON, MANY)).urgency.rules
    assert (leak.words, leak.decoys, leak.items) == (("漏水", "爆管"), ("漏水保险",), ("01.01",))
    assert (leak.urgency_days, leak.reporters_min, leak.season) == (1, 1, None)
    assert (leak.basis, leak.line) == ("《城市供水条例》", 2)
    assert winter.season == Season((10, 15), (4, 15))
    assert (many.reporters_min, many.items, many.words) == (5, (), ())


def test_the_version_has_the_file_in_it_only_where_there_is_one(tmp_path: Path) -> None:
    without = small_directory(tmp_path)
    assert without.version == "small-1+8f388c91b0eb"  # as it was before there were such rules
    assert without.urgency.rules == ()
    versions = {
        small_directory(tmp_path, rules(*lines)).version
        for lines in ((GOOD,), (GOOD, MANY), (MANY, GOOD), (SEASON,))
    }
    assert len(versions) == 3
    assert without.version not in versions


def test_there_and_back_through_a_workbook_and_an_event(tmp_path: Path) -> None:
    files = {**FILES, "urgency_rules.csv": HEADER + GOOD + SEASON + MANY}
    version = load_directory(unpack(pack(files))).version
    write_workbook(files, tmp_path / "directory.xlsx")
    back = read_workbook(tmp_path / "directory.xlsx", NAMES)
    assert back["urgency_rules.csv"] == files["urgency_rules.csv"]
    assert load_directory(unpack(pack(back))).version == version


def test_a_difference_is_told_rule_by_rule() -> None:
    changed = diff_file(
        "urgency_rules.csv", HEADER + GOOD + MANY, HEADER + SEASON + GOOD.replace("1,《", "3,《")
    )
    assert (changed.added, changed.removed) == ((("winter",),), (("many",),))
    assert changed.changed == ((("leak",), {"urgency_days": ("1", "3")}),)
    assert diff_file("urgency_rules.csv", "", HEADER + MANY).added == (("many",),)
