"""faust's consumer with three changes: one event a fetch, a start that we choose, a pace of ours.

faust spends 50 to 100 µs on an event, whatever is inside; so all that one fetch brought from one
partition is one event. And where to begin is not Kafka's to say: positions are in our database.
Every hook is a method of faust 0.15.3 that is named here and covered by tests.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import faust
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from services.platform.transport.worker import AT_ONCE_S

FETCH_WAIT_MS = 100  # faust's 1,500 holds up whatever arrives behind an empty fetch


class Bundle(NamedTuple):
    """The records of one fetch from one partition. starts_at: the offset that was to come next."""

    tp: TP
    records: Sequence[Any]
    starts_at: int

    @property
    def last(self) -> Any:
        return self.records[-1]


Start = Callable[[set[TP]], Awaitable[Mapping[TP, int | None]]]


class BusApp(faust.App):
    """start_at(assignment): the offset at which to begin in each partition; None: at its end.
    pace_s: how long messages may gather before they are handed over."""

    start_at: Start
    pace_s: float = AT_ONCE_S


class ConsumerThread(driver.AIOKafkaConsumerThread):
    def _create_worker_consumer(self, transport: driver.Transport) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._fetch_max_wait_ms = FETCH_WAIT_MS
        return consumer


class Consumer(driver.Consumer):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._next: dict[TP, int] = {}
        self._fetched_s = 0.0

    def _new_consumer_thread(self) -> driver.AIOKafkaConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        assignment = set(self.assignment())
        wanted = await cast(BusApp, self.app).start_at(assignment)
        at_end = [tp for tp, offset in wanted.items() if offset is None]
        ends = await self.highwaters(*at_end) if at_end else {}
        offsets = {tp: ends[tp] if at is None else at for tp, at in wanted.items()}
        if offsets:
            await self.seek_wait(offsets)
        self._next = dict(offsets)
        return offsets

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:
        pause_s = self._fetched_s + cast(BusApp, self.app).pace_s - time.monotonic()
        if pause_s > 0:
            await asyncio.sleep(pause_s)
        found = await super()._getmany(active_partitions, timeout)
        self._fetched_s = time.monotonic()
        return {tp: [self._bundle(tp, records)] for tp, records in found.items() if records}

    def _bundle(self, tp: TP, records: Sequence[Any]) -> Bundle:
        starts_at = self._next.get(tp, records[0].offset)
        self._next[tp] = records[-1].offset + 1
        return Bundle(tp, records, starts_at)

    def _to_message(self, tp: TP, record: Bundle) -> ConsumerMessage:
        message = super()._to_message(tp, record.last)
        message.value = cast(Any, record)
        message.key = None
        return message


class Transport(driver.Transport):
    Consumer = Consumer
