"""/api/v1/measures and /api/v1/units/ranking: figures, the tickets behind them, units in order."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from services.console.measure_figures import (
    COMPOSITE,
    LEVELS,
    measures_document,
    policies_of,
    ranking_document,
    tickets_document,
)
from services.console.system import System
from services.platform.http.problems import Problem
from services.platform.positions import PositionUnknown
from services.reporting.measure_tickets import SIDES, Side
from services.reporting.measures import BY_KEY
from services.reporting.slices import Slice, SliceInvalid

PAGE_MAX = 1_000
From = Annotated[date, Query(alias="from", description="first local day")]
To = Annotated[date, Query(description="last local day, included")]
Code = Annotated[str | None, Query(max_length=64)]
AsOf = Annotated[int | None, Query(ge=0, description="from the log up to this position")]


def measure_routes(system: System) -> APIRouter:
    """Plain functions: FastAPI runs them in its thread pool, so that they hold up no writes.
    Raises MeasurePolicyInvalid, RankingPolicyInvalid."""
    policies_of(system)  # values that cannot be used stop the start, not the first question
    router = APIRouter(prefix="/api/v1", tags=["measures 指标"])
    _add_measures(router, system)
    _add_ranking(router, system)
    return router


def _add_measures(router: APIRouter, system: System) -> None:
    @router.get("/measures", summary="Every measure over a period and a slice")
    def list_measures(
        since: From,
        to: To,
        measure: Code = None,
        unit: Code = None,
        area: Code = None,
        item: Code = None,
        channel: Code = None,
        as_of: AsOf = None,
    ) -> JSONResponse:
        part = Slice(since, to, unit, area, item, channel)
        key = None if measure is None else _known(measure)
        try:
            return JSONResponse(measures_document(system, policies_of(system), part, key, as_of))
        except (SliceInvalid, PositionUnknown) as error:
            raise Problem(400, "slice_invalid", f"{error}.") from None

    @router.get("/measures/{measure}/tickets", summary="The tickets behind one figure")
    def measure_tickets(
        measure: str,
        since: From,
        to: To,
        side: str = "all",
        unit: Code = None,
        area: Code = None,
        item: Code = None,
        channel: Code = None,
        after: Annotated[str, Query(max_length=64)] = "",
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = PAGE_MAX,
        as_of: AsOf = None,
    ) -> JSONResponse:
        """`side`: all, numerator, denominator or excluded. `after`: the `next_after` of a page."""
        part = Slice(since, to, unit, area, item, channel)
        asked = (_known(measure), _side(side), after, limit, as_of)
        try:
            return JSONResponse(tickets_document(system, policies_of(system), part, *asked))
        except (SliceInvalid, PositionUnknown) as error:
            raise Problem(400, "slice_invalid", f"{error}.") from None


def _add_ranking(router: APIRouter, system: System) -> None:
    @router.get("/units/ranking", summary="Units in order, by a measure or the composite")
    def ranking(
        since: From, to: To, measure: Code = None, level: Code = None, as_of: AsOf = None
    ) -> JSONResponse:
        """Those with too few cases stand apart. `level`: 1, 2, 3, or a kind of unit."""
        by = COMPOSITE if measure is None or measure == COMPOSITE else _known(measure)
        if level is not None and level not in LEVELS:
            raise Problem(400, "level_unknown", f"level: expected one of {', '.join(LEVELS)}.")
        asked = (policies_of(system), Slice(since, to), by, level, as_of)
        try:
            return JSONResponse(ranking_document(system, *asked))
        except (SliceInvalid, PositionUnknown) as error:
            raise Problem(400, "slice_invalid", f"{error}.") from None


def _known(measure: str) -> str:
    if measure not in BY_KEY:
        raise Problem(404, "measure_unknown", f"There is no such measure: {', '.join(BY_KEY)}.")
    return measure


def _side(side: str) -> Side:
    for known in SIDES:
        if side == known:
            return known
    raise Problem(400, "side_unknown", f"side: expected one of {', '.join(SIDES)}.")
