"""The rights of docs/kafka-security.md, on a broker that follows it: enough, and no more."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaConsumer
from kafka.admin import ACLOperation
from kafka.errors import GroupAuthorizationFailedError, TopicAuthorizationFailedError

from services.intake.bus.publisher import publish
from services.platform.failures import Outage
from services.platform.transport import kafka_admin, kafka_clients
from services.platform.transport.kafka_clients import admin, client_options, producer
from services.platform.transport.kafka_settings import KafkaSettings
from services.platform.transport.topics import INTAKE_REPORTS, TICKET_EVENTS
from tests.servers.apache_kafka import ApacheMissing
from tests.servers.kafka_rights import acls_of_the_page, grant
from tests.servers.secured_kafka import SecuredKafka, write_certificates
from tests.services.intake.bus.bus_city import BusCity, report
from tests.services.intake.bus.bus_consumer import take_all

# kafka-python closes the sockets of refused connections when they are collected, not before.
pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")]
REFUSED = (TopicAuthorizationFailedError, GroupAuthorizationFailedError)
WANTED = kafka_admin.wanted_topics(2, 3, 1)


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    try:
        broker = SecuredKafka(tmp_path_factory.mktemp("secured"))
    except ApacheMissing as missing:
        pytest.skip(str(missing))
    try:
        broker.start()
        grant(broker)
        deployer = broker.settings("deployer")
        assert kafka_admin.create_topics(deployer, WANTED) == [TICKET_EVENTS, INTAKE_REPORTS]
        yield broker
    finally:
        broker.close()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(kafka_clients, "METADATA_TIMEOUT_MS", 3_000)
    monkeypatch.setattr(kafka_clients, "BOOTSTRAP_TIMEOUT_MS", 3_000)
    caplog.set_level(logging.CRITICAL, "kafka")  # kept records would hold sockets


def read_one(settings: KafkaSettings, topic: str, group: str, within_ms: int = 20_000) -> bytes:
    consumer = KafkaConsumer(
        topic,
        **client_options(settings),
        group_id=group,
        auto_offset_reset="earliest",
        consumer_timeout_ms=within_ms,
    )
    try:
        return bytes(next(consumer).value)
    finally:
        consumer.close(autocommit=False)


def test_the_page_grants_nobody_more_than_its_words() -> None:
    powerful = {ACLOperation.ALL, ACLOperation.DELETE, ACLOperation.ALTER}
    granted = acls_of_the_page()
    assert len(granted) > 15
    assert not [one for one in granted if one.operation in powerful]


def test_topics_are_made_and_checked_by_the_deployer(secured: SecuredKafka) -> None:
    deployer = secured.settings("deployer")
    assert kafka_admin.create_topics(deployer, WANTED) == []
    assert kafka_admin.check_topics(deployer, WANTED) == []


def test_a_channel_publishes_and_the_intake_worker_takes_in(
    secured: SecuredKafka, city: BusCity
) -> None:
    assert publish(secured.settings("hotline"), [report("r1"), report("r2")]).confirmed == 2
    worker = secured.settings("worker-intake")
    take_all(worker, city.door)
    assert city.references() == ["r1", "r2"]
    assert b"channel" in read_one(worker, INTAKE_REPORTS, worker.group("intake"))


def test_the_relay_writes_and_workers_read_the_facts(secured: SecuredKafka) -> None:
    sender = producer(secured.settings("relay"))
    sender.send(TICKET_EVENTS, b"{}").get(20)
    sender.close()
    worker = secured.settings("worker")
    assert read_one(worker, TICKET_EVENTS, worker.group("router")) == b"{}"
    assert read_one(secured.settings("audit"), TICKET_EVENTS, "audit-1") == b"{}"


@pytest.mark.parametrize("user", ["hotline", "worker", "relay", "audit"])
def test_nobody_else_reads_residents_words(secured: SecuredKafka, user: str) -> None:
    settings = secured.settings(user)
    group = {"worker": settings.group("router"), "audit": "audit-1"}.get(user, "g")
    assert publish(secured.settings("hotline"), [report("r3")]).confirmed == 1
    with pytest.raises((*REFUSED, StopIteration)):  # the topic is as if it were not there
        read_one(settings, INTAKE_REPORTS, group, within_ms=3_000)


def test_a_channel_writes_no_facts(secured: SecuredKafka) -> None:
    sender = producer(secured.settings("hotline"))
    with pytest.raises(TopicAuthorizationFailedError):
        sender.send(TICKET_EVENTS, b"{}").get(20)
    sender.close()


def test_who_may_not_publish_is_told_so(secured: SecuredKafka) -> None:
    with pytest.raises(Outage, match="TopicAuthorizationFailed"):
        publish(secured.settings("relay"), [report("r9")])


@pytest.mark.parametrize("user", ["hotline", "worker-intake", "relay", "deployer"])
def test_nobody_deletes_a_topic(secured: SecuredKafka, user: str) -> None:
    with (
        pytest.raises(Outage, match="AuthorizationFailed"),
        admin(secured.settings(user)) as client,
    ):
        client.delete_topics([INTAKE_REPORTS])
    assert kafka_admin.topic_id(secured.operator(), INTAKE_REPORTS)


def test_a_wrong_password_or_authority_is_an_outage(secured: SecuredKafka, tmp_path: Path) -> None:
    with pytest.raises(Outage):
        kafka_admin.usual_replication(secured.settings("hotline", password="another"))
    other, _ = write_certificates(tmp_path, "127.0.0.1")
    with pytest.raises(Outage):
        kafka_admin.usual_replication(replace(secured.settings("hotline"), ca_file=other))
