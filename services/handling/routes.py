"""POST /api/v1/tickets/{id}/{verb}: what units, dispatchers and residents do with a ticket."""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.domain.rejections import Rejected
from services.handling.bodies import Known
from services.handling.decline_rules import DeclineRules
from services.handling.desk import Desk, Done
from services.handling.desk import Request as Asking
from services.handling.verbs import VERBS, Verb
from services.platform.failures import Outage
from services.platform.http.bodies import described_body, json_bytes, parse_body
from services.platform.http.headers import Actor, IfMatch, Key, read_headers
from services.platform.http.refusals import refused
from services.platform.return_reasons import shipped_return_reasons

TicketId = Annotated[str, Path(max_length=64)]


class DoneAnswer(BaseModel):
    """position 0 and no events: there was nothing to do."""

    ticket_id: str
    version: int
    stage: str
    position: int
    events: list[str]


def handling_routes(
    desk: Desk,
    known: Callable[[], Known],
    declining: DeclineRules,
    pausing: Callable[[], dict[str, Any]],
    new_command_id: Callable[[], str],
    noted: Callable[[int], None],
) -> APIRouter:
    """`noted` is told of every position that was promised to a client. pausing: for what reasons
    a ticket may be suspended."""
    router = APIRouter(prefix="/api/v1", tags=["handling 办"])

    @router.get("/decline-rules", summary="不予受理: the rules")
    async def decline_rules() -> JSONResponse:
        rules = [rule._asdict() for rule in declining.rules.values()]
        return JSONResponse({"version": declining.version, "rules": rules})

    @router.get("/return-reasons", summary="退单理由: the reasons for which a unit may return")
    async def return_reasons() -> JSONResponse:
        offered = shipped_return_reasons()
        reasons = [reason._asdict() for reason in offered.reasons.values()]
        return JSONResponse({"version": offered.version, "reasons": reasons})

    @router.get("/suspension-reasons", summary="中止理由: each with its most working days")
    async def suspension_reasons() -> JSONResponse:
        return JSONResponse(pausing())

    def add(verb: Verb) -> None:
        @router.post(
            f"/tickets/{{ticket_id}}/{verb.name}",
            summary=verb.summary,
            operation_id=f"ticket_{verb.name.replace('-', '_')}",
            responses={200: {"model": DoneAnswer}},
            openapi_extra=dict(described_body(verb.body)),
        )
        async def command(
            request: Request,
            ticket_id: TicketId,
            x_actor: Actor = "",
            if_match: IfMatch = None,
            idempotency_key: Key = None,
        ) -> JSONResponse:
            asked = read_headers(request.headers)
            body = parse_body(verb.body, await json_bytes(request), known())
            command_id = asked.command_id or new_command_id()
            done = await _answered(desk, Asking(ticket_id, verb, body, asked, command_id))
            noted(done.position)
            return _answer(ticket_id, done)

    for verb in VERBS:
        add(verb)
    return router


async def _answered(desk: Desk, asking: Asking) -> Done:
    """Raises Problem for a rule's no, Outage."""
    answer = await asyncio.wrap_future(desk.submit(asking))
    if isinstance(answer, Outage):
        raise answer
    if isinstance(answer, Rejected):
        raise refused(answer)
    return answer


def _answer(ticket_id: str, done: Done) -> JSONResponse:
    document: dict[str, Any] = {"ticket_id": ticket_id, **done._asdict()}
    return JSONResponse(document, headers={"ETag": f'"{done.version}"'})
