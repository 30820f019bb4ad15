"""The web application: every door and page of one `System`, behind one doorway."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse

from services.console.api_page import api_page
from services.console.command_ids import new_command_id
from services.console.evaluation_door import evaluation_door, resident_door
from services.console.findings_door import SystemFindings
from services.console.handling_door import handling_desk, handling_door
from services.console.knowledge_door import knowledge_door
from services.console.measures_door import measure_routes
from services.console.monthly_topics import governance_of
from services.console.notices_door import notices_door
from services.console.reports_over_http import period_report_routes
from services.console.returns_page import returns_routes
from services.console.route_door import MATTERS_BYTES_MAX, ROUTE_PATH, route_routes
from services.console.supervision_door import supervision_door
from services.console.system import System
from services.console.ticket_clocks import clock_routes
from services.console.topic_candidates_door import topic_candidate_routes
from services.console.topic_door import topic_door, with_topics
from services.findings.routes import findings_routes
from services.handling.desk import Desk
from services.intake.http.merging import merging_routes
from services.intake.http.reports import BATCH_BYTES_MAX, BATCH_PATH, report_routes
from services.intake.http.similar import similar_routes
from services.intake.http.submissions import Submissions
from services.intake.http.ticket_view import ticket_view
from services.intake.http.tickets import ticket_routes
from services.intake.merging_desk import MergingDesk
from services.intake.open311.catalogue import Catalogue, Service
from services.intake.open311.formats import error_response
from services.intake.open311.routes import PREFIX, Open311Door, open311_routes
from services.intake.requests_view import RequestsView
from services.knowledge.routes import knowledge_routes
from services.platform import processor_errors
from services.platform.failures import Outage
from services.platform.http.api_keys import KeyGuard
from services.platform.http.doorway import Doorway
from services.platform.http.problems import PROBLEM_RESPONSES, install_problems, unavailable
from services.platform.ids import system_entropy
from services.router.directory import Directory

DESCRIPTION = (
    "有诉必应马上办: every request of a city's residents, from the first word to the report. "
    "Failures are RFC 9457 problem details; Open311 has its own form."
)


def create_app(system: System, pages: Sequence[APIRouter] = ()) -> FastAPI:
    """`pages` are added as they are: they show no residents' words, so they need no key."""
    view = RequestsView(system.log, system.keyring)
    submissions = Submissions(system.intake, system.clock, system_entropy, view.promise)
    desk = handling_desk(system)
    app = _application(submissions, desk)
    guarded = [Depends(KeyGuard(system.settings.api_keys))]
    json_door = partial(app.include_router, dependencies=guarded, responses=PROBLEM_RESPONSES)
    json_door(report_routes(submissions))
    governance = governance_of(system)
    one_ticket = with_topics(partial(ticket_view, system.log, system.keyring), governance)
    json_door(ticket_routes(view, one_ticket))
    json_door(similar_routes(system.similar, view.by_ids, system.clock.now))
    json_door(handling_door(system, desk, view))
    json_door(clock_routes(system))
    json_door(route_routes(system))
    json_door(topic_door(system, governance))
    findings = SystemFindings(system)
    json_door(topic_candidate_routes(findings.live, governance))
    json_door(supervision_door(system))
    json_door(returns_routes(system))
    json_door(measure_routes(system))
    json_door(period_report_routes(system))
    json_door(evaluation_door(system))
    app.include_router(resident_door(system))
    json_door(notices_door(system))
    json_door(_merging(system, view))
    json_door(findings_routes(findings))
    json_door(knowledge_routes(knowledge_door(system, view)))
    app.include_router(_open311(system, view, submissions))
    _add_own_pages(app, system)
    for page in pages:
        app.include_router(page)
    forms = {PREFIX: error_response}
    install_problems(app, forms)
    wider = {BATCH_PATH: BATCH_BYTES_MAX, ROUTE_PATH: MATTERS_BYTES_MAX}
    app.add_middleware(Doorway, forms=forms, wider=wider)
    return app


def _application(submissions: Submissions, desk: Desk) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        submissions.close()
        desk.close()

    return FastAPI(
        title="有诉必应 yousu",
        version=version("yousu"),
        description=DESCRIPTION,
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )


def _merging(system: System, view: RequestsView) -> APIRouter:
    desk = MergingDesk(system.log, system.handler, system.keyring, system.clock)

    named = partial(new_command_id, system)
    return merging_routes(desk, view.proposals, named, view.promise)


def _open311(system: System, view: RequestsView, submissions: Submissions) -> APIRouter:
    directory = system.directory
    units = {unit.code: unit.name for unit in directory.units.values()}
    catalogue = Catalogue(services_of(directory), units)
    api_keys = system.settings.api_keys
    return open311_routes(Open311Door(catalogue, view, submissions, api_keys, directory.version))


def services_of(directory: Directory) -> list[Service]:
    """The directory's leaves as Open311 services."""
    items = directory.items
    return [
        Service(item.code, item.name, item.path, item.aliases, items[item.lineage[-1]].name)
        for item in directory.leaves()
    ]


def _add_own_pages(app: FastAPI, system: System) -> None:
    @app.get("/healthz", tags=["operations"], summary="The process answers")
    async def healthz() -> JSONResponse:
        return JSONResponse({"status": "ok"})

    @app.get("/readyz", tags=["operations"], summary="The database answers; errors of processors")
    def readyz() -> JSONResponse:
        try:
            head, errors = system.log.head(), processor_errors.current(system.log)
        except Outage:
            raise unavailable("The database does not answer.") from None
        status = {"status": "degraded" if errors else "ready", "position": head}
        return JSONResponse({**status, "processors_with_errors": sorted(errors)})

    @app.get("/docs", include_in_schema=False)
    def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(api_page(app.openapi()))
