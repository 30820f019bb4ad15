"""What facts about parts of a matter (协办, 分解任务) change in a ticket's state."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, assert_never

from services.domain import events as e
from services.domain import events_parts as p
from services.domain.clock_state import PartChange, changed, promised, stopped
from services.domain.clock_terms import Steps, after_pauses, pause, term, until_day
from services.domain.part_state import Part, part_key
from services.domain.replaced import replaced
from services.domain.ticket import Ticket

Parts = tuple[Part, ...]


def part_changes(ticket: Ticket, event: p.SubtaskFact | p.PartClockFact) -> dict[str, Any]:
    """Fields of the ticket that the fact changes, apart from its version."""
    match event:
        case p.SubtaskGiven():
            given = Part(event.unit, event.subtask, event.occurred_at)
            return {"parts": (*ticket.parts, given)}
        case p.SubtaskAccepted():
            return _with_part(ticket, event, accepted_at=event.occurred_at)
        case p.SubtaskDone():
            return _with_part(ticket, event, done_at=event.occurred_at)
        case p.SubtaskWithdrawn():
            return _with_part(ticket, event, over=True)
        case p.PartDeadlineSet():
            return _with_part(ticket, event, clock=promised(event, _steps(ticket, event)))
        case (
            p.PartDeadlineMoved()
            | p.PartDeadlineWarned()
            | p.PartDeadlineMissed()
            | p.PartDeadlineMet()
        ):
            return _clock_changed(ticket, event)
        case _:
            assert_never(event)


def part_steps(
    ticket: Ticket, starts_at: datetime, working_days: int | None, day: date | None
) -> Steps:
    """How a part's own promise is reckoned; pauses count from when it was asked for."""
    first = until_day(starts_at, day) if day else term(starts_at, working_days or 1)
    since = ((max(begin, starts_at), end) for begin, end in ticket.pauses if end > starts_at)
    return after_pauses(first, since)


def lead_steps(ticket: Ticket) -> Steps:
    return () if ticket.resolve is None else ticket.resolve.steps


def assisting_routed(ticket: Ticket, event: e.TicketRouted) -> Parts:
    """Whoever assisted an earlier lead is asked anew, or no longer."""
    if not event.assisting and not ticket.parts:
        return ()
    others = tuple(part for part in ticket.parts if part.number)
    units = dict.fromkeys(event.assisting)
    return (*others, *(Part(unit, 0, event.occurred_at) for unit in units))


def assistance_asked(ticket: Ticket, event: e.AssistanceAsked) -> dict[str, Any]:
    """Asked again after a reopening, a unit is no longer done."""
    key = part_key(event.unit, None)
    others = tuple(part for part in ticket.parts if part.key != key)
    known = event.unit in ticket.assisting
    return {
        "assisting": ticket.assisting if known else (*ticket.assisting, event.unit),
        "assisting_done": tuple(one for one in ticket.assisting_done if one != event.unit),
        "parts": (*others, Part(event.unit, 0, event.occurred_at)),
    }


def assistance_done(ticket: Ticket, event: e.AssistanceDone) -> dict[str, Any]:
    key = part_key(event.unit, None)
    return {
        "assisting_done": (*ticket.assisting_done, event.unit),
        "parts": tuple(
            replaced(part, done_at=event.occurred_at) if part.key == key else part
            for part in ticket.parts
        ),
    }


def parts_stopped(parts: Parts) -> Parts:
    """Nobody has to do anything now: no clock runs."""
    return parts and tuple(replaced(part, clock=stopped(part.clock)) for part in parts)


def parts_over(parts: Parts) -> Parts:
    """Nobody has to do anything any more."""
    return parts and tuple(
        replaced(part, clock=stopped(part.clock), over=part.done_at is None) for part in parts
    )


def parts_paused(parts: Parts, since: datetime, until: datetime) -> Parts:
    return tuple(_paused(part, since, until) for part in parts)


def _paused(part: Part, since: datetime, until: datetime) -> Part:
    begins = max(since, part.asked_at)
    if part.clock is None or begins >= until:
        return part
    return replaced(part, clock=part.clock.and_then(pause(begins, until)))


def _steps(ticket: Ticket, event: p.PartDeadlineSet) -> Steps:
    if event.with_lead:
        return lead_steps(ticket)
    return part_steps(ticket, event.starts_at, event.working_days, event.day)


def _clock_changed(ticket: Ticket, event: PartChange) -> dict[str, Any]:
    part = ticket.part(part_key(event.unit, event.subtask))
    if part is None or part.clock is None:  # a foreign log: the decider never writes this
        return {}
    clock = changed(part.clock, event, part.is_open, lead_steps(ticket))
    return _with_part(ticket, event, clock=clock)


def _with_part(
    ticket: Ticket, event: p.SubtaskFact | p.PartClockFact, **changes: Any
) -> dict[str, Any]:
    key = part_key(event.unit, event.subtask)
    return {"parts": tuple(_changed_if(ticket.parts, key, changes))}


def _changed_if(parts: Parts, key: str, changes: dict[str, Any]) -> Iterable[Part]:
    return (replaced(part, **changes) if part.key == key else part for part in parts)
