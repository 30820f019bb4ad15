"""Projection: what promises become, folded onto rows and counts."""

from collections.abc import Callable

from services.domain import events_clocks as c
from services.domain.event_base import Event
from services.domain.events_urgency import DeadlineShortened
from services.platform.stored_time import stored
from services.reporting.rows import TicketRow
from services.reporting.sums import Sums


def _set_clock(row: TicketRow, event: c.DeadlineSet | c.DeadlineMoved | DeadlineShortened) -> None:
    if event.clock == "accept":
        row.accept_due = stored(event.due_at)
    else:
        row.resolve_due = stored(event.due_at)


def deadline_set(sums: Sums, row: TicketRow, event: c.DeadlineSet) -> None:
    _set_clock(row, event)
    _set_verdict(row, event.clock, None)


def deadline_moved(sums: Sums, row: TicketRow, event: c.DeadlineMoved | DeadlineShortened) -> None:
    if (row.accept_due if event.clock == "accept" else row.resolve_due) is not None:
        _set_clock(row, event)


def _set_verdict(row: TicketRow, clock: str, verdict: str | None) -> None:
    if clock == "accept":
        row.accept_verdict = verdict
    else:
        row.resolve_verdict = verdict


def warned(sums: Sums, row: TicketRow, event: c.DeadlineWarned) -> None:
    sums.count_now(event, f"warned_{event.clock}", row)


def judged(sums: Sums, row: TicketRow, event: c.DeadlineMet | c.DeadlineMissed) -> None:
    """Twice: on the day of the fact, and (due_…) on the day of the promise."""
    verdict = "met" if isinstance(event, c.DeadlineMet) else "missed"
    _set_verdict(row, event.clock, verdict)
    sums.count_now(event, f"{verdict}_{event.clock}", row)
    due_day = sums.day(event.due_at)
    measure = f"due_{verdict}_{event.clock}"
    sums.count(due_day, measure, row, row.last_lead)
    sums.day_sums["urgency", due_day, str(row.urgency_days or ""), measure] += 1


def escalated(sums: Sums, row: TicketRow, event: c.TicketEscalated) -> None:
    row.escalation = max(row.escalation, event.level)
    sums.count_now(event, f"escalated_{event.level}", row)


CLOCK_HANDLERS: dict[type[Event], Callable[..., None]] = {
    c.DeadlineSet: deadline_set,
    c.DeadlineMoved: deadline_moved,
    DeadlineShortened: deadline_moved,
    c.DeadlineWarned: warned,
    c.DeadlineMissed: judged,
    c.DeadlineMet: judged,
    c.TicketEscalated: escalated,
}
