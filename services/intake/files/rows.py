"""One record → one report, or the reason why not. Pure."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from services.domain.event_base import Kind
from services.intake.files.coordinates import CoordinatesRefused, read_coordinates
from services.intake.files.kinds import kind_named
from services.intake.files.limits import Limits
from services.intake.files.mapping import Mapping
from services.intake.files.records import Record
from services.intake.files.times import TimeParser, TimeRefused, read_time
from services.platform.texts import has_controls

_VERBATIM: Final = frozenset({"title", "text", "reply"})  # a resident's words are not trimmed


@dataclass(frozen=True, slots=True)
class ReportRow:
    """row: 1 is the first after the header. line: physical line (CSV) or row of the sheet (XLSX).

    Times are UTC. At least one of title and text is there. reply/replied_at: the office's answer.
    """

    row: int
    line: int
    reference: str
    title: str | None = field(repr=False)
    text: str | None = field(repr=False)
    contact: str | None = field(repr=False)
    name: str | None = field(repr=False)
    received_at: datetime | None
    address: str | None = field(repr=False)
    area: str | None
    item: str | None
    kind: Kind | None
    longitude: float | None = field(repr=False)
    latitude: float | None = field(repr=False)
    attachments: tuple[str, ...] = field(repr=False)
    reply: str | None = field(repr=False)
    replied_at: datetime | None


@dataclass(frozen=True, slots=True)
class RowRejected:
    """reason: for people, names row, line and column, never a value. cells: as in the file."""

    row: int
    line: int
    column: str | None
    code: str
    reason: str
    cells: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class RowRules:
    """What stays the same for all rows of a file. fields: name, index of its cell, its limit."""

    mapping: Mapping
    fields: tuple[tuple[str, int, int], ...]
    width: int
    constants: dict[str, str]
    zone: ZoneInfo
    parse_time: TimeParser
    limits: Limits
    now: datetime


class _Refused(Exception):
    def __init__(self, code: str, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.field = field


def read_row(row: int, record: Record, rules: RowRules) -> ReportRow | RowRejected:
    """Every record gives exactly one of the two."""
    try:
        if record.code:
            raise _Refused(record.code, None, record.reason)
        if len(record.cells) != rules.width:
            reason = f"{len(record.cells)} cells where the header has {rules.width}"
            raise _Refused("column_count", None, reason)
        return _report(row, record, rules)
    except _Refused as refused:
        column = rules.mapping.mapped().get(refused.field) if refused.field else None
        where = f"row {row} (line {record.line})" + (f", column “{column}”" if column else "")
        return RowRejected(
            row, record.line, column, refused.code, f"{where}: {refused}", tuple(record.cells)
        )


def _report(row: int, record: Record, rules: RowRules) -> ReportRow:
    _check_sizes(record.cells, rules.limits)
    cells = record.cells
    values = dict(rules.constants)
    for name, index, chars_max in rules.fields:
        values[name] = _cell(name, cells[index], chars_max)
    if not values.get("title", "").strip() and not values.get("text", "").strip():
        of = "title" if rules.mapping.columns.text is None else "text"
        raise _Refused("empty_text", of, "neither a title nor a text")
    longitude, latitude = _coordinates(values)
    received_at, replied_at = _time("time", values, rules), _time("replied_at", values, rules)
    if received_at and replied_at and replied_at < received_at:
        reason = "before the report (a date alone counts as 00:00)"
        raise _Refused("reply_before_report", "replied_at", reason)
    report = ReportRow(
        row=row,
        line=record.line,
        reference=values.get("reference", ""),
        title=values.get("title") or None,
        text=values.get("text") or None,
        contact=values.get("contact") or None,
        name=values.get("name") or None,
        received_at=received_at,
        address=values.get("address") or None,
        area=_code("area", values, rules.mapping.values.area, rules.limits),
        item=_code("item", values, rules.mapping.values.item, rules.limits),
        kind=_kind(values, rules),
        longitude=longitude,
        latitude=latitude,
        attachments=_attachments(values, rules),
        reply=values.get("reply") or None,
        replied_at=replied_at,
    )
    return _with_reference(report, rules)


def _check_sizes(cells: Sequence[str], limits: Limits) -> None:
    for index, cell in enumerate(cells):
        if len(cell) * 4 > limits.cell_bytes_max:  # no character has more than 4 bytes
            size = len(cell.encode("utf-8", "surrogatepass"))
            if size > limits.cell_bytes_max:
                reason = f"cell {index + 1} holds {size:,} bytes; {limits.cell_bytes_max:,} at most"
                raise _Refused("cell_too_large", None, reason)


def _cell(name: str, cell: str, chars_max: int) -> str:
    value = cell if name in _VERBATIM else cell.strip()
    if len(value) > chars_max:
        reason = f"{len(value):,} characters; {chars_max:,} at most"
        raise _Refused("too_long", name, reason)
    if has_controls(value):
        raise _Refused("control_characters", name, "holds control characters")
    if name == "reference":
        if not value:
            raise _Refused("reference_missing", name, "no reference")
        if not value.isprintable():
            raise _Refused("control_characters", name, "holds line ends or other controls")
    return value


def chars_max_of(name: str, limits: Limits) -> int:
    match name:
        case "text" | "reply":
            return limits.text_chars_max
        case "title":
            return limits.title_chars_max
        case "reference":
            return limits.reference_chars_max
        case "attachments":
            return limits.attachments_max * (limits.attachment_chars_max + 1)
        case _:
            return limits.short_chars_max


def _time(name: str, values: dict[str, str], rules: RowRules) -> datetime | None:
    text = values.get(name)
    if not text:
        return None
    try:
        return read_time(text, rules.parse_time, rules.zone, rules.now, rules.limits)
    except TimeRefused as refused:
        raise _Refused(refused.code, name, str(refused)) from None


def _coordinates(values: dict[str, str]) -> tuple[float | None, float | None]:
    try:
        pair = read_coordinates(values.get("longitude", ""), values.get("latitude", ""))
    except CoordinatesRefused as refused:
        raise _Refused(refused.code, refused.field, str(refused)) from None
    return pair or (None, None)


def _translated(name: str, values: dict[str, str], words: dict[str, str]) -> str | None:
    value = values.get(name)
    return words.get(value, value) if value else None


def _code(name: str, values: dict[str, str], words: dict[str, str], limits: Limits) -> str | None:
    code = _translated(name, values, words)
    if code is not None and len(code) > limits.code_chars_max:
        reason = f"{len(code):,} characters; {limits.code_chars_max} at most"
        raise _Refused("too_long", name, reason)
    return code


def _kind(values: dict[str, str], rules: RowRules) -> Kind | None:
    word = _translated("kind", values, rules.mapping.values.kind)
    if word is None:
        return None
    kind = kind_named(word)
    if kind is None:
        raise _Refused("kind_unknown", "kind", "not one of 咨询 求助 投诉 举报 建议 感谢")
    return kind


def _attachments(values: dict[str, str], rules: RowRules) -> tuple[str, ...]:
    text = values.get("attachments")
    if not text:
        return ()
    parts = (part.strip() for part in text.split(rules.mapping.attachments.separator))
    found = tuple(part for part in parts if part)
    if len(found) > rules.limits.attachments_max:
        reason = f"{len(found)} attachments; {rules.limits.attachments_max} at most"
        raise _Refused("attachments_too_many", "attachments", reason)
    if any(len(part) > rules.limits.attachment_chars_max for part in found):
        raise _Refused("too_long", "attachments", "an attachment's address is too long")
    return found


def _with_reference(report: ReportRow, rules: RowRules) -> ReportRow:
    return report if report.reference else replace(report, reference=content_digest(report))


def content_digest(report: ReportRow) -> str:
    """SHA-256 (hex) of what the resident said, where and when; the office's reply is not in it."""
    content = [
        report.title, report.text, report.contact, report.name,
        report.received_at and report.received_at.isoformat(), report.address, report.area,
        report.item, report.kind, report.longitude, report.latitude, report.attachments,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
