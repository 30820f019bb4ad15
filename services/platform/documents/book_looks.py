"""How cells of a workbook look."""

from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from services.platform.documents.model import CellKind
from services.platform.documents.wording import Words

FONT = {"zh-CN": "宋体", "en": "Calibri"}
HEAD = {"zh-CN": "黑体", "en": "Calibri"}
ACCENT = "#A4161A"
LINE = "#C9CFD6"
BAND = "#F6F1EC"
NUMBER_FORMATS: dict[CellKind, str] = {
    "text": "@",
    "count": "#,##0",
    "percent": "0.00%",
    "change": "+0.00%;-0.00%;0.00%",
    "number": "#,##0.############",
    "days": "#,##0.0",
    "day": "yyyy-mm-dd",
}


class Looks(NamedTuple):
    """cells, totals: by kind of value. words: text that wraps."""

    title: Format
    subtitle: Format
    heading: Format
    header: Format
    link: Format
    words: Format
    line: Format
    strong: Format
    note: Format
    value: Format
    cells: dict[CellKind, Format]
    totals: dict[CellKind, Format]
    font: str
    head_font: str


def looks_of(book: Workbook, words: Words) -> Looks:
    font, head = FONT[words.tag], HEAD[words.tag]

    def look(**changes: Any) -> Format:
        return book.add_format({"font_name": font, "font_size": 11, "valign": "vcenter", **changes})

    boxed = {"border": 1, "border_color": LINE}
    total = {**boxed, "bold": True, "bg_color": BAND, "top": 1, "top_color": "#1D2733"}
    return Looks(
        title=look(font_name=head, font_size=18, bold=True, font_color=ACCENT, valign="vcenter"),
        subtitle=look(font_color="#55606C", text_wrap=True),
        heading=look(font_name=head, font_size=13, bold=True),
        header=look(
            font_name=head,
            bold=True,
            bg_color=BAND,
            text_wrap=True,
            align="center",
            **{**boxed, "bottom": 1, "bottom_color": "#1D2733"},
        ),
        link=look(font_color=ACCENT, underline=1),
        words=look(text_wrap=True, num_format="@"),
        line=look(num_format="@"),
        strong=look(text_wrap=True, bold=True, num_format="@"),
        note=look(text_wrap=True, font_size=10, font_color="#55606C", num_format="@"),
        value=look(**boxed, align="right", bold=True, num_format="@"),
        cells={kind: look(**boxed, **_of(kind)) for kind in NUMBER_FORMATS},
        totals={kind: look(**total, **_of(kind)) for kind in NUMBER_FORMATS},
        font=font,
        head_font=head,
    )


def _of(kind: CellKind) -> dict[str, Any]:
    aligned: dict[CellKind, dict[str, Any]] = {
        "text": {"text_wrap": True, "align": "left", "indent": 1},
        "day": {"align": "center"},
    }
    return {
        "num_format": NUMBER_FORMATS[kind],
        **aligned.get(kind, {"align": "right", "indent": 1}),
    }
