"""Servers that these tests may kill, and installations on them."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cluster.installation import Installation, Nursery
from tests.servers.kafka import ApacheKafka
from tests.servers.postgres import OwnServer

LANES = 4
Make = Callable[..., Installation]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.cluster)


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    nursery = Nursery()
    yield nursery
    nursery.close()


@pytest.fixture
def install(
    nursery: Nursery, own_postgres: OwnServer, apache_kafka: ApacheKafka, tmp_path: Path
) -> Iterator[Make]:
    """Makes an installation: database, keys, topics; nothing runs yet. `servers` and `database_url`
    say by which way it reaches them. It is killed with the test."""
    with ExitStack() as stack:

        def make(
            now: str | None = None, servers: str | None = None, through: str | None = None
        ) -> Installation:
            url = stack.enter_context(own_postgres.database())
            environment = {
                "PATH": os.environ["PATH"],
                "PYTHONPATH": os.pathsep.join(sys.path),
                "YOUSU_DATA": str(tmp_path / "data"),
                "YOUSU_SIMILAR": "off",  # two runs are compared: what is proposed goes by order
                "YOUSU_DATABASE_URL": url,
                "YOUSU_KAFKA": apache_kafka.servers,
                "YOUSU_KAFKA_PREFIX": f"c{uuid4().hex[:8]}-",
            }
            made = Installation(nursery, tmp_path, environment, now)
            stack.callback(made.kill_all)
            made.run("db", "init")
            made.run("topics", "create", "--partitions", LANES, "--intake-partitions", 3)
            if servers is not None:
                made.environment["YOUSU_KAFKA"] = servers
            if through is not None:
                made.environment["YOUSU_DATABASE_URL"] = url.replace(
                    f":{own_postgres.port}/", f":{through}/"
                )
            return made

        yield make
