"""What a worker does, in its plainest form: everything a topic holds, through the door."""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from kafka import KafkaConsumer, TopicPartition

from services.intake.bus.door import BusMessage, IntakeDoor
from services.platform.transport.kafka_admin import topic_id
from services.platform.transport.kafka_clients import client_options
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.topics import INTAKE_REPORTS


def all_messages(settings: KafkaSettings) -> dict[int, list[Any]]:
    """By partition, from its beginning to what is its end now."""
    topic = settings.topic(INTAKE_REPORTS)
    consumer = KafkaConsumer(**client_options(settings), group_id=None)
    try:
        places = [TopicPartition(topic, one) for one in consumer.partitions_for_topic(topic) or ()]
        consumer.assign(places)
        consumer.seek_to_beginning(*places)
        ends = consumer.end_offsets(places)
        found: dict[int, list[Any]] = defaultdict(list)
        while any(consumer.position(place) < ends[place] for place in places):
            for place, records in consumer.poll(timeout_ms=200).items():
                found[place.partition] += records
        return found
    finally:
        consumer.close()


def take_all(settings: KafkaSettings, door: IntakeDoor) -> None:
    name = topic_id(settings, INTAKE_REPORTS)
    for partition, records in all_messages(settings).items():
        after = 0
        messages = []
        for record in records:
            at = datetime.fromtimestamp(record.timestamp / 1000, UTC)
            messages.append(BusMessage(record.offset, after, record.value, at))
            after = record.offset + 1
        door.take({f"{INTAKE_REPORTS}/{name}/{partition}": messages})
