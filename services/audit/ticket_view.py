"""One ticket as its own facts tell it: where it stands, what happened, who did it and why.

The only values here that may hold residents' words are those under "words"; contact and name are
masked. Words of an erased resident are null, and their fields are named under "erased".
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from services.audit.clock_lives import Move, Promise, key_of
from services.domain.clock_state import ClockState
from services.domain.codec import Undecodable, decode
from services.domain.event_base import PERSONAL_FIELDS
from services.domain.events import TicketEvent
from services.domain.events_urgency import DeadlineShortened
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import evolve
from services.platform.event_log import Recorded

Json = dict[str, Any]
# event, version, field → what it says; None if its resident was erased
OpenWords = Callable[[TicketEvent, int, str], str | None]
MASKED = ("contact", "name")
SHOWN_APART = frozenset(
    {"type", "ticket_id", "actor", "cause", "occurred_at", "recorded_at", *PERSONAL_FIELDS}
)


class TicketView(NamedTuple):
    state: Json
    clocks: Sequence[Json]
    history: Sequence[Json]

    def document(self) -> Json:
        return {"state": self.state, "clocks": list(self.clocks), "history": list(self.history)}


def ticket_view(stream: Sequence[Recorded], open_words: OpenWords, zone: ZoneInfo) -> TicketView:
    """`stream`: all facts of one ticket, in order."""
    ticket = Ticket()
    promises: dict[str, Promise] = {}
    moves: dict[str, list[Move]] = {}
    history = []
    for recorded in stream:
        try:
            event = decode(recorded.type, recorded.data)
        except Undecodable as error:
            history.append(_unreadable(recorded, str(error)))
            continue
        ticket = evolve(ticket, event)
        if isinstance(event, Promise):
            promises[key_of(event)], moves[key_of(event)] = event, []
        elif isinstance(event, Move):
            moves.setdefault(key_of(event), []).append(event)
        history.append(_entry(recorded, event, open_words, zone))
    clocks = [
        _clock(name, state, promises.get(name), moves.get(name, ()), zone)
        for name, state in (
            ("accept", ticket.accept),
            ("resolve", ticket.resolve),
            *((part.key, part.clock) for part in ticket.parts),
        )
        if state is not None
    ]
    return TicketView(_state(ticket, zone), clocks, history)


def masked(words: str) -> str:
    """The first three and the last two characters of a long value, the first of a short one."""
    if len(words) >= 7:
        return words[:3] + "*" * (len(words) - 5) + words[-2:]
    return words[:1] + "*" * (len(words) - 1)


def _state(ticket: Ticket, zone: ZoneInfo) -> Json:
    document: Json = _plain(ticket._asdict(), zone)
    document["responsible"] = ticket.responsible
    del document["accept"], document["resolve"]  # they stand under "clocks", with their reasons
    for part in document["parts"]:
        del part["clock"]
    return document


def _entry(recorded: Recorded, event: TicketEvent, open_words: OpenWords, zone: ZoneInfo) -> Json:
    facts = {name: value for name, value in event if name not in SHOWN_APART and value is not None}
    words, erased = _words(recorded, event, open_words)
    entry = {
        "position": recorded.position,
        "version": recorded.version,
        "type": event.type,
        "actor": event.actor,
        "cause": event.cause,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "facts": facts,
        "words": words,
    }
    shown: Json = _plain(entry | ({"erased": erased} if erased else {}), zone)
    return shown


def _words(
    recorded: Recorded, event: TicketEvent, open_words: OpenWords
) -> tuple[dict[str, str | None], list[str]]:
    words: dict[str, str | None] = {}
    for field in PERSONAL_FIELDS:
        if getattr(event, field, None) is not None:
            said = open_words(event, recorded.version, field)
            words[field] = masked(said) if said and field in MASKED else said
    return words, [field for field, said in words.items() if said is None]


def _clock(
    name: str,
    state: ClockState,
    promise: Promise | None,
    moves: Iterable[Move],
    zone: ZoneInfo,
) -> Json:
    """A promise and why it ends then: from when, how many working days, by which calendar."""
    document: Json = {"clock": name, **state._asdict()}
    del document["steps"]  # `yousu ticket clock` tells them day by day
    if promise is not None:
        document |= {
            "first_due_at": promise.due_at,
            "calendar_version": promise.calendar_version,
            "policy_version": promise.policy_version,
        }
    document["moved"] = [
        {
            "reason": "urgency" if isinstance(move, DeadlineShortened) else move.reason,
            "working_days": getattr(move, "working_days", None),
            "due_at": move.due_at,
            "calendar_version": move.calendar_version,
        }
        for move in moves
    ]
    document["why"] = _why(state, promise, document["moved"], zone)
    shown: Json = _plain(document, zone)
    return shown


def _why(state: ClockState, promise: Promise | None, moved: Sequence[Json], zone: ZoneInfo) -> str:
    starts = state.starts_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    version = "?" if promise is None else promise.calendar_version
    day = getattr(promise, "day", None)
    term = f"to the close of {day}" if day else f"{state.working_days} working days"
    why = f"{term} from {starts}, that day not counted, to close of business, by calendar {version}"
    if getattr(promise, "with_lead", False):
        why += "; no later than the lead's own promise"
    for move in moved:
        if move["working_days"] is None:
            why += f"; moved ({move['reason']})"
            continue
        days = f"{move['working_days']} working days"
        if move["reason"] == "urgency":
            why += f"; then {days} from when it became more urgent, that day not counted"
        else:
            why += f"; moved by {days} ({move['reason']})"
    return why


def _unreadable(recorded: Recorded, why: str) -> Json:
    return {
        "position": recorded.position,
        "version": recorded.version,
        "type": recorded.type,
        "unreadable": why,
    }


def _plain(value: Any, zone: ZoneInfo) -> Any:
    """JSON values; times in the city's own time, with its offset."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(part, zone) for key, part in value.items()}
    if hasattr(value, "_asdict"):
        return _plain(value._asdict(), zone)
    if hasattr(value, "model_dump"):
        return _plain(value.model_dump(exclude_none=True), zone)
    if isinstance(value, list | tuple):
        return [_plain(part, zone) for part in value]
    return value
