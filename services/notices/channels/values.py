"""How a channel is set up, as it stands in the policy's file. Secrets are named, not held."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

SecretName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Seconds = Annotated[float, Field(gt=0, le=120)]

AT_ONCE_MAX = 200
HERE = frozenset({"127.0.0.1", "::1", "localhost"})
MAILS_AT_ONCE = 10


class _Values(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class FileChannel(_Values):
    """path: within the data folder, unless it is absolute. contacts: masked, or as they are."""

    adapter: Literal["file"]
    path: Annotated[str, StringConstraints(min_length=1)]
    contacts: Literal["masked", "open"] = "masked"

    @property
    def needs_address(self) -> bool:
        return False

    @property
    def at_once(self) -> int:
        """How many are claimed together: of a channel that holds what is unsure, that many are
        held if whoever sends them dies."""
        return AT_ONCE_MAX

    @property
    def resends_unsure(self) -> bool:
        """It sees in the file what is there already."""
        return True


class WebhookChannel(_Values):
    """POSTs JSON, signed if there is a secret, or a body of one's own, as a gateway for short
    messages wants it: `{to}`, `{subject}`, `{body}` and `{id}` are filled in as JSON strings.

    resend_unsure: set it if the receiver drops what comes again under one Idempotency-Key.
    url: without TLS only on this machine. accepts: what must stand in its JSON answer, as in
    {"code" = "0"}; none: any answer of 2xx that is not a web page. characters_max: of the body;
    the rest is cut off.
    """

    adapter: Literal["webhook"]
    url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s@]+$")]
    secret: SecretName | None = None
    bearer: SecretName | None = None
    body: str | None = None
    accepts: dict[str, str] = Field(default_factory=dict)
    characters_max: Annotated[int, Field(ge=20, le=10_000)] = 2_000
    timeout_s: Seconds = 10
    parallel: Annotated[int, Field(ge=1, le=32)] = 8
    resend_unsure: bool = False

    @model_validator(mode="after")
    def _is_private(self) -> Self:
        address = urlsplit(self.url)
        if address.scheme == "http" and address.hostname not in HERE:
            raise ValueError("url: what residents are told needs https beyond this machine")
        return self

    @property
    def needs_address(self) -> bool:
        return self.body is not None and "{to}" in self.body

    @property
    def at_once(self) -> int:
        return AT_ONCE_MAX if self.resend_unsure else self.parallel

    @property
    def resends_unsure(self) -> bool:
        return self.resend_unsure


class SmtpChannel(_Values):
    """security: "tls" from the first byte, "starttls", or "none" (on this machine only).
    resend_unsure: what may have gone out goes again, under the same Message-ID."""

    adapter: Literal["smtp"]
    host: Annotated[str, StringConstraints(min_length=1)]
    port: Annotated[int, Field(ge=1, le=65_535)] = 465
    security: Literal["tls", "starttls", "none"] = "tls"
    ca_file: str | None = None
    sender: Annotated[str, StringConstraints(pattern=r"^[^\s@]+@[^\s@]+$")]
    login: str | None = None
    password: SecretName | None = None
    timeout_s: Seconds = 20
    resend_unsure: bool = False

    @model_validator(mode="after")
    def _is_private(self) -> Self:
        if self.security == "none" and self.host not in HERE:
            raise ValueError("security: tls or starttls is needed beyond this machine")
        return self

    @property
    def needs_address(self) -> bool:
        return True

    @property
    def at_once(self) -> int:
        return AT_ONCE_MAX if self.resend_unsure else MAILS_AT_ONCE

    @property
    def resends_unsure(self) -> bool:
        return self.resend_unsure


AnyChannel = Annotated[FileChannel | WebhookChannel | SmtpChannel, Field(discriminator="adapter")]
