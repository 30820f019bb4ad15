"""A dispatcher's decisions about joining, over HTTP."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from services.domain.rejections import Rejected
from services.intake.merging_desk import Asking, Decided, MergingDesk
from services.intake.proposals import Proposal
from services.platform.http.bodies import Body, described_body, json_bytes, parse_body
from services.platform.http.headers import Actor, IfMatch, Key, read_headers
from services.platform.http.refusals import refused

PAGE_MAX = 500
Id = Annotated[str, Field(min_length=1, max_length=64)]
TicketId = Annotated[str, Path(max_length=64)]


class OtherBody(Body):
    """The other ticket of the two."""

    other: Id


class UnjoinBody(Body):
    """A report of the ticket, but not the one that opened it."""

    report_id: Id


class DecidedAnswer(BaseModel):
    """other: the ticket that it was about; of `unjoin` the new one."""

    ticket_id: str
    version: int
    stage: str
    position: int
    events: list[str]
    other: str


Decide = Callable[[MergingDesk, Asking, Any], Decided]
VERBS: tuple[tuple[str, str, type[Body], Decide], ...] = (
    (
        "confirm-join",
        "确认并单: the same matter, the younger ticket follows the older",
        OtherBody,
        lambda desk, asking, body: desk.confirm_join(asking, body.other),
    ),
    (
        "refuse-join",
        "不是同一诉求: never proposed again, nor joined by a rule",
        OtherBody,
        lambda desk, asking, body: desk.refuse_join(asking, body.other),
    ),
    (
        "unjoin",
        "诉求拆出: a joined report goes on as a ticket of its own",
        UnjoinBody,
        lambda desk, asking, body: desk.unjoin(asking, body.report_id),
    ),
    (
        "unmerge",
        "撤销并单: the ticket stands where it stood",
        Body,
        lambda desk, asking, body: desk.unmerge(asking),
    ),
)


def merging_routes(
    desk: MergingDesk,
    proposals: Callable[[int, int], list[Proposal]],
    new_command_id: Callable[[], str],
    noted: Callable[[int], None],
) -> APIRouter:
    """`noted` is told of every position that was promised to a client."""
    router = APIRouter(prefix="/api/v1", tags=["merging 并"])

    @router.get("/join-proposals", summary="并单建议: what waits for a decision, the oldest first")
    def list_proposals(
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 50,
        after: Annotated[int, Query(ge=0)] = 0,
    ) -> JSONResponse:
        """`after` is the `next` of the page before."""
        found = proposals(after, limit + 1)
        shown = [proposal._asdict() for proposal in found[:limit]]
        following = shown[-1]["position"] if len(found) > limit else None
        return JSONResponse({"proposals": shown, "next": following})

    def add(name: str, summary: str, body_type: type[Body], decide: Decide) -> None:
        @router.post(
            f"/tickets/{{ticket_id}}/{name}",
            summary=summary,
            operation_id=f"ticket_{name.replace('-', '_')}",
            responses={200: {"model": DecidedAnswer}},
            openapi_extra=dict(described_body(body_type)),
        )
        async def command(
            request: Request,
            ticket_id: TicketId,
            x_actor: Actor = "",
            if_match: IfMatch = None,
            idempotency_key: Key = None,
        ) -> JSONResponse:
            asked = read_headers(request.headers)
            body = parse_body(body_type, await json_bytes(request))
            command_id = asked.command_id or new_command_id()
            asking = Asking(ticket_id, asked.actor, command_id, asked.expected_version)
            try:
                decided = await run_in_threadpool(decide, desk, asking, body)
            except Rejected as rejection:
                raise refused(rejection) from None
            noted(decided.position)
            return JSONResponse(decided._asdict(), headers={"ETag": f'"{decided.version}"'})

    for verb in VERBS:
        add(*verb)
    return router
