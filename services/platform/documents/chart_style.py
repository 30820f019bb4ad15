"""How charts look: a font that is there, colours that differ in print and for the colour-blind."""

from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from unicodedata import category

from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.patheffects import withStroke

from services.platform.documents.model import CellKind
from services.platform.documents.palette import COLOURS, GRID, INK, SOFT
from services.platform.documents.widths import shortened
from services.platform.documents.wording import cell_text

FONT_FILE = "YousuChartsSC-Regular.otf"
MISSING = "〓"  # the printer's mark for a letter that is not in the case
LABEL_WIDTH_MAX = 28  # in half letters

MARKERS = ("o", "s", "^", "D", "v", "P", "X", "h")
DASHES = ("-", "--", "-.", ":")

STYLE: dict[str, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "yousu",
    "font.size": 9.5,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "hatch.linewidth": 0.6,
}


@cache
def _font() -> tuple[str, frozenset[int]]:
    """Path of the font and the letters it has."""
    path = str(files("services.platform.documents") / "fonts" / FONT_FILE)
    return path, frozenset(FT2Font(path).get_charmap())


def settings() -> Any:
    """For matplotlib, while it draws."""
    return {**STYLE, "font.family": family()}


@cache
def family() -> str:
    """The name of the font, known to matplotlib from now on."""
    path, _ = _font()
    fontManager.addfont(path)
    return str(FontProperties(fname=path).get_name())


def drawable(text: str) -> str:
    """One line in which every letter has an outline; a long one ends in an ellipsis."""
    shown = "".join(_outlined(one) for one in " ".join(text.split()))
    return shortened(" ".join(shown.split()), LABEL_WIDTH_MAX)


def _outlined(letter: str) -> str:
    """Pictures and signs without an outline are left out; a letter without one leaves a mark."""
    if ord(letter) in _font()[1]:
        return letter
    return MISSING if category(letter).startswith(("L", "N")) else ""


def tick_text(value: float, kind: CellKind) -> str:
    """A value on an axis, with no more digits than it has."""
    exact = Decimal(str(round(value, 10)))
    if kind in ("percent", "change"):
        sign = "+" if kind == "change" and exact > 0 else ""
        return f"{sign}{_plain(exact * 100)}%"
    return _plain(exact)


def halo() -> list[Any]:
    """A white rim around letters that stand on lines."""
    return [withStroke(linewidth=2.2, foreground="white")]


def label_text(value: Decimal | int | float, kind: CellKind) -> str:
    exact = value if isinstance(value, int) else Decimal(str(value))
    return cell_text(exact, kind)


def _plain(number: Decimal) -> str:
    whole = number.to_integral_value()
    shown = f"{whole:,f}" if whole == number else f"{number.normalize():,f}"
    return shown.replace("-", "−")


def colour(index: int) -> str:
    return COLOURS[index % len(COLOURS)]


def hatch(index: int) -> str:
    """Strokes that set a second round of the same colours apart."""
    return "" if index < len(COLOURS) else "////"


def letters_on(background: str) -> str:
    """White or ink, whichever can be read on a colour."""
    red, green, blue = (int(background[at : at + 2], 16) for at in (1, 3, 5))
    return "#ffffff" if 0.299 * red + 0.587 * green + 0.114 * blue < 140 else INK
