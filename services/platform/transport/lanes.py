"""Lanes: the log split by ticket, one lane for each partition of `ticket-events`.

Their number stands in the log's database, for checkpoints are made for a number of lanes. Without
it the log is whole: one process runs every processor over all of it.
"""

from collections.abc import Mapping, Sequence

from services.platform.event_log import Change, Checkpoint, EventLog
from services.platform.failures import ConcurrentAppend

LANES_MAX = 1_000
CLOSED = 2**62  # where checkpoints of an earlier number of lanes are put: nothing follows there
_SET = (
    "INSERT INTO lanes (id, count) VALUES (1, ?) ON CONFLICT (id) DO UPDATE"
    " SET count = excluded.count"
)


RELAY = "relay"  # its checkpoint; beside it one per lane: the last position in that partition


class LanesInUse(ValueError):
    """The number of lanes cannot change now."""


class LanesChanged(Exception):
    """They did change: who works by the old number starts again."""

    exit_code = 75  # sysexits.h: EX_TEMPFAIL


class WorkersNeeded(ValueError):
    """The log is split into lanes, and nobody has said where the bus is."""


def lane_count(log: EventLog) -> int | None:
    """How many lanes the log has; None if it is whole."""
    rows = log.query("SELECT count FROM lanes WHERE id = 1")
    return int(rows[0][0]) if rows else None


def checkpoint_name(processor: str, lane: int, lanes: int) -> str:
    return f"{processor}/{lane}-of-{lanes}"


def lane_names(processor: str, lanes: int | None) -> list[str]:
    """The checkpoints of a processor that is split; of one that is not, its own name."""
    if lanes is None:
        return [processor]
    return [checkpoint_name(processor, lane, lanes) for lane in range(lanes)]


def set_lanes(log: EventLog, lanes: int, split: Sequence[str]) -> bool:
    """False if it is so already. `split`: the processors whose checkpoints are per lane.

    Each of them must have one position: the log whole, or all its lanes level. Everything moves in
    one transaction, and whoever still works by the old number finds its checkpoint gone. So does
    the relay: its new lanes begin where it stands itself, for what is missing in a partition must
    never look as if there had been nothing.
    Raises LanesInUse.
    """
    if not 1 <= lanes <= LANES_MAX:
        raise LanesInUse(f"{lanes} lanes: from 1 to {LANES_MAX} are possible")
    before = lane_count(log)
    if before == lanes:
        return False
    moves = [move for name in split for move in _moves(log, name, before, lanes)]
    moves += _relay_moves(log, before, lanes)
    try:
        log.append([], also=moves, changes=[Change(_SET, [(lanes,)])])
    except ConcurrentAppend as error:
        raise LanesInUse("a processor moved meanwhile: stop all workers first") from error
    return True


def _moves(log: EventLog, name: str, before: int | None, lanes: int) -> list[Checkpoint]:
    old = {one: log.checkpoint(one) for one in lane_names(name, before)}
    if len(set(old.values())) > 1:
        raise LanesInUse(f"{name}: its lanes stand at different positions: let it finish first")
    return _reopened(log, name, old, next(iter(old.values())), lanes)


def _relay_moves(log: EventLog, before: int | None, lanes: int) -> list[Checkpoint]:
    """It stands by itself; it cannot move without moving one of its lanes."""
    names = [] if before is None else lane_names(RELAY, before)
    old = {one: log.checkpoint(one) for one in names}
    return _reopened(log, RELAY, old, log.checkpoint(RELAY), lanes)


def _reopened(
    log: EventLog, name: str, old: Mapping[str, int], position: int, lanes: int
) -> list[Checkpoint]:
    new = lane_names(name, lanes)
    if any(log.checkpoint(one) for one in new):
        raise LanesInUse(f"{name}: there were {lanes} lanes before; choose another number")
    closing = [Checkpoint(one, CLOSED, after=at) for one, at in old.items()]
    opening = [Checkpoint(one, position, after=0) for one in new if position]
    return [*closing, *opening]
