"""All clocks of a ticket for people: when each ends, day by day why, and what became of it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from services.audit.clock_lives import ClockLife, Move, clock_lives
from services.audit.day_by_day import DayName, Json, explained
from services.domain import events_parts as p
from services.domain.clock_terms import reckoned
from services.domain.events import TicketEvent
from services.domain.events_urgency import DeadlineShortened
from services.domain.ticket import Ticket
from services.domain.working_time import CalendarYearMissing, WorkingCalendar


def clock_story(
    facts: Iterable[TicketEvent], calendar: WorkingCalendar, name_of: DayName
) -> list[Json]:
    """Ready for JSON. The days are those of `calendar`, the one that is loaded now."""
    ticket, lives = clock_lives(facts)
    return [_plain(_clock(life, ticket, calendar, name_of), calendar) for life in lives]


def _clock(life: ClockLife, ticket: Ticket, calendar: WorkingCalendar, name_of: DayName) -> Json:
    promise, state = life.promise, life.state
    document: Json = {
        "clock": life.kind,
        "unit": getattr(promise, "unit", None),
        "subtask": getattr(promise, "subtask", None),
        "starts_at": promise.starts_at,
        "working_days": promise.working_days,
        "first_due_at": promise.due_at,
        "due_at": state.due_at,
        "warn_at": state.warn_at,
        "standing": _standing(life, ticket),
        "verdict": life.verdict,
        "verdict_at": life.verdict_at,
        "done_at": life.done_at,
        "warned_at": life.warned_at,
        "level": life.level,
        "policy_version": promise.policy_version,
        "calendar_version": state.calendar_version,
        "ends_with_lead": isinstance(promise, p.PartDeadlineSet) and promise.with_lead,
        "moves": [_move(move, before) for move, before in life.moves],
    }
    return document | _why(life, calendar, name_of)


def _standing(life: ClockLife, ticket: Ticket) -> str:
    """running, paused, missed (and not yet done), or over."""
    if not life.state.running:
        return "over"
    if life.state.missed:
        return "missed"
    is_paused = ticket.suspended_since is not None and life.key != "accept"
    return "paused" if is_paused else "running"


def _move(move: Move, before: datetime) -> Json:
    return {
        "at": move.occurred_at,
        "reason": "urgency" if isinstance(move, DeadlineShortened) else move.reason,
        "from_due_at": before,
        "due_at": move.due_at,
        "from_calendar_version": getattr(move, "from_calendar_version", None),
        "calendar_version": move.calendar_version,
        "cause": move.cause,
    }


def _why(life: ClockLife, calendar: WorkingCalendar, name_of: DayName) -> Json:
    state = life.state
    known: Json = {"shown_by": calendar.version}
    try:
        counted = reckoned(state.steps, calendar) if state.steps else state.due_at
        why = explained(state.steps, calendar, name_of)
    except CalendarYearMissing as error:
        return known | {"why": [], "note": str(error)}
    note = None
    if counted != state.due_at:
        note = (
            f"the calendar that is loaded now counts to {_plain(counted, calendar)}; the promise"
            f" was counted by calendar {state.calendar_version}, and stands"
        )
    return known | {"why": why, "note": note}


def _plain(value: Any, calendar: WorkingCalendar) -> Any:
    """JSON values; times in the city's own time, with its offset."""
    if isinstance(value, datetime):
        return value.astimezone(calendar.zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(part, calendar) for key, part in value.items()}
    return [_plain(part, calendar) for part in value] if isinstance(value, list) else value
