"""POST /api/v1/reports: the JSON door of intake."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from services.intake.http.bodies import (
    BatchBody,
    ReceiptAnswer,
    ReportBody,
    read_one_of_many,
    read_report,
    receipt_answer,
)
from services.intake.http.submissions import Submissions
from services.intake.report import NewReport
from services.platform.http.bodies import described_body, json_bytes, parse_body
from services.platform.http.faults import FieldFault
from services.platform.http.problems import invalid_body

BATCH_PATH = "/api/v1/reports/batch"
BATCH_BYTES_MAX = 8 * 1024 * 1024
_BATCH_SCHEMA = {
    "type": "object",
    "required": ["reports"],
    "additionalProperties": False,
    "properties": {
        "reports": {
            "type": "array",
            "minItems": 1,
            "maxItems": 500,
            "items": ReportBody.model_json_schema(),
        }
    },
}


def report_routes(submissions: Submissions) -> APIRouter:
    router = APIRouter(prefix="/api/v1/reports", tags=["intake 接"])

    @router.post(
        "",
        status_code=201,
        summary="Hand in one report",
        responses={201: {"model": ReceiptAnswer}, 200: {"model": ReceiptAnswer}},
        openapi_extra=dict(described_body(ReportBody)),
    )
    async def post_report(request: Request) -> JSONResponse:
        """201: a new ticket, or part of an open one. 200: this reference is known already."""
        body = parse_body(ReportBody, await json_bytes(request))
        report = read_report(body, submissions.clock.now(), submissions.new_reference)
        if isinstance(report, list):
            raise invalid_body(report)
        receipt = await submissions.submit(report)
        status = 200 if receipt.status == "duplicate" else 201
        return JSONResponse(receipt_answer(receipt, report.reference), status)

    @router.post(
        "/batch",
        summary="Hand in up to 500 reports",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": _BATCH_SCHEMA}},
            }
        },
    )
    async def post_batch(request: Request) -> JSONResponse:
        """Good ones are accepted together; a bad one is answered for by its index (from 0)."""
        body = parse_body(BatchBody, await json_bytes(request))
        now = submissions.clock.now()
        read = [read_one_of_many(one, now, submissions.new_reference) for one in body.reports]
        good = [one for one in read if isinstance(one, NewReport)]
        receipts = iter(await submissions.submit_all(good) if good else [])
        answers = [
            _rejected(one)
            if isinstance(one, list)
            else receipt_answer(next(receipts), one.reference)
            for one in read
        ]
        return JSONResponse(_summary(answers))

    return router


def _rejected(faults: list[FieldFault]) -> dict[str, Any]:
    return {"status": "rejected", "errors": [fault._asdict() for fault in faults]}


def _summary(answers: list[dict[str, Any]]) -> dict[str, Any]:
    def count(status: str) -> int:
        return sum(answer["status"] == status for answer in answers)

    return {
        "received": len(answers),
        "opened": count("opened"),
        "joined": count("joined"),
        "duplicates": count("duplicate"),
        "rejected": count("rejected"),
        "position": max((answer.get("position", 0) for answer in answers), default=0),
        "answers": [{"index": index, **answer} for index, answer in enumerate(answers)],
    }
