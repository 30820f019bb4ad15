"""Lines over time, with their last values written at their ends."""

from collections.abc import Sequence
from decimal import Decimal

from matplotlib.axes import Axes

from services.platform.documents.chart_bars import Value, floats
from services.platform.documents.chart_style import (
    DASHES,
    MARKERS,
    colour,
    drawable,
    halo,
    label_text,
)
from services.platform.documents.model import Chart, Series
from services.platform.documents.widths import half_widths

NAMES_WIDTH_MAX = 84  # half letters side by side under the axis
MARKED_MAX = 40  # points of a line that carry a mark each
ALL_LABELLED_MAX = 13
APART = 0.075  # of the axis, between the names at the ends


def draw_lines(axes: Axes, chart: Chart) -> None:
    for index, series in enumerate(chart.series):
        values = [float("nan") if value is None else value for value in floats(series.values)]
        axes.plot(
            range(len(values)),
            values,
            color=colour(index),
            linestyle=DASHES[index % len(DASHES)],
            linewidth=1.8,
            marker=MARKERS[index % len(MARKERS)] if len(values) <= MARKED_MAX else "",
            markersize=4,
            label=drawable(series.name),
        )
    labelled = len(chart.series) == 1 and len(chart.categories) <= ALL_LABELLED_MAX
    axes.margins(x=0.03, y=0.14 if labelled else 0.08)
    _limit_values(axes, chart)
    _name_times(axes, chart)
    (_label_points if labelled else _name_ends)(axes, chart)


def _limit_values(axes: Axes, chart: Chart) -> None:
    low, high = axes.get_ylim()
    if chart.value_kind in ("count", "days"):
        low, high = min(low, 0.0) if low < 0 else 0.0, high
    if chart.value_kind == "percent":
        low, high = max(low, 0.0), min(high, 1.0)
    if low == high:
        high = low + 1
    axes.set_ylim(low, high)


def _name_times(axes: Axes, chart: Chart) -> None:
    """As many names as fit, evenly apart, counted back from the newest."""
    names = [drawable(name) for name in chart.categories]
    widest = max(half_widths(name) for name in names) + 2
    step = -(-len(names) * widest // NAMES_WIDTH_MAX)
    shown = sorted(range(len(names) - 1, -1, -step))
    axes.set_xticks(shown, [names[at] for at in shown])


def _label_points(axes: Axes, chart: Chart) -> None:
    values = chart.series[0].values
    for at, value in enumerate(values):
        if value is not None:
            below = _is_valley(values, at)
            axes.annotate(
                label_text(value, chart.value_kind),
                (at, float(value)),
                xytext=(0, -7 if below else 6),
                textcoords="offset points",
                ha="center",
                va="top" if below else "bottom",
                fontsize=8,
                path_effects=halo(),
            )


def _is_valley(values: Sequence[Value], at: int) -> bool:
    """Whether the line rises from here to both sides, so that what stands above it would cross."""
    beside = [values[near] for near in (at - 1, at + 1) if 0 <= near < len(values)]
    known = [value for value in beside if value is not None]
    here = values[at]
    return here is not None and bool(known) and all(here < value for value in known)


def _name_ends(axes: Axes, chart: Chart) -> None:
    """Names and last values at the right, moved apart where lines end close together."""
    low, high = axes.get_ylim()
    ends = [(last, index) for index, one in enumerate(chart.series) if (last := _last(one))]
    ends.sort(key=lambda end: (end[0][1], -end[1]))
    heights = _apart([(float(value) - low) / (high - low) for (_, value), _ in ends])
    for height, ((_, value), index) in zip(heights, ends, strict=True):
        name = f"{drawable(chart.series[index].name)} " if len(chart.series) > 1 else ""
        axes.annotate(
            name + label_text(value, chart.value_kind),
            (1.0, height),
            xycoords="axes fraction",
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            color=colour(index),
            fontsize=8.5,
            annotation_clip=False,
        )


def _last(series: Series) -> tuple[int, int | Decimal] | None:
    known = [(at, value) for at, value in enumerate(series.values) if value is not None]
    return known[-1] if known else None


def _apart(heights: list[float]) -> list[float]:
    """Rising heights, each at least APART above the one before, none above the top if it can be."""
    for index in range(1, len(heights)):
        heights[index] = max(heights[index], heights[index - 1] + APART)
    top = 1.0
    for index in range(len(heights) - 1, -1, -1):
        heights[index] = min(heights[index], top)
        top = heights[index] - APART
    return heights
