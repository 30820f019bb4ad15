"""One language at a time: words, names, columns and cells. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.platform.documents.model import Cell, CellKind, Column, Language, Table
from services.reporting.daily_model import Figure
from services.reporting.periods.model import Compared, Said

LISTED_MAX = 20
Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Speech:
    language: Language

    def say(self, zh: str, en: str) -> str:
        return zh if self.language == "zh" else en

    def said(self, said: Said) -> str:
        return self.say(said.zh, said.en)

    def name(self, line: Compared) -> str:
        return self.say(line.name, line.name_en or line.name)

    def columns(self, *titles: tuple[str, str, CellKind]) -> tuple[Column, ...]:
        return tuple(Column(self.say(zh, en), kind) for zh, en, kind in titles)

    def compared(
        self,
        caption: str,
        heading: tuple[str, str],
        lines: Sequence[Compared],
        annual: bool,
        listed_max: int = LISTED_MAX,
    ) -> Table:
        """The first lines; the note tells how many are left out."""
        shown = [line for line in lines if line.count or line.previous][:listed_max]
        left = sum(1 for line in lines if line.count) - sum(1 for line in shown if line.count)
        has_share = any(line.share is not None for line in shown)
        titles: list[tuple[str, str, CellKind]] = [(*heading, "text"), ("件数", "Count", "count")]
        titles += [("占比", "Share", "percent")] if has_share else []
        if not annual:
            titles += [("上期", "Before", "count"), ("环比", "Change", "change")]
        titles += [("去年同期", "Last year", "count"), ("同比", "On last year", "change")]
        rows = [self._compared(line, has_share, annual) for line in shown]
        note = self.say(
            f"另有 {left:,} 项未列，见数据文件（JSON）。", f"{left:,} more are in the JSON form."
        )
        return Table(caption, self.columns(*titles), tuple(rows), note=note if left else "")

    def _compared(self, line: Compared, has_share: bool, annual: bool) -> Row:
        row: list[Cell] = [self.name(line), line.count]
        row += [number(line.share)] if has_share else []
        row += [] if annual else [line.previous, number(line.change)]
        return (*row, line.year_before, number(line.year_change))


def number(value: float | None) -> Decimal | None:
    """With the digits that it is written with."""
    return None if value is None else Decimal(str(value))


def exact(figure: Figure) -> Decimal | None:
    """Not from the rounded value: it is rounded once, where it is printed."""
    if not figure.denominator:
        return None
    return Decimal(str(figure.numerator)) / figure.denominator


def points(value: float | None) -> Decimal | None:
    """Percentage points, two digits."""
    return None if value is None else Decimal(f"{value:.2f}")
