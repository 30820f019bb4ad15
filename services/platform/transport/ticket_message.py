"""A message of `ticket-events`: one event of the log, and what came before it in its partition."""

from collections.abc import Sequence
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
    return [
        (topics.TYPE, recorded.type.encode()),
        (topics.POSITION, b"%d" % recorded.position),
        (topics.VERSION, b"%d" % recorded.version),
        (topics.AFTER, b"%d" % after),
        (topics.SCHEMA_VERSION, topics.schema_version(recorded.type).encode()),
    ]


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
