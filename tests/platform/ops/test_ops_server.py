"""The small server beside a worker: what it answers, and to whom."""

from collections.abc import Iterator

import httpx
import pytest
from prometheus_client import CollectorRegistry, Counter

from services.platform.ops.ops_server import ALIVE_WITHIN_S, OpsServer, turning


class Process:
    wrong: str | None = None
    missing: str | None = "no partitions yet"


@pytest.fixture
def process() -> Process:
    return Process()


@pytest.fixture
def server(process: Process) -> Iterator[OpsServer]:
    registry = CollectorRegistry()
    Counter("yousu_tests", "Of this test.", registry=registry).inc(3)
    found = OpsServer(registry, lambda: process.wrong, lambda: process.missing, 0)
    found.start()
    yield found
    found.close()


@pytest.fixture
def client(server: OpsServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}") as client:
        yield client


def test_metrics_are_in_prometheus_form(client: httpx.Client) -> None:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert "yousu_tests_total 3.0" in answer.text.splitlines()


def test_ready_says_what_is_missing_until_nothing_is(
    client: httpx.Client, process: Process
) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "reason": "no partitions yet"}
    process.missing = None
    assert client.get("/readyz").json() == {"status": "ready"}


def test_alive_and_ready_are_two_things(client: httpx.Client, process: Process) -> None:
    assert client.get("/healthz").status_code == 200
    process.wrong = "no turn for 40 s"
    assert client.get("/healthz").status_code == 503


def test_other_paths_and_methods_are_refused_without_being_quoted(client: httpx.Client) -> None:
    answer = client.get("/<script>")
    assert answer.status_code == 404
    assert "script" not in answer.text
    assert client.post("/metrics").status_code == 501


def test_head_has_no_body(client: httpx.Client) -> None:
    assert client.head("/healthz").status_code == 200


def test_it_listens_on_this_machine_only(server: OpsServer) -> None:
    assert server._server.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_a_plain_error(server: OpsServer) -> None:
    with pytest.raises(OSError, match=str(server.port)) as caught:
        OpsServer(CollectorRegistry(), lambda: None, lambda: None, server.port)
    assert caught.value.filename == f"127.0.0.1:{server.port}"


def test_a_process_that_takes_no_turns_is_not_alive() -> None:
    now_s = 1_000.0
    check = turning(lambda: 990.0, lambda: now_s)
    assert check() is None
    now_s += ALIVE_WITHIN_S
    assert check() == "no turn for 40 s"
