"""POST /api/v1/similar: open tickets of the same matter, while the call-taker is typing.

POST, for a resident's words must not stand in an address; answered without any words of theirs.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from services.intake.requests_rows import RequestRow
from services.intake.similarity.matter import Match, Matter
from services.intake.similarity.open_tickets import OpenTickets
from services.intake.similarity.rule import RULE_VERSION
from services.platform.http.bodies import Body, described_body, json_bytes, parse_body

LIMIT_MAX = 50
WORDS_MAX = 20_000
NO_STORE = {"Cache-Control": "no-store"}
Words = Annotated[str, Field(max_length=WORDS_MAX)]
Code = Annotated[str, Field(max_length=64)]


class SimilarBody(Body):
    """As much as is known of a report so far."""

    text: Words = ""
    title: Words = ""
    address: Words = ""
    area: Code | None = None
    item: Code | None = None
    longitude: Annotated[float, Field(ge=-180, le=180)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90)] | None = None
    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = 5


class SimilarTicket(BaseModel):
    """verdict: "sure" or "probable". why: a sentence of ours, without a resident's words."""

    ticket_id: str
    report_id: str
    score: float
    verdict: str
    why: str
    stage: str
    item: str
    area: str


class SimilarAnswer(BaseModel):
    """complete: every open ticket was looked at; right after a start some are still being read."""

    rule_version: str
    complete: bool
    tickets: list[SimilarTicket]


def similar_routes(
    open_tickets: OpenTickets,
    rows: Callable[[Sequence[str]], list[RequestRow]],
    now: Callable[[], datetime],
) -> APIRouter:
    router = APIRouter(prefix="/api/v1/similar", tags=["intake 接"])

    @router.post(
        "",
        summary="Open tickets of the same matter",
        responses={200: {"model": SimilarAnswer}},
        openapi_extra=dict(described_body(SimilarBody)),
    )
    async def post_similar(request: Request) -> JSONResponse:
        """The best first, at most `limit`. Nothing is written, nor are the words kept."""
        body = parse_body(SimilarBody, await json_bytes(request))
        answer = await run_in_threadpool(similar_answer, open_tickets, rows, body, now())
        return JSONResponse(answer, headers=NO_STORE)

    @router.get("", summary="How many open tickets a look goes through")
    def get_similar() -> JSONResponse:
        standing = open_tickets.standing
        return JSONResponse({"rule_version": RULE_VERSION, **standing._asdict()}, headers=NO_STORE)

    return router


def similar_answer(
    open_tickets: OpenTickets,
    rows: Callable[[Sequence[str]], list[RequestRow]],
    body: SimilarBody,
    now: datetime,
) -> dict[str, Any]:
    """Raises Outage."""
    open_tickets.catch_up()
    matches = open_tickets.find(_matter(body, now), body.limit)
    standing = open_tickets.standing
    row_of = {row.ticket_id: row for row in rows([match.ticket_id for match in matches])}
    return {
        "rule_version": RULE_VERSION,
        "complete": standing.complete,
        "tickets": [_ticket(match, row_of.get(match.ticket_id)) for match in matches],
    }


def _matter(body: SimilarBody, now: datetime) -> Matter:
    return Matter(
        title=body.title,
        text=body.text,
        address=body.address,
        area=body.area or None,
        longitude=body.longitude,
        latitude=body.latitude,
        item=body.item or None,
        at=now,
    )


def _ticket(match: Match, row: RequestRow | None) -> dict[str, Any]:
    shown = {} if row is None else {"stage": row.stage, "item": row.service_code, "area": row.area}
    return {**match._asdict(), "stage": "", "item": "", "area": "", **shown}
