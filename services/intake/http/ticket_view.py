"""One ticket as its log tells it: state, and every fact with its position and its words."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from services.domain.clock_state import ClockState
from services.domain.event_base import PERSONAL_FIELDS
from services.domain.events import TicketEvent, TicketOpened
from services.domain.part_state import Part
from services.domain.personal import Personal
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import fold
from services.intake.reporters import Reporter, reporters_of
from services.platform.event_log import EventLog
from services.platform.keys import Keyring
from services.platform.processor import Fact, decode_all
from services.platform.words import open_words

_COMMON = {"ticket_id", "type", "actor", "cause", "occurred_at", "recorded_at"}
_INTERNAL = {"fingerprint", "fingerprints", "before_merge"}
SHOWN_START, SHOWN_END = 3, 4  # 138****1234


def ticket_view(log: EventLog, keyring: Keyring, ticket_id: str) -> dict[str, Any] | None:
    """Ready for JSON; None if there is no such ticket. Contacts and names are masked."""
    facts, _ = decode_all(log.read_stream(ticket_id))
    if not facts:
        return None
    ticket = fold(fact.event for fact in facts)
    return {
        **_state(ticket),
        **_opening_words(facts, keyring),
        "position": facts[-1].position,
        "reporters": [reporter_view(one) for one in reporters_of(log, ticket_id)],
        "history": [fact_view(fact, keyring) for fact in facts],
    }


def reporter_view(reporter: Reporter) -> dict[str, Any]:
    """resident: a pseudonym, never who they are."""
    document = reporter._asdict() | {"received_at": plain(reporter.received_at)}
    del document["fact"]
    return document


def fact_view(fact: Fact, keyring: Keyring) -> dict[str, Any]:
    event = fact.event
    said = _said(event, fact.version, keyring)
    return {
        "position": fact.position,
        "version": fact.version,
        "type": event.type,
        "actor": event.actor,
        "cause": event.cause,
        "occurred_at": plain(event.occurred_at),
        "recorded_at": plain(event.recorded_at),
        "facts": said,
        "erased": _erased(event, said),
    }


def masked(field: str, words: str | None) -> str | None:
    """Enough to recognise, not enough to call."""
    if words is None or field not in {"contact", "name"}:
        return words
    if field == "name":
        return words[:1] + "*" * (len(words) - 1)
    if len(words) <= SHOWN_START + SHOWN_END:
        return "*" * len(words)
    hidden = "*" * (len(words) - SHOWN_START - SHOWN_END)
    return words[:SHOWN_START] + hidden + words[-SHOWN_END:]


def plain(value: Any) -> Any:
    """Values of facts as JSON has them; times in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value.model_dump(mode="json") if hasattr(value, "model_dump") else value


def _said(event: TicketEvent, version: int, keyring: Keyring) -> dict[str, Any]:
    said = {}
    for name in type(event).model_fields:
        if name in _COMMON | _INTERNAL:
            continue
        if name in PERSONAL_FIELDS:
            said[name] = masked(name, open_words(keyring, event, version, name))
        else:
            said[name] = plain(getattr(event, name))
    return said


def _erased(event: TicketEvent, said: dict[str, Any]) -> list[str]:
    """Personal fields that were filled, and whose resident is forgotten."""
    return [
        name
        for name in PERSONAL_FIELDS
        if isinstance(getattr(event, name, None), Personal) and said.get(name) is None
    ]


def _opening_words(facts: Sequence[Fact], keyring: Keyring) -> dict[str, Any]:
    first = facts[0]
    if not isinstance(first.event, TicketOpened):
        return {}
    said = _said(first.event, first.version, keyring)
    names = ("title", "text", "address", "contact", "name", "longitude", "latitude", "attachments")
    return {name: said[name] for name in names}


def _state(ticket: Ticket) -> dict[str, Any]:
    state = {
        name: plain(value)
        for name, value in ticket._asdict().items()
        if name not in {"accept", "resolve", "parts"} | _INTERNAL
    }
    clocks = {"accept": ticket.accept, "resolve": ticket.resolve}
    return {
        **state,
        "clocks": {name: _clock(clock) for name, clock in clocks.items()},
        "parts": [_part(part) for part in ticket.parts],
    }


def _part(part: Part) -> dict[str, Any]:
    """What another unit does of it, with its own clock. subtask: null if the unit assists."""
    return {
        "unit": part.unit,
        "subtask": part.number or None,
        "asked_at": plain(part.asked_at),
        "accepted_at": plain(part.accepted_at),
        "done_at": plain(part.done_at),
        "over": part.over,
        "clock": _clock(part.clock),
    }


def _clock(clock: ClockState | None) -> dict[str, Any] | None:
    if clock is None:
        return None
    return {name: plain(value) for name, value in clock._asdict().items() if name != "steps"}
