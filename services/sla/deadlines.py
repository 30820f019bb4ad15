"""Rows of running clocks, and what each is waiting for next. The rows are the truth of a tick.

A row's clock is `accept`, `resolve`, that of a part (`assist:<unit>`, `subtask:<number>:<unit>`),
or `pause`: a suspension that ends by itself at `due_at`.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from services.platform.event_log import Change, EventLog
from services.platform.stored_time import stored

TICK_BATCH_MAX = 1_000
# What a clock waits for: its warning, its deadline, then the rungs of the ladder after the miss.
WARNING, DEADLINE, FIRST_RUNG = 0, 1, 2
PAUSE = "pause"
SCHEMA = (
    """CREATE TABLE IF NOT EXISTS deadlines (
    ticket_id TEXT NOT NULL, clock TEXT NOT NULL, due_at TEXT NOT NULL, warn_at TEXT NOT NULL,
    step INTEGER NOT NULL, next_at TEXT, paused INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (ticket_id, clock)) WITHOUT ROWID""",
    """CREATE INDEX IF NOT EXISTS deadlines_next ON deadlines (next_at)
    WHERE next_at IS NOT NULL AND paused = 0""",
)
_SET = (
    "INSERT INTO deadlines VALUES (?, ?, ?, ?, ?, ?, 0) ON CONFLICT (ticket_id, clock) DO UPDATE"
    " SET due_at = excluded.due_at, warn_at = excluded.warn_at, step = excluded.step,"
    " next_at = excluded.next_at"  # a promise that moves during a pause stays paused
)
_STEP = "UPDATE deadlines SET step = ?, next_at = ? WHERE ticket_id = ? AND clock = ?"
_STOP = "DELETE FROM deadlines WHERE ticket_id = ? AND clock = ?"
# A part may be asked for while the ticket is suspended: then its clock begins standing still.
_SET_PART = (
    "INSERT INTO deadlines VALUES (?, ?, ?, ?, ?, ?, COALESCE((SELECT paused FROM deadlines"
    " WHERE ticket_id = ? AND clock = 'resolve'), 0))"
    " ON CONFLICT (ticket_id, clock) DO UPDATE"
    " SET due_at = excluded.due_at, warn_at = excluded.warn_at, step = excluded.step,"
    " next_at = excluded.next_at"
)
_STOP_ALL = "DELETE FROM deadlines WHERE ticket_id = ?"
_STOP_OTHERS = "DELETE FROM deadlines WHERE ticket_id = ? AND clock <> 'resolve'"
# A pause may begin before its clock is set (a calendar year was missing): an empty row keeps it.
_PAUSE = (
    "INSERT INTO deadlines VALUES (?, 'resolve', '', '', 0, NULL, 1)"
    " ON CONFLICT (ticket_id, clock) DO UPDATE SET paused = 1"
)
# A merged ticket's clocks stand still, paused or not, and keep what they wait for: 2 and 3.
_STAND_STILL = "UPDATE deadlines SET paused = paused + 2 WHERE ticket_id = ? AND paused < 2"
_GO_ON_AGAIN = "UPDATE deadlines SET paused = paused - 2 WHERE ticket_id = ? AND paused > 1"
_PAUSE_PARTS = (
    "UPDATE deadlines SET paused = 1 WHERE ticket_id = ? AND paused = 0"
    " AND clock NOT IN ('accept', 'resolve', 'pause')"
)
_GO_ON = "UPDATE deadlines SET paused = 0 WHERE ticket_id = ? AND clock NOT IN ('accept', 'pause')"
_NEVER_SET = "DELETE FROM deadlines WHERE ticket_id = ? AND clock = 'resolve' AND due_at = ''"
_DUE = (
    "SELECT next_at, ticket_id, clock, due_at, step FROM deadlines"
    " WHERE next_at IS NOT NULL AND paused = 0 AND next_at <= ?"
    " AND (next_at, ticket_id, clock) > (?, ?, ?) ORDER BY next_at, ticket_id, clock LIMIT ?"
)
Place = tuple[str, str, str]  # next_at, ticket and clock of a row: the order of a tick
BEGINNING: Place = ("", "", "")


class DueClock(NamedTuple):
    ticket_id: str
    clock: str
    due_at: datetime
    step: int


def set_row(ticket_id: str, clock: str, warn_at: datetime, due_at: datetime) -> Change:
    row: Sequence[Any] = (ticket_id, clock, stored(due_at), stored(warn_at), 0, stored(warn_at))
    return Change(_SET, [row])


def set_part_row(ticket_id: str, clock: str, warn_at: datetime, due_at: datetime) -> Change:
    row = (ticket_id, clock, stored(due_at), stored(warn_at), 0, stored(warn_at), ticket_id)
    return Change(_SET_PART, [row])


def step_row(ticket_id: str, clock: str, step: int, next_at: datetime | None) -> Change:
    return Change(_STEP, [(step, next_at and stored(next_at), ticket_id, clock)])


def stop_row(ticket_id: str, clock: str) -> Change:
    return Change(_STOP, [(ticket_id, clock)])


def stop_rows(ticket_id: str) -> Change:
    """Nobody has to do anything any more."""
    return Change(_STOP_ALL, [(ticket_id,)])


def stop_other_rows(ticket_id: str) -> Change:
    """All but the promise to resolve, which goes on."""
    return Change(_STOP_OTHERS, [(ticket_id,)])


def pause_rows(ticket_id: str, ends_at: datetime | None) -> Iterable[Change]:
    yield Change(_PAUSE, [(ticket_id,)])
    yield Change(_PAUSE_PARTS, [(ticket_id,)])
    if ends_at is not None:
        end = stored(ends_at)
        yield Change(_SET, [(ticket_id, PAUSE, end, end, DEADLINE, end)])


def go_on_rows(ticket_id: str) -> list[Change]:
    return [
        Change(_GO_ON, [(ticket_id,)]),
        Change(_NEVER_SET, [(ticket_id,)]),
        stop_row(ticket_id, PAUSE),
    ]


def stand_still_row(ticket_id: str) -> Change:
    return Change(_STAND_STILL, [(ticket_id,)])


def go_on_again_row(ticket_id: str) -> Change:
    return Change(_GO_ON_AGAIN, [(ticket_id,)])


def due_clocks(
    log: EventLog, now: datetime, after: Place = BEGINNING
) -> tuple[list[DueClock], Place]:
    """What something must happen to by now, longest overdue first, and where to go on: after the
    last of a full batch, else from the beginning."""
    rows = log.query(_DUE, (stored(now), *after, TICK_BATCH_MAX))
    found = [
        DueClock(ticket_id, clock, datetime.fromisoformat(due_at), step)
        for _, ticket_id, clock, due_at, step in rows
    ]
    return found, tuple(rows[-1][:3]) if len(rows) == TICK_BATCH_MAX else BEGINNING
