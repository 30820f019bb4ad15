"""Notices by HTTP POST: signed JSON, or a body as a gateway for short messages wants it."""

import hmac
import http.client
import json
import re
import ssl
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from services.notices.channels.message import OUT_OF_TIME, SENT, Message, Outcome
from services.notices.channels.values import WebhookChannel
from services.platform.clock import Clock

ANSWER_BYTES_MAX = 64 * 1024
LATER = frozenset({408, 425, 429, 503})
OF_A_PROXY = frozenset({502, 504, 520, 522, 524})  # for a server that may have taken it
_SECONDS = re.compile("[0-9]+")
_FIELD = re.compile(r"\{(to|subject|body|id)\}")


class _Answer(NamedTuple):
    status: int
    content_type: str
    retry_after: str | None
    body: bytes


class WebhookOutlet:
    """Follows no redirects and uses no proxy: what it sends goes to the address that was set up.

    secret: signs `<timestamp>.<body>` (HMAC-SHA256, hex). bearer: an access token.
    """

    def __init__(
        self, values: WebhookChannel, clock: Clock, secret: str | None, bearer: str | None
    ) -> None:
        self._values = values
        self._clock = clock
        self._secret = secret
        self._bearer = bearer
        self._url = urlsplit(values.url)
        self._pool = ThreadPoolExecutor(values.parallel, thread_name_prefix="webhook")

    def send(self, messages: Sequence[Message], within_s: float) -> list[Outcome]:
        until_s = time.monotonic() + within_s

        def send_one(message: Message) -> Outcome:
            return self._send(message) if time.monotonic() < until_s else OUT_OF_TIME

        return list(self._pool.map(send_one, messages))

    def close(self) -> None:
        self._pool.shutdown(wait=True)

    def _send(self, message: Message) -> Outcome:
        connection = self._connection()
        try:
            connection.connect()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return Outcome("failed", _connecting(error))
        try:
            return self._judge(self._ask(connection, message))
        except TimeoutError:
            return Outcome("unsure", "timeout")
        except (OSError, http.client.HTTPException):
            return Outcome("unsure", "connection_lost")
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host, port, timeout = self._url.hostname or "", self._url.port, self._values.timeout_s
        if self._url.scheme == "https":
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(host, port, timeout=timeout, context=context)
        return http.client.HTTPConnection(host, port, timeout=timeout)

    def _ask(self, connection: http.client.HTTPConnection, message: Message) -> _Answer:
        body = self._body(message)
        path = self._url.path or "/"
        target = f"{path}?{self._url.query}" if self._url.query else path
        connection.request("POST", target, body, self._headers(message, body))
        answer = connection.getresponse()
        return _Answer(
            answer.status,
            answer.headers.get_content_type(),
            answer.headers.get("Retry-After"),
            answer.read(ANSWER_BYTES_MAX + 1),
        )

    def _headers(self, message: Message, body: bytes) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "yousu",
            "Idempotency-Key": message.notice_id,
        }
        if self._bearer is not None:
            headers["Authorization"] = f"Bearer {self._bearer}"
        if self._secret is not None:
            timestamp = str(int(self._clock.now().timestamp()))
            headers["X-Yousu-Timestamp"] = timestamp
            headers["X-Yousu-Signature"] = signature(self._secret, timestamp, body)
        return headers

    def _body(self, message: Message) -> bytes:
        said = message.body
        if len(said) > self._values.characters_max:
            said = said[: self._values.characters_max - 1] + "…"
        values = {"to": message.to, "subject": message.subject, "body": said}
        if self._values.body is None:
            document = {"id": message.notice_id, "kind": message.kind, **values}
            document |= {"audience": message.audience, "ticket_id": message.ticket_id}
            return json.dumps(document, ensure_ascii=False).encode()
        given: dict[str, Any] = {"id": message.notice_id, **values}

        def filled(found: re.Match[str]) -> str:
            return json.dumps(given[found[1]], ensure_ascii=False)

        return _FIELD.sub(filled, self._values.body).encode()

    def _judge(self, answer: _Answer) -> Outcome:
        """What a server has answered, it has decided: a failure of its own has not gone out. What
        a proxy answers in its place, or nobody can read after a 2xx, decides nothing."""
        status = answer.status
        if status in OF_A_PROXY:
            return Outcome("unsure", f"http_{status}")
        if status in LATER or status >= 500:
            rest_s = _rest_s(answer.retry_after, self._clock.now)
            return Outcome("failed", f"http_{status}", rest_s)
        if not 200 <= status < 300:
            return Outcome("refused", f"http_{status}")
        if answer.content_type in ("text/html", "application/xhtml+xml"):
            return Outcome("failed", "web_page")  # a proxy's or a portal's: nobody has taken it
        if not self._values.accepts:
            return SENT
        if len(answer.body) > ANSWER_BYTES_MAX:
            return Outcome("unsure", "answer_too_long")
        return self._judge_words(answer.body)

    def _judge_words(self, body: bytes) -> Outcome:
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            return Outcome("unsure", "not_json")
        if not isinstance(document, dict):
            return Outcome("unsure", "not_json")
        accepted = all(
            str(document.get(name)) == value for name, value in self._values.accepts.items()
        )
        return SENT if accepted else Outcome("refused", "not_accepted")


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What a receiver compares `X-Yousu-Signature` with."""
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.digest(secret.encode(), signed, "sha256").hex()


def body_fault(template: str) -> str | None:
    """What is wrong with a body of one's own: it must be JSON once its fields are filled in."""
    try:
        json.loads(_FIELD.sub('""', template))
    except ValueError:
        return "is not JSON: {to}, {subject}, {body} and {id} stand for whole strings, unquoted"
    return None


def _connecting(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    return "timeout_connecting" if isinstance(error, TimeoutError) else "unreachable"


def _rest_s(header: str | None, now: Callable[[], datetime]) -> float | None:
    """Retry-After: seconds, or a date."""
    if header is None:
        return None
    if _SECONDS.fullmatch(header.strip()):
        return float(header.strip()[:9])
    try:
        moment = parsedate_to_datetime(header)
        return max(0.0, (moment - now()).total_seconds())
    except (TypeError, ValueError):
        return None
