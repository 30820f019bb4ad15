"""The relay's way to the broker: kafka-python's idempotent producer, replaced after any failure."""

from collections.abc import Sequence
from typing import Any

from kafka.errors import KafkaError

from services.platform.failures import Outage
from services.platform.transport.kafka_clients import producer, why
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.relay import Outgoing
from services.platform.transport.topics import TICKET_EVENTS

CONFIRM_WITHIN_S = 15.0
CLOSE_WITHIN_S = 3.0
LINGER_MS = 2
BATCH_BYTES = 256 * 1024


class KafkaPublisher:
    """One topic, one producer. Messages of a partition keep their order, also over retries."""

    def __init__(self, settings: KafkaSettings) -> None:
        self._settings = settings
        self._topic = settings.topic(TICKET_EVENTS)
        self._producer: Any = None

    def partitions(self) -> int:
        try:
            found = self._connected().partitions_for(self._topic)
        except KafkaError as error:
            raise Outage(f"topic {self._topic}: {why(error)}") from error
        if not found:
            raise Outage(f"topic {self._topic} is missing: run `yousu topics create`")
        return len(found)

    def send(self, messages: Sequence[Outgoing]) -> Any:
        send, topic = self._connected().send, self._topic
        try:
            return [
                send(topic, value, key, headers, partition)
                for partition, key, value, headers in messages
            ]
        except (KafkaError, AssertionError) as error:
            raise Outage(f"topic {self._topic}: {why(error)}") from error

    def confirm(self, sent: Any) -> None:
        try:
            for future in sent:
                if not future.succeeded():  # most are, once the first is
                    future.get(CONFIRM_WITHIN_S)
        except KafkaError as error:
            raise Outage(f"topic {self._topic}: {why(error)}") from error

    def reset(self) -> None:
        """A new producer has new sequence numbers; what the old one still holds is dropped."""
        self._drop(within_s=0)

    def close(self) -> None:
        self._drop(within_s=CLOSE_WITHIN_S)

    def _drop(self, within_s: float) -> None:
        found, self._producer = self._producer, None
        if found is None:
            return
        try:
            found.close(timeout=within_s)
        except KafkaError:  # kafka-python 3.0 gives up here with its thread still sending
            found._sender.force_close()
            found._closed = True

    def _connected(self) -> Any:
        if self._producer is None:
            self._producer = producer(
                self._settings,
                linger_ms=LINGER_MS,
                batch_size=BATCH_BYTES,
                delivery_timeout_ms=int(CONFIRM_WITHIN_S * 1000),
                request_timeout_ms=5_000,
            )
        return self._producer
