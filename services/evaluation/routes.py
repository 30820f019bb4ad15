"""Over HTTP: work lists, tries, replies by text message, looks back, and appeals."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import Field

from services.domain.events_evaluation import (
    AppealDecision,
    CallBackChannel,
    TryOutcome,
    VerdictKind,
)
from services.domain.rejections import Rejected
from services.evaluation.appeal_rows import AppealStage, appeals
from services.evaluation.desk import By, Done, EvaluationDesk
from services.evaluation.references import References
from services.evaluation.replies import NotUnderstood
from services.evaluation.tasks import TaskKind, work_list
from services.platform.event_log import EventLog
from services.platform.http.bodies import Body, described_body, json_bytes, parse_body
from services.platform.http.headers import Actor, IfMatch, Key, read_headers
from services.platform.http.problems import Problem
from services.platform.http.refusals import refused

PAGE_MAX = 1_000
TicketId = Annotated[str, Path(max_length=64)]
Code = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[\w.-]+$")]
Words = Annotated[str, Field(min_length=1, max_length=2_000)]
Unit = Annotated[str | None, Query(max_length=64)]
After = Annotated[str, Query(max_length=100, description="the `next_after` of a page")]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX)]
LISTS: tuple[tuple[str, TaskKind, str], ...] = (
    ("call-backs", "call_back", "回访: who is to be called, the first due first"),
    ("look-backs", "look_back", "回头看: what is to be looked at again by now"),
    ("disagreements", "disagreement", "Residents who disagree again: a supervisor decides"),
)


class TryBody(Body):
    through: CallBackChannel
    outcome: TryOutcome
    note: Words | None = None


class TextMessageBody(Body):
    """text: what the resident wrote back; it is not kept."""

    ticket_id: Annotated[str, Field(min_length=1, max_length=64)]
    text: Annotated[str, Field(max_length=2_000)]


class AppealBody(Body):
    """fact: the number of the fact with the verdict; the last of its kind if it is not named."""

    unit: Code
    verdict: VerdictKind
    reason: Code
    evidence: References
    fact: Annotated[int, Field(ge=1)] | None = None
    measures: Annotated[list[Code], Field(max_length=20)] = Field(default_factory=list)
    note: Words | None = None


class DecideAppealBody(Body):
    decision: AppealDecision
    reason: Code
    appeal: Annotated[int, Field(ge=1)] | None = None
    note: Words | None = None


def evaluation_routes(
    log: EventLog, desk: EvaluationDesk, now: Callable[[], datetime], new_id: Callable[[], str]
) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["evaluation 评"])
    for path, task, summary in LISTS:
        _add_list(router, log, now, path, task, summary)
    _add_appeal_list(router, log)
    _add_text_messages(router, desk, new_id)
    _add_deed(
        router,
        "call-back-try",
        "回访: one try to reach the resident",
        TryBody,
        lambda ticket_id, body, by: desk.attempt(
            ticket_id, body.through, body.outcome, by, body.note
        ),
        new_id,
    )
    _add_deed(
        router,
        "appeal",
        "申诉: a unit asks that a verdict leaves the measures",
        AppealBody,
        lambda ticket_id, body, by: desk.appeal(
            ticket_id,
            body.unit,
            body.verdict,
            body.reason,
            tuple(body.evidence),
            by,
            fact=body.fact,
            measures=tuple(body.measures),
            note=body.note,
        ),
        new_id,
    )
    _add_deed(
        router,
        "decide-appeal",
        "申诉审定: by another person, at the centre",
        DecideAppealBody,
        lambda ticket_id, body, by: desk.decide_appeal(
            ticket_id, body.decision, body.reason, by, appeal=body.appeal, note=body.note
        ),
        new_id,
    )
    return router


def _add_list(
    router: APIRouter,
    log: EventLog,
    now: Callable[[], datetime],
    path: str,
    task: TaskKind,
    summary: str,
) -> None:
    @router.get(f"/{path}", summary=summary, operation_id=f"list_{task}s")
    def tasks(unit: Unit = None, after: After = "", limit: Limit = PAGE_MAX) -> JSONResponse:
        found = work_list(log, task, now(), unit, _place(after), limit)
        more = f"{found[-1].due_at}/{found[-1].ticket_id}" if len(found) == limit else None
        return JSONResponse({"tasks": [one._asdict() for one in found], "next_after": more})


def _add_appeal_list(router: APIRouter, log: EventLog) -> None:
    @router.get("/appeals", summary="申诉: those that wait, were upheld or refused")
    def list_appeals(
        stage: Literal["waiting", "upheld", "refused"] = "waiting",
        unit: Unit = None,
        after: After = "",
        limit: Limit = PAGE_MAX,
    ) -> JSONResponse:
        known: AppealStage = stage
        found = appeals(log, known, unit, _place(after), limit)
        more = f"{found[-1].appealed_at}/{found[-1].ticket_id}" if len(found) == limit else None
        return JSONResponse({"appeals": [one._asdict() for one in found], "next_after": more})


def _place(after: str) -> tuple[str, str]:
    moment, _, ticket_id = after.partition("/")
    return moment, ticket_id


def _add_text_messages(router: APIRouter, desk: EvaluationDesk, new_id: Callable[[], str]) -> None:
    @router.post(
        "/call-backs/text-messages",
        summary="回访: a resident's reply by text message",
        openapi_extra=dict(described_body(TextMessageBody)),
    )
    async def text_message(request: Request, idempotency_key: Key = None) -> JSONResponse:
        """422 `reply_not_understood` if it is none of the replies that the policy knows: the
        gateway then asks the resident again."""
        body = parse_body(TextMessageBody, await json_bytes(request))
        cause, once = f"command:sms/{idempotency_key or new_id()}", bool(idempotency_key)
        reply = partial(desk.text_message, body.ticket_id, body.text, cause, once=once)
        try:
            done = await run_in_threadpool(reply)
        except NotUnderstood as error:
            raise Problem(422, "reply_not_understood", f"{error}.") from None
        except Rejected as rejection:
            raise refused(rejection) from None
        return _answer(done)


def _add_deed(
    router: APIRouter,
    name: str,
    summary: str,
    model: type[Body],
    run: Callable[[str, Any, By], Done],
    new_id: Callable[[], str],
) -> None:
    @router.post(
        f"/tickets/{{ticket_id}}/{name}",
        summary=summary,
        operation_id=f"ticket_{name.replace('-', '_')}",
        openapi_extra=dict(described_body(model)),
    )
    async def deed(
        request: Request,
        ticket_id: TicketId,
        x_actor: Actor = "",
        if_match: IfMatch = None,
        idempotency_key: Key = None,
    ) -> JSONResponse:
        asked = read_headers(request.headers)
        body = parse_body(model, await json_bytes(request))
        by = By(
            asked.actor,
            f"command:{name}/{asked.command_id or new_id()}",
            asked.expected_version,
            once=asked.command_id is not None,
        )
        try:
            done = await run_in_threadpool(run, ticket_id, body, by)
        except Rejected as rejection:
            raise refused(rejection) from None
        return _answer(done)


def _answer(done: Done) -> JSONResponse:
    document = done._asdict() | {"events": list(done.events)}
    return JSONResponse(document, headers={"ETag": f'"{done.version}"'})
