"""Everything dies, at any moment, and nothing is lost, doubled or reordered."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from services.console.system import bootstrap
from services.platform.settings import load_settings
from tests.cluster import state
from tests.cluster.chaos import Chaos, Publishing
from tests.cluster.conftest import LANES, Make
from tests.cluster.embedded_run import embedded_run
from tests.cluster.installation import Installation
from tests.cluster.reports import NOW, reports, write
from tests.servers.kafka import ApacheKafka
from tests.servers.postgres import OwnServer
from tests.servers.proxy import Proxy

SHORT = os.environ.get("CLUSTER") == "short"
REPORTS = 1_500 if SHORT else 5_000
KILLS = 10 if SHORT else 50
SEED = int(os.environ.get("CLUSTER_SEED", "20261123"))
EVERY_S = 1.0
FILES = 20
LATER = NOW + timedelta(days=5)  # clocks have run out by then
PROGRAM = Path(sys.executable).with_name("yousu")


def test_whatever_dies_the_cluster_comes_to_what_one_process_comes_to(
    install: Make, own_postgres: OwnServer, apache_kafka: ApacheKafka, tmp_path: Path
) -> None:
    bus, base = apache_kafka.proxy(), Proxy("127.0.0.1", own_postgres.port)
    made = install(now=NOW.isoformat(), servers=bus.servers, through=str(base.port))
    directly = made.environment | {
        "YOUSU_KAFKA": apache_kafka.servers,
        "YOUSU_DATABASE_URL": made.environment["YOUSU_DATABASE_URL"].replace(
            f":{base.port}/", f":{own_postgres.port}/"
        ),
    }
    some = list(reports(REPORTS))
    files = [write(tmp_path / f"{n}.jsonl", some[n::FILES]) for n in range(FILES)]
    settings = load_settings(None, environment=directly)
    system = bootstrap(settings)
    assert settings.kafka is not None
    chaos = Chaos(
        SEED, made, apache_kafka, own_postgres, (bus, base), settings.kafka, system.log, LANES
    )

    def publish(number: int) -> bool:
        command = [PROGRAM, "publish", str(files[number])]
        return subprocess.run(command, env=directly, capture_output=True).returncode == 0

    _start_two_of_each(made)
    publishing = Publishing(publish, FILES)
    publishing.start()
    chaos.run(chaos.plan(KILLS, rounds=1 if SHORT else 2), EVERY_S)
    publishing.join(300)
    assert not publishing.is_alive()
    for number in range(0, FILES, 3):
        publish(number)  # a channel that has forgotten what it sent
    _settle(made)
    made.kill_all()
    made.now = LATER.isoformat()
    _start_two_of_each(made)
    chaos.run([chaos.kill] * (KILLS // 5), EVERY_S)
    _settle(made)

    assert set(state.references(system.log).values()) == {1}, "doubled"
    assert len(state.references(system.log)) == REPORTS, "lost"
    came = embedded_run(tmp_path / "embedded", settings.master_key_file, some, (NOW, LATER))
    assert state.types(system.log) == came.types
    assert state.state_hash(system.log) == came.state_hash
    assert chaos.fired["kill"] == KILLS + KILLS // 5
    assert len(chaos.fired) == 10, "a kind of fault has not happened"
    assert SHORT or system.log.head() >= 20_000
    system.close()
    bus.close()
    base.close()


def _start_two_of_each(made: Installation) -> None:
    for name in ("relay", "relay-2"):
        made.start_relay(name)
    for service in ("intake", "router", "sla", "supervision", "evaluation"):
        made.start_worker(service)
        made.start_worker(service, f"{service}-2")
    made.start_worker("reporting")


def _settle(made: Installation) -> None:
    made.restart_the_dead()
    try:
        made.run("process", "--until-idle", within_s=300)
    except AssertionError as error:
        logs = "\n".join(f"== {name}: {made.log(name)[-1_500:]}" for name in made.children)
        pytest.fail(f"{error}\n{logs}")
