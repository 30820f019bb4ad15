"""GET /api/v1/findings: the list, one with its tickets. Reads only; nobody's words are in them."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import JSONResponse

from services.domain.finding import FindingKind

Day = Annotated[date | None, Query(description="a local day, included")]
Position = Annotated[int | None, Query(ge=0, description="from the log up to this position")]
Document = dict[str, Any]


class FindingsDoor(Protocol):
    """What the routes ask. Raises LookupError for what there is not, ValueError for what cannot
    be (told in words of ours)."""

    def listed(
        self,
        kind: str | None,
        area: str | None,
        first: date | None,
        last: date | None,
        position: int | None,
    ) -> Document: ...

    def one(self, finding_id: str, until: date | None, position: int | None) -> Document: ...

    def hot(self, first: date | None, last: date | None, position: int | None) -> Document: ...

    def map(self, first: date | None, last: date | None) -> Document: ...

    def warnings(self, day: date | None) -> Document: ...


def findings_routes(door: FindingsDoor) -> APIRouter:
    """Plain functions: FastAPI runs them in its thread pool, so that they hold up no writes."""
    router = APIRouter(prefix="/api/v1", tags=["findings 发现"])

    @router.get("/findings", summary="共性、集中、重复、复发: the strongest first")
    def findings(
        kind: FindingKind | None = None,
        area: Annotated[str | None, Query(pattern=r"^[0-9A-Za-z]{1,20}$")] = None,
        since: Day = None,
        until: Day = None,
        as_of: Position = None,
    ) -> JSONResponse:
        return _answer(lambda: door.listed(kind, area, since, until, as_of))

    @router.get("/findings/{finding_id}", summary="One finding, with its tickets")
    def finding(finding_id: str, until: Day = None, as_of: Position = None) -> JSONResponse:
        return _answer(lambda: door.one(finding_id, until, as_of))

    @router.get("/findings-hot", summary="热点问题: reports grouped by what they say")
    def hot(since: Day = None, until: Day = None, as_of: Position = None) -> JSONResponse:
        return _answer(lambda: door.hot(since, until, as_of))

    @router.get("/findings-map", summary="Hot spots as GeoJSON, of rounded points")
    def hot_spots(since: Day = None, until: Day = None) -> JSONResponse:
        return _answer(lambda: door.map(since, until), media_type="application/geo+json")

    @router.get(
        "/findings-warnings", summary="未诉先办: what earlier years say of the season ahead"
    )
    def warnings(day: Day = None) -> JSONResponse:
        return _answer(lambda: door.warnings(day))

    return router


def _answer(
    ask: Callable[[], Mapping[str, Any]], media_type: str = "application/json"
) -> JSONResponse:
    try:
        return JSONResponse(ask(), media_type=media_type)
    except LookupError as error:
        raise HTTPException(404, str(error)) from None
    except ValueError as error:
        raise HTTPException(422, str(error)) from None
