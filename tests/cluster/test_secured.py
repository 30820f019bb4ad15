"""The whole cluster over TLS with users that may do what the page on security says, and no more."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from services.console.system import bootstrap
from services.platform.settings import load_settings
from services.platform.transport.kafka_clients import admin
from tests.cluster import state
from tests.cluster.conftest import Make
from tests.cluster.installation import wait_until
from tests.cluster.reports import reports, write
from tests.servers.kafka_rights import grant
from tests.servers.secured_kafka import PASSWORD, SecuredKafka

REPORTS = 100


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[SecuredKafka]:
    folder = tmp_path / "secured"
    folder.mkdir()
    with ExitStack() as stack:
        broker = SecuredKafka(folder)
        stack.callback(broker.close)
        broker.start()
        grant(broker)
        yield broker


def committed(secured: SecuredKafka, group: str) -> int:
    """How many messages a group says it has had."""
    with admin(secured.operator()) as client:
        offsets = client.list_group_offsets({group: None})[group]
    return sum(one.offset for one in offsets.values())


def test_every_part_works_as_its_own_user_over_tls(
    install: Make, secured: SecuredKafka, tmp_path: Path
) -> None:
    password = tmp_path / "password"
    password.write_text(PASSWORD)
    made = install()
    made.environment |= {
        "YOUSU_KAFKA": ",".join(secured.settings("relay").servers),
        "YOUSU_KAFKA_PREFIX": "",
        "YOUSU_KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
        "YOUSU_KAFKA_SASL_MECHANISM": "SCRAM-SHA-512",
        "YOUSU_KAFKA_PASSWORD_FILE": str(password),
        "YOUSU_KAFKA_CA_FILE": str(secured.ca_file),
        "YOUSU_KAFKA_USERNAME": "deployer",
    }
    made.run("topics", "create", "--partitions", 4, "--intake-partitions", 3)
    made.start_relay(YOUSU_KAFKA_USERNAME="relay")
    made.start_worker("intake", YOUSU_KAFKA_USERNAME="worker-intake")
    for service in ("router", "sla", "supervision", "evaluation", "reporting"):
        made.start_worker(service, YOUSU_KAFKA_USERNAME="worker")
    made.environment["YOUSU_KAFKA_USERNAME"] = "hotline"
    made.run("publish", write(tmp_path / "some.jsonl", list(reports(REPORTS))))
    system = bootstrap(load_settings(None, environment=made.environment))
    try:
        made.wait_for_reports(system.log, REPORTS)
        made.run("process", "--until-idle")
        assert len(state.references(system.log)) == REPORTS
        assert state.types(system.log)["ticket.routed.v1"] >= REPORTS // 2
        refused = [name for name in made.children if "Authorization" in made.log(name)]
        assert refused == []
        wait_until(lambda: committed(secured, "yousu-router"))  # it was the bus that brought it
    finally:
        system.close()
