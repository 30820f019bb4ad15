"""Why is it due then: `yousu ticket clock`, and the same at GET /api/v1/tickets/{id}/clocks."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import click
from fastapi import APIRouter, HTTPException
from fastapi import Path as InPath
from fastapi.responses import JSONResponse

from services.audit.clock_story import clock_story
from services.console.options import (
    FELL_SHORT,
    data_options,
    fail,
    json_option,
    open_system,
    print_json,
)
from services.console.overview_words import CLOCKS
from services.console.system import System
from services.domain.city_events import is_city_stream
from services.platform.processor import decode_all
from services.sla.calendar import holiday_name

TicketId = Annotated[str, InPath(max_length=64)]


def clocks_of(system: System, ticket_id: str) -> list[dict[str, Any]] | None:
    """None if there is no such ticket."""
    known = ticket_id.isascii() and not is_city_stream(ticket_id)
    facts, _ = decode_all(system.log.read_stream(ticket_id)) if known else ([], [])
    if not facts:
        return None
    events = [fact.event for fact in facts]
    return clock_story(events, system.rules().calendar, holiday_name)


def clock_routes(system: System) -> APIRouter:
    router = APIRouter(prefix="/api/v1", tags=["supervision 督"])

    @router.get("/tickets/{ticket_id}/clocks", summary="Every clock 时限, and day by day why")
    def clocks(ticket_id: TicketId) -> JSONResponse:
        found = clocks_of(system, ticket_id)
        if found is None:
            raise HTTPException(404, "There is no such ticket.")
        return JSONResponse({"ticket_id": ticket_id, "clocks": found})

    return router


@click.command("clock")
@click.argument("ticket_id")
@json_option
@data_options
def clock(ticket_id: str, as_json: bool, data_dir: Path | None, database_url: str | None) -> None:
    """Why a ticket is due when it is: all its clocks, day by day, with their verdicts."""
    with open_system(data_dir, database_url, must_exist=True) as system:
        found = clocks_of(system, ticket_id)
    if found is None:
        fail("there is no such ticket", FELL_SHORT)
    if as_json:
        print_json({"ticket_id": ticket_id, "clocks": found})
        return
    for number, one in enumerate(found):
        for line in [*([""] if number else []), *_lines(one)]:
            click.echo(line)


def _lines(one: dict[str, Any]) -> Iterable[str]:
    zh, en = CLOCKS[one["clock"]]
    whose = " ".join(str(part) for part in (one["subtask"], one["unit"]) if part)
    verdict = f", {one['verdict']}" if one["verdict"] else ""
    yield f"{zh} {en} {whose}".rstrip() + f": due {one['due_at']} ({one['standing']}{verdict})"
    yield f"  by calendar {one['calendar_version']}, policy {one['policy_version']}"
    for step in one["why"]:
        yield f"  {step['told']}{_span(step)}"
        yield from map(_day_line, step["days"])
        if step.get("days_added"):
            yield "  so the promise ends later by"
            yield from map(_day_line, step["days_added"])
        yield f"  -> {step['due_at']}"
    if one["ends_with_lead"]:
        yield "  no later than the promise of the unit that leads"
    for move in one["moves"]:
        versions = _versions(move)
        yield f"  moved {move['at']} ({move['reason']}{versions}): from {move['from_due_at']}"
    if one["note"]:
        yield f"  note: {one['note']}"


def _span(step: dict[str, Any]) -> str:
    return f" ({step['from']} to {step['to']})" if "from" in step else ""


def _versions(move: dict[str, Any]) -> str:
    before = move["from_calendar_version"]
    return f" {before} -> {move['calendar_version']}" if before else ""


def _day_line(day: dict[str, Any]) -> str:
    return f"    {day['day']} {day['weekday']}  {day['what']}"
