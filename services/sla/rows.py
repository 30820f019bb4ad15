"""Projection: facts → the rows that a tick reads."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_merging as m
from services.domain import events_parts as p
from services.domain.event_base import Event
from services.domain.events_urgency import DeadlineShortened
from services.domain.part_state import part_key
from services.domain.working_time import WorkingCalendar
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


def rows(event: e.TicketEvent, rules: SlaRules) -> Sequence[Change]:
    """In the order in which they must be applied."""
    handler = _HANDLERS.get(type(event))
    return () if handler is None else handler(event, rules)


def _promised(
    event: c.DeadlineSet | c.DeadlineMoved | DeadlineShortened, rules: SlaRules
) -> Sequence[Change]:
    return [set_row(event.ticket_id, event.clock, event.warn_at, event.due_at)]


def _warned(event: c.DeadlineWarned, rules: SlaRules) -> Sequence[Change]:
    return [step_row(event.ticket_id, event.clock, DEADLINE, event.due_at)]


def _missed(event: c.DeadlineMissed, rules: SlaRules) -> Sequence[Change]:
    if event.done_at is not None:  # done too late: nothing to wait for
        return [stop_row(event.ticket_id, event.clock)]
    return [_rung(event, rules, 0)]


def _met(event: c.DeadlineMet, rules: SlaRules) -> Sequence[Change]:
    return [stop_row(event.ticket_id, event.clock)]


def _accepted(event: e.TicketAccepted, rules: SlaRules) -> Sequence[Change]:
    return [stop_row(event.ticket_id, "accept")]


def _returned(event: e.TicketReturned, rules: SlaRules) -> Sequence[Change]:
    return [stop_other_rows(event.ticket_id)]


def _merged(event: e.TicketMerged, rules: SlaRules) -> Sequence[Change]:
    return [stand_still_row(event.ticket_id)]


def _unmerged(event: m.TicketUnmerged, rules: SlaRules) -> Sequence[Change]:
    return [go_on_again_row(event.ticket_id)]


def _over(
    event: e.TicketResolved | e.TicketDeclined | e.TicketAnsweredAtOnce, rules: SlaRules
) -> Sequence[Change]:
    return [stop_rows(event.ticket_id)]


def _suspended(event: e.TicketSuspended, rules: SlaRules) -> Sequence[Change]:
    return list(pause_rows(event.ticket_id, event.ends_at))


def _resumed(event: e.TicketResumed, rules: SlaRules) -> Sequence[Change]:
    return go_on_rows(event.ticket_id)


def _part_promised(
    event: p.PartDeadlineSet | p.PartDeadlineMoved, rules: SlaRules
) -> Sequence[Change]:
    key = part_key(event.unit, event.subtask)
    return [set_part_row(event.ticket_id, key, event.warn_at, event.due_at)]


def _part_warned(event: p.PartDeadlineWarned, rules: SlaRules) -> Sequence[Change]:
    key = part_key(event.unit, event.subtask)
    return [step_row(event.ticket_id, key, DEADLINE, event.due_at)]


def _part_missed(event: p.PartDeadlineMissed, rules: SlaRules) -> Sequence[Change]:
    """It waits for nothing more: the ticket's own clock climbs the ladder. Its row stays until the
    work is done, so that it is seen to be late."""
    key = part_key(event.unit, event.subtask)
    if event.done_at is not None:
        return [stop_row(event.ticket_id, key)]
    return [step_row(event.ticket_id, key, FIRST_RUNG, None)]


def _part_over(
    event: p.PartDeadlineMet | p.SubtaskDone | p.SubtaskWithdrawn, rules: SlaRules
) -> Sequence[Change]:
    return [stop_row(event.ticket_id, part_key(event.unit, event.subtask))]


def _assistance(event: e.AssistanceDone | e.AssistanceAsked, rules: SlaRules) -> Sequence[Change]:
    return [stop_row(event.ticket_id, part_key(event.unit, None))]


def _rung(event: c.DeadlineMissed | c.TicketEscalated, rules: SlaRules, rung: int) -> Change:
    """Wait for the rung-th measure after the miss; for nothing more, if there is none."""
    later = rules.policy.rungs_after_miss
    next_at = None
    if rung < len(later):
        next_at = _extended(rules.calendar, event.due_at, later[rung][0])
    return step_row(event.ticket_id, event.clock, FIRST_RUNG + rung, next_at)


@lru_cache(maxsize=4_096)  # promises end together, at the close of a working day
def _extended(calendar: WorkingCalendar, due_at: datetime, working_days: int) -> datetime:
    return calendar.extend(due_at, working_days)


def _escalated(event: c.TicketEscalated, rules: SlaRules) -> Sequence[Change]:
    """Only measures after the miss move the row; the earlier ones go with warning and miss."""
    for rung, (_, measure) in enumerate(rules.policy.rungs_after_miss):
        if measure.level == event.level:
            return [_rung(event, rules, rung + 1)]
    return ()


# What is not here changes no row.
_HANDLERS: dict[type[Event], Callable[[Any, SlaRules], Sequence[Change]]] = {
    c.DeadlineSet: _promised,
    c.DeadlineMoved: _promised,
    DeadlineShortened: _promised,
    c.DeadlineWarned: _warned,
    c.DeadlineMissed: _missed,
    c.TicketEscalated: _escalated,
    c.DeadlineMet: _met,
    e.TicketAccepted: _accepted,
    e.TicketReturned: _returned,
    e.TicketMerged: _merged,
    m.TicketUnmerged: _unmerged,
    e.TicketResolved: _over,
    e.TicketDeclined: _over,
    e.TicketAnsweredAtOnce: _over,
    e.TicketSuspended: _suspended,
    e.TicketResumed: _resumed,
    p.PartDeadlineSet: _part_promised,
    p.PartDeadlineMoved: _part_promised,
    p.PartDeadlineWarned: _part_warned,
    p.PartDeadlineMissed: _part_missed,
    p.PartDeadlineMet: _part_over,
    p.SubtaskDone: _part_over,
    p.SubtaskWithdrawn: _part_over,
    e.AssistanceDone: _assistance,
    e.AssistanceAsked: _assistance,
}
