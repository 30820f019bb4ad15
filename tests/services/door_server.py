"""A real server on loopback with a system of its own, under a clock that stands still."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import uvicorn

from services.console.system import System, bootstrap
from services.console.web import create_app
from services.platform.clock import VirtualClock
from services.platform.settings import Settings

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # 09:00 in Xining
START_S_MAX = 10
ITEM = "01.01.01.01.01"  # 室温不达标


class Door(NamedTuple):
    """`client` talks to `url`; nothing is processed until `process` is called."""

    system: System
    clock: VirtualClock
    client: httpx.Client
    url: str

    def process(self) -> None:
        self.system.transport.run_until_idle()

    def report(self, **values: Any) -> httpx.Response:
        return self.client.post("/api/v1/reports", json={"channel": "hotline", **values})

    def ticket(self, **values: Any) -> str:
        """A new ticket, processed: its id."""
        text = f"暖气不热 {self.system.log.head()}"
        answer = self.report(**{"text": text, "address": "城西区西关大街3号", **values})
        assert answer.status_code == 201, answer.text
        self.process()
        return str(answer.json()["ticket_id"])

    def ask(
        self, ticket_id: str, verb: str, body: Any, actor: str = "unit:heating", **headers: str
    ) -> httpx.Response:
        return self.client.post(
            f"/api/v1/tickets/{ticket_id}/{verb}", json=body, headers={"X-Actor": actor, **headers}
        )

    def events(self, ticket_id: str) -> list[str]:
        return [recorded.type for recorded in self.system.log.read_stream(ticket_id)]


@contextmanager
def opened_door(folder: Path, api_keys: Mapping[str, str] | None = None) -> Iterator[Door]:
    clock = VirtualClock(MONDAY)
    # Made-up reports differ in a number only: joined by likeness they would be one matter.
    key_file = folder / "keys" / "master.key"
    settings = Settings(folder, key_file, api_keys or {}, similar="off")
    system = bootstrap(settings, clock)
    config = uvicorn.Config(
        create_app(system), host="127.0.0.1", port=0, log_level="critical", access_log=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        url = f"http://127.0.0.1:{_port(server)}"
        with httpx.Client(base_url=url, timeout=20, trust_env=False) as client:
            yield Door(system, clock, client, url)
    finally:
        server.should_exit = True
        thread.join()
        system.close()


def _port(server: uvicorn.Server) -> int:
    give_up_at = time.monotonic() + START_S_MAX
    while not server.started:
        assert time.monotonic() < give_up_at, "the server did not start"
        time.sleep(0.01)
    port: int = server.servers[0].sockets[0].getsockname()[1]
    return port
