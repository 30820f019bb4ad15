"""A topic that is a source of its own: what comes there is not in the log yet."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

EX_TEMPFAIL = 75


class OffsetMessage(NamedTuple):
    """after: the offset at which the partition must stand before, so that a gap is seen.
    timestamp: aware; None if the broker has none."""

    offset: int
    after: int
    value: bytes | None
    timestamp: datetime | None = None


class MessagesMissing(Exception):
    """Messages were stepped over on the way to us: start again from the stored position."""

    exit_code = EX_TEMPFAIL


class Door(Protocol):
    @property
    def topic(self) -> str: ...

    def positions(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """The next offset of each partition. Any thread. Raises Outage."""
        ...

    def is_stale(self) -> bool:
        """Whether the topic is another one by now than `positions` was about. Any thread. Raises
        Outage."""
        ...

    def take(self, messages: Mapping[int, Sequence[OffsetMessage]]) -> None:
        """In one transaction with the new position. Raises Outage, MessagesMissing."""
