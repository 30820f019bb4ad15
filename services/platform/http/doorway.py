"""What every request passes: a bounded body, security headers, a log line without its query."""

import logging
import re
import time
from collections.abc import Callable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.platform.http.problems import Form, Problem, render

access = logging.getLogger("yousu.access")

BODY_BYTES_MAX = 256 * 1024
SECURITY_HEADERS = (
    ("content-security-policy", "default-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
)


class Doorway:
    """ASGI middleware. `wider`: path → bytes that its body may have."""

    def __init__(
        self,
        app: ASGIApp,
        forms: Mapping[str, Form],
        wider: Mapping[str, int],
        stopwatch: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._app = app
        self._forms = forms
        self._wider = wider
        self._stopwatch = stopwatch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = self._stopwatch()
        status = 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _secure(message)
            await send(message)

        path: str = scope["path"]
        limit = self._wider.get(path, BODY_BYTES_MAX)
        try:
            if _declared_bytes(scope) > limit:
                answer = render(path, _too_large(limit), self._forms)
                await answer(scope, receive, sending)
            else:
                await self._app(scope, _bounded(receive, limit), sending)
        finally:
            elapsed_ms = (self._stopwatch() - started) * 1000
            access.info("%s %s %d %.1f ms", scope["method"], _printable(path), status, elapsed_ms)


def _secure(message: Message) -> None:
    headers = MutableHeaders(scope=message)
    for name, value in SECURITY_HEADERS:
        headers.setdefault(name, value)


def _declared_bytes(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _bounded(receive: Receive, limit: int) -> Receive:
    """A body that does not say how long it is is counted while it comes."""
    received = 0

    async def counting() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise _too_large(limit)
        return message

    return counting


def _too_large(limit: int) -> Problem:
    headers = {"Connection": "close"}
    return Problem(413, "body_too_large", f"A body has at most {limit} bytes here.", (), headers)


def _printable(path: str) -> str:
    """A path comes from outside: no line ends or escapes in our log."""
    return re.sub(r"[^\x21-\x7e]", "?", path)[:200]
