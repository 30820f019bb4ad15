"""Rules that never make anything more urgent, and words that add nothing, are found."""

from datetime import date
from pathlib import Path

import pytest
from router_directory_files import write_directory

from services.router.directory.lint import lint_folder
from services.router.directory.urgency_rows import URGENCY_COLUMNS

IDLE, DEAD = "idle_rule", "dead_word"
# In the small directory 01.01.01 is due in 1 working day, 01.02.02 in 1 (a duty: 3), 03 in 11.
PLANTED = [
    ("as urgent without it", ["a,甲,01.01.01,停水,,,,,,,1,,"], [(IDLE, 2)]),
    ("as urgent as its items", ["a,甲,01.01.01,停水,,,,,,,3,,"], [(IDLE, 2)]),
    ("an item below is slower", ["a,甲,01.01,停水,,,,,,,1,,"], []),
    ("a duty is slower", ["a,甲,01.02.02,井盖没了,,,,,,,1,,"], []),
    ("no words ever count", ["a,甲,03,漏水,漏水,,,,,,1,,"], [(DEAD, 2), (IDLE, 2)]),
    ("a decoy around a word", ["a,甲,03,漏水|漏水管,漏水管,,,,,,1,,"], [(DEAD, 2)]),
    ("a word inside another", ["a,甲,03,漏水|漏水了,,,,,,,1,,"], [(DEAD, 2)]),
    ("denied without what is around it", ["a,甲,03,漏水|没有漏水怎么回事,,,,,,,1,,"], []),
    ("another asks for as much", ["a,甲,,漏水,,,,,,,1,,", "b,乙,03,漏水了,,,,,,,3,,"], [(IDLE, 3)]),
    ("another asks for less", ["a,甲,,漏水,,,,,,,3,,", "b,乙,03,漏水了,,,,,,,1,,"], []),
    ("the same twice", ["a,甲,03,漏水,,,,,,,1,,", "b,乙,03,漏水,,,,,,,1,,"], [(IDLE, 3)]),
    ("other words", ["a,甲,03,漏水,,,,,,,1,,", "b,乙,03,漏水|爆管,,,,,,,1,,"], [(IDLE, 2)]),
    ("fewer are enough", ["a,甲,,,,,,,,5,1,,", "b,乙,03,,,,,,,9,1,,"], [(IDLE, 3)]),
    ("fewer, other items", ["a,甲,02,,,,,,,5,1,,", "b,乙,03,,,,,,,9,1,,"], []),
    (
        "a season in a season",
        ["a,甲,03,,,,,11-01,02-28,,1,,", "b,乙,03,,,,,12-01,01-31,,1,,"],
        [(IDLE, 3)],
    ),
    ("seasons that meet", ["a,甲,03,,,,,11-01,02-28,,1,,", "b,乙,03,,,,,01-31,03-01,,1,,"], []),
    ("all the year", ["a,甲,03,漏水,,,,,,,1,,", "b,乙,03,漏水,,,,12-01,01-31,,1,,"], [(IDLE, 3)]),
    ("also if feared", ["a,甲,03,漏水,,,,,,,1,,", "b,乙,03,漏水,,yes,,,,,1,,"], [(IDLE, 2)]),
    ("decoys of another", ["a,甲,03,漏水,漏水管,,,,,,1,,", "b,乙,03,漏水,,,,,,,3,,"], []),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "expected"), [case[1:] for case in PLANTED], ids=[c[0] for c in PLANTED]
)
def test_what_is_planted_is_found(
    tmp_path: Path, rows: list[str], expected: list[tuple[str, int]]
) -> None:
    text = "\n".join((",".join(URGENCY_COLUMNS), *rows))
    report = lint_folder(write_directory(tmp_path, {"urgency_rules.csv": text}), date(2026, 3, 2))
    found = [one for one in report.findings if one.file == "urgency_rules.csv"]
    assert [(one.kind, one.line) for one in found] == expected
    assert not any(one.is_error for one in found)


def test_the_reason_says_what_to_do_about_it(tmp_path: Path) -> None:
    rows = ["a,甲,,漏水,,,,,,,1,,", "b,乙,03,漏水了,,,,,,,3,,", "c,丙,03,爆管|爆管啦,,,,,,,1,,"]
    text = "\n".join((",".join(URGENCY_COLUMNS), *rows))
    report = lint_folder(write_directory(tmp_path, {"urgency_rules.csv": text}), date(2026, 3, 2))
    told = [one.reason for one in report.findings if one.file == "urgency_rules.csv"]
    assert sorted(told) == [
        "b: a holds whenever it does, and asks for no more days",
        "words: '爆管啦' adds nothing to '爆管'",
    ]
