"""Replay: the state of every ticket at any moment, folded out of the log and nothing else."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple

from services.audit.state_hash import StateHash
from services.domain.city_events import decode_city, is_city_stream, is_city_type
from services.domain.codec import Undecodable, decode
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import evolve
from services.platform.command_handler import CommandHandler
from services.platform.event_log import EventLog, Recorded
from services.platform.positions import check_position

CHUNK_MAX = 500  # events in memory besides the tickets; few enough to stay in the caches
LIVE_CHUNK_MAX = 1_000
LIVE_ATTEMPTS_MAX = 5


class StateMoved(Exception):
    """Somebody wrote while the live state was read, again and again."""


class Replay(NamedTuple):
    """state_sha256: see state_hash. undecodable: events that nobody can read, left out."""

    position: int
    tickets: int
    by_stage: Mapping[str, int]
    state_sha256: str
    undecodable: int = 0


def replay(log: EventLog, to: int | None = None, as_of: datetime | None = None) -> Replay:
    """The state up to position `to`, or as it had been written down by `as_of`, or up to now.

    Raises PositionUnknown.
    """
    position = _target(log, to, as_of)
    state = StateHash()
    with _without_collections():
        tickets, undecodable = tickets_at(log, position)
        state.add(tickets[ticket_id] for ticket_id in sorted(tickets))
    return Replay(position, state.tickets, state.stages, state.state_sha256, undecodable)


@contextmanager
def _without_collections() -> Iterator[None]:
    """Folding makes no cycles, and a million live tickets make every collection dear: an eighth
    of the time went into collections that found nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def tickets_at(log: EventLog, position: int) -> tuple[dict[str, Ticket], int]:
    """Every ticket after the facts up to `position`, and how many facts could not be read."""
    tickets: dict[str, Ticket] = {}
    new = Ticket()
    known = tickets.get
    undecodable = after = 0
    while chunk := log.read_all(after, CHUNK_MAX, position):
        for _, stream_id, _, type_name, data in chunk:
            try:
                event = decode(type_name, data)
            except Undecodable:
                undecodable += not is_city_type(type_name)
                continue
            tickets[stream_id] = evolve(known(stream_id, new), event)
        after = chunk[-1].position
    return tickets, undecodable


def position_as_of(log: EventLog, moment: datetime) -> int:
    """The last position that was recorded by then; 0 if none was. Clocks of several writers may
    differ a little, so this looks from the end back instead of assuming an order."""
    before = log.head() + 1
    while before > 1:
        start = max(0, before - 1 - CHUNK_MAX)
        chunk = log.read_all(start, CHUNK_MAX, before - 1)
        for recorded in reversed(chunk):
            at = recorded_at(recorded)
            if at is not None and at <= moment:
                return recorded.position
        before = start + 1
    return 0


def live_state(log: EventLog, handler: CommandHandler) -> Replay:
    """The same, out of every stream by the path that commands take. Raises StateMoved."""
    for _ in range(LIVE_ATTEMPTS_MAX):
        head = log.head()
        state = StateHash()
        after = ""
        while stream_ids := _stream_ids(log, after):
            after = stream_ids[-1]
            stream_ids = [one for one in stream_ids if not is_city_stream(one)]
            tickets = handler.tickets(stream_ids)
            state.add(tickets[ticket_id] for ticket_id in stream_ids)
        if log.head() == head:
            return Replay(head, state.tickets, state.stages, state.state_sha256)
    raise StateMoved("the log was written to while its live state was read")


def _stream_ids(log: EventLog, after: str) -> Sequence[str]:
    statement = (
        "SELECT originator_id FROM stored_events WHERE originator_id > ?"
        " AND originator_version = 1 ORDER BY originator_id LIMIT ?"
    )
    return [row[0] for row in log.query(statement, (after, LIVE_CHUNK_MAX))]


def _target(log: EventLog, to: int | None, as_of: datetime | None) -> int:
    if as_of is not None:
        return position_as_of(log, as_of)
    if to is None:
        return log.head()
    check_position(log, to)
    return to


def recorded_at(recorded: Recorded) -> datetime | None:
    """None if nobody can read the event."""
    try:
        read = decode_city if is_city_type(recorded.type) else decode
        return read(recorded.type, recorded.data).recorded_at
    except Undecodable:
        return None
