"""Pictures of charts: letters that are there, labels that do not lie."""

import re
import warnings
from decimal import Decimal
from itertools import pairwise

import pytest

from services.platform.documents.chart_axes import draw, lies
from services.platform.documents.chart_lines import _apart
from services.platform.documents.chart_style import MISSING, drawable, letters_on, tick_text
from services.platform.documents.charts import Drawing, chart_png, chart_svg, described
from services.platform.documents.model import CellKind, Chart, Series
from services.platform.documents.palette import COLOURS
from services.platform.documents.wording import WORDS

NAMES = ("城东区", "城中区", "湟中区")


def chart(kind: str, *values: int | Decimal | None, **more: object) -> Chart:
    return Chart(kind, "图题", NAMES, (Series("件数", values),), **more)  # type: ignore[arg-type]


def test_chinese_letters_have_outlines_without_any_font_on_the_machine() -> None:
    assert drawable("湟中区鲁沙尔镇喇家堖《》①℃") == "湟中区鲁沙尔镇喇家堖《》①℃"
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # matplotlib warns of a letter that it cannot draw
        written = chart_svg(Drawing(chart("bar", 1, 2, 3), "zh"), "a")
    assert "YousuChartsSC" in written
    assert "<text" not in written


def test_letters_without_an_outline_leave_a_mark_and_pictures_nothing() -> None:
    assert drawable("𠮷野家🙂\n二\x00") == f"{MISSING}野家 二"
    assert drawable("很" * 40).endswith("…")


def test_a_description_reads_out_few_values() -> None:
    said = described(Drawing(chart("bar", 1_200, None, 3), "zh"))
    assert said == "图：图题；件数：城东区 1,200，城中区 –，湟中区 3"
    many = Chart("line", "t", ("x",) * 30, (Series("s", (1,) * 30),))
    assert described(Drawing(many, "en")) == "Figure: t"


def test_bars_begin_at_zero_and_shares_end_at_all_of_them() -> None:
    words = WORDS["zh"]
    for kind in ("bar", "stacked"):
        low, _ = draw(chart(kind, 90, 95, 99), words).axes[0].get_ylim()
        assert low == 0
    shares = tuple(Decimal(value) / 100 for value in (97, 99, 100))
    _, high = draw(chart("line", *shares, value_kind="percent"), words).axes[0].get_ylim()
    assert high <= 1


def test_a_ranking_reads_from_the_top_and_shows_limits() -> None:
    values = (Decimal("0.9"), None, Decimal("0.7"))
    marks = ((Decimal("0.85"), Decimal("0.95")), None, (Decimal("0.6"), Decimal("0.8")))
    axes = draw(chart("rank", *values, value_kind="percent", marks=marks), WORDS["zh"]).axes[0]
    assert axes.yaxis_inverted()
    assert [label.get_text() for label in axes.get_yticklabels()] == list(NAMES)
    said = [text.get_text() for text in axes.texts]
    assert said == ["90.00%", "–", "70.00%"]


def test_names_that_do_not_fit_side_by_side_make_bars_lie() -> None:
    long = tuple(f"第{n}街道办事处" for n in range(12))
    assert lies(Chart("bar", "", long, (Series("", (1,) * 12),)))
    assert not lies(chart("bar", 1, 2, 3))
    assert not lies(Chart("line", "", long, (Series("", (1,) * 12),)))


def test_names_at_the_ends_of_lines_do_not_touch() -> None:
    moved = _apart([0.5, 0.5, 0.98, 1.0])
    assert all(high - low >= 0.074 for low, high in pairwise(moved))
    assert max(moved) <= 1


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        (0.5, "percent", "50%"),
        (0.025, "percent", "2.5%"),
        (0.1, "change", "+10%"),
        (-0.1, "change", "−10%"),
        (12_000.0, "count", "12,000"),
        (2.5, "days", "2.5"),
    ],
)
def test_an_axis_has_no_more_digits_than_it_needs(
    value: float, kind: CellKind, written: str
) -> None:
    assert tick_text(value, kind) == written


def test_numbers_can_be_read_on_every_colour() -> None:
    def light(colour: str) -> float:
        parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for colour in COLOURS:
        pair = sorted((light(colour), light(letters_on(colour))))
        assert (pair[1] + 0.05) / (pair[0] + 0.05) >= 4.5, colour


def test_a_picture_is_a_png_without_a_date() -> None:
    picture = chart_png(Drawing(chart("bar", 1, 2, 3), "zh"))
    assert picture.png.startswith(b"\x89PNG")
    assert not re.search(rb"tIME|Software|Creation", picture.png)
