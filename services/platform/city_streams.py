"""Reading and writing the streams that are no tickets'."""

from collections.abc import Callable, Sequence

from services.domain.city_events import AnyCityEvent, decode_city, encode_city
from services.platform.event_log import Change, EventLog, NewEvent

_LAST = "SELECT COALESCE(MAX(originator_version), 0) FROM stored_events WHERE originator_id = ?"
_FAMILY = (
    "SELECT originator_id FROM stored_events WHERE originator_id > ? AND originator_id < ?"
    " AND originator_version = 1 ORDER BY originator_id"
)
_VERSIONS = (
    "SELECT originator_id, MAX(originator_version) FROM stored_events"
    " WHERE originator_id > ? AND originator_id < ? GROUP BY originator_id ORDER BY originator_id"
)
_SIZE = "SELECT COUNT(*) FROM stored_events WHERE originator_id > ? AND originator_id < ?"
_FACTS = (
    "SELECT position, topic, state FROM stored_events WHERE originator_id > ?"
    " AND originator_id < ? AND position > ? ORDER BY position"
)


def last_version(log: EventLog, stream_id: str) -> int:
    """0 if there is no such stream. One look-up in an index."""
    return int(log.query(_LAST, (stream_id,))[0][0])


def city_facts(log: EventLog, stream_id: str) -> list[AnyCityEvent]:
    """All of one stream, in order. Raises Undecodable."""
    return [decode_city(one.type, one.data) for one in log.read_stream(stream_id)]


def streams_of(log: EventLog, family: str) -> list[str]:
    """The ids `<family>:<name>` that exist."""
    return [row[0] for row in log.query(_FAMILY, (f"{family}:", f"{family};"))]


def versions_of(log: EventLog, family: str) -> dict[str, int]:
    """Each stream `<family>:<name>` and how many facts it has. One walk over an index."""
    return dict(log.query(_VERSIONS, (f"{family}:", f"{family};")))


def family_size(log: EventLog, family: str) -> int:
    """How many facts all streams `<family>:<name>` hold together: it only grows. A count in an
    index."""
    return int(log.query(_SIZE, (f"{family}:", f"{family};"))[0][0])


def family_facts(log: EventLog, family: str, after: int = 0) -> list[tuple[int, AnyCityEvent]]:
    """(position, fact) of all streams `<family>:<name>` after a position. Raises Undecodable."""
    rows = log.query(_FACTS, (f"{family}:", f"{family};", after))
    return [(position, decode_city(name, data)) for position, name, data in rows]


def family_numbered(log: EventLog, family: str) -> list[tuple[AnyCityEvent, int]]:
    """(fact, its number in its stream) of all streams `<family>:<name>`, in the log's order.
    Raises Undecodable."""
    numbers: dict[str, int] = {}
    found = []
    for _, fact in family_facts(log, family):
        numbers[fact.stream_id] = number = numbers.get(fact.stream_id, 0) + 1
        found.append((fact, number))
    return found


def append_city_together(
    log: EventLog,
    events: Sequence[tuple[AnyCityEvent, int]],
    appended: Callable[[], None] = lambda: None,
    changes: Sequence[Change] = (),
) -> Sequence[int]:
    """Events of several streams with their numbers there, in one transaction. Raises
    ConcurrentAppend if one of the numbers is taken (then none is written), and Outage."""
    new = [NewEvent(e.stream_id, version, e.type, encode_city(e)) for e, version in events]
    positions = log.append(new, changes=changes)
    appended()
    return positions


def append_city(
    log: EventLog,
    event: AnyCityEvent,
    version: int,
    appended: Callable[[], None] = lambda: None,
    changes: Sequence[Change] = (),
) -> int:
    """The event as number `version` of its stream, with the changes of rows that go with it; its
    position. Raises ConcurrentAppend if somebody was first, and Outage."""
    return append_all_city(log, [event], version, appended, changes)[0]


def append_all_city(
    log: EventLog,
    events: Sequence[AnyCityEvent],
    version: int,
    appended: Callable[[], None] = lambda: None,
    changes: Sequence[Change] = (),
) -> Sequence[int]:
    """Events of one stream, the first as its number `version`, in one transaction; as above."""
    numbered = [(event, number) for number, event in enumerate(events, start=version)]
    return append_city_together(log, numbered, appended, changes)
