"""The servers that everything here runs on, and installations without processes on them."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from kafka import KafkaConsumer

from services.platform.transport.kafka_settings import KafkaSettings
from tests.cluster.installation import Installation, Nursery
from tests.servers.kafka import kafka_broker
from tests.servers.postgres import Server, postgres_server

LANES = 8


class Ground(NamedTuple):
    """kafka: `host:port,…`, of Apache Kafka."""

    postgres: Server
    kafka: str
    nursery: Nursery
    folder: Path

    def settings(self, prefix: str) -> KafkaSettings:
        return KafkaSettings(tuple(self.kafka.split(",")), prefix=prefix)

    @contextmanager
    def copy(self, url: str) -> Iterator[str]:
        """A database like that one, to which nobody may be connected."""
        with self.postgres.database(f"TEMPLATE {urlsplit(url).path.lstrip('/')}") as copied:
            yield copied

    @contextmanager
    def installation(self) -> Iterator[Installation]:
        """Database and keys, no topics."""
        with self.postgres.database() as url:
            made = Installation(self.nursery, self.folder, self.environment(url))
            made.run("db", "init")
            try:
                yield made
            finally:
                made.kill_all()

    def environment(self, url: str, prefix: str | None = None) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            "YOUSU_DATA": str(self.folder / "data"),
            "YOUSU_DATABASE_URL": url,
            "YOUSU_KAFKA": self.kafka,
            "YOUSU_KAFKA_PREFIX": prefix or f"b{uuid4().hex[:8]}-",
        }


@contextmanager
def ground() -> Iterator[Ground]:
    """Raises KafkaMissing, PostgresMissing."""
    with ExitStack() as stack:
        postgres = stack.enter_context(postgres_server("max_wal_size=4GB"))
        broker = stack.enter_context(kafka_broker(kinds=("given", "apache")))
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="yousu-bench-")))
        _make_coordinator(broker.servers)
        nursery = Nursery()
        stack.callback(nursery.close)
        yield Ground(postgres, broker.servers, nursery, folder)


def _make_coordinator(servers: str) -> None:
    """A new broker has none until the first group asks."""
    consumer = KafkaConsumer(bootstrap_servers=servers, group_id="yousu-bench")
    consumer.subscribe(pattern="^nothing$")
    consumer.poll(1_000)
    consumer.close()


def without_kafka(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name != "YOUSU_KAFKA"}
