"""A cluster of one test's own, on servers that all tests share."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from end_to_end_place import ENVIRONMENT

from services.platform.transport.kafka_settings import KafkaSettings
from tests.cluster.installation import SERVICES, Child, Installation, Nursery
from tests.servers.postgres import Server

LANES = 4


class Cluster:
    """A database, and a bus with workers unless `kafka` is None. Workers are started by the first
    command that runs processors itself where there is no bus, and stay until the test ends."""

    def __init__(
        self,
        nursery: Nursery,
        folder: Path,
        url: str,
        kafka: KafkaSettings | None,
        server: Server,
    ) -> None:
        self.server = server
        self.url = url
        self.kafka = kafka
        self.settings = {"YOUSU_DATABASE_URL": url}
        if kafka is not None:
            given = {n: v for n, v in os.environ.items() if n.startswith("YOUSU_KAFKA")}
            names = {"YOUSU_KAFKA": ",".join(kafka.servers), "YOUSU_KAFKA_PREFIX": kafka.prefix}
            self.settings |= given | names
        data = {"YOUSU_DATA": str(folder / "data")}
        self.installation = Installation(nursery, folder, ENVIRONMENT | self.settings | data)

    def start_workers(self, suffix: str = "") -> Sequence[Child]:
        """A relay and a worker of each service, unless those of this name run. Those that were
        stopped are started again."""
        made = self.installation
        if self.kafka is None:
            return ()
        if not made.children and not self._make_topics():
            return ()  # nor will the command itself run, and it says why
        names = [f"{service}{suffix}" for service in ("relay", *SERVICES)]
        for name, service in zip(names, ("relay", *SERVICES), strict=True):
            known = made.children.get(name)
            if known is not None and known.poll() is None:
                continue
            assert known is None or known.code == 0, f"{name} died: {made.log(name)}"
            made.start(name, *(["relay"] if service == "relay" else ["worker", service]))
        return [made.children[name] for name in names]

    def _make_topics(self) -> bool:
        """False where nothing can run, whatever it is."""
        command = ("topics", "create", "--partitions", LANES, "--intake-partitions", 1)
        try:
            self.installation.run(*command)
        except AssertionError:
            return False
        return True

    def worker_logs(self) -> Mapping[str, str]:
        return {name: self.installation.log(name) for name in self.installation.children}

    def close(self) -> None:
        self.installation.kill_all()
