"""A spreadsheet of articles: what it may say, and every fault of it at once."""

import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from knowledge_articles import article, content, known, shipped_articles

from services.knowledge.table import CHINESE, COLUMNS, Fault, read_articles, read_header, row_of

GOOD = {
    "code": "heat-01", "heading": "暖气不热怎么办", "questions": "屋里冷| 暖气凉 |屋里冷",
    "answer": "先报修。\n再测温。", "items": "01.01.01.01.01", "areas": "630104",
    "basis": "条例", "responsible": "heating", "contact_point": "营业厅",
    "valid_from": "2026-03-01", "valid_to": "", "review_by": "2026-12-31",
}  # fmt: skip


def row(line: int = 2, **values: str) -> tuple[int, list[str]]:
    return line, [{**GOOD, **values}[name] for name in COLUMNS]


def faults_of(**values: str) -> list[Fault]:
    contents, faults = read_articles(COLUMNS, [row(**values)], known())
    assert bool(faults) != bool(contents)
    return faults


def test_a_row_becomes_an_article() -> None:
    contents, faults = read_articles(COLUMNS, [row()], known())
    assert faults == []
    assert contents == [
        content(
            questions=("屋里冷", "暖气凉"),
            answer="先报修。\n再测温。",
            areas=("630104",),
            valid_from=date(2026, 3, 1),
            review_by=date(2026, 12, 31),
        )
    ]


@pytest.mark.parametrize(
    "written", ["2026/3/1", "2026.03.01", "2026年3月1日", "2026-03-01 00:00:00", " 2026-03-01 "]
)
def test_a_day_may_be_written_as_an_office_writes_it(written: str) -> None:
    contents, _ = read_articles(COLUMNS, [row(valid_from=written)], known())
    assert contents[0].valid_from == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("values", "column", "reason"),
    [
        ({"code": ""}, "code", "small letters"),
        ({"code": "HEAT 1"}, "code", "small letters"),
        ({"heading": " "}, "heading", "empty"),
        ({"answer": ""}, "answer", "empty"),
        ({"answer": "长" * 4_001}, "answer", "4000"),
        ({"items": "99.99"}, "items", "'99.99'"),
        ({"areas": "110101"}, "areas", "'110101'"),
        ({"responsible": "nobody"}, "responsible", "'nobody'"),
        ({"responsible": ""}, "responsible", "empty"),
        ({"valid_from": "明天"}, "valid_from", "YYYY-MM-DD"),
        ({"valid_from": "2026-02-30"}, "valid_from", "YYYY-MM-DD"),
        ({"valid_to": "0026-02-01"}, "valid_to", "YYYY-MM-DD"),
        ({"valid_to": "2026-02-01"}, "valid_to", "before valid_from"),
        ({"answer": "找张三13800000000"}, "answer", "mobile or identity"),
        ({"questions": "我的身份证630104199001011234"}, "questions", "mobile or identity"),
        ({"answer": "钟\x07声"}, "answer", "control characters"),
    ],
)
def test_what_is_wrong_is_told_with_line_and_column(
    values: dict[str, str], column: str, reason: str
) -> None:
    faults = faults_of(**values)
    assert [(fault.line, fault.column) for fault in faults] == [(2, column)]
    assert reason in faults[0].reason


def test_all_faults_are_told_at_once_and_good_rows_are_read() -> None:
    rows = [
        row(2),
        row(3, code="heat-02", items="x|y", valid_to="nie"),
        row(4),
        row(5, code="heat-05"),
    ]
    contents, faults = read_articles(COLUMNS, rows, known())
    assert [one.code for one in contents] == ["heat-01", "heat-05"]
    assert [(one.line, one.column) for one in faults] == [
        (3, "items"), (3, "items"), (3, "valid_to"), (4, "code"),
    ]  # fmt: skip
    assert "line 2 already" in faults[-1].reason


def test_blank_rows_and_short_rows_are_no_faults_and_long_ones_are() -> None:
    short = row(3)[1][:9]  # what stands after the last value, some programs do not write
    rows = [(2, ["", " "]), (3, short), (4, [*row()[1], "", ""]), (5, [*row()[1], "zu viel"])]
    contents, faults = read_articles(COLUMNS, rows[1:2], known())
    assert (len(contents), faults) == (1, [])
    _, faults = read_articles(COLUMNS, rows, known())
    assert [(one.line, one.column) for one in faults] == [(4, "code"), (5, "row")]


def test_the_office_may_name_its_columns_in_chinese_and_in_any_order() -> None:
    names, faults = read_header([*reversed(CHINESE), "", ""])
    assert faults == []
    assert names == list(reversed(COLUMNS))


def test_a_header_that_cannot_be_read_is_told_whole() -> None:
    _, faults = read_header(["code", "code", "Telephone", *COLUMNS[2:]])
    assert [(one.line, one.column) for one in faults] == [
        (1, "heading"), (1, "column 3"), (1, "code"),
    ]  # fmt: skip


def test_every_shipped_article_can_be_read_and_names_what_the_directory_has() -> None:
    for one in shipped_articles():
        assert one.questions
        assert one.items, one.code
        assert one.basis
        assert one.contact_point, one.code


@pytest.mark.parametrize("one", shipped_articles(), ids=lambda one: one.code)
def test_a_shipped_article_names_no_amount_and_no_number_but_public_ones(one: Any) -> None:
    said = " ".join((one.heading, one.answer, one.contact_point, *one.questions))
    assert not re.search(r"\d\s*(?:元|块|万|%|％)", said)
    public = r"(?:110|119|120|122|12345|12123|95598|96110|12\d{3})"
    numbers = re.findall(r"(?<![\d.])\d{3,}(?![\d.])", said)
    assert all(re.fullmatch(public, number) for number in numbers), numbers


TEXTS = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="|"), min_size=1, max_size=30
).filter(lambda text: not any(character.isdigit() for character in text))


@given(heading=TEXTS, questions=st.lists(TEXTS, unique=True, max_size=3), answer=TEXTS)
def test_what_was_written_is_read_again(heading: str, questions: list[str], answer: str) -> None:
    one = article(heading=heading, questions=tuple(questions), answer=answer)
    contents, faults = read_articles(COLUMNS, [(2, row_of(one))], known())
    assert faults == []
    assert contents == [
        content(
            heading=heading, questions=tuple(questions), answer=answer, valid_from=one.valid_from
        )
    ]
