"""A ranking whose values have limits: a dot on a line from the lower to the upper limit."""

from matplotlib.axes import Axes

from services.platform.documents.chart_bars import name_categories, room_of
from services.platform.documents.chart_style import colour, label_text
from services.platform.documents.model import Chart
from services.platform.documents.palette import GRID, SOFT
from services.platform.documents.wording import NOTHING


def draw_limits(axes: Axes, chart: Chart) -> None:
    """The first series only: limits belong to it."""
    room = room_of(axes, len(chart.categories), True)
    for at, value in enumerate(chart.series[0].values):
        limits = chart.marks[at]
        if limits is not None:
            low, high = map(float, limits)
            axes.plot([low, high], [at, at], color=colour(2), linewidth=3, solid_capstyle="butt")
        if value is not None:
            axes.plot([float(value)], [at], marker="o", markersize=5.5, color=colour(0))
        axes.annotate(
            NOTHING if value is None else label_text(value, chart.value_kind),
            (1.0, at),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=room.size,
            color=SOFT if value is None else "black",
            annotation_clip=False,
        )
    name_categories(axes, chart, room)
    axes.hlines(range(len(chart.categories)), *axes.get_xlim(), color=GRID, linewidth=0.6, zorder=0)
    _limit_values(axes, chart)


def _limit_values(axes: Axes, chart: Chart) -> None:
    low, high = axes.get_xlim()
    if chart.value_kind == "percent":
        axes.set_xlim(max(low, 0.0), min(high, 1.0) if high <= 1.1 else high)
