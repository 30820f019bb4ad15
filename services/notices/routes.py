"""/api/v1/notices: what was told, what was not; and what residents answer to short messages."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import Field, StringConstraints

from services.domain.notice import Choices
from services.domain.notice_decide import NoticeRejected, NoticeUnknown
from services.domain.notice_values import NoticeKind, NoticeStatus
from services.notices.desk import NoticeDesk
from services.notices.reading import (
    Asked,
    figures_of,
    find_notice,
    given_up_by_reason,
    history_of,
    list_notices,
    row_document,
)
from services.platform.clock import Clock
from services.platform.event_log import EventLog
from services.platform.http.bodies import Body, described_body, json_bytes, parse_body
from services.platform.http.headers import Actor, Key
from services.platform.http.problems import Problem

LIMIT_MAX = 500
NoticeInPath = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Limit = Annotated[int, Query(ge=1, le=LIMIT_MAX)]
TicketInQuery = Annotated[str | None, Query(max_length=64)]
AfterAt = Annotated[str | None, Query(max_length=40)]
AfterId = Annotated[str | None, Query(pattern=r"^[0-9a-f]{32}$")]
WhoAsks = Callable[[Request], tuple[str, str]]  # actor and command id; raises Problem


class ReplyBody(Body):
    """What a gateway hands on: whose number it came from, and what it says."""

    sender: Annotated[str, StringConstraints(min_length=1, max_length=254)]
    text: Annotated[str, StringConstraints(max_length=2_000)]


class ChoiceBody(Body):
    """kinds: all that may be done without, if none is given."""

    resident: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    kinds: Annotated[list[NoticeKind], Field(default_factory=list, max_length=8)]


def notice_routes(log: EventLog, clock: Clock, desk: NoticeDesk, who_asks: WhoAsks) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["notices 通知"])
    _add_looking(router, log, clock)
    _add_retry(router, log, desk, who_asks)
    _add_choices(router, desk, who_asks)
    _add_replies(router, desk, who_asks)
    return router


def _add_looking(router: APIRouter, log: EventLog, clock: Clock) -> None:
    @router.get("/notices", summary="The newest first; status=given_up waits for a person")
    def some(
        status: NoticeStatus | None = None,
        kind: NoticeKind | None = None,
        ticket_id: TicketInQuery = None,
        limit: Limit = 50,
        after_at: AfterAt = None,
        after_id: AfterId = None,
    ) -> JSONResponse:
        """For the next page, give queued_at and notice_id of the last one as after_at, after_id."""
        after = (after_at, after_id) if after_at and after_id else None
        rows = list_notices(log, Asked(status, kind, ticket_id, limit, after))
        outbox = figures_of(log, clock.now())._asdict()
        outbox["given_up_by_reason"] = given_up_by_reason(log)
        return JSONResponse({"notices": list(map(row_document, rows)), "outbox": outbox})

    @router.get("/notices/{notice_id}", summary="One notice, with every fact of it")
    def one(notice_id: NoticeInPath) -> JSONResponse:
        return JSONResponse(_document(log, notice_id))


def _document(log: EventLog, notice_id: str) -> Mapping[str, Any]:
    row = find_notice(log, notice_id)
    if row is None:
        raise Problem(404, "notice_unknown", "There is no such notice.")
    return row_document(row) | {"history": history_of(log, notice_id)}


def _add_retry(router: APIRouter, log: EventLog, desk: NoticeDesk, who_asks: WhoAsks) -> None:
    @router.post("/notices/{notice_id}/retry", summary="Try again what was given up")
    async def retry(
        request: Request,
        notice_id: NoticeInPath,
        x_actor: Actor = "",
        idempotency_key: Key = None,
    ) -> JSONResponse:
        actor, command_id = who_asks(request)
        try:
            await run_in_threadpool(desk.retry, notice_id, actor, command_id)
        except NoticeUnknown as rejection:
            raise Problem(404, rejection.code, "There is no such notice.") from None
        except NoticeRejected as rejection:
            raise Problem(409, rejection.code, str(rejection)) from None
        return JSONResponse(await run_in_threadpool(_document, log, notice_id))


def _add_choices(router: APIRouter, desk: NoticeDesk, who_asks: WhoAsks) -> None:
    _add_choice(router, "opt-out", "退订: kinds not wanted", desk, desk.opt_out, who_asks)
    _add_choice(router, "opt-in", "恢复: kinds wanted again", desk, desk.opt_in, who_asks)


def _add_choice(
    router: APIRouter,
    name: str,
    summary: str,
    desk: NoticeDesk,
    choose: Callable[..., Choices],
    who_asks: WhoAsks,
) -> None:
    @router.post(
        f"/notice-choices/{name}",
        summary=summary,
        operation_id=f"notices_{name.replace('-', '_')}",
        openapi_extra=dict(described_body(ChoiceBody)),
    )
    async def chosen(
        request: Request, x_actor: Actor = "", idempotency_key: Key = None
    ) -> JSONResponse:
        actor, command_id = who_asks(request)
        body = parse_body(ChoiceBody, await json_bytes(request))
        kinds = body.kinds or desk.policy.optional_kinds()
        choices = await run_in_threadpool(choose, body.resident, kinds, actor, command_id)
        return JSONResponse({"resident": body.resident, "opted_out": sorted(choices.opted_out)})


def _add_replies(router: APIRouter, desk: NoticeDesk, who_asks: WhoAsks) -> None:
    @router.post(
        "/notice-replies",
        summary="What a resident answers to a short message: STOP, 退订, …",
        openapi_extra=dict(described_body(ReplyBody)),
    )
    async def replied(
        request: Request, x_actor: Actor = "", idempotency_key: Key = None
    ) -> JSONResponse:
        """`understood`: stop, start or other. Whether the number is known is not told."""
        actor, command_id = who_asks(request)
        body = parse_body(ReplyBody, await json_bytes(request))
        understood = desk.reply_of(body.text)
        resident = await run_in_threadpool(desk.resident_of, body.sender)
        if resident is not None and understood != "other":
            choose = desk.opt_out if understood == "stop" else desk.opt_in
            kinds = desk.policy.optional_kinds()
            await run_in_threadpool(choose, resident, kinds, actor, command_id)
        return JSONResponse({"understood": understood})
