"""Projection: facts → the rows that a tick reads."""

from collections.abc import Iterable

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_merging as m
from services.domain.events_urgency import DeadlineShortened
from services.platform.event_log import Change
from services.sla.deadlines import (
    DEADLINE,
    FIRST_RUNG,
    go_on_again_row,
    go_on_rows,
    pause_row,
    set_row,
    stand_still_row,
    step_row,
    stop_row,
)
from services.sla.rules import SlaRules


def rows(event: e.TicketEvent, rules: SlaRules) -> Iterable[Change]:
    """In the order in which they must be applied."""
    ticket_id = event.ticket_id
    match event:
        case c.DeadlineSet() | c.DeadlineMoved() | DeadlineShortened():
            yield set_row(ticket_id, event.clock, event.warn_at, event.due_at)
        case c.DeadlineWarned():
            yield step_row(ticket_id, event.clock, DEADLINE, event.due_at)
        case c.DeadlineMissed(done_at=None):
            yield _rung(event, rules, 0)
        case c.TicketEscalated():
            yield from _escalated(event, rules)
        case c.DeadlineMet() | c.DeadlineMissed():  # kept, or done too late: nothing to wait for
            yield stop_row(ticket_id, event.clock)
        case e.TicketAccepted() | e.TicketReturned():
            yield stop_row(ticket_id, "accept")
        case e.TicketMerged():
            yield stand_still_row(ticket_id)
        case m.TicketUnmerged():
            yield go_on_again_row(ticket_id)
        case e.TicketResolved() | e.TicketDeclined() | e.TicketAnsweredAtOnce():
            yield stop_row(ticket_id, "accept")
            yield stop_row(ticket_id, "resolve")
        case e.TicketSuspended():
            yield pause_row(ticket_id)
        case e.TicketResumed():
            yield from go_on_rows(ticket_id)
        case _:
            return


def _rung(event: c.DeadlineMissed | c.TicketEscalated, rules: SlaRules, rung: int) -> Change:
    """Wait for the rung-th measure after the miss; for nothing more, if there is none."""
    later = rules.policy.steps_after_miss()
    next_at = None
    if rung < len(later):
        next_at = rules.calendar.extend(event.due_at, later[rung][0])
    return step_row(event.ticket_id, event.clock, FIRST_RUNG + rung, next_at)


def _escalated(event: c.TicketEscalated, rules: SlaRules) -> Iterable[Change]:
    """Only measures after the miss move the row; the earlier ones go with warning and miss."""
    levels = [step.level for _, step in rules.policy.steps_after_miss()]
    if event.level in levels:
        yield _rung(event, rules, levels.index(event.level) + 1)
