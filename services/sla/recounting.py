"""Another calendar is in force: open promises are counted by it, some with each tick.

One row remembers by which calendar all clocks have been counted, and how far a recount has come. It
is no part of what a rebuild makes: a promise that was moved is a fact in the log.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from services.domain.commands import RecountDeadlines
from services.domain.working_time import WorkingCalendar
from services.platform.event_log import Change, EventLog
from services.platform.stored_time import stored
from services.sla.deadlines import FIRST_RUNG
from services.sla.rules import SlaRules

RECOUNT_BATCH_MAX = 1_000
ACTOR = "processor:sla"
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS calendar_counted (
    id INTEGER PRIMARY KEY, version TEXT NOT NULL, days TEXT NOT NULL,
    target TEXT, due_from TEXT, after_ticket TEXT)""",
)
_SEEN = "SELECT version, days, target, due_from, after_ticket FROM calendar_counted WHERE id = 1"
_WRITE = (
    "INSERT INTO calendar_counted VALUES (1, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
    " SET version = excluded.version, days = excluded.days, target = excluded.target,"
    " due_from = excluded.due_from, after_ticket = excluded.after_ticket"
)
_OPEN = (
    "SELECT DISTINCT ticket_id FROM deadlines WHERE ticket_id > ? AND due_at >= ? AND step < ?"
    " ORDER BY ticket_id LIMIT ?"
)


class Progress(NamedTuple):
    """What a tick has to do for it. due_from: clocks that end from then on may not be counted yet;
    None: all are. is_done: nothing is left after this."""

    commands: Sequence[RecountDeadlines] = ()
    changes: Sequence[Change] = ()
    due_from: datetime | None = None
    is_done: bool = True


class Recounting:
    """Looks at its row only until it knows that all clocks are counted by the calendar in force."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._counted_by: str | None = None

    def step(self, now: datetime, rules: SlaRules) -> Progress:
        calendar = rules.calendar
        if self._counted_by == calendar.version:
            return Progress()
        found = self._log.query(_SEEN)
        progress = _progress(self._log, found, now, rules)
        if progress.is_done and not progress.changes:  # what is written is looked at once more
            self._counted_by = calendar.version
        return progress


def recount_command(ticket_id: str, now: datetime, rules: SlaRules) -> RecountDeadlines:
    return RecountDeadlines(
        ticket_id=ticket_id,
        actor=ACTOR,
        cause=f"calendar:{rules.calendar.version}",
        now=now,
        rules=rules.clock_rules(),
    )


def _progress(
    log: EventLog, found: Sequence[tuple[Any, ...]], now: datetime, rules: SlaRules
) -> Progress:
    calendar = rules.calendar
    if not found:
        return Progress(changes=[_counted(calendar)])
    version, days, target, due_from, after = found[0]
    if version == calendar.version:
        return Progress()
    if target != calendar.version:
        first = first_changed_day(days, calendar)
        if first is None:  # years were added, none was changed
            return Progress(changes=[_counted(calendar)])
        after, due_from = "", stored(_begin_of(first, calendar))
    rows = log.query(_OPEN, (after, due_from, FIRST_RUNG, RECOUNT_BATCH_MAX))
    tickets = [ticket_id for (ticket_id,) in rows]
    is_done = len(tickets) < RECOUNT_BATCH_MAX
    if is_done:
        change = _counted(calendar)
    else:
        change = Change(_WRITE, [(version, days, calendar.version, due_from, tickets[-1])])
    commands = [recount_command(ticket_id, now, rules) for ticket_id in tickets]
    return Progress(commands, [change], datetime.fromisoformat(due_from), is_done)


def described(calendar: WorkingCalendar) -> str:
    """All that a deadline depends on: hours and zone, the first day, and each day's 0 or 1."""
    count = (calendar.last_day - calendar.first_day).days + 1
    days = (calendar.first_day + timedelta(days=n) for n in range(count))
    worked = "".join("1" if calendar.is_working_day(day) else "0" for day in days)
    return f"{_hours(calendar)}|{calendar.first_day}|{worked}"


def first_changed_day(before: str, calendar: WorkingCalendar) -> date | None:
    """The first day that both know, and of which they say different things; None if there is none.
    Other hours change every day."""
    hours, first, worked = before.rsplit("|", 2)
    begin = date.fromisoformat(first)
    if hours != _hours(calendar):
        return max(begin, calendar.first_day)
    for number, sign in enumerate(worked):
        day = begin + timedelta(days=number)
        is_known = calendar.first_day <= day <= calendar.last_day
        if is_known and calendar.is_working_day(day) != (sign == "1"):
            return day
    return None


def _hours(calendar: WorkingCalendar) -> str:
    return f"{calendar.zone.key}|{calendar.opens_at}|{calendar.closes_at}"


def _begin_of(day: date, calendar: WorkingCalendar) -> datetime:
    return datetime.combine(day, time(), calendar.zone).astimezone(UTC)


def _counted(calendar: WorkingCalendar) -> Change:
    return Change(_WRITE, [(calendar.version, described(calendar), None, None, None)])
