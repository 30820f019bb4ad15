"""The two topics as they should be: made once, and compared with what the brokers say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, OffsetSpec
from kafka.errors import TopicAlreadyExistsError

from services.platform.transport.kafka_clients import admin
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.topics import INTAKE_REPORTS, TICKET_EVENTS

HOUR_MS = 3_600_000
EVENTS_RETENTION_MS = 14 * 24 * HOUR_MS  # the log is kept; the topic only carries
REPORTS_RETENTION_MS = 24 * HOUR_MS  # residents' words in the clear
# Only a closed segment is deleted: with Kafka's 7 days a word would stay for a week and a day.
REPORTS_SEGMENT_MS = HOUR_MS
REPORTS_BYTES_MAX = 512 * 1024  # a report of 256 KiB, sealed and in base64
REPLICATION = 3
BROKER_SETTINGS: Mapping[str, str] = {
    "auto.create.topics.enable": "false",
    "unclean.leader.election.enable": "false",
}


class Topic(NamedTuple):
    """name: without the prefix. settings: the topic's own, as the broker writes them."""

    name: str
    partitions: int
    replication: int
    settings: Mapping[str, str]


class Finding(NamedTuple):
    """place: a topic, or `broker 1`. found: None if there is no such thing."""

    place: str
    setting: str
    found: str | None
    wanted: str

    def __str__(self) -> str:
        found = "is missing" if self.found is None else f"is {self.found}"
        return f"{self.place}: {self.setting} {found}, should be {self.wanted}"


def wanted_topics(
    events_partitions: int, reports_partitions: int, replication: int
) -> Sequence[Topic]:
    common = {
        "cleanup.policy": "delete",
        "min.insync.replicas": str(max(1, replication - 1)),
        "unclean.leader.election.enable": "false",
    }
    events = common | {"retention.ms": str(EVENTS_RETENTION_MS)}
    reports = common | {
        "retention.ms": str(REPORTS_RETENTION_MS),
        "segment.ms": str(REPORTS_SEGMENT_MS),
        "max.message.bytes": str(REPORTS_BYTES_MAX),
        # The broker's clock: a channel whose clock is wrong cannot make its words stay longer.
        "message.timestamp.type": "LogAppendTime",
    }
    return (
        Topic(TICKET_EVENTS, events_partitions, replication, events),
        Topic(INTAKE_REPORTS, reports_partitions, replication, reports),
    )


def usual_replication(settings: KafkaSettings) -> int:
    """3, or as many as there are brokers. Raises Outage."""
    with admin(settings) as client:
        return min(REPLICATION, len(client.describe_cluster()["brokers"]))


def create_topics(settings: KafkaSettings, wanted: Sequence[Topic]) -> Sequence[str]:
    """The names of those that were made; what exists stays as it is. Raises Outage."""
    with admin(settings) as client:
        existing = {*client.list_topics()}
        return [one.name for one in wanted if _created(client, settings, one, existing)]


def check_topics(settings: KafkaSettings, wanted: Sequence[Topic]) -> Sequence[Finding]:
    """Everything that is not as it should be. Raises Outage."""
    with admin(settings) as client:
        found = [finding for one in wanted for finding in _topic_findings(client, settings, one)]
        brokers = client.describe_cluster()["brokers"]
        return [*found, *(f for one in brokers for f in _broker_findings(client, one))]


def partitions_of(settings: KafkaSettings, name: str) -> int | None:
    """None if there is no such topic. Raises Outage."""
    with admin(settings) as client:
        described = _described(client, settings.topic(name))
        return None if described is None else len(described["partitions"])


def topic_id(settings: KafkaSettings, name: str) -> str | None:
    """Another one after the topic was deleted and made again. None if there is no such topic.
    Raises Outage."""
    with admin(settings) as client:
        described = _described(client, settings.topic(name))
        return None if described is None else str(described["topic_id"])


def _created(
    client: KafkaAdminClient, settings: KafkaSettings, wanted: Topic, existing: set[str]
) -> bool:
    name = settings.topic(wanted.name)
    if name in existing:
        return False
    asked = {
        "num_partitions": wanted.partitions,
        "replication_factor": wanted.replication,
        "configs": dict(wanted.settings),
    }
    try:
        client.create_topics({name: asked}, wait_for_metadata=True)
    except TopicAlreadyExistsError:  # somebody else was first
        return False
    return True


def _described(client: KafkaAdminClient, name: str) -> dict[str, Any] | None:
    if name not in client.list_topics():
        return None
    described: list[dict[str, Any]] = client.describe_topics([name])
    return described[0]


def _topic_findings(
    client: KafkaAdminClient, settings: KafkaSettings, wanted: Topic
) -> Sequence[Finding]:
    name = settings.topic(wanted.name)
    described = _described(client, name)
    if described is None:
        return [Finding(name, "the topic", None, f"there with {wanted.partitions} partitions")]
    partitions = described["partitions"]
    found = {
        "partitions": str(len(partitions)),
        "replication": str(min(len(one["replica_nodes"]) for one in partitions)),
    } | _settings_of(client, "topic", name)
    expected = {
        "partitions": str(wanted.partitions),
        "replication": str(wanted.replication),
    } | dict(wanted.settings)
    return _differences(name, found, expected)


def _broker_findings(client: KafkaAdminClient, broker: Mapping[str, Any]) -> Sequence[Finding]:
    found = _settings_of(client, "broker", str(broker["broker_id"]))
    return _differences(f"broker {broker['broker_id']}", found, BROKER_SETTINGS)


def _settings_of(client: KafkaAdminClient, kind: str, name: str) -> dict[str, str]:
    answer = client.describe_configs([ConfigResource(kind, name)], config_filter="all")
    return {key: str(one["value"]) for key, one in answer[kind][name].items()}


def _differences(
    place: str, found: Mapping[str, str], wanted: Mapping[str, str]
) -> Sequence[Finding]:
    return [
        Finding(place, setting, found.get(setting), value)
        for setting, value in wanted.items()
        if found.get(setting) != value
    ]


def beginnings(settings: KafkaSettings, name: str, partitions: Iterable[int]) -> Mapping[int, int]:
    """The first offset that each partition still holds. Raises Outage."""
    return _offsets(settings, name, partitions, OffsetSpec.EARLIEST)


def ends(settings: KafkaSettings, name: str, partitions: Iterable[int]) -> Mapping[int, int]:
    """The offset that each partition's next message will have. Raises Outage."""
    return _offsets(settings, name, partitions, OffsetSpec.LATEST)


def _offsets(
    settings: KafkaSettings, name: str, partitions: Iterable[int], at: OffsetSpec
) -> Mapping[int, int]:
    topic = settings.topic(name)
    asked = {TopicPartition(topic, one): at for one in partitions}
    with admin(settings) as client:
        found = client.list_partition_offsets(asked)
    return {place.partition: int(one.offset) for place, one in found.items()}
