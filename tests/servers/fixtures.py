"""One Kafka for a whole run of the tests, started when the first test asks; topics of its own for
each. With CI set, a test that skips for want of a server fails instead."""

import gc
import os
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from services.platform.transport.kafka_settings import KafkaSettings, kafka_settings

if TYPE_CHECKING:
    from tests.servers.kafka import ApacheKafka, Broker, Kind

NEED_SERVERS = ("kafka", "postgres", "cluster")
USED = pytest.StashKey[dict[str, list[float]]]()  # by name: how long each start took
CLUSTER_DESELECTED = pytest.StashKey[int]()
TOLD = "yousu_servers"


@pytest.fixture(autouse=True)
def leftovers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Sockets that kafka-python has left to the collector are collected here, where the test says
    that they may be, and not in the middle of another test."""
    yield
    if request.node.get_closest_marker("kafka"):
        gc.collect()


@pytest.fixture(scope="session")
def broker(pytestconfig: pytest.Config) -> "Iterator[Broker]":
    """The broker that all tests share: nobody stops it."""
    from tests.servers.kafka import KINDS

    with ExitStack() as stack:
        yield _entered(stack, pytestconfig, KINDS)


@pytest.fixture(scope="module")
def apache_kafka(pytestconfig: pytest.Config) -> "Iterator[ApacheKafka]":
    """An Apache Kafka of these tests' own, to be stopped and killed."""
    from tests.servers.kafka import ApacheKafka

    with ExitStack() as stack:
        broker = _entered(stack, pytestconfig, ("apache",))
        assert isinstance(broker, ApacheKafka)
        yield broker


@pytest.fixture
def kafka(broker: "Broker") -> Iterator[KafkaSettings]:
    """The shared broker, with a prefix that no other test has; its topics go with the test."""
    from services.platform.transport.kafka_clients import admin

    env = {
        **(os.environ if broker.kind == "given" else {}),  # it may want TLS and a password
        "YOUSU_KAFKA": broker.servers,
        "YOUSU_KAFKA_PREFIX": f"test-{uuid4().hex[:12]}-",
    }
    settings = kafka_settings(env)
    assert settings is not None
    yield settings
    with admin(settings) as client:
        ours = [name for name in client.list_topics() if name.startswith(settings.prefix)]
        if ours:
            client.delete_topics(ours)


def _entered(stack: ExitStack, config: pytest.Config, kinds: "Sequence[Kind]") -> "Broker":
    # Late, since it costs half a second that most runs of a few tests need not pay.
    from tests.servers.kafka import KafkaMissing, kafka_broker

    started = time.monotonic()
    try:
        broker = stack.enter_context(kafka_broker(kinds=kinds))
    except KafkaMissing as missing:
        pytest.skip(str(missing))
    starts_s = config.stash.setdefault(USED, {}).setdefault(str(broker), [])
    starts_s.append(time.monotonic() - started)
    return broker


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    wants_server = any(item.get_closest_marker(name) for name in NEED_SERVERS)
    if report.skipped and wants_server and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"CI is set, so this test must run. {reason}"
    return report


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("cluster"):
            stash = item.config.stash
            stash[CLUSTER_DESELECTED] = stash.get(CLUSTER_DESELECTED, 0) + 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """One of several processes that share the tests tells the first, which writes the summary."""
    told = getattr(session.config, "workeroutput", None)
    if told is not None:
        stash = session.config.stash
        told[TOLD] = (stash.get(USED, {}), stash.get(CLUSTER_DESELECTED, 0))


@pytest.hookimpl(optionalhook=True)  # a hook of pytest-xdist
def pytest_testnodedown(node: Any) -> None:
    used, left_out = getattr(node, "workeroutput", {}).get(TOLD, ({}, 0))
    stash = node.config.stash
    for name, starts_s in used.items():
        stash.setdefault(USED, {}).setdefault(name, []).extend(starts_s)
    stash[CLUSTER_DESELECTED] = max(left_out, stash.get(CLUSTER_DESELECTED, 0))  # all see all


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    stash = terminalreporter.config.stash
    for name, starts_s in stash.get(USED, {}).items():
        took = ", ".join(f"{start_s:.1f} s" for start_s in starts_s)
        terminalreporter.write_line(f"Kafka: {name} (ready in {took})")
    left_out = stash.get(CLUSTER_DESELECTED, 0)
    if left_out:
        terminalreporter.write_line(f"cluster: {left_out} tests left to `make test-cluster`")
