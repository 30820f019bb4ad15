"""docker-compose.yml: every service confined, bounded, checked; nothing secret in it."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.console.workers import SERVICES as WORKERS

ROOT = Path(__file__).parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {"secrets", "init"}  # run, and end
ROOTED = {"secrets"}
every = pytest.mark.parametrize("name", SERVICES)


@every
def test_a_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["read_only"] is True
    assert (service["user"].split(":")[0] == "0") == (name in ROOTED)
    assert "privileged" not in service
    assert not any("docker.sock" in str(volume) for volume in service.get("volumes", []))


@every
def test_a_service_is_bounded_and_restarted(name: str) -> None:
    service = SERVICES[name]
    assert {"mem_limit", "cpus", "pids_limit", "logging"} <= service.keys()
    assert service["restart"] == ("no" if name in ONCE else "unless-stopped")


@every
def test_a_service_that_stays_has_a_health_check(name: str) -> None:
    assert ("healthcheck" in SERVICES[name]) == (name not in ONCE)


@every
def test_images_have_a_version(name: str) -> None:
    image, _, tag = SERVICES[name]["image"].rpartition(":")
    assert image
    assert tag[:1].isdigit() or tag[:1] == "v"


@every
def test_ports_are_open_to_this_machine_only(name: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name].get("ports", []))


def test_the_database_and_the_broker_have_no_way_out() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("kafka", "postgres", "relay", "router"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]


@every
def test_secrets_are_files(name: str) -> None:
    for variable, value in (SERVICES[name].get("environment") or {}).items():
        if any(word in variable for word in ("PASSWORD", "KEY", "SECRET", "TOKEN")):
            assert "FILE" in variable
            assert str(value).startswith("/run/secrets/")


def test_traffic_between_containers_is_encrypted() -> None:
    environment = SERVICES["router"]["environment"]
    assert environment["YOUSU_KAFKA_SECURITY_PROTOCOL"] == "SASL_SSL"
    assert "sslmode=verify-full" in environment["YOUSU_DATABASE_URL"]
    access = (ROOT / "deploy/postgres/pg_hba.conf").read_text().splitlines()
    kinds = {line.split()[0] for line in access if line and not line.startswith("#")}
    assert kinds == {"local", "hostssl"}


def test_work_begins_when_servers_are_healthy_and_tables_are_made() -> None:
    for name in ("relay", *WORKERS, "web"):
        waits = {on: one["condition"] for on, one in SERVICES[name]["depends_on"].items()}
        assert waits == {
            "init": "service_completed_successfully",
            "kafka": "service_healthy",
            "postgres": "service_healthy",
        }


def test_every_worker_runs_and_is_what_it_is_called() -> None:
    for name in WORKERS:
        assert SERVICES[name]["command"][:2] == ["worker", name]
    assert SERVICES["notices"]["environment"]["YOUSU_NOTICES"] == "on"


def test_every_volume_and_file_that_is_mounted_is_there() -> None:
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (ROOT / source).is_dir()
            else:
                assert source in COMPOSE["volumes"]


def test_the_image_runs_without_root_from_a_version_with_hashes() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    [python] = [line for line in lines if line.startswith("ARG PYTHON=")]
    assert python.split(":")[1][:4] == "3.11"
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    installs = [line for line in lines if "pip install" in line]
    assert installs
    assert all("--require-hashes" in one or "--no-index" in one for one in installs)
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert any(line.startswith("ENTRYPOINT [") for line in lines)  # signals reach the program


def test_only_what_the_image_needs_is_sent_to_its_build() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert lines[1] == "*"
    copied = {
        name.removeprefix("./")
        for line in (ROOT / "Dockerfile").read_text().splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for name in line.split()[1:-1]
    }
    assert {line[1:] for line in lines if line.startswith("!")} == copied
