"""What a document must hold before it is rendered, and its texts without what no format holds."""

import re
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import TypeVar, assert_never

from services.platform.documents.model import (
    Block,
    Bullets,
    Chart,
    Document,
    Paragraph,
    Table,
)

HEADLINES_MAX = 8
# XML 1.0 holds neither control characters nor halves of surrogate pairs nor the last two of a plane
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Value = TypeVar("Value")


class DocumentInvalid(ValueError):
    """A document that cannot be rendered: its writer's mistake, said with the place."""


def checked(document: Document) -> Document:
    """The document with printable texts. Raises DocumentInvalid for what does not fit together."""
    if not re.fullmatch(r"[a-z0-9-]+", document.name):
        raise DocumentInvalid(f"name {document.name!r}: only a-z, 0-9 and - are allowed")
    if document.language not in ("zh", "en"):
        raise DocumentInvalid(f"language {document.language!r}: zh or en")
    if len(document.headlines) > HEADLINES_MAX:
        raise DocumentInvalid(f"{len(document.headlines)} headlines: at most {HEADLINES_MAX}")
    for section in document.sections:
        for block in section.blocks:
            _check_block(block)
    return printable(document)


def printable(value: Value) -> Value:
    """The same value; in its texts each character that no format holds is one space."""
    if isinstance(value, str):
        return UNPRINTABLE.sub(" ", value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(printable(part) for part in value)  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        changed = {field.name: printable(getattr(value, field.name)) for field in fields(value)}
        return replace(value, **changed)
    return value


def _check_block(block: Block) -> None:
    match block:
        case Table():
            _check_table(block)
        case Chart():
            _check_chart(block)
        case Paragraph() | Bullets():
            pass
        case _:
            assert_never(block)


def _check_table(table: Table) -> None:
    where = f"table {table.caption!r}"
    if not table.columns:
        raise DocumentInvalid(f"{where}: no columns")
    for number, row in enumerate(table.rows, start=1):
        if len(row) != len(table.columns):
            raise DocumentInvalid(
                f"{where}, row {number}: {len(row)} cells for {len(table.columns)} columns"
            )
        for column, cell in zip(table.columns, row, strict=True):
            _check_number(cell, f"{where}, row {number}, {column.title!r}")
    if table.tickets and len(table.tickets) != len(table.rows):
        raise DocumentInvalid(f"{where}: tickets of {len(table.tickets)} rows, {len(table.rows)}")


def _check_chart(chart: Chart) -> None:
    where = f"chart {chart.caption!r}"
    if not chart.series:
        raise DocumentInvalid(f"{where}: no series")
    for one in chart.series:
        if len(one.values) != len(chart.categories):
            raise DocumentInvalid(
                f"{where}, series {one.name!r}: {len(one.values)} values"
                f" for {len(chart.categories)} categories"
            )
        for category, value in zip(chart.categories, one.values, strict=True):
            _check_number(value, f"{where}, series {one.name!r}, {category!r}")
            if chart.kind == "stacked" and value is not None and value < 0:
                raise DocumentInvalid(f"{where}, series {one.name!r}: a part of less than nothing")
    if chart.marks and len(chart.marks) != len(chart.categories):
        raise DocumentInvalid(
            f"{where}: {len(chart.marks)} marks for {len(chart.categories)} categories"
        )
    for category, mark in zip(chart.categories, chart.marks, strict=bool(chart.marks)):
        for limit in mark or ():
            _check_number(limit, f"{where}, limits of {category!r}")


def _check_number(value: object, where: str) -> None:
    if value is not None and not isinstance(value, str | int | Decimal):
        raise DocumentInvalid(f"{where}: {type(value).__name__} is neither text nor a number")
    if isinstance(value, Decimal) and not value.is_finite():
        raise DocumentInvalid(f"{where}: {value} is no number")
