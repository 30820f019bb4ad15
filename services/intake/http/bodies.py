"""What the JSON door reads and says."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from services.intake.report import NewReport, Receipt
from services.intake.report_rules import Draft, to_report
from services.platform.http.bodies import Body
from services.platform.http.faults import FieldFault
from services.platform.http.problems import faults_of

BATCH_MAX = 500
Degrees = Annotated[float, Field(allow_inf_nan=False)]


class ReportBody(Body):
    """One report. `reference` is the channel's own name for it: repeat it, and nothing happens
    twice. `received_at`: ISO 8601 with its zone. At least one of title and text."""

    channel: str
    reference: str | None = None
    text: str | None = None
    title: str | None = None
    kind: str | None = None
    contact: str | None = None
    name: str | None = None
    address: str | None = None
    area: str | None = None
    item: str | None = None
    longitude: Degrees | None = None
    latitude: Degrees | None = None
    received_at: str | None = None
    attachments: list[str] = Field(default_factory=list)


class BatchBody(Body):
    """At most 500 reports; each is answered for itself."""

    reports: Annotated[list[Any], Field(min_length=1, max_length=BATCH_MAX)]


class ReceiptAnswer(BaseModel):
    """What became of a report. position 0: nothing new was written."""

    status: Literal["opened", "joined", "duplicate"]
    ticket_id: str
    report_id: str
    reference: str
    position: int
    differs: bool = False


def read_report(
    body: ReportBody, now: datetime, new_reference: Callable[[], str]
) -> NewReport | list[FieldFault]:
    values = body.model_dump()
    for axis in ("longitude", "latitude"):
        values[axis] = None if values[axis] is None else repr(values[axis])
    values["reference"] = body.reference or new_reference()
    return to_report(Draft(**values), now)


def read_one_of_many(
    value: Any, now: datetime, new_reference: Callable[[], str]
) -> NewReport | list[FieldFault]:
    try:
        body = ReportBody.model_validate(value)
    except ValidationError as error:
        return faults_of(error)
    return read_report(body, now, new_reference)


def receipt_answer(receipt: Receipt, reference: str) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "status": receipt.status,
        "ticket_id": receipt.ticket_id,
        "report_id": receipt.report_id,
        "reference": reference,
        "position": receipt.position,
    }
    if receipt.status == "duplicate":
        answer["differs"] = receipt.differs
    return answer
