"""How far the door of the bus has come, and, if the bus answers soon, how far it has to go."""

import threading
from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from services.platform.failures import Outage
from services.platform.transport import kafka_admin
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.topics import INTAKE_REPORTS

WAIT_S = 3.0


class InletPartition(TypedDict):
    """position: the next offset to take. lag: messages that wait; None if the bus did not say."""

    partition: str
    position: int
    lag: int | None
    last_error: str | None


class InletStatus(TypedDict):
    """position: messages taken in, over all partitions."""

    position: int
    lag: int | None
    quarantined: int
    last_error: str | None
    partitions: list[InletPartition]


class Span(NamedTuple):
    """What a partition holds: offsets from `beginning` to before `end`."""

    beginning: int
    end: int


class TopicSpan(NamedTuple):
    topic_id: str
    partitions: Mapping[int, Span]


def inlet_status(
    checkpoints: Mapping[str, int], quarantined: int, span: TopicSpan | None
) -> InletStatus:
    """`checkpoints`: `intake-reports/<topic id>/<partition>` → next offset; others are left out.
    Without `span` nobody knows which of the topics is the one of today: all are told."""
    positions: dict[tuple[str, str], int] = {}
    for name, at in checkpoints.items():
        topic, _, place = name.partition("/")
        if topic == INTAKE_REPORTS and place.count("/") == 1:
            topic_id, _, number = place.partition("/")
            positions[topic_id, number] = at
    if span is None:
        lines = [_line(topic, n, at, None) for (topic, n), at in sorted(positions.items())]
    else:
        lines = [
            _line(span.topic_id, str(number), positions.get((span.topic_id, str(number)), 0), one)
            for number, one in sorted(span.partitions.items())
        ]
    return {
        "position": sum(line["position"] for line in lines),
        "lag": None if span is None else sum(line["lag"] or 0 for line in lines),
        "quarantined": quarantined,
        "last_error": None,
        "partitions": lines,
    }


def _line(topic_id: str, partition: str, position: int, span: Span | None) -> InletPartition:
    """Messages that the topic no longer holds do not wait."""
    lag = None if span is None else max(0, span.end - max(position, span.beginning))
    return {
        "partition": f"{topic_id}/{partition}",
        "position": position,
        "lag": lag,
        "last_error": None,
    }


def topic_span(kafka: KafkaSettings, wait_s: float = WAIT_S) -> TopicSpan | None:
    """None if the bus, or the topic, does not answer in time."""
    found: list[TopicSpan] = []

    def ask() -> None:
        try:
            found.append(_asked(kafka))
        except Outage:
            return

    thread = threading.Thread(target=ask, name="topic-span", daemon=True)
    thread.start()
    thread.join(wait_s)
    return found[0] if found else None


def _asked(kafka: KafkaSettings) -> TopicSpan:
    topic_id = kafka_admin.topic_id(kafka, INTAKE_REPORTS)
    partitions = kafka_admin.partitions_of(kafka, INTAKE_REPORTS)
    if topic_id is None or partitions is None:
        raise Outage(f"there is no topic {kafka.topic(INTAKE_REPORTS)}")
    beginnings = kafka_admin.beginnings(kafka, INTAKE_REPORTS, range(partitions))
    ends = kafka_admin.ends(kafka, INTAKE_REPORTS, range(partitions))
    return TopicSpan(topic_id, {one: Span(beginnings[one], ends[one]) for one in range(partitions)})
