"""/api/v1/topics: 每月一题 over HTTP."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from services.domain.topic_rejections import TopicChanged, TopicRejected, TopicUnknown
from services.domain.topic_values import Day, Month, Words
from services.governance.documents import (
    effect_document,
    plain,
    schedule_document,
    summary_document,
    topic_document,
)
from services.governance.governance import Governance
from services.governance.known import NotInDirectory, TicketsUnknown
from services.governance.topic_desk import Asking, Done
from services.governance.verbs import VERBS, TopicVerb
from services.platform.http.bodies import json_bytes, parse_body
from services.platform.http.headers import Actor, IfMatch, Key
from services.platform.http.problems import Problem

Code = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
MonthInPath = Annotated[Month, Path()]
Unit = Annotated[str | None, Query(max_length=64)]
Stage = Annotated[str | None, Query(max_length=10)]


class Who(BaseModel):
    """What the headers say. command_id is always there; once: the client has chosen it."""

    actor: str
    expected_version: int | None
    command_id: str
    once: bool


class PinBody(BaseModel):
    """why: for a month that has a bulletin, what another one puts right."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)
    why: Words | None = None


class TopicDoneAnswer(BaseModel):
    """position 0 and no events: there was nothing to do."""

    code: str
    version: int
    stage: str
    position: int
    events: list[str]


def topic_routes(
    governance: Governance,
    who_asks: Callable[[Request], Who],
    described: Callable[[type[BaseModel]], Mapping[str, Any]],
) -> APIRouter:
    """who_asks: raises Problem. described: a body, for OpenAPI."""
    router = APIRouter(prefix="/api/v1", tags=["topics 每月一题"])
    _add_looking(router, governance)
    _add_bulletins(router, governance, who_asks, described)
    for verb in VERBS:
        _add_verb(router, verb, governance, who_asks, described)
    return router


def _add_looking(router: APIRouter, governance: Governance) -> None:
    @router.get("/topics", summary="All topics, the newest month first")
    def list_topics(stage: Stage = None) -> JSONResponse:
        today = governance.desk.today()
        topics = [one for one in governance.topics.all() if stage in (None, one.stage)]
        return JSONResponse({"topics": [summary_document(one, today) for one in topics]})

    @router.get("/topics/{code}", summary="One topic: plan, items, progress, tickets, effect")
    def one_topic(code: Code) -> JSONResponse:
        """The ETag is its version: send it back as If-Match with a deed."""
        topic = governance.topics.get(code)
        if topic is None:
            raise Problem(404, "topic_unknown", "There is no topic with this code.")
        document = topic_document(topic, governance.desk.today())
        document["effect"] = effect_document(governance.effect(topic))
        headers = {"ETag": f'"{topic.version}"', "Cache-Control": "no-store"}
        return JSONResponse(document, headers=headers)

    @router.get("/topics/{code}/history", summary="Every fact of a topic, with its position")
    def history(code: Code) -> JSONResponse:
        facts = governance.history(code)
        if not facts:
            raise Problem(404, "topic_unknown", "There is no topic with this code.")
        return JSONResponse({"code": code, "history": facts})

    @router.get("/topic-schedule", summary="周调度清单: late, due this week and next, silent")
    def schedule(week: Day | None = None, unit: Unit = None) -> JSONResponse:
        """`week`: any day of it; this week if it is not given. `unit`: what it answers for."""
        return JSONResponse(schedule_document(governance.schedule(week, unit)))


def _add_bulletins(
    router: APIRouter,
    governance: Governance,
    who_asks: Callable[[Request], Who],
    described: Callable[[type[BaseModel]], Mapping[str, Any]],
) -> None:
    @router.get("/topic-bulletins/{month}", summary="月通报: one month's figures of all topics")
    def bulletin(month: MonthInPath) -> JSONResponse:
        """From the position it was pinned at, else from the log as it is."""
        return JSONResponse(governance.bulletin(month))

    @router.post(
        "/topic-bulletins/{month}/pin",
        summary="Keep from which position a month's bulletin is made",
        openapi_extra=dict(described(PinBody)),
    )
    async def pin(
        request: Request, month: MonthInPath, x_actor: Actor = "", idempotency_key: Key = None
    ) -> JSONResponse:
        who = who_asks(request)
        body = parse_body(PinBody, await json_bytes(request))
        try:
            pinned = await run_in_threadpool(
                governance.desk.pin_bulletin,
                month,
                governance.head(),
                who.actor,
                f"pin/{who.command_id}",
                body.why,
            )
        except TopicRejected as rejection:
            raise _refused(rejection) from None
        pins = pinned.bulletins.pins.get(month, ())
        return JSONResponse({"month": month, "pins": plain(pins), "position": pinned.position})


def _add_verb(
    router: APIRouter,
    verb: TopicVerb,
    governance: Governance,
    who_asks: Callable[[Request], Who],
    described: Callable[[type[BaseModel]], Mapping[str, Any]],
) -> None:
    @router.post(
        f"/topics/{{code}}/{verb.name}",
        summary=verb.summary,
        operation_id=f"topic_{verb.name.replace('-', '_')}",
        responses={200: {"model": TopicDoneAnswer}},
        openapi_extra=dict(described(verb.deed)),
    )
    async def command(
        request: Request,
        code: Code,
        x_actor: Actor = "",
        if_match: IfMatch = None,
        idempotency_key: Key = None,
    ) -> JSONResponse:
        who = who_asks(request)
        deed = parse_body(verb.deed, await json_bytes(request))
        asking = Asking(
            code=code,
            deed=deed,
            actor=who.actor,
            command_id=f"{verb.name}/{who.command_id}",
            expected_version=who.expected_version,
            once=who.once,
        )
        try:
            done = await run_in_threadpool(governance.execute, asking)
        except TopicRejected as rejection:
            raise _refused(rejection) from None
        return _answer(done)


def _refused(rejection: TopicRejected) -> Problem:
    match rejection:
        case TopicUnknown():
            status = 404
        case TopicChanged():
            status = 412
        case NotInDirectory() | TicketsUnknown():
            status = 422
        case _:
            status = 409
    return Problem(status, rejection.code, str(rejection))


def _answer(done: Done) -> JSONResponse:
    topic = done.topic
    document = TopicDoneAnswer(
        code=topic.code,
        version=topic.version,
        stage=topic.stage,
        position=done.position,
        events=[fact.type for fact in done.facts],
    )
    return JSONResponse(document.model_dump(), headers={"ETag": f'"{topic.version}"'})
