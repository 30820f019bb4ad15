"""/supervision: one page for supervisors. What is late, cases 督办单, cards, and who was told."""

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from services.console.overview import page_filters
from services.console.overview_figures import Overview
from services.console.page_templates import page_of
from services.console.supervision_commands import local_of, named_of
from services.console.supervision_words import COLOURS, MEASURES, REASONS, ROLES, STANDINGS
from services.console.system import System
from services.supervision import documents, reading
from services.supervision.policy_values import period_of

SHOWN_MAX = 200
TICKETS_SHOWN_MAX = 5


def supervision_page_router(system: System) -> APIRouter:
    """It shows codes, dates and the city's own words, and no resident's: it needs no key."""
    router = APIRouter()
    overview = Overview(system)
    shared = {**page_filters(system), "moment": local_of(system)}

    @router.get("/supervision", include_in_schema=False)
    def page() -> HTMLResponse:
        figures = overview.figures()
        return page_of("supervision.html", figures=figures, **_shown(system), **shared)

    return router


def _shown(system: System) -> dict[str, Any]:
    log, named, now = system.log, named_of(system), system.clock.now()
    today = system.rules().calendar.local_date(now)
    rows = reading.cases(log, "open", limit=SHOWN_MAX)
    lines = [documents.case_line(row, now, named) for row in rows]
    tickets = reading.tickets_of_cases(log, [row.code for row in rows])
    cards = _cards(system, today)
    told = reading.told_between(log, today.isoformat(), today.isoformat(), limit=SHOWN_MAX)
    return {
        "cases": [one | {"ids": tickets.get(one["code"], [])} for one in lines],
        "replies_late": _count(lines, "overdue"),
        "to_review": _count(lines, "to_review"),
        "cards": cards,
        "red": sum(one["colour"] == "red" and not one["withdrawn_on"] for one in cards),
        "told": documents.told_documents(told, named),
        "tickets_max": TICKETS_SHOWN_MAX,
        "reasons": REASONS,
        "standings": STANDINGS,
        "roles": ROLES,
        "measures": MEASURES,
        "colours": COLOURS,
    }


def _cards(system: System, today: date) -> list[dict[str, Any]]:
    """Of this quarter, the newest first."""
    _, first, _ = period_of(today, "quarter")
    begin, end = first.isoformat(), (today + timedelta(days=1)).isoformat()
    rows = reading.cards_between(system.log, begin, end)
    return documents.card_documents(reversed(rows), named_of(system))


def _count(lines: list[dict[str, Any]], standing: str) -> int:
    return sum(one["standing"] == standing for one in lines)
