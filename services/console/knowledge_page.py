"""One page for a call-taker: type what the resident asks, read out what answers it.

It holds nobody's words: what is typed goes to the search door, under that door's API key.
"""

from functools import cache
from importlib.resources import files

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from services.console.overview import PAGE_HEADERS

ASSETS = {"knowledge.css": "text/css", "knowledge.js": "text/javascript"}


def knowledge_page_router() -> APIRouter:
    router = APIRouter()

    @router.get("/knowledge", include_in_schema=False)
    def page() -> Response:
        return Response(_file("knowledge.html"), media_type="text/html", headers=PAGE_HEADERS)

    @router.get("/knowledge/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        if name not in ASSETS:
            raise HTTPException(404)
        return Response(_file(name), media_type=ASSETS[name])

    return router


@cache
def _file(name: str) -> bytes:
    return (files("services.console") / "pages" / name).read_bytes()
