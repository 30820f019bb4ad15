"""GET /api/v1/directory/returns: the pair matrix of returns (退单) as JSON."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from services.console.directory_learning import returns_document, returns_of
from services.console.system import System

Day = Annotated[date | None, Query(description="a local day, included")]


def returns_routes(system: System) -> APIRouter:
    """A plain function: FastAPI runs it in its thread pool, so that it holds up no writes."""
    router = APIRouter(prefix="/api/v1/directory", tags=["directory 派单目录"])

    @router.get("/returns", summary="退单: who returned what to whom, and who resolved it")
    def directory_returns(since: Day = None, until: Day = None) -> JSONResponse:
        return JSONResponse(returns_document(returns_of(system, since, until), system.directory))

    return router
