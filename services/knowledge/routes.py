"""/api/v1/knowledge: what to answer. A caller's words come in a body, never in an address."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from services.domain.knowledge import Article
from services.knowledge.catalogue import Matter, in_force, of_item
from services.knowledge.documents import found_document, listed, whole
from services.knowledge.index import ArticleIndex
from services.knowledge.search import RESULTS_MAX, ArticleQuery, find_articles
from services.platform.http.bodies import Body, described_body, json_bytes, parse_body
from services.platform.http.faults import FieldFault
from services.platform.http.problems import Problem, invalid_body

TEXT_CHARACTERS_MAX = 10_000
PAGE_MAX = 500
CodeText = Annotated[str, Field(min_length=1, max_length=64)]
NOT_KEPT = {"Cache-Control": "no-store"}


class SearchBody(Body):
    """At least one of text, ticket and item. `ticket`: its own words, item and area are looked
    for; what is given beside it goes before them."""

    text: Annotated[str, Field(max_length=TEXT_CHARACTERS_MAX)] = ""
    ticket: CodeText | None = None
    item: CodeText | None = None
    area: CodeText | None = None
    limit: Annotated[int, Field(ge=1, le=RESULTS_MAX)] = 5


class KnowledgeDoor(NamedTuple):
    """What the routes ask. matter_of: None if there is no such ticket."""

    articles: Callable[[], Mapping[str, Article]]
    todays_index: Callable[[], ArticleIndex]
    today: Callable[[], date]
    is_item: Callable[[str], bool]
    is_area: Callable[[str], bool]
    matter_of: Callable[[str], Matter | None]


def knowledge_routes(door: KnowledgeDoor) -> APIRouter:
    router = APIRouter(prefix="/api/v1/knowledge", tags=["knowledge 解答知识库"])

    @router.post(
        "/search",
        summary="Articles that answer what a resident asks, the best first",
        openapi_extra=dict(described_body(SearchBody)),
    )
    async def search(request: Request) -> JSONResponse:
        """Only articles in force today. `found_by` says why each was found."""
        body = parse_body(SearchBody, await json_bytes(request))
        return JSONResponse(await asyncio.to_thread(_search, door, body), headers=NOT_KEPT)

    @router.get("", summary="The articles in force on a day, in the order of their codes")
    def list_articles(
        item: Annotated[str | None, Query(max_length=64)] = None,
        on: date | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
        after: Annotated[str, Query(max_length=64)] = "",
    ) -> JSONResponse:
        """`item`: of it, or of one above or below it. `after` is the `next` of the page before."""
        todays = of_item(in_force(door.articles(), on or door.today()), item)
        found = [one for one in todays if one.code > after]
        more = found[limit - 1].code if len(found) > limit else None
        return JSONResponse({"articles": [listed(one) for one in found[:limit]], "next": more})

    @router.get("/{code}", summary="One article, with its dates and all its versions")
    def get_article(
        code: Annotated[str, Path(max_length=64)],
        number: Annotated[int | None, Query(ge=1)] = None,
    ) -> JSONResponse:
        """The version in force; without one, the last: `in_force` is null then."""
        found = whole(door.articles().get(code, Article()), door.today(), number)
        if found is None:
            raise Problem(404, "unknown_article", "There is no such article, or no such version.")
        return JSONResponse(found)

    return router


def _search(door: KnowledgeDoor, body: SearchBody) -> dict[str, Any]:
    """Raises Problem, Outage."""
    for name, is_known in (("item", door.is_item), ("area", door.is_area)):
        code = getattr(body, name)
        if code is not None and not is_known(code):
            raise invalid_body([FieldFault(name, f"unknown_{name}", f"no {name} has this code")])
    matter = Matter()
    if body.ticket is not None:
        found = door.matter_of(body.ticket)
        if found is None:
            raise Problem(404, "ticket_unknown", "There is no ticket with this id.")
        matter = found
    elif not body.text.strip() and body.item is None:
        reason = "at least one of text, ticket and item is needed"
        raise invalid_body([FieldFault("text", "nothing_asked", reason)])
    query = ArticleQuery(
        text=body.text if body.text.strip() else matter.text,
        item=body.item or matter.item,
        area=body.area or matter.area,
        limit=body.limit,
    )
    found_articles = find_articles(door.todays_index(), query)
    return {"articles": [found_document(one) for one in found_articles]}
