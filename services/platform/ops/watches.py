"""Metrics and traces put around the relay, a worker and a door, which know of neither."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from services.platform.event_log import Recorded
from services.platform.failures import ConcurrentAppend, Outage
from services.platform.ops.metrics import Metrics
from services.platform.ops.tracing import Tracing
from services.platform.transport.bus_door import Door, OffsetMessage
from services.platform.transport.relay import RelayWatch
from services.platform.transport.ticket_message import Header, TicketMessage
from services.platform.transport.worker import Worker


class WatchedRelay(RelayWatch):
    def __init__(self, metrics: Metrics, tracing: Tracing) -> None:
        self._metrics = metrics
        self._tracing = tracing

    def sending(self, count: int) -> AbstractContextManager[Sequence[Header]]:
        return self._tracing.sending(count)

    def published(self, count: int, oldest: Recorded) -> None:
        self._metrics.relayed(count, oldest)

    def outage(self) -> None:
        self._metrics.outage("relay")


class WatchedWorker:
    """A worker: what it takes in is traced, what it fails at is counted."""

    def __init__(self, worker: Worker, metrics: Metrics, tracing: Tracing) -> None:
        self._worker = worker
        self._metrics = metrics
        self._tracing = tracing

    @property
    def name(self) -> str:
        return self._worker.name

    @property
    def pace_s(self) -> float:
        return self._worker.pace_s

    def hold(self, partitions: frozenset[int]) -> None:
        self._worker.hold(partitions)

    def take(self, messages: Mapping[int, Sequence[TicketMessage]]) -> None:
        parents = [message.trace for some in messages.values() for message in some]
        with self._counting(), self._tracing.taking(self.name, parents, len(parents)):
            self._worker.take(messages)

    def look(self) -> bool:
        with self._counting():
            return self._worker.look()

    def close(self) -> None:
        self._worker.close()

    @contextmanager
    def _counting(self) -> Iterator[None]:
        try:
            yield
        except (Outage, ConcurrentAppend):
            self._metrics.outage(self.name)
            raise


class WatchedDoor:
    """A door: how long its messages were on their way."""

    def __init__(self, door: Door, metrics: Metrics) -> None:
        self._door = door
        self._metrics = metrics

    @property
    def topic(self) -> str:
        return self._door.topic

    def positions(self, partitions: frozenset[int]) -> Mapping[int, int]:
        return self._door.positions(partitions)

    def is_stale(self) -> bool:
        return self._door.is_stale()

    def take(self, messages: Mapping[int, Sequence[OffsetMessage]]) -> None:
        self._door.take(messages)
        self._metrics.taken([one.timestamp for some in messages.values() for one in some])
