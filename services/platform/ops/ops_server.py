"""A small HTTP server beside a relay or a worker: metrics, whether it lives, whether it works.

It shows counts and names of processors only, has no key, and so listens on this machine unless
told otherwise.
"""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

ALIVE_WITHIN_S = 30.0
REQUEST_WITHIN_S = 10.0
HOST = "127.0.0.1"
Check = Callable[[], str | None]  # what is wrong; None: nothing


class Answer(NamedTuple):
    status: int
    media_type: str
    body: bytes


class OpsServer:
    """port 0: any that is free (see `port`). Raises OSError, naming host and port."""

    def __init__(
        self, registry: CollectorRegistry, alive: Check, ready: Check, port: int, host: str = HOST
    ) -> None:
        routes: dict[str, Callable[[], Answer]] = {
            "/metrics": lambda: Answer(200, CONTENT_TYPE_LATEST, generate_latest(registry)),
            "/healthz": lambda: _checked(alive, "ok"),
            "/readyz": lambda: _checked(ready, "ready"),
        }
        handler = type("OpsHandler", (_Handler,), {"routes": routes})
        try:
            self._server = _Server((host, port), handler)
        except OSError as error:
            raise OSError(error.errno, error.strerror, f"{host}:{port}") from None
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.2,), name="ops-server", daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def turning(turned_s: Callable[[], float], now_s: Callable[[], float]) -> Check:
    """Alive while the last turn of its loop is younger than ALIVE_WITHIN_S."""

    def check() -> str | None:
        idle_s = now_s() - turned_s()
        return f"no turn for {idle_s:.0f} s" if idle_s > ALIVE_WITHIN_S else None

    return check


def _checked(check: Check, well: str) -> Answer:
    wrong = check()
    document = {"status": well} if wrong is None else {"status": "unavailable", "reason": wrong}
    body = json.dumps(document).encode()
    return Answer(200 if wrong is None else 503, "application/json", body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no event."""


class _Handler(BaseHTTPRequestHandler):
    routes: dict[str, Callable[[], Answer]]
    timeout = REQUEST_WITHIN_S
    server_version = "yousu"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(body_too=True)

    def do_HEAD(self) -> None:
        self._answer(body_too=False)

    def _answer(self, body_too: bool) -> None:
        route = self.routes.get(self.path.partition("?")[0])
        status, media_type, body = route() if route else Answer(404, "text/plain", b"not here\n")
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()
        if body_too:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Probes come every few seconds: no line for each."""
