"""Charts as pictures: SVG whose letters are outlines, and PNG for print. The same chart gives the
same bytes, on a machine with or without Chinese fonts: the font comes with this package.
"""

import re
from html import escape
from io import BytesIO
from threading import Lock
from typing import Literal, NamedTuple

import matplotlib as mpl
from matplotlib.figure import Figure

from services.platform.documents.chart_axes import draw
from services.platform.documents.chart_style import settings
from services.platform.documents.model import Chart, Language
from services.platform.documents.wording import WORDS, cell_text

DOTS_PER_INCH = 220
DESCRIBED_MAX = 24  # values that a description reads out

SVG = "http://www.w3.org/2000/svg"

_SETTINGS = Lock()  # matplotlib's settings are one for all threads


class Drawing(NamedTuple):
    chart: Chart
    language: Language


class Picture(NamedTuple):
    png: bytes
    width_inches: float
    height_inches: float


def chart_svg(drawing: Drawing, prefix: str) -> str:
    """An `<svg>` element for a page. prefix: sets its identifiers apart from other charts'."""
    data, figure = _saved(drawing, "svg")
    text = data.decode()
    text = text[text.index("<svg") :].rstrip()
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r'(\bid="|xlink:href="#|url\(#)', rf"\1{prefix}-", text)
    width, height = (round(inches * 96) for inches in figure.get_size_inches())
    label = escape(described(drawing), quote=True)
    opening = f'<svg xmlns:xlink="http://www.w3.org/1999/xlink" role="img" aria-label="{label}"'
    opening += f' width="{width}" height="{height}"'
    view = re.search(r'viewBox="[^"]*"', text)
    assert view is not None
    return re.sub(r"<svg[^>]*>", lambda _: f'{opening} {view[0]} xmlns="{SVG}">', text, count=1)


def chart_png(drawing: Drawing) -> Picture:
    data, figure = _saved(drawing, "png")
    width, height = figure.get_size_inches()
    return Picture(data, float(width), float(height))


def described(drawing: Drawing) -> str:
    """What a chart shows, for people who hear it: the caption and the values while they are few."""
    chart, words = drawing.chart, WORDS[drawing.language]
    colon, comma, stop = ("：", "，", "；") if drawing.language == "zh" else (": ", ", ", "; ")
    parts = [f"{words.figure}{colon}{chart.caption}"]
    if len(chart.categories) * len(chart.series) <= DESCRIBED_MAX:
        for series in chart.series:
            pairs = zip(chart.categories, series.values, strict=True)
            said = (f"{name} {cell_text(value, chart.value_kind)}" for name, value in pairs)
            parts.append(f"{series.name}{colon}{comma.join(said)}")
    return stop.join(parts)


def _saved(drawing: Drawing, format: Literal["svg", "png"]) -> tuple[bytes, Figure]:
    out = BytesIO()
    metadata = {"Date": None} if format == "svg" else {"Software": None}
    with _SETTINGS, mpl.rc_context(settings()):
        figure = draw(drawing.chart, WORDS[drawing.language])
        figure.savefig(out, format=format, dpi=DOTS_PER_INCH, metadata=metadata)
    return out.getvalue(), figure
