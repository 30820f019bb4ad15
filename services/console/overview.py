"""The pages: an overview that updates itself, one page a ticket, the daily report."""

from collections.abc import Callable, Iterable
from datetime import date, datetime

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import HTMLResponse

from services.console.monthly_topics import governance_of, topics_of_ticket
from services.console.overview_figures import Figures, Overview
from services.console.overview_words import CLOCKS, FLOW, LEVELS
from services.console.page_templates import PAGE_HEADERS, asset_of, page_of
from services.console.report_forms import make_daily
from services.console.supervision_words import REASONS, STANDINGS
from services.console.system import System
from services.console.ticket_timeline import Opened, entry
from services.domain.clock_state import ClockState
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import fold
from services.intake.http.ticket_view import masked
from services.platform.processor import Fact, decode_all
from services.platform.words import open_words
from services.reporting.labels import STAGES
from services.reporting.rendering import daily_html, late
from services.supervision.documents import standing as case_standing
from services.supervision.reading import cases_of_ticket

# The report carries its own style and no script.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
ASSETS = {"overview.css": "text/css", "docs.css": "text/css", "overview.js": "text/javascript"}


def overview_router(system: System) -> APIRouter:
    """Residents' words are shown on ticket pages only where the doors are open (no API keys)."""
    router = APIRouter()
    overview = Overview(system)
    governance = governance_of(system)
    shown: dict[str, object] = page_filters(system)

    @router.get("/", include_in_schema=False)
    def page() -> HTMLResponse:
        return _overview_page("overview.html", overview.figures(), shown)

    @router.get("/overview/part", include_in_schema=False)
    def part() -> HTMLResponse:
        return _overview_page("overview_part.html", overview.figures(), shown)

    @router.get("/api/v1/overview", tags=["operations"])
    def figures() -> Figures:
        """Counts by stage, what is overdue, the streams, the newest events. Nobody's words."""
        return overview.figures()

    @router.get("/overview/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        if name not in ASSETS:
            raise HTTPException(404)
        return Response(asset_of(name), media_type=ASSETS[name])

    @router.get("/tickets/{ticket_id}", include_in_schema=False)
    def ticket(ticket_id: str) -> HTMLResponse:
        return _ticket_page(system, ticket_id, topics_of_ticket(governance, ticket_id), shown)

    @router.get("/reports/daily/{day}", include_in_schema=False)
    def daily(day: date) -> HTMLResponse:
        if day > system.rules().calendar.local_date(system.clock.now()):
            raise HTTPException(404, "This day has not come.")
        headers = PAGE_HEADERS | {"Content-Security-Policy": REPORT_POLICY}
        return HTMLResponse(daily_html(make_daily(system, day)), headers=headers)

    return router


def _overview_page(template: str, figures: Figures, shown: dict[str, object]) -> HTMLResponse:
    flow = [
        (sign, zh, en, [(STAGES[one][0], figures.by_stage.get(one, 0)) for one in members])
        for sign, zh, en, members in FLOW
    ]
    return page_of(template, figures=figures, flow=flow, **shown)


def _ticket_page(
    system: System, ticket_id: str, topics: list[dict[str, str]], shown: dict[str, object]
) -> HTMLResponse:
    facts, _ = decode_all(system.log.read_stream(ticket_id))
    if not facts:
        raise HTTPException(404, "There is no such ticket.")
    ticket = fold(fact.event for fact in facts)
    now = system.clock.now()
    words = None if system.settings.api_keys else _words(system)
    named = system.directory.plain_unit_name
    entries = [entry(fact, _local(system), named, words) for fact in facts]
    paused = ticket.suspended_since is not None
    clocks = [
        (zh, en, whose, clock, _standing(clock, now, paused))
        for (zh, en), whose, clock in _clocks(ticket, named)
        if clock is not None
    ]
    item = system.directory.items.get(ticket.item or "")
    area = system.directory.areas.get(ticket.area or "")
    return page_of(
        "ticket.html",
        ticket=ticket,
        item=item.path if item else "",
        area=area.name if area else "",
        lead=named(ticket.lead or ""),
        clocks=clocks,
        topics=topics,
        cases=[
            (row, STANDINGS[case_standing(row, now)])
            for row in cases_of_ticket(system.log, ticket_id)
        ],
        case_reasons=REASONS,
        entries=list(reversed(entries)),
        words_hidden=words is None,
        now=now,
        **shown,
    )


def _clocks(
    ticket: Ticket, named: Callable[[str], str]
) -> Iterable[tuple[tuple[str, str], str, ClockState | None]]:
    """(its names, whose it is where that is not the lead, the clock)."""
    yield CLOCKS["accept"], "", ticket.accept
    yield CLOCKS["resolve"], "", ticket.resolve
    for part in ticket.parts:
        number = f"{part.number} " if part.number else ""
        words = CLOCKS["subtask" if part.number else "assist"]
        yield words, f"{number}{named(part.unit)}", part.clock


def _standing(clock: ClockState, now: datetime, paused: bool) -> tuple[str, str]:
    """(tone, words): how a promise stands now."""
    if clock.missed:
        return "bad", "已逾期"
    if not clock.running:
        return "good", "已停止"
    if paused:
        return "warn", "已挂起"
    if now > clock.due_at:
        return "bad", f"逾期 {late(int((now - clock.due_at).total_seconds()))}"
    left = late(int((clock.due_at - now).total_seconds()))
    return ("warn" if now >= clock.warn_at else "good"), f"还剩 {left}"


def _words(system: System) -> Opened:
    def opened(fact: Fact, field: str) -> str | None:
        return masked(field, open_words(system.keyring, fact.event, fact.version, field))

    return opened


def _local(system: System) -> Callable[[datetime], str]:
    def local(moment: datetime) -> str:
        return f"{moment.astimezone(system.rules().calendar.zone):%Y-%m-%d %H:%M}"

    return local


def page_filters(system: System) -> dict[str, object]:
    return {
        "local": _local(system),
        "late": late,
        "stages": STAGES,
        "levels": LEVELS,
        "clock_names": CLOCKS,
    }
