"""/api/v1/supervision: 督办单, who was told of which rung, 黄牌 and 红牌 over HTTP."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from services.domain import supervision_commands as k
from services.domain.supervision_cards import Withdraw
from services.domain.supervision_rejections import (
    CardUnknown,
    CaseChanged,
    CaseUnknown,
    NamesUnknown,
    SupervisionRejected,
)
from services.platform.event_log import EventLog
from services.platform.http.bodies import json_bytes, parse_body
from services.platform.http.headers import Actor, IfMatch, Key
from services.platform.http.problems import Problem
from services.platform.keys import Keyring
from services.supervision import documents, reading
from services.supervision.bodies import ReplyBody, WithdrawBody
from services.supervision.desk import Asking, Done, SupervisionDesk

Code = Annotated[str, Path(pattern=r"^[0-9]{4}-[0-9]{6}$")]
UnitInPath = Annotated[str, Path(pattern=r"^[!-~]{1,64}$")]
Text = Annotated[str, Query(max_length=64)]
Stage = Annotated[reading.Stage, Query(description="any if empty")]
Day = Annotated[date | None, Query(description="a local day, included")]
PERIOD = timedelta(days=92)
NO_STORE = {"Cache-Control": "no-store"}


class Door(NamedTuple):
    """who_asks: raises Problem. described: a body, for OpenAPI. today: the city's day."""

    desk: SupervisionDesk
    log: EventLog
    keyring: Keyring
    named: Callable[[str], str]
    now: Callable[[], datetime]
    today: Callable[[], date]
    who_asks: Callable[[Request], Asking]
    described: Callable[[type[BaseModel]], Mapping[str, Any]]


def supervision_routes(door: Door) -> APIRouter:
    router = APIRouter(prefix="/api/v1/supervision", tags=["supervision 督办"])
    _add_looking(router, door)
    _add_lists(router, door)
    _add_opening(router, door)
    _add_reply(router, door)
    for verb, deed in (
        ("accept", k.AcceptReply),
        ("send-back", k.SendBack),
        ("extend", k.ExtendReply),
        ("close", k.CloseCase),
    ):
        _add_verb(router, door, verb, deed)
    _add_withdrawal(router, door)
    return router


def _add_looking(router: APIRouter, door: Door) -> None:
    @router.get("/cases", summary="督办单: open ones first, the earliest date first")
    def cases(stage: Stage = "open", unit: Text = "", ticket: Text = "") -> JSONResponse:
        rows = (
            reading.cases_of_ticket(door.log, ticket)
            if ticket
            else reading.cases(door.log, stage, unit)
        )
        now = door.now()
        lines = [documents.case_line(row, now, door.named) for row in rows]
        return JSONResponse({"cases": lines}, headers=NO_STORE)

    @router.get("/cases/{code}", summary="One case with its history; replies are shown")
    def one_case(code: Code) -> JSONResponse:
        """The ETag is its version: send it back as If-Match with a deed."""
        facts = reading.case_facts(door.log, code)
        if not facts:
            raise Problem(404, "case_unknown", "There is no supervision case with this code.")
        document = documents.case_document(facts, door.keyring, door.named)
        headers = {"ETag": f'"{document["version"]}"', **NO_STORE}
        return JSONResponse(document, headers=headers)


def _add_lists(router: APIRouter, door: Door) -> None:
    @router.get("/cards", summary="黄牌 and 红牌 issued on these days, withdrawn ones too")
    def cards(first: Day = None, last: Day = None, unit: Text = "") -> JSONResponse:
        end = last or door.today()
        begin = first or end - PERIOD
        rows = reading.cards_between(door.log, begin.isoformat(), end.isoformat(), unit)
        found = documents.card_documents(rows, door.named)
        return JSONResponse({"first": begin.isoformat(), "last": end.isoformat(), "cards": found})

    @router.get("/told", summary="Who was told of which rung of the ladder, when and why")
    def told(day: Day = None, addressee: Text = "", ticket: Text = "") -> JSONResponse:
        on = (day or door.today()).isoformat()
        rows = (
            reading.told_of_ticket(door.log, ticket)
            if ticket
            else reading.told_between(door.log, on, on, addressee)
        )
        return JSONResponse({"told": documents.told_documents(rows, door.named)})


def _add_opening(router: APIRouter, door: Door) -> None:
    @router.post(
        "/cases",
        status_code=201,
        summary="立单: tickets, a finding or a topic, and who owes a reply",
        openapi_extra=dict(door.described(k.OpenCase)),
    )
    async def open_case(
        request: Request, x_actor: Actor = "", idempotency_key: Key = None
    ) -> JSONResponse:
        asking = door.who_asks(request)
        deed = parse_body(k.OpenCase, await json_bytes(request))
        return _answer(await _done(lambda: door.desk.open(deed, asking)), 201)


def _add_reply(router: APIRouter, door: Door) -> None:
    @router.post(
        "/cases/{code}/reply",
        summary="回复 of the unit that owes it; sealed",
        openapi_extra=dict(door.described(ReplyBody)),
    )
    async def reply(
        request: Request,
        code: Code,
        x_actor: Actor = "",
        if_match: IfMatch = None,
        idempotency_key: Key = None,
    ) -> JSONResponse:
        asking = door.who_asks(request)
        body = parse_body(ReplyBody, await json_bytes(request))
        return _answer(await _done(lambda: door.desk.reply(code, body.unit, body.text, asking)))


def _add_verb(router: APIRouter, door: Door, verb: str, deed: type[Any]) -> None:
    @router.post(
        f"/cases/{{code}}/{verb}",
        summary=(deed.__doc__ or "Review 审核 of a reply").partition("\n")[0],
        operation_id=f"supervision_{verb.replace('-', '_')}",
        openapi_extra=dict(door.described(deed)),
    )
    async def command(
        request: Request,
        code: Code,
        x_actor: Actor = "",
        if_match: IfMatch = None,
        idempotency_key: Key = None,
    ) -> JSONResponse:
        asking = door.who_asks(request)
        wish = parse_body(deed, await json_bytes(request))
        return _answer(await _done(lambda: door.desk.on_case(code, wish, asking)))


def _add_withdrawal(router: APIRouter, door: Door) -> None:
    @router.post(
        "/cards/{unit}/withdraw",
        summary="撤牌, by a person who is not of the unit",
        openapi_extra=dict(door.described(WithdrawBody)),
    )
    async def withdraw(request: Request, unit: UnitInPath, x_actor: Actor = "") -> JSONResponse:
        asking = door.who_asks(request)
        body = parse_body(WithdrawBody, await json_bytes(request))
        deed = Withdraw(body.card, body.why)
        written = await _done(lambda: door.desk.withdraw(unit, deed, asking))
        codes = [getattr(fact, "card", "") for fact in written.facts]
        return JSONResponse({"withdrawn": codes, "position": written.position})


async def _done(work: Callable[[], Any]) -> Any:
    try:
        return await run_in_threadpool(work)
    except SupervisionRejected as rejection:
        raise _refused(rejection) from None


def _refused(rejection: SupervisionRejected) -> Problem:
    match rejection:
        case CaseUnknown() | CardUnknown():
            status = 404
        case CaseChanged():
            status = 412
        case NamesUnknown():
            status = 422
        case _:
            status = 409
    return Problem(status, rejection.code, str(rejection))


def _answer(done: Done, status: int = 200) -> JSONResponse:
    case = done.case
    document = {
        "code": case.code,
        "version": case.version,
        "stage": case.stage,
        "position": done.position,
        "events": [fact.type for fact in done.facts],
    }
    return JSONResponse(document, status, headers={"ETag": f'"{case.version}"'})
