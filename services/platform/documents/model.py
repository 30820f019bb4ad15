"""A report as a document: what is said and in which order, before any format (HTML, DOCX, XLSX).

Who writes a report makes one of these, in one language, with every number final: renderers format
and lay out, they never compute. The same document gives the same bytes.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

Language = Literal["zh", "en"]
# text; whole number; share 0..1 shown in percent with two digits; change: signed share 0..1 (环比);
# number: with the digits it has; days: working or calendar days, one digit; day: a date
CellKind = Literal["text", "count", "percent", "change", "number", "days", "day"]
Cell = str | int | Decimal | None  # None: nothing to measure, shown as a dash


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    kind: CellKind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """rows: one cell a column. total: the last row is a sum, set apart. note: definitions.

    tickets: one tuple of ticket ids a row, for formats that can list them; empty: not given.
    """

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False
    note: str = ""
    tickets: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Series:
    """values: one a category; None leaves a gap."""

    name: str
    values: tuple[int | Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """line: time on the x axis. bar: categories, one or several series. stacked: parts of one.
    rank: horizontal bars, in the order given. marks: (low, high) limits of the first series.
    """

    kind: Literal["line", "bar", "stacked", "rank"]
    caption: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    value_kind: CellKind = "count"
    marks: tuple[tuple[Decimal, Decimal] | None, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str
    style: Literal["body", "lead", "note"] = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Headline:
    """One of the few numbers at the top. change: text against the period before, `""` if none."""

    name: str
    value: str
    change: str = ""
    good: bool | None = None  # whether the change is for the better; None: neither


Block = Table | Chart | Paragraph | Bullets


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    blocks: tuple[Block, ...]
    level: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Document:
    """title, subtitle: the issuing office, number, period. headlines: at most eight.

    source: (name, value) lines that let it be made again: log position, policy versions, time zone.
    name: for files and anchors, [a-z0-9-] only.
    """

    name: str
    title: str
    subtitle: str
    language: Language
    headlines: tuple[Headline, ...]
    sections: tuple[Section, ...]
    source: tuple[tuple[str, str], ...] = field(default=())
