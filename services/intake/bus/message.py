"""A message of `intake-reports`: the body of POST /api/v1/reports, in the clear or sealed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pydantic import ValidationError

from services.intake.bus.sealing import Envelope, SealRefused
from services.intake.http.bodies import ReportBody, read_report
from services.intake.report import NewReport
from services.platform.http.faults import FieldFault
from services.platform.http.problems import faults_of

REPORT_BYTES_MAX = 256 * 1024
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # as for every report
_SEALED_HINT = b'"sealed"'  # in a report's own words the quotes would be escaped

Opener = Callable[[Envelope], bytes]  # raises SealRefused


class ReportMessage(ReportBody):
    """One report, UTF-8, 256 KiB at most. `reference` is the channel's own name for it: the same
    message twice is one report. `received_at` absent: when the broker took the message in."""

    reference: str


def message_schema() -> dict[str, Any]:
    """JSON Schema of a message's value: a report, or one that is sealed."""
    report = ReportMessage.model_json_schema()
    sealed = Envelope.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A message of intake-reports",
        "oneOf": [report, sealed],
    }


def read_message(
    value: bytes | None, now: datetime, opener: Opener, sent_at: datetime | None = None
) -> NewReport | list[FieldFault]:
    """The report, or everything that is wrong with it; faults never quote a value. `sent_at`:
    when a report that says no time of its own was received."""
    if value is None:
        return [FieldFault("body", "missing", "the message has no value")]
    envelope = _envelope(value)
    if envelope is None:
        return read_value(value, now, sent_at)
    try:
        return read_value(opener(envelope), now, sent_at)
    except SealRefused as refused:
        return [FieldFault(refused.field, refused.code, str(refused))]


def read_value(
    value: bytes, now: datetime, sent_at: datetime | None = None
) -> NewReport | list[FieldFault]:
    """A report in the clear."""
    if len(value) > REPORT_BYTES_MAX:
        reason = f"{len(value):,} bytes; {REPORT_BYTES_MAX:,} at most"
        return [FieldFault("body", "too_large", reason)]
    try:
        message = ReportMessage.model_validate_json(value)
    except ValidationError as error:
        return faults_of(error)
    report = read_report(message, now, lambda: "")  # a blank reference is refused as missing
    if isinstance(report, list) or message.received_at or sent_at is None:
        return report
    return replace(report, received_at=sent_at) if EARLIEST <= sent_at <= now else report


def without_names(faults: Sequence[FieldFault]) -> Sequence[FieldFault]:
    """Fit to be kept: the name of a field we do not know may be anything, also somebody's."""
    return [fault._replace(field=_known(fault.field)) for fault in faults]


def described(faults: Sequence[FieldFault]) -> str:
    return "; ".join(f"{fault.field}: {fault.reason}" for fault in faults)


def _known(field: str) -> str:
    first, _, rest = field.partition(".")
    fields: Mapping[str, object] = {**ReportMessage.model_fields, **Envelope.model_fields}
    if first not in fields and first != "body":
        return "a field that is not known"
    return field if not rest or rest.isdecimal() else first


def _envelope(value: bytes) -> Envelope | None:
    if _SEALED_HINT not in value:
        return None
    try:
        return Envelope.model_validate_json(value)
    except ValidationError:
        return None
