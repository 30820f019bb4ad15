"""The brokers that tests start: they are what they claim to be, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from services.platform.transport.kafka_clients import admin, producer
from services.platform.transport.kafka_settings import KafkaSettings
from tests.servers.kafka import ApacheKafka, Broker, KafkaMissing, OwnBroker, kafka_broker

pytestmark = pytest.mark.kafka

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 30.0
HOLDER = """
import pathlib, sys
from tests.servers.kafka import kafka_broker
with kafka_broker(pathlib.Path(sys.argv[1]), kinds=("tansu",)) as broker:
    print(broker.pid, flush=True)
    sys.stdin.read()
"""


def settings_of(broker: Broker) -> KafkaSettings:
    return KafkaSettings(servers=(broker.servers,))


def make_topic(settings: KafkaSettings, name: str) -> None:
    with admin(settings) as client:
        client.create_topics(
            {settings.topic(name): {"num_partitions": 1, "replication_factor": 1}},
            wait_for_metadata=True,
        )


def send(settings: KafkaSettings, name: str, values: list[bytes]) -> None:
    client = producer(settings)
    try:
        for value in values:
            client.send(settings.topic(name), value, partition=0).get(TIMEOUT_S)
    finally:
        client.close()


def read(settings: KafkaSettings, name: str, count: int) -> list[bytes]:
    consumer = KafkaConsumer(
        bootstrap_servers=list(settings.servers),
        auto_offset_reset="earliest",
        consumer_timeout_ms=int(TIMEOUT_S * 1000),
    )
    consumer.assign([TopicPartition(settings.topic(name), 0)])
    try:
        return [message.value for _, message in zip(range(count), consumer, strict=False)]
    finally:
        consumer.close()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_message_goes_through_the_shared_broker(kafka: KafkaSettings) -> None:
    make_topic(kafka, "letters")
    send(kafka, "letters", [b"one", b"two"])
    assert read(kafka, "letters", 2) == [b"one", b"two"]


def test_each_test_has_topics_of_its_own(kafka: KafkaSettings) -> None:
    with admin(kafka) as client:
        assert not [name for name in client.list_topics() if name.startswith(kafka.prefix)]
    assert kafka.topic("letters").endswith("-letters")


def test_apache_kafka_makes_no_topic_that_nobody_asked_for(apache_kafka: ApacheKafka) -> None:
    settings = settings_of(apache_kafka)
    client = producer(settings, max_block_ms=1_000, allow_auto_create_topics=True)
    with pytest.raises(KafkaError):
        client.send("unasked", b"one").get(TIMEOUT_S)
    client.close()
    with admin(settings) as asked:
        assert "unasked" not in asked.list_topics()


@pytest.mark.parametrize("end", [OwnBroker.stop, OwnBroker.kill_9])
def test_apache_kafka_keeps_its_port_and_what_it_was_sent(
    apache_kafka: ApacheKafka, end: Callable[[OwnBroker], None]
) -> None:
    settings, name = settings_of(apache_kafka), f"kept-{end.__name__}"
    make_topic(settings, name)
    send(settings, name, [b"one", b"two", b"three"])
    end(apache_kafka)
    assert apache_kafka.pid is None
    apache_kafka.start()
    assert settings == settings_of(apache_kafka)
    assert read(settings, name, 3) == [b"one", b"two", b"three"]


def test_clients_that_come_through_the_proxy_stay_behind_it(apache_kafka: ApacheKafka) -> None:
    direct = settings_of(apache_kafka)
    make_topic(direct, "proxied")
    with apache_kafka.proxy() as proxy:
        behind = KafkaSettings(servers=(proxy.servers,))
        client = producer(behind, request_timeout_ms=1_000, delivery_timeout_ms=60_000)
        client.send("proxied", b"before", partition=0).get(TIMEOUT_S)
        proxy.hold()
        held = client.send("proxied", b"held", partition=0)
        with pytest.raises(KafkaError):
            held.get(2)
        send(direct, "proxied", [b"direct"])
        proxy.cut()
        proxy.release()
        held.get(TIMEOUT_S)
        client.close()
    assert read(direct, "proxied", 3) == [b"before", b"direct", b"held"]


def test_tansu_starts_again_empty_on_its_port() -> None:
    with kafka_broker(kinds=("tansu",)) as broker:
        assert isinstance(broker, OwnBroker)
        settings = settings_of(broker)
        make_topic(settings, "lost")
        broker.kill_9()
        broker.start()
        with admin(settings) as client:
            assert "lost" not in client.list_topics()


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that has started a broker and waits."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", HOLDER, str(tmp_path)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
def test_a_broker_does_not_outlive_the_process_that_started_it(
    holder: "subprocess.Popen[str]",
) -> None:
    assert holder.stdout
    pid = int(holder.stdout.readline())
    assert is_alive(pid)
    os.kill(holder.pid, signal.SIGKILL)
    wait_until(lambda: not is_alive(pid))


def test_the_broker_that_is_named_is_used_and_left_alone(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", broker.servers)
    with kafka_broker() as named:
        assert (named.kind, named.servers, named.can_stop) == ("given", broker.servers, False)
    with admin(settings_of(broker)) as client:
        client.list_topics()


def test_where_there_is_no_broker_it_is_said_what_was_looked_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        pytest.raises(KafkaMissing, match=r"BOOTSTRAP_SERVERS is not set; apache: no java"),
        kafka_broker(kinds=("given", "apache")),
    ):
        pass
