"""kafka-python's clients, and what faust needs to know, out of one value: `KafkaSettings`."""

import logging
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

from kafka import KafkaAdminClient, KafkaProducer
from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from services.platform.failures import Outage
from services.platform.transport.kafka_settings import KafkaSettings, Mechanism

BOOTSTRAP_TIMEOUT_MS = 10_000
METADATA_TIMEOUT_MS = 15_000
REQUEST_TIMEOUT_MS = 10_000
DELIVERY_TIMEOUT_MS = 30_000
Client = TypeVar("Client")


class Credentials(NamedTuple):
    """For a client that is not kafka-python. Without `ssl_context` everything is in the clear."""

    mechanism: Mechanism | None
    username: str | None
    password: str | None
    ssl_context: ssl.SSLContext | None

    def __repr__(self) -> str:
        return f"Credentials({self.mechanism!r}, {self.username!r})"


def client_options(settings: KafkaSettings) -> dict[str, Any]:
    """What every client of kafka-python takes."""
    options: dict[str, Any] = {
        "bootstrap_servers": list(settings.servers),
        "bootstrap_timeout_ms": BOOTSTRAP_TIMEOUT_MS,
        "security_protocol": settings.security_protocol,
    }
    if settings.security_protocol != "PLAINTEXT":
        options["ssl_check_hostname"] = True
        options["ssl_cafile"] = str(settings.ca_file) if settings.ca_file else None
    if settings.mechanism:
        options["sasl_mechanism"] = settings.mechanism
        options["sasl_plain_username"] = settings.username
        options["sasl_plain_password"] = settings.password
    return options


def faust_credentials(settings: KafkaSettings) -> Credentials:
    """Plain values. Raises Outage if the file of authorities cannot be read."""
    context = None
    if settings.security_protocol != "PLAINTEXT":
        with _outages(settings):
            context = ssl.create_default_context(cafile=settings.ca_file)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
    return Credentials(settings.mechanism, settings.username, settings.password, context)


def producer(settings: KafkaSettings, **tuning: Any) -> KafkaProducer:
    """Idempotent: what it repeats by itself is stored once and in order. Raises Outage."""
    options = {
        "enable_idempotence": True,
        "acks": "all",
        "delivery_timeout_ms": DELIVERY_TIMEOUT_MS,
        "request_timeout_ms": REQUEST_TIMEOUT_MS,
        "max_block_ms": METADATA_TIMEOUT_MS,
        "allow_auto_create_topics": False,
    }
    _keep_quiet()
    with _outages(settings):
        return _opened(KafkaProducer, client_options(settings) | options | tuning)


@contextmanager
def admin(settings: KafkaSettings) -> Iterator[KafkaAdminClient]:
    """Closed at the end. Raises Outage, also for what is asked of it."""
    _keep_quiet()
    with _outages(settings):
        options = client_options(settings) | {"request_timeout_ms": REQUEST_TIMEOUT_MS}
        client = _opened(KafkaAdminClient, options)
        try:
            yield client
        finally:
            client.close()


def why(error: BaseException) -> str:
    """Its kind, and what it says if that is short: a broker's answer, never a message's words."""
    said = str(error).partition("\n")[0][:200]
    name = type(error).__name__
    return said if said.startswith(name) else f"{name}: {said}" if said else name


def _opened(kind: Callable[..., Client], options: Mapping[str, Any]) -> Client:
    """kafka-python leaves a thread and sockets behind when it does not reach a broker: whoever
    tries again for an hour would have hundreds."""
    networks: list[Any] = []

    def network(**values: Any) -> Any:
        networks.append(KafkaNetClient(**values))
        return networks[-1]

    try:
        return kind(**options, kafka_client=network)
    except BaseException:
        for one in networks:
            one.close()
        raise


def _keep_quiet() -> None:
    """At DEBUG kafka-python writes messages' values and the password into the log."""
    logger = logging.getLogger("kafka")
    if logger.getEffectiveLevel() < logging.INFO:
        logger.setLevel(logging.INFO)


@contextmanager
def _outages(settings: KafkaSettings) -> Iterator[None]:
    try:
        yield
    except (KafkaError, OSError) as error:
        raise Outage(f"Kafka at {', '.join(settings.servers)}: {why(error)}") from error
