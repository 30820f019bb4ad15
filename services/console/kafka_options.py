"""What commands share that speak to Kafka."""

import logging
from pathlib import Path

from services.console.options import fail
from services.platform.settings import Settings, SettingsInvalid, load_settings
from services.platform.transport.kafka_settings import KafkaSettings


def bus_settings(data_dir: Path | None = None, database_url: str | None = None) -> KafkaSettings:
    """Out of the environment. Without them the command ends with 2."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)  # the command says itself what failed
    try:
        return kafka_of(load_settings(data_dir, database_url))
    except SettingsInvalid as error:
        fail(str(error))


def kafka_of(settings: Settings) -> KafkaSettings:
    """Where the bus is. If nobody says so, the command ends with 2."""
    kafka = settings.kafka
    if kafka is None:
        fail("YOUSU_KAFKA is not set: host:port of the brokers")
    return kafka
