"""The doors of evaluation 评: for callers and units by key, for residents by link."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from services.console.command_ids import new_command_id
from services.console.system import System
from services.domain.rejections import Rejected
from services.domain.ticket import Ticket
from services.evaluation.answers import AnswerBody, answer_of
from services.evaluation.desk import EvaluationDesk, LinkOver
from services.evaluation.page import PATH, rating_page
from services.evaluation.routes import evaluation_routes
from services.evaluation.tokens import LENGTH_MAX, LinkInvalid
from services.platform.http.bodies import json_bytes, parse_body
from services.platform.http.problems import PROBLEM_RESPONSES, Problem
from services.platform.http.refusals import refused

Token = Annotated[str, Query(max_length=LENGTH_MAX)]


def evaluation_desk(system: System) -> EvaluationDesk:
    return EvaluationDesk(
        system.log, system.handler, system.keyring, system.clock, system.evaluation_rules
    )


def evaluation_door(system: System) -> APIRouter:
    """For clients with a key."""
    desk = evaluation_desk(system)
    router = evaluation_routes(system.log, desk, system.clock.now, partial(new_command_id, system))

    @router.get("/tickets/{ticket_id}/call-back-link", summary="The resident's link to answer by")
    def link(ticket_id: str) -> JSONResponse:
        """A path of this server. Good for one handling, used once."""
        try:
            return JSONResponse({"path": link_path(desk.token(ticket_id))})
        except Rejected as rejection:
            raise refused(rejection) from None

    return router


def link_path(token: str) -> str:
    return f"{PATH}?token={token}"


def resident_door(system: System) -> APIRouter:
    """Without a key: whoever has the link is the resident."""
    desk = evaluation_desk(system)
    router = rating_page(desk, partial(new_command_id, system), _told_by(system))

    @router.post(
        "/api/v1/rate", tags=["evaluation 评"], summary="评价: through the resident's link"
    )
    async def rate(request: Request, token: Token) -> JSONResponse:
        """The body: responded, solved, satisfaction, comment. No key is needed."""
        said = answer_of(parse_body(AnswerBody, await json_bytes(request)))
        cause = f"command:web/{new_command_id(system)}"
        try:
            done = await run_in_threadpool(desk.answer_by_token, token, said, cause)
        except LinkInvalid as error:
            raise Problem(404, "link_invalid", f"{error}.") from None
        except LinkOver as rejection:
            raise Problem(410, rejection.code, str(rejection)) from None
        except Rejected as rejection:
            raise refused(rejection) from None
        return JSONResponse({"stage": done.stage})

    outer = APIRouter(responses=PROBLEM_RESPONSES)
    outer.include_router(router)
    return outer


def _told_by(system: System) -> Callable[[Ticket], str]:
    def told(ticket: Ticket) -> str:
        directory = system.directory
        item = directory.items.get(ticket.item or "")
        unit = directory.unit(ticket.evaluation.last_lead or "")
        opened = _day(system, ticket.opened_at)
        matter = f"（{item.name}）" if item else ""
        by = f"，由{unit.name}办理" if unit else ""
        return f"您于{opened}反映的事项{matter}{by}，现请您评价。"

    return told


def _day(system: System, moment: datetime | None) -> str:
    return "" if moment is None else f"{system.rules().calendar.local_date(moment):%Y年%m月%d日}"
