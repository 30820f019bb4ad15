"""A message of `ticket-events`: one event of the log, and what came before it in its partition."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from services.platform.event_log import Recorded
from services.platform.transport import topics

Header = tuple[str, bytes]


class TicketMessage(NamedTuple):
    """after: position of the message before it in its partition; 0 for the first. trace: its
    trace parent, if there is a trace."""

    recorded: Recorded
    after: int
    trace: bytes | None = None

    @property
    def position(self) -> int:
        return self.recorded.position


def headers_of(recorded: Recorded, after: int) -> list[Header]:
    type_header, schema_header = _headers_of_type(recorded.type)
    return [
        type_header,
        (topics.POSITION, b"%d" % recorded.position),
        (topics.VERSION, b"%d" % recorded.version),
        (topics.AFTER, b"%d" % after),
        schema_header,
    ]


@lru_cache(maxsize=256)
def _headers_of_type(type_name: str) -> tuple[Header, Header]:
    schema_version = topics.schema_version(type_name).encode()
    return (topics.TYPE, type_name.encode()), (topics.SCHEMA_VERSION, schema_version)


def parsed(
    key: bytes | None, value: bytes | None, headers: Sequence[Header]
) -> TicketMessage | None:
    """None if it is nothing that the relay has written. The log is the truth: such a message can
    be left where it is."""
    found = dict(headers)
    try:
        recorded = Recorded(
            position=int(found[topics.POSITION]),
            stream_id=(key or b"").decode(),
            version=int(found[topics.VERSION]),
            type=found[topics.TYPE].decode(),
            data=value or b"",
        )
        return TicketMessage(recorded, int(found[topics.AFTER]), found.get(topics.TRACE_PARENT))
    except (KeyError, ValueError):  # UnicodeDecodeError is a ValueError
        return None
