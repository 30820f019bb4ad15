"""The broker of docker-compose.yml, with its own configuration, secrets and rules of access."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaProducer
from kafka.errors import KafkaError

from services.console.system import bootstrap
from services.platform.settings import Settings
from services.platform.transport.kafka_clients import client_options
from services.platform.transport.kafka_settings import KafkaSettings
from tests.servers.apache_kafka import (
    ApacheMissing,
    classpath,
    format_command,
    java,
    start_command,
)
from tests.servers.ports import free_ports

ROOT = Path(__file__).parent.parent.parent
pytestmark = pytest.mark.kafka


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaSettings]:
    """As user `relay`."""
    folder = tmp_path_factory.mktemp("broker")
    make = [sys.executable, ROOT / "deploy/secrets/make_secrets.py", folder / "secrets"]
    subprocess.run(make, check=True, capture_output=True)
    try:
        binary, jars = java(), classpath()
    except ApacheMissing as missing:
        pytest.skip(str(missing))
    port, controller = free_ports(2)
    configuration = configured(folder, port, controller)
    users = (folder / "secrets/kafka/users").read_text().split()
    added = [part for user in users for part in ("--add-scram", user)]
    formatted = format_command(binary, jars, configuration) + added
    subprocess.run(formatted, check=True, capture_output=True)
    with (folder / "broker.log").open("wb") as log:
        process = subprocess.Popen(start_command(binary, jars, configuration), stderr=log)
    try:
        yield KafkaSettings(
            servers=(f"localhost:{port}",),
            security_protocol="SASL_SSL",
            mechanism="SCRAM-SHA-512",
            username="relay",
            password=(folder / "secrets/yousu/kafka-relay").read_text(),
            ca_file=folder / "secrets/authority/ca.pem",
        )
    finally:
        process.kill()
        process.wait()


def configured(folder: Path, port: int, controller: int) -> Path:
    """The file as it is, with this machine's places in it."""
    text = (ROOT / "deploy/kafka/server.properties").read_text()
    text += (folder / "secrets/kafka/login.properties").read_text()
    text = text.replace("/run/secrets", str(folder / "secrets")).replace("29093", str(controller))
    text = text.replace("/var/lib/kafka/data", str(folder / "data"))
    text = re.sub(r"CLIENTS://(kafka)?:9093", f"CLIENTS://localhost:{port}", text)
    path = folder / "server.properties"
    path.write_text(text)
    return path


def environment(settings: KafkaSettings, folder: Path) -> dict[str, str]:
    return os.environ | {
        "YOUSU_DATA": str(folder),
        "YOUSU_KAFKA": settings.servers[0],
        "YOUSU_KAFKA_SECURITY_PROTOCOL": settings.security_protocol,
        "YOUSU_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
        "YOUSU_KAFKA_USERNAME": "admin",
        "YOUSU_KAFKA_PASSWORD_FILE": str(admin_password(settings)),
        "YOUSU_KAFKA_CA_FILE": str(settings.ca_file),
        "PYTHONPATH": str(ROOT),
    }


def admin_password(settings: KafkaSettings) -> Path:
    assert settings.ca_file is not None
    return settings.ca_file.parent.parent / "yousu/kafka-admin"


@pytest.fixture(scope="module")
def ruled(broker: KafkaSettings, tmp_path_factory: pytest.TempPathFactory) -> KafkaSettings:
    """With the topics and the rules that `init` makes."""
    folder = tmp_path_factory.mktemp("data")
    bootstrap(Settings(folder, folder / "keys" / "master.key", {})).close()
    given = environment(broker, folder)
    for command in (
        [sys.executable, "-m", "services.console.main", "topics", "create"],
        [sys.executable, str(ROOT / "deploy/kafka/acls.py")],
    ):
        until_s = time.monotonic() + 40
        while True:
            done = subprocess.run(command, env=given, capture_output=True, text=True)
            if done.returncode == 0 or time.monotonic() > until_s:
                break
            time.sleep(0.5)
        assert done.returncode == 0, done.stderr
    return broker


def test_the_relay_reaches_its_topic_alone_and_may_not_make_others(ruled: KafkaSettings) -> None:
    client = KafkaAdminClient(**client_options(ruled))
    assert {*client.list_topics()} == {"ticket-events"}
    with pytest.raises(KafkaError):
        client.create_topics({"other": {"num_partitions": 1, "replication_factor": 1}})
    client.close()


def test_the_relay_may_publish(ruled: KafkaSettings) -> None:
    producer = KafkaProducer(**client_options(ruled), enable_idempotence=True)
    assert producer.send("ticket-events", b"{}", partition=0).get(15).offset >= 0
    producer.close()


def test_a_wrong_password_is_refused(ruled: KafkaSettings) -> None:
    wrong = replace(ruled, password="wrong")
    with pytest.raises(KafkaError):
        KafkaAdminClient(**(client_options(wrong) | {"bootstrap_timeout_ms": 3_000}))
