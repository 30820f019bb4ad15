"""Processors at work until they are asked to stop: one process, or the workers of a cluster."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Protocol

from end_to_end_cluster import Cluster
from end_to_end_place import here
from end_to_end_program import Finished, catches, finish, start, wait_until, yousu_here


class Processing(Protocol):
    def ask_to_stop(self, signum: signal.Signals = signal.SIGTERM) -> None: ...

    def finish(self, within_s: float = 120) -> Finished:
        """Its JSON says where the log ended. On a cluster the code is the worst of all, and what
        was written as an error is on `err`."""


def start_processing(data: Path, more: int = 0) -> Processing:
    """Returns when it can be asked to stop. more: the number of those that run already."""
    cluster = here()
    return OneProcess(data) if cluster is None else Workers(cluster, data, more)


class OneProcess:
    def __init__(self, data: Path) -> None:
        self._process: subprocess.Popen[str] = start("process", "--data", data, "--json")
        wait_until(lambda: self._is_ready(self._process))

    @staticmethod
    def _is_ready(process: subprocess.Popen[str]) -> bool:
        return process.poll() is not None or catches(process.pid, signal.SIGTERM)

    def ask_to_stop(self, signum: signal.Signals = signal.SIGTERM) -> None:
        self._process.send_signal(signum)

    def finish(self, within_s: float = 120) -> Finished:
        return finish(self._process, within_s)


class Workers:
    def __init__(self, cluster: Cluster, data: Path, more: int) -> None:
        self._data = data
        self._children = cluster.start_workers(f"-{more + 1}" if more else "")
        for child in self._children:
            wait_until(lambda child=child: catches(child.pid, signal.SIGTERM))  # type: ignore[misc]

    def ask_to_stop(self, signum: signal.Signals = signal.SIGTERM) -> None:
        for child in self._children:
            child.signal(signum)

    def finish(self, within_s: float = 120) -> Finished:
        codes = [child.wait(within_s) for child in self._children]
        said = "".join(child.log.read_text() for child in self._children)
        errors = [line for line in said.splitlines() if _is_error(line)]
        return Finished(max(codes, key=abs), self._end_of_log(), "\n".join(errors))

    def _end_of_log(self) -> str:
        replayed = yousu_here("replay", "--data", self._data, "--json").document
        return json.dumps({"position": replayed["position"]})


def _is_error(line: str) -> bool:
    """A client that asks too early for the group's coordinator says so, and asks again."""
    is_error = '"level": "ERROR"' in line and '"logger": "aiokafka.' not in line
    return is_error or "Traceback" in line
