"""An installation on Kafka and Postgres: its environment, and its processes to start and kill."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from services.platform.event_log import EventLog

START_TIMEOUT_S = 60.0
SERVICES = ("intake", "router", "sla", "supervision", "evaluation", "reporting")
ROOT = Path(__file__).resolve().parents[2]


class Nursery:
    """Forks commands quickly."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.cluster.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())

    def ask(self, **request: object) -> Any:
        assert self._process.stdin is not None
        with self._one_at_a_time:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            return self._answer()

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()


class Child:
    """A process of the nursery."""

    def __init__(self, nursery: Nursery, pid: int, log: Path) -> None:
        self._nursery = nursery
        self.pid = pid
        self.log = log
        self.code: int | None = None

    def poll(self) -> int | None:
        if self.code is None:
            self.code = self._nursery.ask(poll=self.pid)
        return self.code

    def wait(self, within_s: float) -> int:
        wait_until(lambda: self.poll() is not None, within_s)
        assert self.code is not None
        return self.code

    def signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self.wait(10)


class Installation:
    """environment: what every process of it gets. now: a clock that stands still, if any."""

    def __init__(
        self,
        nursery: Nursery,
        folder: Path,
        environment: Mapping[str, str],
        now: str | None = None,
    ) -> None:
        self._nursery = nursery
        self.folder = folder
        self.environment = dict(environment)
        self.now = now
        self.children: dict[str, Child] = {}
        self.codes: list[tuple[str, int]] = []  # how those ended that ended by themselves

    def run(self, *arguments: object, within_s: float = 120) -> str:
        """A command to its end; what it said. Fails if it did not end well."""
        child = self._start(f"run-{time.monotonic_ns()}", arguments, self.environment)
        code = child.wait(within_s)
        said = child.log.read_text()
        assert code == 0, f"yousu {' '.join(map(str, arguments))}: exit code {code}: {said}"
        return said

    def wait_for_reports(self, log: EventLog, count: int, within_s: float = 60.0) -> None:
        """Until so many events are in the log: `process --until-idle` knows nothing of what is
        still on the bus."""
        wait_until(lambda: log.head() >= count, within_s)

    def start(self, name: str, *arguments: object, **environment: str) -> Child:
        """`name`: for this installation, to find it again."""
        child = self._start(name, arguments, self.environment | environment)
        self.children[name] = child
        return child

    def start_relay(self, name: str = "relay", **environment: str) -> Child:
        return self.start(name, "relay", **environment)

    def start_worker(self, service: str, name: str | None = None, **environment: str) -> Child:
        return self.start(name or service, "worker", service, **environment)

    def start_all(self) -> None:
        self.start_relay()
        for service in SERVICES:
            self.start_worker(service)

    def restart_the_dead(self) -> list[str]:
        """As a supervisor does. Returns who had ended."""
        dead = [name for name, child in self.children.items() if child.poll() is not None]
        for name in dead:
            self.codes.append((name, self.children[name].code or 0))
            arguments = ("relay",) if name.startswith("relay") else ("worker", name.split("-")[0])
            self.start(name, *arguments)
        return dead

    def stop_all(self, within_s: float = 12.0) -> dict[str, int]:
        """In an orderly way. name → exit code."""
        for child in self.children.values():
            child.signal(signal.SIGTERM)
        codes = {name: child.wait(within_s) for name, child in self.children.items()}
        self.children.clear()
        return codes

    def kill_all(self) -> None:
        for child in self.children.values():
            child.kill()
        self.children.clear()

    def log(self, name: str) -> str:
        path = self.folder / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _start(
        self, name: str, arguments: Sequence[object], environment: Mapping[str, str]
    ) -> Child:
        log = self.folder / f"{name}.log"
        pid = self._nursery.ask(
            args=[str(one) for one in arguments],
            environment=dict(environment),
            log=str(log),
            now=self.now,
        )
        return Child(self._nursery, int(pid), log)


def wait_until(true: Callable[[], object], within_s: float = 30.0, every_s: float = 0.02) -> float:
    """How long it took, in seconds."""
    start = time.monotonic()
    while not true():
        assert time.monotonic() - start < within_s, f"not within {within_s} s"
        time.sleep(every_s)
    return time.monotonic() - start
