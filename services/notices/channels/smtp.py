"""Notices by mail: one message each, so that one refused address stops no other."""

import smtplib
import ssl
import time
from collections.abc import Sequence
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

from services.notices.channels.message import OUT_OF_TIME, SENT, Message, Outcome
from services.notices.channels.values import SmtpChannel
from services.platform.clock import Clock

TRANSIENT, PERMANENT = 400, 500


class SmtpOutlet:
    """A connection for each batch."""

    def __init__(
        self, values: SmtpChannel, clock: Clock, password: str | None, ca_file: Path | None
    ) -> None:
        self._values = values
        self._clock = clock
        self._password = password
        self._ca_file = ca_file

    def send(self, messages: Sequence[Message], within_s: float) -> list[Outcome]:
        until_s = time.monotonic() + within_s
        outcomes: list[Outcome] = []
        server: smtplib.SMTP | None = None
        try:
            for message in messages:
                if time.monotonic() >= until_s:
                    outcomes.append(OUT_OF_TIME)
                    continue
                try:
                    server = server or self._connected()
                except (OSError, smtplib.SMTPException) as error:
                    outcomes += [_not_connected(error)] * (len(messages) - len(outcomes))
                    break
                outcome = self._send(server, message)
                outcomes.append(outcome)
                if outcome.result == "unsure" or server.sock is None:  # 421 is a farewell
                    server.close()
                    server = None
        finally:
            _leave(server)
        return outcomes

    def close(self) -> None:
        """Nothing is held between calls."""

    def _connected(self) -> smtplib.SMTP:
        values = self._values
        host, port, timeout_s = values.host, values.port, values.timeout_s
        server: smtplib.SMTP
        if values.security == "tls":
            server = smtplib.SMTP_SSL(host, port, timeout=timeout_s, context=self._tls())
        else:
            server = smtplib.SMTP(host, port, timeout=timeout_s)
        try:
            if values.security == "starttls":
                server.starttls(context=self._tls())
            if values.login is not None:
                server.login(values.login, self._password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._ca_file and str(self._ca_file))

    def _send(self, server: smtplib.SMTP, message: Message) -> Outcome:
        try:
            mail = self._mail(message)
        except (ValueError, LookupError, MessageError):  # an address that mail has no form for
            return Outcome("refused", "malformed")
        try:
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            return _refused(max(codes, default=PERMANENT), "recipient")
        except smtplib.SMTPSenderRefused as error:
            return _refused(error.smtp_code, "sender")
        except smtplib.SMTPDataError as error:
            return _refused(error.smtp_code, "data")
        except smtplib.SMTPNotSupportedError:
            return Outcome("refused", "not_supported")
        except (smtplib.SMTPException, OSError):
            return Outcome("unsure", "connection_lost")
        return SENT

    def _mail(self, message: Message) -> EmailMessage:
        """Message-ID is the same for every attempt. Auto-Submitted keeps others from answering."""
        domain = self._values.sender.rpartition("@")[2]
        mail = EmailMessage()
        mail["From"] = self._values.sender
        mail["To"] = Address(addr_spec=message.to or "")
        mail["Subject"] = message.subject
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{message.notice_id}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.body, cte="base64")
        return mail


def _refused(code: int, what: str) -> Outcome:
    """4xx: not now. 5xx: not at all."""
    result = "failed" if TRANSIENT <= code < PERMANENT else "refused"
    return Outcome(result, f"smtp_{what}_{code}")  # type: ignore[arg-type]


def _not_connected(error: Exception) -> Outcome:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return Outcome("failed", "login_refused")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Outcome("failed", "certificate")
    return Outcome("failed", "unreachable")


def _leave(server: smtplib.SMTP | None) -> None:
    if server is None:
        return
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        server.close()
