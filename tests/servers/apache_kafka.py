"""Apache Kafka itself, without Docker: its jars by Maven, once; its configuration; its commands."""

import fcntl
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

VERSION = "4.3.1"  # that of docker-compose.yml
JAVA_MIN = 17
RESOLVE_TIMEOUT_S = 600.0
CLUSTER_ID = "yousu-tests-0000000000"
# Heap enough for a million small messages. The short compiler and the plain collector: a broker of
# tests lives for minutes and shares few processors with what is tested.
JAVA_FLAGS = ("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
LOG_FLAGS = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
)
POM = """<project>
<modelVersion>4.0.0</modelVersion>
<groupId>yousu</groupId><artifactId>broker-for-tests</artifactId><version>1</version>
<dependencies>
<dependency>
<groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>{version}</version>
</dependency>
<dependency>
<groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version>
</dependency>
</dependencies>
</project>
"""


class ApacheMissing(RuntimeError):
    """Apache Kafka cannot be had on this machine; says what is missing."""


@dataclass(frozen=True, slots=True)
class Listeners:
    """Ports. Clients that come to `proxied` are told to come back to `proxy`."""

    direct: int
    controller: int
    proxied: int
    proxy: int


def java() -> Path:
    """Raises ApacheMissing."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which(str(Path(home, "bin", "java"))) if home else shutil.which("java")
    if not found:
        raise ApacheMissing(f"no java (JAVA_HOME or PATH); Kafka {VERSION} needs {JAVA_MIN}")
    shown = subprocess.run([found, "-version"], capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', shown)
    if version is None or int(version[1]) < JAVA_MIN:
        raise ApacheMissing(f"{found} is not Java {JAVA_MIN}, which Kafka {VERSION} needs")
    return Path(found)


def classpath() -> str:
    """Asks Maven the first time only; the jars stay in Maven's repository. Raises ApacheMissing."""
    folder = cache_folder() / f"kafka-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    known = folder / "classpath"
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _is_complete(known):
            _resolve(folder, known)
    return known.read_text().strip()


def cache_folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "yousu-tests"


def _is_complete(known: Path) -> bool:
    return known.exists() and all(
        Path(jar).exists() for jar in known.read_text().strip().split(os.pathsep)
    )


def _resolve(folder: Path, known: Path) -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise ApacheMissing(f"no mvn in PATH to fetch Kafka {VERSION} with")
    (folder / "pom.xml").write_text(POM.format(version=VERSION))
    new = folder / "classpath.new"
    goal = ("dependency:build-classpath", "-DincludeScope=runtime", f"-Dmdep.outputFile={new}")
    try:
        done = subprocess.run(
            [maven, "--batch-mode", "--quiet", *goal],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=RESOLVE_TIMEOUT_S,
        )
    except subprocess.TimeoutExpired:
        raise ApacheMissing(f"mvn did not fetch Kafka {VERSION} in time") from None
    if done.returncode != 0:
        raise ApacheMissing(f"mvn cannot fetch Kafka {VERSION}: {done.stdout[-500:].strip()}")
    new.replace(known)


def format_command(binary: Path, jars: str, configuration: Path) -> list[str]:
    """Makes the data folder; once in a broker's life."""
    tool = ("kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER_ID, "--config")
    return [str(binary), *JAVA_FLAGS, *LOG_FLAGS, "-cp", jars, *tool, str(configuration)]


def start_command(binary: Path, jars: str, configuration: Path) -> list[str]:
    main = ("kafka.Kafka", str(configuration))
    return [str(binary), *JAVA_FLAGS, *LOG_FLAGS, "-cp", jars, *main]


def configuration(ports: Listeners, data: Path) -> str:
    """The text of server.properties: broker and controller in one process."""
    return f"""
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{ports.controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=DIRECT
listeners=DIRECT://127.0.0.1:{ports.direct},PROXIED://127.0.0.1:{ports.proxied},\
CONTROLLER://127.0.0.1:{ports.controller}
advertised.listeners=DIRECT://127.0.0.1:{ports.direct},PROXIED://127.0.0.1:{ports.proxy}
listener.security.protocol.map=DIRECT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}

auto.create.topics.enable=false
delete.topic.enable=true
group.initial.rebalance.delay.ms=0
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1

broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=4
log.cleaner.dedupe.buffer.size=4194304
"""
