"""A channel publishes, the door takes in: through a real broker."""

import gc
import json
import logging
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.console.main import main
from services.intake.bus.publisher import PublishingStopped, publish
from services.intake.bus.sealing import intake_private_key
from services.platform.failures import Outage
from services.platform.master_key import load_master_key
from services.platform.transport import kafka_admin, kafka_clients
from services.platform.transport.kafka_settings import KafkaSettings
from tests.servers.ports import free_ports
from tests.services.intake.bus.bus_city import BusCity, report
from tests.services.intake.bus.bus_consumer import all_messages, take_all

# kafka-python leaves sockets of connections that it gave up to the collector.
pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")]
COUNT = 300
REPORTS = [report(f"r{number:03}", text=f"第{number}条路灯坏了") for number in range(COUNT)]
NAMES = [f"r{number:03}" for number in range(COUNT)]


@pytest.fixture
def topics(kafka: KafkaSettings) -> KafkaSettings:
    kafka_admin.create_topics(kafka, kafka_admin.wanted_topics(2, 3, 1))
    return kafka


def yousu(settings: KafkaSettings, *arguments: str, given: bytes | None = None) -> Result:
    environment = {
        "YOUSU_KAFKA": ",".join(settings.servers),
        "YOUSU_KAFKA_PREFIX": settings.prefix,
    }
    return CliRunner().invoke(main, arguments, input=given, env=environment)


def lines(*values: Any) -> bytes:
    return b"".join(
        value
        if isinstance(value, bytes)
        else json.dumps(value, ensure_ascii=False).encode() + b"\n"
        for value in values
    )


def test_what_is_published_becomes_tickets_once(topics: KafkaSettings, city: BusCity) -> None:
    assert publish(topics, REPORTS) == (COUNT, [])
    take_all(topics, city.door)
    assert city.references() == NAMES
    publish(topics, REPORTS)  # the channel is not sure that it has sent them
    take_all(topics, city.door)
    take_all(topics, city.door)
    assert city.references() == NAMES
    assert city.system.log.head() == COUNT
    assert city.set_aside() == []


def test_partitions_share_the_reports_and_nothing_personal_is_a_key(
    topics: KafkaSettings,
) -> None:
    for _ in range(40):  # each publisher begins at a partition of its own choice
        publish(topics, REPORTS[:2])
    found = all_messages(topics)
    assert len(found) == 3
    assert all(record.key is None for records in found.values() for record in records)
    assert all(record.headers in ([], ()) for records in found.values() for record in records)


def test_a_sealed_report_is_read_by_the_door_only(topics: KafkaSettings, city: BusCity) -> None:
    master_key = load_master_key(city.system.settings.master_key_file)
    publish(topics, REPORTS[:5], seal_to=intake_private_key(master_key).public_key())
    values = [record.value for records in all_messages(topics).values() for record in records]
    assert len(values) == 5
    assert all("路灯".encode() not in value and b"r00" not in value for value in values)
    take_all(topics, city.door)
    assert city.references() == NAMES[:5]


def test_the_largest_report_fits_also_when_sealed(topics: KafkaSettings, city: BusCity) -> None:
    master_key = load_master_key(city.system.settings.master_key_file)
    key = intake_private_key(master_key).public_key()
    attachments = ["https://files.example/" + "字" * 1_900] * 20
    large = report("r1", text="暖" * 10_000, attachments=attachments)
    assert publish(topics, [large], seal_to=key) == (1, [])
    take_all(topics, city.door)
    assert city.references() == ["r1"]


def test_a_bad_report_is_told_of_and_keeps_nobody_back(topics: KafkaSettings) -> None:
    bad = report("r1", text="\ud800")
    result = publish(topics, [REPORTS[0], {"channel": "app"}, REPORTS[1], bad])
    assert result.confirmed == 2
    assert [one.number for one in result.rejected] == [2, 4]
    assert result.rejected[0].faults[0].field == "reference"


def test_yousu_publish_says_what_became_of_every_line(
    topics: KafkaSettings, city: BusCity, tmp_path: Path
) -> None:
    given = lines(b"\xef\xbb\xbf", REPORTS[0], b"\n", b"{no json}\n", REPORTS[1], {"channel": "x"})
    kept = tmp_path / "rejects.jsonl"
    arguments = ("publish", "-", "--json", "--rejects", str(kept))
    result = yousu(topics, *arguments, given=given)
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert document["published"] == 2
    assert [one["line"] for one in document["rejected"]] == [3, 5]
    assert document["rejected"][1]["errors"][0]["field"] == "reference"
    assert kept.read_bytes() == b'{no json}\n{"channel": "x"}\n'
    assert kept.stat().st_mode & 0o777 == 0o600
    take_all(topics, city.door)
    assert city.references() == NAMES[:2]


def test_yousu_publish_seals_to_the_key_that_yousu_prints(
    topics: KafkaSettings, city: BusCity, tmp_path: Path
) -> None:
    data = ("--data", str(city.system.settings.data_dir))
    (tmp_path / "key.pem").write_text(yousu(topics, "intake-key", *data).stdout)
    (tmp_path / "reports.jsonl").write_bytes(lines(*REPORTS[:3]))
    arguments = ("--seal-to", str(tmp_path / "key.pem"), "--rejects", str(tmp_path / "none"))
    result = yousu(topics, "publish", str(tmp_path / "reports.jsonl"), *arguments)
    assert (result.exit_code, result.stdout) == (0, "published 3  rejected 0\n")
    assert not (tmp_path / "none").exists()
    take_all(topics, city.door)
    assert city.references() == NAMES[:3]
    assert city.door.counts["opened"] == 3


def test_topics_are_made_once_and_compared(kafka: KafkaSettings) -> None:
    options = ("--partitions", "2", "--intake-partitions", "3", "--replication", "1")
    assert yousu(kafka, "topics", "check", *options).exit_code == 1
    wanted = kafka_admin.wanted_topics(2, 3, 1)
    assert kafka_admin.create_topics(kafka, wanted) == ["ticket-events", "intake-reports"]
    assert kafka_admin.create_topics(kafka, wanted) == []
    assert kafka_admin.partitions_of(kafka, "intake-reports") == 3
    differs = json.loads(yousu(kafka, "topics", "check", "--json", *options[2:]).stdout)
    found = {(one["setting"], one["found"]) for one in differs["findings"]}
    assert ("partitions", "2") in found


def test_a_topic_that_was_made_again_has_another_id(topics: KafkaSettings) -> None:
    before = kafka_admin.topic_id(topics, "intake-reports")
    with kafka_admin.admin(topics) as client:
        client.delete_topics([topics.topic("intake-reports")])
    deadline = time.monotonic() + 20
    while kafka_admin.topic_id(topics, "intake-reports") == before:
        assert time.monotonic() < deadline
    kafka_admin.create_topics(topics, kafka_admin.wanted_topics(2, 3, 1))
    assert kafka_admin.topic_id(topics, "intake-reports") not in (None, before)


def test_a_missing_topic_is_an_outage_and_makes_no_topic(
    kafka: KafkaSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_clients, "METADATA_TIMEOUT_MS", 1_500)
    with pytest.raises(PublishingStopped) as stopped:
        publish(kafka, REPORTS[:1])
    assert stopped.value.confirmed == 0
    assert kafka_admin.topic_id(kafka, "intake-reports") is None


# kafka-python closes the sockets of refused connections when they are collected, not before.
def test_a_broker_that_is_away_is_said_in_time_and_leaves_no_threads(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kafka_clients, "BOOTSTRAP_TIMEOUT_MS", 1_500)
    caplog.set_level(logging.CRITICAL, "kafka")  # kept records would hold sockets, too
    threads = threading.active_count()
    away = KafkaSettings((f"127.0.0.1:{free_ports(1)[0]}",))
    started = time.monotonic()
    with pytest.raises(Outage):
        kafka_admin.usual_replication(away)
    (tmp_path / "reports.jsonl").write_bytes(lines(REPORTS[0]))
    result = yousu(away, "publish", str(tmp_path / "reports.jsonl"))
    assert result.exit_code == 2
    assert result.stderr.startswith("yousu: Kafka at 127.0.0.1:")
    del result  # its exception holds the sockets
    assert time.monotonic() - started < 15
    assert threading.active_count() == threads
    gc.collect()


def test_without_a_broker_named_commands_say_so() -> None:
    for arguments in (["publish", "-"], ["topics", "check"], ["topics", "create"]):
        result = CliRunner().invoke(main, arguments, env={"YOUSU_KAFKA": ""})
        assert result.exit_code == 2
        assert "YOUSU_KAFKA is not set" in result.stderr
