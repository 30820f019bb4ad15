"""The rules for one report, whichever door it comes through. Pure; the files' rules are reused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from services.domain.event_base import Kind
from services.intake.files.coordinates import CoordinatesRefused, read_coordinates
from services.intake.files.kinds import kind_named
from services.intake.files.limits import Limits
from services.intake.files.times import TimeRefused, read_time
from services.intake.report import NewReport
from services.platform.http.faults import FieldFault
from services.platform.texts import has_controls

CODE_CHARS_MAX: Final = 64
LIMITS: Final = Limits(future_max=timedelta(minutes=5))  # for clocks that go fast, no further
_CODES: Final = ("channel", "area", "item")
_LINES: Final = ("channel", "reference", "area", "item")  # printed in logs and lists: one line
_CHARS_MAX: Final = {
    "title": LIMITS.title_chars_max,
    "text": LIMITS.text_chars_max,
    "reference": LIMITS.reference_chars_max,
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Draft:
    """A report as a door has read it. Blank means absent. Coordinates are degrees, as text."""

    channel: str
    reference: str
    text: str | None = None
    title: str | None = None
    contact: str | None = None
    name: str | None = None
    address: str | None = None
    area: str | None = None
    item: str | None = None
    kind: str | None = None
    longitude: str | None = None
    latitude: str | None = None
    received_at: str | None = None
    attachments: Sequence[str] = field(default=())


def to_report(draft: Draft, now: datetime) -> NewReport | list[FieldFault]:
    """The report, or everything that is wrong with it. received_at absent means now."""
    faults = [*_words_faults(draft), *_attachment_faults(draft.attachments)]
    longitude, latitude = _coordinates(draft, faults)
    received_at = _received_at(draft, now, faults)
    kind = _kind(draft, faults)
    if faults:
        return faults
    return NewReport(
        channel=draft.channel,
        reference=draft.reference,
        received_at=received_at,
        text=_given(draft.text) or draft.title or "",
        title=_given(draft.title),
        contact=_given(draft.contact),
        name=_given(draft.name),
        address=_given(draft.address),
        area=_given(draft.area),
        item=_given(draft.item),
        kind=kind,
        longitude=longitude,
        latitude=latitude,
        attachments=tuple(draft.attachments),
    )


def _given(value: str | None) -> str | None:
    return value if value and value.strip() else None


def _words_faults(draft: Draft) -> list[FieldFault]:
    faults = []
    for name in (
        "channel",
        "reference",
        "title",
        "text",
        "contact",
        "name",
        "address",
        *_CODES[1:],
    ):
        value: str | None = getattr(draft, name)
        if value:
            faults += _word_faults(name, value)
    for name in ("channel", "reference"):
        if _given(getattr(draft, name)) is None:
            faults.append(FieldFault(name, "missing", "is needed"))
    if _given(draft.text) is None and _given(draft.title) is None:
        faults.append(FieldFault("text", "empty_text", "neither a title nor a text"))
    return faults


def _word_faults(name: str, value: str) -> list[FieldFault]:
    limit = CODE_CHARS_MAX if name in _CODES else _CHARS_MAX.get(name, LIMITS.short_chars_max)
    if len(value) > limit:
        reason = f"{len(value):,} characters; {limit:,} at most"
        return [FieldFault(name, "too_long", reason)]
    if has_controls(value) or (name in _LINES and not value.isprintable()):
        return [FieldFault(name, "control_characters", "holds control characters")]
    return []


def _attachment_faults(attachments: Sequence[str]) -> list[FieldFault]:
    if len(attachments) > LIMITS.attachments_max:
        reason = f"{len(attachments)} attachments; {LIMITS.attachments_max} at most"
        return [FieldFault("attachments", "attachments_too_many", reason)]
    for index, address in enumerate(attachments):
        name = f"attachments.{index}"
        if not address.strip() or not address.isprintable():
            return [FieldFault(name, "control_characters", "is blank or holds controls")]
        if len(address) > LIMITS.attachment_chars_max:
            reason = f"{LIMITS.attachment_chars_max:,} characters at most"
            return [FieldFault(name, "too_long", reason)]
    return []


def _coordinates(draft: Draft, faults: list[FieldFault]) -> tuple[float | None, float | None]:
    try:
        pair = read_coordinates((draft.longitude or "").strip(), (draft.latitude or "").strip())
    except CoordinatesRefused as refused:
        faults.append(FieldFault(refused.field, refused.code, str(refused)))
        return None, None
    return pair or (None, None)


def _received_at(draft: Draft, now: datetime, faults: list[FieldFault]) -> datetime:
    if not draft.received_at:
        return now
    try:
        return read_time(draft.received_at, parse_zoned, UTC, now, LIMITS)
    except TimeRefused as refused:
        faults.append(FieldFault("received_at", refused.code, str(refused)))
        return now


def parse_zoned(text: str) -> datetime | None:
    """ISO 8601 with its zone; None if it is something else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _kind(draft: Draft, faults: list[FieldFault]) -> Kind | None:
    if not draft.kind or not draft.kind.strip():
        return None
    kind = kind_named(draft.kind)
    if kind is None:
        faults.append(
            FieldFault("kind", "kind_unknown", "not one of 咨询 求助 投诉 举报 建议 感谢")
        )
    return kind
