"""`yousu serve` on a free port of this machine, and clients that remember what they were told."""

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from end_to_end_program import kill, start, wait_until

REPORTS = "/api/v1/reports"
TIMEOUT_S = 30


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Server:
    """One life of the server process."""

    def __init__(self, data: Path, before: Callable[[], None] | None = None) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[str] = start(
            "serve", "--port", self.port, "--data", data, before=before
        )
        wait_until(lambda: self.process.poll() is not None or self.answers("/readyz"))
        assert self.process.poll() is None, self.process.communicate()

    def answers(self, path: str) -> bool:
        try:
            return httpx.get(self.url + path, timeout=TIMEOUT_S).is_success
        except httpx.TransportError:
            return False


@contextmanager
def serving(data: Path, before: Callable[[], None] | None = None) -> Iterator[Server]:
    """A server that does not outlive the test, however it ends."""
    server = Server(data, before)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            kill(server.process)


class Client(threading.Thread):
    """Posts one report after the other until the server is gone, and notes every receipt.

    told: reference → ticket. The last report sent may or may not have been accepted.
    """

    def __init__(self, name: str, url: str, told: dict[str, str]) -> None:
        super().__init__(name=name, daemon=True)
        self.url = url
        self.told = told
        self.statuses: set[int] = set()

    def run(self) -> None:
        with httpx.Client(base_url=self.url, timeout=TIMEOUT_S) as client:
            while True:
                reference = f"{self.name}-{len(self.told)}"
                try:
                    answer = client.post(REPORTS, json=report(reference))
                except httpx.TransportError:
                    return
                self.statuses.add(answer.status_code)
                if not answer.is_success:
                    return
                self.told[reference] = answer.json()["ticket_id"]


def report(reference: str, **changed: str) -> dict[str, str]:
    return {
        "channel": "app",
        "reference": reference,
        "text": "楼道里的灯不亮，晚上看不见路",
        "contact": f"138{abs(hash(reference)) % 10**8:08}",
        "address": f"城东区建国路 {reference}",
    } | changed
