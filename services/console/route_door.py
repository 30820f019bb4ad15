"""POST /api/v1/route: where a matter would go, for a call-taker's screen. Nothing is written."""

import asyncio
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import Field, ValidationError

from services.console.route_answer import Asked, Document, answer_many
from services.console.system import System
from services.platform.http.bodies import Body, json_bytes, parse_body
from services.platform.http.faults import FieldFault
from services.platform.http.problems import Problem, faults_of, invalid_body

ROUTE_PATH = "/api/v1/route"
MATTERS_MAX = 500
MATTERS_BYTES_MAX = 8 * 1024 * 1024
Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class MatterBody(Body):
    """One matter. `item`: a code that was chosen; `area`: an official division code; `reporters`:
    how many have told it; `on`: the day whose duties are asked, today if absent."""

    text: str | None = None
    title: str | None = None
    address: str | None = None
    item: str | None = None
    area: str | None = None
    reporters: Annotated[int, Field(ge=1)] = 1
    on: Day | None = None


class RouteBody(MatterBody):
    """One matter, or `matters`: 1 to 500 of them, and nothing beside."""

    matters: Annotated[list[Any], Field(min_length=1, max_length=MATTERS_MAX)] | None = None


_ONE_SCHEMA = MatterBody.model_json_schema()
_SCHEMA = {
    "oneOf": [
        _ONE_SCHEMA,
        {
            "type": "object",
            "required": ["matters"],
            "additionalProperties": False,
            "properties": {
                "matters": {
                    "type": "array",
                    "minItems": 1,
                    "maxItems": MATTERS_MAX,
                    "items": _ONE_SCHEMA,
                }
            },
        },
    ]
}


def route_routes(system: System) -> APIRouter:
    router = APIRouter(tags=["dispatch 派"])

    @router.post(
        ROUTE_PATH,
        summary="Where a matter would go, or 1 to 500 of them",
        openapi_extra={
            "requestBody": {"required": True, "content": {"application/json": {"schema": _SCHEMA}}}
        },
    )
    async def post_route(request: Request) -> JSONResponse:
        """By the directory and model in use. Nothing is written, and no word is kept."""
        body = parse_body(RouteBody, await json_bytes(request))
        if body.matters is None:
            return JSONResponse((await _answers(system, [body]))[0])
        if body.model_fields_set != {"matters"}:
            fault = FieldFault("matters", "alone", "stands alone: say the rest inside each matter")
            raise invalid_body([fault])
        return JSONResponse(await _many(system, body.matters))

    return router


async def _many(system: System, values: list[Any]) -> Document:
    """Good ones are answered together; a bad one by its faults."""
    read = [_read(value) for value in values]
    found = iter(await _answers(system, [one for one in read if isinstance(one, MatterBody)]))
    answers = [
        {"index": index, **(next(found) if isinstance(one, MatterBody) else _refused(one))}
        for index, one in enumerate(read)
    ]
    return {"received": len(read), "answers": answers}


def _read(value: Any) -> MatterBody | list[FieldFault]:
    try:
        matter = MatterBody.model_validate(value)
        _day(matter, lambda: date.min)  # whether there is such a day
    except ValidationError as error:
        return faults_of(error)
    except Problem as problem:
        return list(problem.faults)
    return matter


def _refused(faults: list[FieldFault]) -> Document:
    return {"decision": "rejected", "errors": [fault._asdict() for fault in faults]}


async def _answers(system: System, matters: list[MatterBody]) -> list[Document]:
    today = partial(system.rules().calendar.local_date, system.clock.now())
    asked = [
        Asked(
            title=matter.title or "",
            text=matter.text or "",
            address=matter.address,
            item=matter.item,
            area=matter.area,
            reporters=matter.reporters,
            on=_day(matter, today),
        )
        for matter in matters
    ]
    return await asyncio.to_thread(answer_many, system.directory, system.classifiers(), asked)


def _day(matter: MatterBody, today: Callable[[], date]) -> date:
    try:
        return date.fromisoformat(matter.on) if matter.on else today()
    except ValueError:
        raise invalid_body([FieldFault("on", "no_such_day", "no such day")]) from None
