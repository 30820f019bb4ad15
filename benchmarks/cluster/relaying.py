"""The relay against a bare producer of the same messages, with the same settings."""

import time
from collections.abc import Iterator
from uuid import uuid4

import psycopg

from benchmarks.cluster.ground import LANES, Ground
from benchmarks.cluster.rounds import Round, median
from benchmarks.cluster.stage import Stage, run_to_the_end
from benchmarks.figures import Figure
from services.platform.event_log import EventLog, open_postgres_log
from services.platform.transport.kafka_admin import create_topics, wanted_topics
from services.platform.transport.kafka_publisher import KafkaPublisher
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.relay import Relay

BACK = "UPDATE tracking SET notification_id = %s WHERE application_name ~ '^relay(/|$)'"


def relaying(ground: Ground, stage: Stage, rounds: int) -> Iterator[Figure]:
    """Both to a topic of their own; connected, and warm by one round that does not count."""
    settings = ground.settings(f"relay-{uuid4().hex[:8]}-")
    create_topics(settings, wanted_topics(LANES, 1, 1))
    count = len(stage.messages)
    found = []
    with ground.copy(stage.url) as url:
        log = open_postgres_log(url)
        for _ in range(rounds + 1):
            with psycopg.connect(url) as connection:
                connection.execute(BACK, (stage.before,))
            ours_s = _relay_s(log, settings, stage)
            found.append(Round(count / ours_s, count / _bare_s(settings, stage)))
        log.close()
    middle = median(found[1:])
    name = f"relay, {count:,} facts from the log, confirmed | bare kafka-python"
    yield Figure(name, middle.ours, "/s", middle.theirs, 0.8, ">=")


def _relay_s(log: EventLog, settings: KafkaSettings, stage: Stage) -> float:
    publisher = KafkaPublisher(settings)
    publisher.partitions()
    relay = Relay(log, publisher, LANES)
    began_s = time.perf_counter()
    run_to_the_end(relay, stage.head)
    took_s = time.perf_counter() - began_s
    publisher.close()
    return took_s


def _bare_s(settings: KafkaSettings, stage: Stage) -> float:
    """Messages are ready, and nothing is read or written down."""
    publisher = KafkaPublisher(settings)
    publisher.partitions()
    producer, topic = publisher._connected(), settings.topic("ticket-events")
    began_s = time.perf_counter()
    futures = [
        producer.send(topic, value, key, headers, partition)
        for partition, key, value, headers in stage.messages
    ]
    for future in futures:
        future.get(60)
    took_s = time.perf_counter() - began_s
    publisher.close()
    return took_s
