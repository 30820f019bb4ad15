"""Projection: facts → the rows that a tick reads."""

from collections.abc import Iterable

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_merging as m
from services.domain import events_parts as p
from services.domain.events_urgency import DeadlineShortened
from services.domain.part_state import part_key
from services.platform.event_log import Change
from services.sla.deadlines import (
    DEADLINE,
    FIRST_RUNG,
    go_on_again_row,
    go_on_rows,
    pause_rows,
    set_part_row,
    set_row,
    stand_still_row,
    step_row,
    stop_other_rows,
    stop_row,
    stop_rows,
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
        case e.TicketAccepted():
            yield stop_row(ticket_id, "accept")
        case e.TicketReturned():
            yield stop_other_rows(ticket_id)
        case e.TicketMerged():
            yield stand_still_row(ticket_id)
        case m.TicketUnmerged():
            yield go_on_again_row(ticket_id)
        case e.TicketResolved() | e.TicketDeclined() | e.TicketAnsweredAtOnce():
            yield stop_rows(ticket_id)
        case e.TicketSuspended():
            yield from pause_rows(ticket_id, event.ends_at)
        case e.TicketResumed():
            yield from go_on_rows(ticket_id)
        case _:
            yield from _part_rows(event)


def _part_rows(event: e.TicketEvent) -> Iterable[Change]:
    """A part that was missed waits for nothing more: the ticket's own clock climbs the ladder. Its
    row stays until the work is done, so that it is seen to be late."""
    ticket_id = event.ticket_id
    match event:
        case p.PartDeadlineSet() | p.PartDeadlineMoved():
            key = part_key(event.unit, event.subtask)
            yield set_part_row(ticket_id, key, event.warn_at, event.due_at)
        case p.PartDeadlineWarned():
            yield step_row(ticket_id, part_key(event.unit, event.subtask), DEADLINE, event.due_at)
        case p.PartDeadlineMissed(done_at=None):
            yield step_row(ticket_id, part_key(event.unit, event.subtask), FIRST_RUNG, None)
        case p.PartDeadlineMet() | p.PartDeadlineMissed():
            yield stop_row(ticket_id, part_key(event.unit, event.subtask))
        case p.SubtaskDone() | p.SubtaskWithdrawn():
            yield stop_row(ticket_id, part_key(event.unit, event.subtask))
        case e.AssistanceDone() | e.AssistanceAsked():
            yield stop_row(ticket_id, part_key(event.unit, None))
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
