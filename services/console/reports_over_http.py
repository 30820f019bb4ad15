"""GET /api/v1/reports/{kind}: the four reports, in each form that the command has."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from services.console.period_reports import (
    POLICIES_INVALID,
    DayNotPossible,
    read_day,
)
from services.console.report_forms import MEDIA_TYPES, Asked, Form, NotMade, written
from services.console.system import System
from services.platform.documents.model import Language
from services.platform.http.problems import Problem
from services.platform.positions import PositionUnknown
from services.reporting.periods.period import PeriodKind, period_of
from services.reporting.periods.reading import OutdatedRows

Day = Annotated[str, Query(description="a local day, YYYY-MM-DD", max_length=10)]
AsOf = Annotated[int | None, Query(description="position of the log; default: all of it", ge=0)]
SUFFIXES = {"page": "html"}


def period_report_routes(system: System) -> APIRouter:
    """Plain functions: FastAPI runs them in its thread pool, so that they hold up no writes."""
    router = APIRouter(prefix="/api/v1/reports", tags=["reports 报"])

    @router.get(
        "/{kind}",
        summary="日报告 周分析 月通报 年总结: the period that contains a day",
        response_class=Response,
    )
    def period_report(
        kind: PeriodKind,
        date: Day,
        format: Form = "json",
        lang: Language = "zh",
        as_of: AsOf = None,
        findings: bool = True,
    ) -> Response:
        asked = _asked(kind, date, format, lang, as_of)._replace(with_findings=findings)
        try:
            made = written(system, asked)
        except PositionUnknown as error:
            raise Problem(404, "position_unknown", f"as_of {error}") from None
        except NotMade as error:
            raise Problem(422, "form_not_made", str(error)) from None
        except (*POLICIES_INVALID, OutdatedRows) as error:
            raise Problem(503, "report_not_possible", str(error)) from None
        name = f"{kind}-{period_of(kind, asked.day).code}.{SUFFIXES.get(format, format)}"
        return Response(
            made.content,
            media_type=MEDIA_TYPES[format],
            headers={
                "Content-Disposition": f'inline; filename="{name}"',
                "X-Log-Position": str(made.position),
            },
        )

    return router


def _asked(kind: PeriodKind, day: str, form: Form, lang: Language, as_of: int | None) -> Asked:
    try:
        return Asked(kind, read_day(day), form, lang, as_of)
    except DayNotPossible as error:
        raise Problem(422, "date_invalid", f"date {error}") from None
