"""Bars beside one another and on top of one another, upright or lying."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from matplotlib.axes import Axes

from services.platform.documents.chart_style import (
    colour,
    drawable,
    hatch,
    label_text,
    letters_on,
)
from services.platform.documents.model import Chart
from services.platform.documents.palette import INK, SOFT
from services.platform.documents.wording import NOTHING

SPACE = 0.74  # of a category's room, taken by its bars
AXIS_INCHES = 5.6
LETTER_INCHES = 0.062  # a half letter of a label
LABEL_SIZE = 8.0
THIN = 4.0  # points
INSIDE_MIN = 0.06  # of the longest stack: a part that can hold its number

Value = int | Decimal | None


class Room(NamedTuple):
    """row: points of each lying category. size: of letters that fit it."""

    lying: bool
    row: float
    size: float

    def edge(self, bars: int) -> float:
        """White between bars, unless they are too thin for it."""
        return 0.5 if not self.lying or self.row * SPACE / bars > THIN else 0.0


def room_of(axes: Axes, categories: int, lying: bool) -> Room:
    height = float(axes.get_figure(root=True).get_size_inches()[1])  # type: ignore[union-attr]
    row = 72 * (height - 0.7) / max(categories, 1)
    return Room(lying, row, min(9.0, row * 0.72) if lying else 9.0)


def floats(values: Sequence[Value]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def draw_bars(axes: Axes, chart: Chart, lying: bool) -> None:
    room = room_of(axes, len(chart.categories), lying)
    thick = SPACE / len(chart.series)
    wide = lying and room.row * SPACE / len(chart.series) >= LABEL_SIZE * 0.8
    labelled = wide or (not lying and _labels_fit(chart))
    for index, series in enumerate(chart.series):
        shift = (index - (len(chart.series) - 1) / 2) * thick
        places = [at + shift for at in range(len(chart.categories))]
        values = floats(series.values)
        _bars(
            axes,
            room,
            places,
            [value or 0.0 for value in values],
            thick * 0.92,
            index,
            drawable(series.name),
            room.edge(len(chart.series)),
        )
        if labelled:
            _label_ends(axes, room, places, series.values, chart)
    name_categories(axes, chart, room)
    _zero_line(axes, chart, room)
    if labelled:
        axes.margins(x=0.14) if lying else axes.margins(y=0.1)


def draw_stacked(axes: Axes, chart: Chart, lying: bool) -> None:
    room = room_of(axes, len(chart.categories), lying)
    places = list(range(len(chart.categories)))
    base = [0.0] * len(places)
    longest = max(sum(float(one.values[at] or 0) for one in chart.series) for at in places)
    for index, series in enumerate(chart.series):
        sizes = [value or 0.0 for value in floats(series.values)]
        _bars(axes, room, places, sizes, SPACE, index, drawable(series.name), room.edge(1), base)
        _label_parts(axes, room, places, base, series.values, longest, chart, index)
        base = [low + size for low, size in zip(base, sizes, strict=True)]
    name_categories(axes, chart, room)
    _zero_line(axes, chart, room)


def name_categories(axes: Axes, chart: Chart, room: Room) -> None:
    names = [drawable(name) for name in chart.categories]
    places = range(len(names))
    if room.lying:
        axes.set_yticks(places, names, fontsize=room.size)
        axes.set_ylim(len(names) - 0.4, -0.6)
    else:
        axes.set_xticks(places, names)
        axes.set_xlim(-0.6, len(names) - 0.4)


def _bars(
    axes: Axes,
    room: Room,
    places: Sequence[float],
    sizes: list[float],
    thick: float,
    index: int,
    name: str,
    edge: float,
    base: list[float] | None = None,
) -> None:
    look: dict[str, Any] = {
        "color": colour(index),
        "hatch": hatch(index),
        "edgecolor": "white",
        "linewidth": 0.5,
    }
    if room.lying:
        axes.barh(places, sizes, height=thick, left=base, label=name, **look)
    else:
        axes.bar(places, sizes, width=thick, bottom=base, label=name, **look)


def _labels_fit(chart: Chart) -> bool:
    """Whether each upright bar is as wide as its number."""
    bars = len(chart.categories) * (len(chart.series) + 0.35)
    known = (value for one in chart.series for value in one.values if value is not None)
    widest = max((len(label_text(value, chart.value_kind)) for value in known), default=1)
    return widest * LETTER_INCHES <= AXIS_INCHES / bars


def _label_ends(
    axes: Axes, room: Room, places: list[float], values: Sequence[Value], chart: Chart
) -> None:
    for place, value in zip(places, values, strict=True):
        end = 0.0 if value is None else float(value)
        away = -1 if end < 0 else 1
        said = NOTHING if value is None else label_text(value, chart.value_kind)
        axes.annotate(
            said,
            (end, place) if room.lying else (place, end),
            xytext=(3 * away, 0) if room.lying else (0, 2 * away),
            textcoords="offset points",
            ha=("left" if away > 0 else "right") if room.lying else "center",
            va="center" if room.lying else ("bottom" if away > 0 else "top"),
            fontsize=min(LABEL_SIZE, room.size),
            color=SOFT if value is None else INK,
        )


def _label_parts(
    axes: Axes,
    room: Room,
    places: list[int],
    base: list[float],
    values: Sequence[Value],
    longest: float,
    chart: Chart,
    index: int,
) -> None:
    for place, low, value in zip(places, base, values, strict=True):
        size = float(value or 0)
        said = label_text(value, chart.value_kind) if value is not None else ""
        if size and _part_holds(said, size / longest, chart, room):
            middle = low + size / 2
            across, up = (middle, place) if room.lying else (place, middle)
            axes.text(
                across,
                up,
                said,
                ha="center",
                va="center",
                fontsize=min(7.5, room.size),
                color=letters_on(colour(index)),
            )


def _part_holds(said: str, share: float, chart: Chart, room: Room) -> bool:
    wide = len(said) * LETTER_INCHES
    if room.lying:
        return share * AXIS_INCHES * 0.8 > wide
    return share > INSIDE_MIN and AXIS_INCHES / len(chart.categories) * SPACE > wide


def _zero_line(axes: Axes, chart: Chart, room: Room) -> None:
    known = [value for one in chart.series for value in one.values if value is not None]
    if any(value < 0 for value in known):
        (axes.axvline if room.lying else axes.axhline)(0, color=SOFT, linewidth=0.8)
