"""faust at the edge: agents that only hand over, and a process that leaves rather than step over.

Settings are pinned to what is known to be safe: nothing stored by faust, no web server, no topics
made, one event at a time. Offsets are committed for the eyes of ops tools; they decide nothing.
"""

import asyncio
import logging
import signal
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import faust
from faust.types import TP

from services.platform.failures import ConcurrentAppend, Outage
from services.platform.transport.bus_door import Door, MessagesMissing, OffsetMessage
from services.platform.transport.ear import Ear
from services.platform.transport.faust_consumer import Bundle, BusApp, Transport
from services.platform.transport.kafka_clients import faust_credentials
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.pump import Pump, leave
from services.platform.transport.ticket_message import TicketMessage, parsed
from services.platform.transport.topics import TICKET_EVENTS
from services.platform.transport.watchdog import Watchdog
from services.platform.transport.worker import AT_ONCE_S, Worker

logger = logging.getLogger(__name__)

SESSION_TIMEOUT_S = 8.0  # a worker that was killed holds its partitions for so long
HEARTBEAT_S = 2.0
POLL_INTERVAL_MAX_S = 60.0
FETCH_BYTES_MAX = 1024 * 1024  # per partition
BUFFER_MAX = 16  # fetches per partition that wait in faust
STUCK_AFTER_S = 60.0
ASSIGNED_WITHIN_S = 45.0
LISTEN_EVERY_S = 5.0
COMPARE_EVERY_S = 15.0


class _Schema(faust.Schema[Any, Any]):
    """A bundle is what it is: nothing is decoded here, so nothing can fail to decode."""

    def loads_key(self, app: Any, message: Any, **kwargs: Any) -> Any:
        return None

    def loads_value(self, app: Any, message: Any, **kwargs: Any) -> Any:
        return message.value


class FaustWorker:
    """Runs one worker on `ticket-events`, and with it the door of a topic of its own, if any.

    relayed(): by partition, how far the relay has come. on_messages(topic, n): called for what
    arrives.
    """

    def __init__(
        self,
        settings: KafkaSettings,
        worker: Worker,
        door: Door | None = None,
        *,
        relayed: Callable[[], Mapping[int, int]] = dict,
        on_messages: Callable[[str, int], None] = lambda *_: None,
    ) -> None:
        self._settings = settings
        self._worker = worker
        self._door = door
        self._relayed = relayed
        self._on_messages = on_messages
        self._facts = settings.topic(TICKET_EVENTS)
        self._ear = Ear()
        self._listened_s = self._compared_s = self._assigned_s = time.monotonic()
        self._pump: Pump[Any] | None = None
        self._holding: frozenset[int] | None = None  # None: while partitions are given out

    @property
    def is_assigned(self) -> bool:
        """Whether the group has said what is ours, if anything."""
        return self._holding is not None

    @property
    def turned_s(self) -> float:
        """When it last gave a sign of life, on the monotonic clock."""
        return self._pump.turned_s if self._pump else self._assigned_s

    def run(self) -> None:
        """Until SIGTERM or SIGINT. Ends the process itself if it cannot go on."""
        asyncio.run(self._main())

    async def _main(self) -> None:
        pump = self._pump = Pump[Any](self._take, self._worker.look, _ack, leave)
        with tempfile.TemporaryDirectory(prefix="yousu-faust-") as folder:
            app = self._app(Path(folder))
            watchdog = Watchdog(self._checks(app))
            stop = asyncio.Event()

            def leave_soon() -> None:
                stop.set()
                watchdog.rest()

            for signum in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(signum, leave_soon)
            app.finalize()
            await app.start()
            pumping = asyncio.create_task(pump.run())
            await stop.wait()
            pump.stop()
            await pumping
            await asyncio.get_running_loop().run_in_executor(None, pump.close)
            await asyncio.get_running_loop().run_in_executor(None, self._worker.close)
            await app.stop()

    def _checks(self, app: Any) -> Mapping[str, Callable[[], bool]]:
        return {
            "no sign of life": lambda: _age_s(self.turned_s) > STUCK_AFTER_S,
            "the group gives out no partitions": self._waits_too_long,
            "the bus is silent, and should not be": self._is_deaf,
            "the topic was made anew": self._is_stale,
            "faust has given up": lambda: bool(app.crashed or app.should_stop),
        }

    def _waits_too_long(self) -> bool:
        return self._holding is None and _age_s(self._assigned_s) > ASSIGNED_WITHIN_S

    def _is_stale(self) -> bool:
        if self._door is None or _age_s(self._compared_s) < COMPARE_EVERY_S:
            return False
        self._compared_s = time.monotonic()
        try:
            return self._door.is_stale()
        except Outage:
            return False

    def _is_deaf(self) -> bool:
        if _age_s(self._listened_s) < LISTEN_EVERY_S:
            return False
        self._listened_s = time.monotonic()
        try:
            relayed = self._relayed()
        except Outage:
            return False
        holding = self._holding or frozenset()
        ours = {one: position for one, position in relayed.items() if one in holding}
        return self._ear.is_deaf(ours, time.monotonic())

    def _app(self, folder: Path) -> Any:
        app = BusApp(
            self._settings.group(self._worker.name),
            broker=[f"kafka://{server}" for server in self._settings.servers],
            broker_credentials=_credentials(self._settings),
            processing_guarantee="at_least_once",
            store="memory://",
            cache="memory://",
            datadir=folder,
            web_enabled=False,
            topic_allow_declare=False,
            topic_disable_leader=True,
            autodiscover=False,
            broker_session_timeout=SESSION_TIMEOUT_S,
            broker_heartbeat_interval=HEARTBEAT_S,
            broker_max_poll_interval=POLL_INTERVAL_MAX_S,
            broker_rebalance_timeout=SESSION_TIMEOUT_S,
            consumer_auto_offset_reset="earliest",
            consumer_max_fetch_size=FETCH_BYTES_MAX,
            consumer_metadata_max_age_ms=10_000,
            stream_buffer_maxsize=BUFFER_MAX,
            stream_wait_empty=False,
            stream_recovery_delay=0.0,
        )
        app.transport = Transport(app.conf.broker_consumer, app)
        app.start_at = self._start_at
        app.pace_s = AT_ONCE_S if self._door else self._worker.pace_s
        app.on_partitions_revoked.connect(cast(Any, self._revoked), weak=False)
        app.on_partitions_assigned.connect(cast(Any, self._assigned), weak=False)
        names = [self._facts, *([self._door.topic] if self._door else [])]
        for number, name in enumerate(names):
            topic = app.topic(name, schema=_Schema(), internal=False)
            app.agent(topic, name=f"{self._worker.name}-{number}", concurrency=1)(self._agent)
        return app

    async def _agent(self, stream: Any) -> None:
        async for event in stream.noack().events():
            self._on_messages(event.value.tp.topic, len(event.value.records))
            if self._pump is not None:
                await self._pump.put(event)

    async def _revoked(self, _: Any, revoked: set[TP], **__: Any) -> None:
        self._holding = None
        self._assigned_s = time.monotonic()

    async def _assigned(self, _: Any, assigned: set[TP], **__: Any) -> None:
        self._holding = frozenset(tp.partition for tp in assigned if tp.topic == self._facts)
        self._worker.hold(self._holding)
        if self._pump is not None:
            self._pump.wake()

    async def _start_at(self, assignment: set[TP]) -> Mapping[TP, int | None]:
        """Facts: from the end, for the log is read up to now. The door: where it stands."""
        self._ear.begin(time.monotonic())
        topic = self._door.topic if self._door else None
        ours = {tp for tp in assignment if tp.topic == topic}
        stands = await self._door_stands_at(frozenset(tp.partition for tp in ours))
        return {tp: stands[tp.partition] if tp in ours else None for tp in assignment}

    async def _door_stands_at(self, partitions: frozenset[int]) -> Mapping[int, int]:
        """Waits for the database: faust must not see an error here."""
        if self._door is None or not partitions:
            return {}
        loop = asyncio.get_running_loop()
        while True:
            try:
                return await loop.run_in_executor(None, self._door.positions, partitions)
            except (Outage, ConcurrentAppend) as error:
                logger.warning("waiting for where to begin: %s", error)
                await asyncio.sleep(1.0)

    def _take(self, events: Sequence[Any]) -> None:
        facts: dict[int, list[TicketMessage]] = {}
        reports: dict[int, list[OffsetMessage]] = {}
        for event in events:
            bundle: Bundle = event.value
            partition = bundle.tp.partition
            if bundle.tp.topic != self._facts:
                reports.setdefault(partition, []).extend(_offset_messages(bundle))
                continue
            messages = _ticket_messages(bundle)
            facts.setdefault(partition, []).extend(messages)
            for message in messages[-1:]:
                self._ear.heard(partition, message.position)
        if reports and self._door is not None:
            self._door.take(reports)
        if facts:
            self._worker.take(facts)


def _ack(event: Any) -> None:
    event.ack()


def _ticket_messages(bundle: Bundle) -> list[TicketMessage]:
    messages = [parsed(one.key, one.value, one.headers) for one in bundle.records]
    known = [message for message in messages if message is not None]
    if len(known) < len(messages):
        logger.error("%s: %s foreign messages", bundle.tp, len(messages) - len(known))
    return known


def _offset_messages(bundle: Bundle) -> list[OffsetMessage]:
    """Raises MessagesMissing if offsets went back: then it is another topic of the same name."""
    messages = []
    after = bundle.starts_at
    if bundle.records[0].offset < after:
        raise MessagesMissing(f"{bundle.tp}: offset {bundle.records[0].offset} after {after}")
    for one in bundle.records:
        messages.append(OffsetMessage(one.offset, after, one.value, _moment(one.timestamp)))
        after = one.offset + 1
    return messages


def _moment(timestamp_ms: int | None) -> datetime | None:
    known = timestamp_ms is not None and timestamp_ms >= 0
    return datetime.fromtimestamp((timestamp_ms or 0) / 1000, UTC) if known else None


def _credentials(settings: KafkaSettings) -> Any:
    found = faust_credentials(settings)
    if found.ssl_context is None:
        return None
    if found.mechanism is None:
        return faust.SSLCredentials(found.ssl_context)
    return faust.SASLCredentials(
        username=found.username,
        password=found.password,
        mechanism=found.mechanism,
        ssl_context=found.ssl_context,
    )


def _age_s(moment_s: float) -> float:
    return time.monotonic() - moment_s
