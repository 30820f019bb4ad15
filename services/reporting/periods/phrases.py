"""Numbers in words: for sentences, in Chinese and English. Pure."""

from decimal import ROUND_HALF_UP, Decimal

from services.reporting.daily_model import Figure
from services.reporting.periods.model import Compared

TWO_DIGITS = Decimal("0.01")
NOTHING = "–"


def percent(share: float) -> str:
    """A share of 0..1: `12.34%`."""
    return f"{(Decimal(str(share)) * 100).quantize(TWO_DIGITS, ROUND_HALF_UP)}%"


def rate(figure: Figure) -> str:
    """Of a measure, from its numbers and not from its rounded value."""
    return figure.text.replace(" ", "") if figure.value is not None else NOTHING


def trend_zh(change: float | None) -> str:
    """`上升 12.34%`; empty without a base."""
    if change is None:
        return ""
    if change == 0:
        return "持平"
    return f"{'上升' if change > 0 else '下降'} {percent(abs(change))}"


def trend_en(change: float | None) -> str:
    if change is None:
        return ""
    if change == 0:
        return "unchanged"
    return f"{'up' if change > 0 else 'down'} {percent(abs(change))}"


def points_zh(points: float | None) -> str:
    if points is None:
        return ""
    if points == 0:
        return "持平"
    return f"{'上升' if points > 0 else '下降'} {abs(points):.2f} 个百分点"


def points_en(points: float | None) -> str:
    if points is None:
        return ""
    if points == 0:
        return "unchanged"
    return f"{'up' if points > 0 else 'down'} {abs(points):.2f} points"


def listed_zh(lines: list[Compared]) -> str:
    """`咨询 528 件（45.79%）、投诉 75 件（6.50%）`."""
    return "、".join(f"{line.name} {line.count:,} 件{_share_zh(line)}" for line in lines)


def listed_en(lines: list[Compared]) -> str:
    return "; ".join(f"{line.name_en} {line.count:,}{_share_en(line)}" for line in lines)


def _share_zh(line: Compared) -> str:
    return "" if line.share is None else f"（{percent(line.share)}）"


def _share_en(line: Compared) -> str:
    return "" if line.share is None else f" ({percent(line.share)})"
