"""A channel's side of `intake-reports`: checked before it is sent, and confirmed one by one.

Sending the same again is harmless: a report's channel and reference make it one report.
"""

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from kafka import KafkaProducer
from kafka.errors import KafkaError

from services.intake.bus.message import read_value
from services.intake.bus.sealing import seal
from services.platform.clock import Clock, SystemClock
from services.platform.failures import Outage
from services.platform.http.faults import FieldFault
from services.platform.transport.kafka_clients import DELIVERY_TIMEOUT_MS, producer, why
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.topics import INTAKE_REPORTS

IN_FLIGHT_MAX = 5_000
IN_FLIGHT_BYTES_MAX = 32 * 1024 * 1024  # kafka-python itself has no bound
CONFIRMED_WITHIN_S = DELIVERY_TIMEOUT_MS / 1000 + 5
LINGER_MS = 20


class Rejected(NamedTuple):
    """A report that was not sent. number: from 1, in the order given. faults name no values."""

    number: int
    faults: Sequence[FieldFault]


class Published(NamedTuple):
    """confirmed: how many reports the brokers hold."""

    confirmed: int
    rejected: Sequence[Rejected]


class PublishingStopped(Outage):
    """Not everything was confirmed: publish the same again. confirmed: how many were."""

    def __init__(self, confirmed: int, reason: str) -> None:
        super().__init__(
            f"{reason} ({confirmed} reports were confirmed;"
            " publish all again, a repeat is harmless)"
        )
        self.confirmed = confirmed


def publish(
    settings: KafkaSettings,
    reports: Iterable[Mapping[str, Any]],
    *,
    seal_to: X25519PublicKey | None = None,
) -> Published:
    """Reports as in POST /api/v1/reports. Durable when it returns. Raises Outage, and
    PublishingStopped once something was sent."""
    rejected: list[Rejected] = []
    values = (json.dumps(r, ensure_ascii=False).encode("utf-8", "surrogatepass") for r in reports)
    confirmed = publish_values(
        settings,
        enumerate(values, 1),
        seal_to=seal_to,
        on_rejected=lambda one, value: rejected.append(one),
    )
    return Published(confirmed, rejected)


def publish_values(
    settings: KafkaSettings,
    values: Iterable[tuple[int, bytes]],
    *,
    on_rejected: Callable[[Rejected, bytes], None],
    seal_to: X25519PublicKey | None = None,
    clock: Clock | None = None,
) -> int:
    """`publish` for JSON that is already written, each with its number. How many were confirmed."""
    clock = clock or SystemClock()
    sending = _Sending(producer(settings, linger_ms=LINGER_MS), settings.topic(INTAKE_REPORTS))
    with sending:
        for number, value in values:
            report = read_value(value, clock.now())
            if isinstance(report, list):
                on_rejected(Rejected(number, report), value)
            else:
                sending.send(value if seal_to is None else seal(value, seal_to))
        sending.confirm_all()
    return sending.confirmed


class _Sending:
    """What is on its way, bounded. No key: keys stand in the clear, and any partition will do."""

    def __init__(self, client: KafkaProducer, topic: str) -> None:
        self._producer = client
        self._topic = topic
        self._on_the_way: deque[tuple[Any, int]] = deque()
        self._bytes = 0
        self.confirmed = 0

    def send(self, value: bytes) -> None:
        try:
            future = self._producer.send(self._topic, value)
        except KafkaError as error:
            raise self._stopped(error) from error
        self._on_the_way.append((future, len(value)))
        self._bytes += len(value)
        while len(self._on_the_way) > IN_FLIGHT_MAX or self._bytes > IN_FLIGHT_BYTES_MAX:
            self._confirm_oldest()

    def confirm_all(self) -> None:
        while self._on_the_way:
            self._confirm_oldest()

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        self._close()

    def _confirm_oldest(self) -> None:
        future, size = self._on_the_way[0]
        try:
            future.get(timeout=CONFIRMED_WITHIN_S)
        except KafkaError as error:
            raise self._stopped(error) from error
        self._on_the_way.popleft()
        self._bytes -= size
        self.confirmed += 1

    def _stopped(self, error: KafkaError) -> PublishingStopped:
        self._close()
        self.confirmed += sum(future.succeeded() for future, _ in self._on_the_way)
        return PublishingStopped(self.confirmed, f"Kafka, topic {self._topic}: {why(error)}")

    def _close(self) -> None:
        with suppress(KafkaError):  # what is still on its way is not counted as confirmed
            self._producer.close(CONFIRMED_WITHIN_S)
