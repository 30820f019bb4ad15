"""A report as bytes, in the form and language asked for: for commands, doors and schedules."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, NamedTuple, get_args
from zoneinfo import ZoneInfo

from services.console.directory_past import names_of
from services.console.period_reports import (
    make_report,
    measure_policy,
    rows_reach,
)
from services.console.system import System
from services.domain.working_time import ZONE_NAME
from services.platform.documents import rendering
from services.platform.documents.model import Language
from services.reporting.at_position import made_at
from services.reporting.daily import daily_report
from services.reporting.daily_model import DailyReport
from services.reporting.periods.document import document_of
from services.reporting.periods.model import PeriodReport
from services.reporting.periods.period import PeriodKind
from services.reporting.rendering import daily_html

Form = Literal["html", "docx", "xlsx", "json", "page"]  # page: the day on one page
FORMS: tuple[Form, ...] = get_args(Form)
MEDIA_TYPES: Mapping[Form, str] = {
    "html": rendering.MEDIA_TYPES["html"],
    "docx": rendering.MEDIA_TYPES["docx"],
    "xlsx": rendering.MEDIA_TYPES["xlsx"],
    "json": "application/json",
    "page": rendering.MEDIA_TYPES["html"],
}


class NotMade(ValueError):
    """A form that this kind of report does not have."""


class Asked(NamedTuple):
    """position: None for what the rows hold now."""

    kind: PeriodKind
    day: date
    form: Form
    language: Language = "zh"
    position: int | None = None
    with_findings: bool = True


class Written(NamedTuple):
    position: int
    content: bytes


def written(system: System, asked: Asked) -> Written:
    """Raises NotMade, and what `make_report` raises."""
    if asked.form == "page":
        return _page(system, asked)
    report = make_report(
        system, asked.kind, asked.day, asked.position, with_findings=asked.with_findings
    )
    return Written(report.position, report_bytes(system, report, asked.form, asked.language))


def report_bytes(
    system: System,
    report: PeriodReport,
    form: Literal["html", "docx", "xlsx", "json"],
    language: Language,
) -> bytes:
    if form == "json":
        return _json(system, report)
    return rendering.render(document_of(report, language), form)


def _json(system: System, report: PeriodReport) -> bytes:
    """A daily report says what it always said, and the report over the period beside it."""
    document: dict[str, Any] = report.model_dump(mode="json")
    if report.report == "daily":
        day = report.period.first
        daily = _daily_at(system, day, report.position).model_dump(mode="json")
        document = {**daily, "period_report": document}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _daily_at(system: System, day: date, position: int) -> DailyReport:
    """From the live rows if these tell of the log up to there and no further."""
    if position <= rows_reach(system.log, system.log.query):
        made = make_daily(system, day)
        if made.position <= position:
            return made
    return make_daily(system, day, position)


def _page(system: System, asked: Asked) -> Written:
    if asked.kind != "daily":
        raise NotMade("only a daily report has the form page")
    made = make_daily(system, asked.day, asked.position)
    return Written(made.position, daily_html(made).encode())


def make_daily(system: System, day: date, position: int | None = None) -> DailyReport:
    """The day and all days before it. Raises PositionUnknown, MeasurePolicyInvalid, Outage."""
    zone = ZoneInfo(ZONE_NAME)
    names, policy = names_of(system.directory), measure_policy(system)
    return made_at(
        system.log, position, zone, lambda query: daily_report(query, day, names, policy, zone)
    )
