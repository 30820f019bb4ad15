"""How numbers are written, and how columns share a page."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.platform.documents.model import Cell, CellKind, Column, Table
from services.platform.documents.widths import (
    Need,
    balanced,
    needs_of,
    paragraphs,
    shared,
    shortened,
)
from services.platform.documents.wording import cell_text


@pytest.mark.parametrize(
    ("cell", "kind", "written"),
    [
        (None, "count", "–"),
        ("不适用", "percent", "不适用"),
        (1_234_567, "count", "1,234,567"),
        (-5, "count", "−5"),
        (Decimal("0.94685"), "percent", "94.69%"),
        (1, "percent", "100.00%"),
        (Decimal("0.0831"), "change", "+8.31%"),
        (Decimal("-0.0358"), "change", "−3.58%"),
        (Decimal("0.00001"), "change", "0.00%"),
        (Decimal("-0.00001"), "change", "0.00%"),
        (Decimal("2.25"), "days", "2.3"),
        (Decimal("12.340"), "number", "12.340"),
        (Decimal("-1234.5"), "number", "−1,234.5"),
        (12_345, "text", "12,345"),
        (-3, "number", "−3"),
        ("2024-06-01", "day", "2024-06-01"),
    ],
)
def test_a_value_is_written_for_people(cell: Cell, kind: CellKind, written: str) -> None:
    assert cell_text(cell, kind) == written


NEEDS = st.tuples(st.integers(1, 24), st.integers(0, 60)).map(lambda p: Need(p[0], p[0] + p[1]))


@given(st.lists(NEEDS, min_size=1, max_size=20), st.integers(400, 9_000))
def test_columns_fill_the_page_and_none_is_narrower_than_its_longest_word(
    needs: list[Need], total: int
) -> None:
    widths = shared(needs, total)
    assert sum(widths) == total
    if sum(need.least for need in needs) <= total:
        assert all(width >= need.least for width, need in zip(widths, needs, strict=True))


def test_a_column_needs_its_longest_word_and_wants_its_longest_cell() -> None:
    table = Table("", (Column("一二三四"), Column("x")), (("城东区人民政府", "T2024-06-0001"),))
    assert needs_of(table) == [Need(4, 14), Need(13, 13)]


def test_long_notes_become_paragraphs_between_sentences() -> None:
    assert paragraphs("甲乙。丙丁；戊", 9) == ["甲乙。", "丙丁；戊"]
    assert paragraphs("One. Two; three\nFour", 100) == ["One. Two; three", "Four"]
    assert paragraphs("", 9) == [""]


def test_long_lines_break_between_their_parts() -> None:
    assert balanced("甲 · 乙 · 丙", 8) == "甲 · 乙\n丙"
    assert balanced("甲" * 30, 8) == "甲" * 30
    assert shortened("城东区人民政府", 9) == "城东区人…"
