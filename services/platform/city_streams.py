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
    new = [
        NewEvent(event.stream_id, number, event.type, encode_city(event))
        for number, event in enumerate(events, start=version)
    ]
    positions = log.append(new, changes=changes)
    appended()
    return positions
