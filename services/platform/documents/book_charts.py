"""A chart that a spreadsheet draws itself, beside the numbers it shows."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_range_formula
from xlsxwriter.worksheet import Worksheet

from services.platform.documents.book_looks import NUMBER_FORMATS, Looks
from services.platform.documents.book_tables import HEADER_ROW, open_sheet, write_cell, write_note
from services.platform.documents.model import Chart
from services.platform.documents.palette import COLOURS, GRID, INK, SOFT
from services.platform.documents.widths import half_widths
from services.platform.documents.wording import Words

TYPES: dict[str, dict[str, Any]] = {
    "line": {"type": "line"},
    "bar": {"type": "column"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "rank": {"type": "bar"},
}
LABELLED_MAX = 24
NAMES_MAX = 12
NEARLY_ALL = Decimal("0.6")  # shares above it are shown against the whole


class Place(NamedTuple):
    """Where a chart's numbers stand: the first and last row of its categories."""

    name: str
    first: int
    last: int

    def column(self, at: int) -> list[str | int]:
        return [self.name, self.first, at, self.last, at]

    def formula(self, at: int) -> str:
        return str(xl_range_formula(self.name, self.first, at, self.last, at))


def write_chart(
    book: Workbook, looks: Looks, words: Words, name: str, title: str, chart: Chart
) -> None:
    sheet = open_sheet(book, looks, words, name, title)
    place = Place(name, HEADER_ROW + 1, HEADER_ROW + len(chart.categories))
    columns = _columns(chart, words)
    _write_numbers(sheet, looks, words, chart, columns)
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if chart.categories:
        drawn = _drawn(book, looks, title, chart, place)
        sheet.insert_chart(HEADER_ROW, len(columns) + 2, drawn, {"description": title})
    if chart.note:
        widths = [24.0, *[12.0] * len(columns)]
        write_note(sheet, looks, place.last + 2, words.note + chart.note, widths)


def _columns(chart: Chart, words: Words) -> list[tuple[str, Sequence[int | Decimal | None]]]:
    """The series, then of limits both where they are and how far from the value that is."""
    columns: list[tuple[str, Sequence[int | Decimal | None]]] = [
        (one.name, one.values) for one in chart.series
    ]
    if any(chart.marks):
        known = list(zip(chart.series[0].values, chart.marks, strict=True))
        columns += [
            (words.lower, [mark and mark[0] for mark in chart.marks]),
            (words.upper, [mark and mark[1] for mark in chart.marks]),
            (words.below, [_between(mark and mark[0], value) for value, mark in known]),
            (words.above, [_between(value, mark and mark[1]) for value, mark in known]),
        ]
    return columns


def _between(low: int | Decimal | None, high: int | Decimal | None) -> int | Decimal | None:
    return None if low is None or high is None else high - low


def _write_numbers(
    sheet: Worksheet,
    looks: Looks,
    words: Words,
    chart: Chart,
    columns: Sequence[tuple[str, Sequence[int | Decimal | None]]],
) -> None:
    look, kind = looks.cells[chart.value_kind], chart.value_kind
    sheet.write_string(HEADER_ROW, 0, words.category, looks.header)
    sheet.set_row(HEADER_ROW, 24)
    widest = max((half_widths(one) for one in chart.categories), default=8)
    sheet.set_column(0, 0, min(widest + 5, 40))
    for number, category in enumerate(chart.categories, start=HEADER_ROW + 1):
        write_cell(sheet, number, 0, category, "text", looks.cells["text"])
    for at, (heading, values) in enumerate(columns, start=1):
        sheet.write_string(HEADER_ROW, at, heading, looks.header)
        sheet.set_column(at, at, max(half_widths(heading) + 4, 12))
        for number, value in enumerate(values, start=HEADER_ROW + 1):
            if value is None:
                sheet.write_blank(number, at, None, look)
            else:
                write_cell(sheet, number, at, value, kind, look)


def _drawn(book: Workbook, looks: Looks, title: str, chart: Chart, place: Place) -> Any:
    drawn = book.add_chart(TYPES[chart.kind])
    labelled = len(chart.categories) * len(chart.series) <= LABELLED_MAX
    for at in range(1, len(chart.series) + 1):
        options = {
            "name": [place.name, HEADER_ROW, at],
            "categories": place.column(0),
            "values": place.column(at),
            **_look(chart, at - 1, looks, labelled),
        }
        if at == 1 and any(chart.marks):
            options |= _limits(chart, place)
        drawn.add_series(options)
    _axes(drawn, looks, chart)
    drawn.set_title({"name": title, "overlay": False, "name_font": _font(looks, 13, True)})
    drawn.set_legend(
        {"none": True} if len(chart.series) == 1 else {"position": "top", "font": _font(looks, 10)}
    )
    lines = len(chart.categories) if chart.kind == "rank" else 0
    drawn.set_size({"width": 760, "height": max(400, 60 + 26 * lines)})
    drawn.show_na_as_empty_cell()
    return drawn


def _look(chart: Chart, index: int, looks: Looks, labelled: bool) -> dict[str, Any]:
    colour = COLOURS[2 if any(chart.marks) else index % len(COLOURS)]
    if chart.kind == "line":
        look: dict[str, Any] = {
            "line": {"color": colour, "width": 2},
            "marker": {
                "type": "automatic",
                "size": 5,
                "fill": {"color": colour},
                "border": {"color": colour},
            },
        }
    else:
        look = {"fill": {"color": colour}, "border": {"color": "#FFFFFF"}, "gap": 60}
    if labelled:
        form = NUMBER_FORMATS[chart.value_kind]
        look["data_labels"] = {"value": True, "num_format": form, "font": _font(looks, 9)}
        if any(chart.marks):  # the ends belong to the limits
            look["data_labels"]["position"] = "inside_base"
    return look


def _limits(chart: Chart, place: Place) -> dict[str, Any]:
    """Lines from the lower to the upper limit, from the two columns of their distances."""
    below = len(chart.series) + 3
    bars = {
        "type": "custom",
        "minus_values": place.formula(below),
        "plus_values": place.formula(below + 1),
        "line": {"color": INK, "width": 1.25},
    }
    return {"x_error_bars" if chart.kind == "rank" else "y_error_bars": bars}


def _axes(drawn: Any, looks: Looks, chart: Chart) -> None:
    names: dict[str, Any] = {
        "num_font": _font(looks, 10),
        "line": {"color": SOFT},
        "label_position": "low",
    }
    numbers: dict[str, Any] = {
        "num_font": _font(looks, 10),
        "num_format": NUMBER_FORMATS[chart.value_kind].replace(".00", ""),
        "major_gridlines": {"visible": True, "line": {"color": GRID, "width": 0.75}},
        "line": {"none": True},
    }
    if chart.kind != "line" and min(_known(chart), default=0) >= 0:
        numbers["min"] = 0  # a bar that begins elsewhere lies
    if chart.value_kind == "percent" and NEARLY_ALL < max(_known(chart), default=0) <= 1:
        numbers["max"] = 1
    if chart.kind == "line":
        names["interval_unit"] = -(-len(chart.categories) // NAMES_MAX)
    if chart.kind == "rank":
        drawn.set_y_axis({**names, "reverse": True})
        drawn.set_x_axis({**numbers, "label_position": "high"})
    else:
        drawn.set_x_axis(names)
        drawn.set_y_axis(numbers)


def _known(chart: Chart) -> list[int | Decimal]:
    return [value for one in chart.series for value in one.values if value is not None]


def _font(looks: Looks, size: int, bold: bool = False) -> dict[str, Any]:
    return {"name": looks.font, "size": size, "bold": bold, "color": INK}
