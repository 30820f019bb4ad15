"""One page for a call-taker: type what the resident asks, read out what answers it.

It holds nobody's words: what is typed goes to the search door, under that door's API key.
"""

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response

from services.console.page_templates import PAGE_HEADERS, asset_of

ASSETS = {"knowledge.css": "text/css", "knowledge.js": "text/javascript"}


def knowledge_page_router() -> APIRouter:
    router = APIRouter()

    @router.get("/knowledge", include_in_schema=False)
    def page() -> Response:
        return Response(asset_of("knowledge.html"), media_type="text/html", headers=PAGE_HEADERS)

    @router.get("/knowledge/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        if name not in ASSETS:
            raise HTTPException(404)
        return Response(asset_of(name), media_type=ASSETS[name])

    return router
