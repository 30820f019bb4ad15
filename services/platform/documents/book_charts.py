"""A chart that a spreadsheet draws itself, beside the numbers it shows."""

from typing import Any

from xlsxwriter import Workbook

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


def write_chart(
    book: Workbook, looks: Looks, words: Words, name: str, title: str, chart: Chart
) -> None:
    sheet = open_sheet(book, looks, words, name, title)
    first, last = HEADER_ROW + 1, HEADER_ROW + len(chart.categories)
    columns = [(one.name, list(one.values)) for one in chart.series]
    if chart.marks:
        columns.append((words.lower, [mark and mark[0] for mark in chart.marks]))
        columns.append((words.upper, [mark and mark[1] for mark in chart.marks]))
    sheet.write_string(HEADER_ROW, 0, words.category, looks.header)
    widest = max((half_widths(one) for one in chart.categories), default=8)
    sheet.set_column(0, 0, min(widest + 3, 40))
    for number, category in enumerate(chart.categories, start=first):
        write_cell(sheet, number, 0, category, "text", looks.cells["text"])
    for at, (heading, values) in enumerate(columns, start=1):
        sheet.write_string(HEADER_ROW, at, heading, looks.header)
        sheet.set_column(at, at, max(half_widths(heading) + 3, 12))
        for number, value in enumerate(values, start=first):
            if value is not None:
                kind = chart.value_kind
                write_cell(sheet, number, at, value, kind, looks.cells[kind])
    sheet.freeze_panes(HEADER_ROW + 1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    if chart.categories:
        drawn = _drawn(book, looks, name, title, chart, first, last)
        sheet.insert_chart(HEADER_ROW, len(columns) + 2, drawn)
    if chart.note:
        write_note(sheet, looks, last + 2, words.note + chart.note, [24, *[12] * len(columns)])


def _drawn(
    book: Workbook, looks: Looks, name: str, title: str, chart: Chart, first: int, last: int
) -> Any:
    drawn = book.add_chart(TYPES[chart.kind])
    labelled = len(chart.categories) * len(chart.series) <= LABELLED_MAX
    for at in range(1, len(chart.series) + 1):
        options = {
            "name": [name, HEADER_ROW, at],
            "categories": [name, first, 0, last, 0],
            "values": [name, first, at, last, at],
            **_look(chart, at - 1, looks, labelled),
        }
        if at == 1 and chart.marks:
            options |= _limits(chart, name, first, last)
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
    colour = COLOURS[index % len(COLOURS)]
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
    return look


def _limits(chart: Chart, name: str, first: int, last: int) -> dict[str, Any]:
    """Error bars: how far below and above the value its limits lie."""
    values = chart.series[0].values
    pairs = [
        (0.0, 0.0)
        if mark is None or value is None
        else (float(value - mark[0]), float(mark[1] - value))
        for value, mark in zip(values, chart.marks, strict=True)
    ]
    bars = {
        "type": "custom",
        "plus_values": [high for _, high in pairs],
        "minus_values": [low for low, _ in pairs],
        "line": {"color": INK, "width": 1.25},
    }
    return {"x_error_bars" if chart.kind == "rank" else "y_error_bars": bars}


def _axes(drawn: Any, looks: Looks, chart: Chart) -> None:
    names = {"num_font": _font(looks, 10), "line": {"color": SOFT}, "label_position": "low"}
    numbers = {
        "num_font": _font(looks, 10),
        "num_format": NUMBER_FORMATS[chart.value_kind].replace(".00", ""),
        "major_gridlines": {"visible": True, "line": {"color": GRID, "width": 0.75}},
        "line": {"none": True},
    }
    if chart.kind == "rank":
        drawn.set_y_axis({**names, "reverse": True})
        drawn.set_x_axis({**numbers, "label_position": "high"})
    else:
        drawn.set_x_axis(names)
        drawn.set_y_axis(numbers)


def _font(looks: Looks, size: int, bold: bool = False) -> dict[str, Any]:
    return {"name": looks.font, "size": size, "bold": bold, "color": INK}
