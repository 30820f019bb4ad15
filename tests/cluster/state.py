"""Two logs of one input compared: their tickets, with the names that chance gave taken out."""

import hashlib
import json
from collections import Counter
from typing import Any

from services.domain.city_events import is_city_stream
from services.domain.codec import decode
from services.domain.events import ReportJoined, TicketOpened
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import fold
from services.platform.event_log import EventLog, Recorded

READ_MAX = 5_000


def streams(log: EventLog) -> dict[str, list[Recorded]]:
    """All events by ticket, checked: positions without a gap, versions without a gap."""
    found: dict[str, list[Recorded]] = {}
    position = 0
    while some := log.read_all(position, READ_MAX):
        for one in some:
            position += 1
            assert one.position == position, "a position is missing"
            if is_city_stream(one.stream_id):  # as of supervision
                continue
            history = found.setdefault(one.stream_id, [])
            assert one.version == len(history) + 1, f"{one.stream_id} is out of order"
            history.append(one)
    return found


def types(log: EventLog) -> Counter[str]:
    return Counter(one.type for history in streams(log).values() for one in history)


def references(log: EventLog) -> Counter[str]:
    """How often each reference was taken in."""
    taken: Counter[str] = Counter()
    for history in streams(log).values():
        for one in history:
            event = decode(one.type, one.data)
            if isinstance(event, TicketOpened | ReportJoined):
                taken[f"{event.channel}/{event.reference}"] += 1
    return taken


def state_hash(log: EventLog) -> str:
    """SHA-256 over every ticket's state, named by the reference of its first report, with its
    facts in their order. Ids and pseudonyms are left out: they are drawn anew in each run."""
    lines = []
    for history in streams(log).values():
        events = [decode(one.type, one.data) for one in history]
        first = events[0]
        assert isinstance(first, TicketOpened)
        state = _plain(fold(events), first)
        facts = [one.type for one in history]
        name = f"{first.channel}/{first.reference}"
        lines.append(json.dumps([name, state, facts], ensure_ascii=False, default=str))
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _plain(ticket: Ticket, first: TicketOpened) -> dict[str, Any]:
    drawn = {first.ticket_id: "ticket", first.resident: "resident", first.report_id: "report"}
    text = json.dumps(ticket._asdict(), ensure_ascii=False, default=str, sort_keys=True)
    for name, word in drawn.items():
        text = text.replace(name, word)
    state: dict[str, Any] = json.loads(text)
    return state
