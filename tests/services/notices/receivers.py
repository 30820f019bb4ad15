"""Real servers on loopback that notices are sent to."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.servers.ports import free_ports


class Answer(NamedTuple):
    """hangs_s: before it answers. closes: without an answer."""

    status: int = 200
    body: str = "{}"
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    hangs_s: float = 0
    closes: bool = False


class Request(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)


class WebReceiver:
    """Answers as it is told, in turn; then with 200."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self._lock = threading.Lock()

    def take(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            return self.answers.pop(0) if self.answers else Answer()


@contextmanager
def web_server(receiver: WebReceiver) -> Iterator[str]:
    """Its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = receiver.take(Request(self.path, dict(self.headers.items()), body))
            time.sleep(answer.hangs_s)
            if answer.closes:
                self.close_connection = True
                return
            content = answer.body.encode()
            self.send_response(answer.status)
            for name, value in answer.headers:
                self.send_header(name, value)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *arguments: Any) -> None:
            """Silent."""

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:  # whoever asked has lost patience
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class MailReceiver:
    """An SMTP server's handler: refuses those whom it is told to, with that answer."""

    def __init__(self, refused: dict[str, str] | None = None, at_data: str | None = None) -> None:
        self.refused = refused or {}
        self.at_data = at_data
        self.mails: list[tuple[list[str], bytes]] = []
        self.logins: list[str] = []

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.at_data:
            return self.at_data
        self.mails.append((list(envelope.rcpt_tos), envelope.content))
        return "250 taken"

    def authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any
    ) -> AuthResult:
        self.logins.append(data.login.decode())
        right = data.password == b"secret-of-the-mail"
        return AuthResult(success=right, handled=False)


@contextmanager
def mail_server(receiver: MailReceiver, **options: Any) -> Iterator[int]:
    """Its port."""
    (port,) = free_ports(1)  # aiosmtpd tries the port that it was told, so 0 is none
    controller = Controller(receiver, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield port
    finally:
        controller.stop()
