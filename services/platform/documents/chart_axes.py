"""Lays a chart out: its size, its axes, its legend."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from services.platform.documents.chart_bars import draw_bars, draw_stacked
from services.platform.documents.chart_lines import draw_lines
from services.platform.documents.chart_rank import draw_limits
from services.platform.documents.chart_style import drawable, tick_text
from services.platform.documents.model import Chart
from services.platform.documents.palette import SOFT
from services.platform.documents.widths import half_widths
from services.platform.documents.wording import Words

WIDTH = 6.3  # inches: 16 cm, the text of an A4 page
HEIGHT = 3.1
EDGES = 0.75  # of the height of lying bars: axis and legend
HEIGHT_MAX = 7.8  # with its caption on one page
UPRIGHT_WIDTH_MAX = 88  # half letters of all names side by side


def draw(chart: Chart, words: Words) -> Figure:
    lying = lies(chart)
    figure = Figure(figsize=(WIDTH, _height(chart, lying)), layout="constrained")
    axes = figure.add_subplot()
    if not any(value is not None for one in chart.series for value in one.values):
        _say_nothing(axes, words)
        return figure
    _paint(axes, chart, lying)
    _number_axis(axes, chart, lying)
    if len(chart.series) > 1 and chart.kind != "line":
        columns = min(len(chart.series), 4)
        figure.legend(loc="outside upper center", ncols=columns, handlelength=1.2)
    return figure


def lies(chart: Chart) -> bool:
    """Whether bars lie: a ranking, or names that do not fit side by side."""
    if chart.kind in ("rank", "line"):
        return chart.kind == "rank"
    widest = max((half_widths(drawable(name)) + 2 for name in chart.categories), default=0)
    return widest * len(chart.categories) > UPRIGHT_WIDTH_MAX


def _height(chart: Chart, lying: bool) -> float:
    if not lying:
        return HEIGHT
    bars = 1 if chart.kind == "stacked" or chart.marks else len(chart.series)
    return min(max(EDGES + len(chart.categories) * (0.15 * bars + 0.13), 1.6), HEIGHT_MAX)


def _paint(axes: Axes, chart: Chart, lying: bool) -> None:
    match chart.kind:
        case "line":
            draw_lines(axes, chart)
        case "stacked":
            draw_stacked(axes, chart, lying)
        case _:
            if any(chart.marks) and lying:
                draw_limits(axes, chart)
            else:
                draw_bars(axes, chart, lying)


def _number_axis(axes: Axes, chart: Chart, lying: bool) -> None:
    numbers = axes.xaxis if lying else axes.yaxis
    whole = chart.value_kind == "count"
    numbers.set_major_locator(MaxNLocator(nbins=6, integer=whole, steps=[1, 2, 2.5, 5, 10]))
    numbers.set_major_formatter(FuncFormatter(lambda at, _: tick_text(at, chart.value_kind)))
    numbers.grid(True)
    for side in ("left", "bottom"):
        axes.spines[side].set_visible((side == "left") == lying)
    axes.tick_params(length=0)


def _say_nothing(axes: Axes, words: Words) -> None:
    axes.set_axis_off()
    axes.text(0.5, 0.5, words.empty, ha="center", va="center", color=SOFT, fontsize=12)
