"""Every format: the same bytes always; what cannot be rendered is refused with its place."""

import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from services.platform.documents.checking import DocumentInvalid
from services.platform.documents.model import (
    Block,
    Bullets,
    Chart,
    Column,
    Document,
    Headline,
    Paragraph,
    Series,
    Table,
)
from services.platform.documents.rendering import FORMATS, MEDIA_TYPES, Format, render
from tests.platform.documents.conftest import rendered
from tests.platform.documents.few import around
from tests.platform.documents.specimen import specimen

ROOT = Path(__file__).parents[3]
DIGESTS = """
import hashlib
from services.platform.documents.rendering import FORMATS, render
from tests.platform.documents.specimen import specimen
for format in FORMATS:
    print(hashlib.sha256(render(specimen("zh"), format)).hexdigest())
"""
HEAVY = {"matplotlib", "docx", "xlsxwriter", "lxml", "jinja2"}
TEXT, COUNT = Column("名称"), Column("件数", "count")
NAN = Decimal("NaN")


def started(code: str, **surroundings: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, **surroundings},
        stdout=subprocess.PIPE,
        text=True,
    )


def said_by(process: subprocess.Popen[str]) -> str:
    said, _ = process.communicate()
    assert process.returncode == 0
    return said


def test_two_processes_write_the_same_bytes() -> None:
    there = started(DIGESTS, PYTHONHASHSEED="1", TZ="Asia/Shanghai")
    here = started(DIGESTS, PYTHONHASHSEED="2", TZ="America/Los_Angeles")
    digests = said_by(there)
    assert len(digests.split()) == len(FORMATS)
    assert said_by(here) == digests


@pytest.mark.parametrize("format", FORMATS)
def test_one_process_writes_the_same_bytes_again(format: Format) -> None:
    assert render(specimen("zh"), format) == rendered("zh", format)


def test_a_command_that_renders_nothing_loads_no_library_of_a_format() -> None:
    code = f"import sys, services.platform.documents.rendering; print({HEAVY} & sys.modules.keys())"
    assert said_by(started(code)).strip() == "set()"


def test_every_format_has_a_media_type() -> None:
    assert set(MEDIA_TYPES) == set(FORMATS)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (Table("表", (), ()), "table '表': no columns"),
        (Table("表", (TEXT, COUNT), (("a", 1), ("b",))), "row 2: 1 cells for 2 columns"),
        (Table("表", (TEXT, COUNT), (("a", NAN),)), "row 1, '件数': NaN is no number"),
        (Table("表", (TEXT, COUNT), (("a", 0.5),)), "float is neither text nor a number"),  # type: ignore[arg-type]
        (Table("表", (TEXT,), (("a",),), tickets=((), ())), "tickets of 2 rows, 1"),
        (Chart("bar", "图", ("a",), ()), "chart '图': no series"),
        (Chart("bar", "图", ("a",), (Series("s", (1, 2)),)), "2 values for 1 categories"),
        (Chart("bar", "图", ("a",), (Series("s", (NAN,)),)), "'a': NaN is no number"),
        (Chart("stacked", "图", ("a",), (Series("s", (-1,)),)), "a part of less than nothing"),
        (Chart("rank", "图", ("a",), (Series("s", (1,)),), marks=(None, None)), "2 marks for 1"),
        (
            Chart("rank", "图", ("a",), (Series("s", (1,)),), marks=((NAN, Decimal(1)),)),
            "limits of 'a': NaN is no number",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(block: Block, said: str) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        render(around(block), "html")
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (replace(around(), name="a/b"), "only a-z, 0-9 and - are allowed"),
        (replace(around(), language="fr"), "zh or en"),  # type: ignore[arg-type]
        (replace(around(), headlines=(Headline("a", "1"),) * 9), "9 headlines: at most 8"),
    ],
)
def test_a_document_of_the_wrong_form_is_refused(document: Document, said: str) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        render(document, "xlsx")
    assert said in str(refused.value)


NOTHING = tuple(
    Chart(kind, "图", categories, (Series("s", values),))
    for kind in ("line", "bar", "stacked", "rank")
    for categories, values in (((), ()), (("a", "b"), (None, None)), (("a",), (0,)))
)
STRANGE: dict[str, tuple[Block, ...]] = {
    "nothing at all": (),
    "empty tables": (Table("空", (TEXT, COUNT), ()), Table("", (Column(""),), (("",),))),
    "empty charts": NOTHING,
    "control characters": (
        Paragraph("a\x0bb\x1f\ufffe \ud83d \U0001f600"),
        Bullets(("x\x00y", "")),
        Chart("bar", "\x07", ("a\x00", "🙂", "𠮷野家"), (Series("s\x01", (1, None, -2)),)),
    ),
    "very long cells": (Table("长" * 300, (TEXT, COUNT), (("字" * 20_000, 1), ("x" * 40_000, 2))),),
    "many rows": (Table("千", (TEXT, COUNT), tuple((f"T{n}", n) for n in range(5_000)), True),),
    "many categories": tuple(
        Chart(kind, "图", tuple(f"第{n}街道" for n in range(40)), series)
        for kind in ("line", "stacked")
        for series in [tuple(Series(f"s{n}", (n, *range(39))) for n in range(3))]
    ),
    "many columns": (
        Paragraph("前"),
        *(Table("宽", tuple(Column(f"第 {n} 列指标") for n in range(21)), (("文字",) * 21,)),) * 2,
    ),
    "changes for the worse": (
        Chart("line", "图", ("a", "b"), (Series("s", (Decimal("-0.5"), None)),), "change"),
        Chart("rank", "图", ("a", "b"), (Series("s", (Decimal("-0.5"), 1)),), "change"),
        Chart("line", "图", ("a", "b"), (Series("s", (1, 1)),), "percent"),
    ),
}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("strange", STRANGE)
def test_strange_documents_are_rendered(strange: str, format: Format) -> None:
    assert render(around(*STRANGE[strange], title="<b>&\x00"), format)
