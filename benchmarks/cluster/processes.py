"""Starting the consumers of `children`, and hearing how long they took."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple


class Took(NamedTuple):
    """On the machine's monotonic clock; cpu_s since the process began."""

    began_s: float
    ended_s: float
    cpu_s: float

    @property
    def seconds(self) -> float:
        return self.ended_s - self.began_s


class Consumer:
    def __init__(self, name: str, task: Mapping[str, Any], folder: Path) -> None:
        self._log = (folder / f"{name}.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.cluster.children", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(task) + "\n")
        self._process.stdin.flush()

    def took(self) -> Took:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, (
            f"ended with {self._process.wait()}: {Path(self._log.name).read_text()[-2_000:]}"
        )
        return Took(**json.loads(line))

    def wait_until_ready(self) -> None:
        """Until it holds its share."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.strip() == '"ready"', line

    def close(self) -> None:
        """It leaves its group in an orderly way, so that the next need not wait for it."""
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._log.close()


def run(name: str, task: Mapping[str, Any], folder: Path) -> Took:
    consumer = Consumer(name, task, folder)
    try:
        return consumer.took()
    finally:
        consumer.close()
