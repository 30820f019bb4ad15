"""Channels as the policy sets them up, each with its secrets."""

from collections.abc import Mapping
from pathlib import Path
from typing import assert_never

from services.notices.channels.file import FileOutlet
from services.notices.channels.message import Channel
from services.notices.channels.smtp import SmtpOutlet
from services.notices.channels.values import (
    AnyChannel,
    FileChannel,
    SmtpChannel,
    WebhookChannel,
)
from services.notices.channels.webhook import WebhookOutlet, body_fault
from services.notices.policy import NoticePolicy, NoticePolicyInvalid
from services.platform.clock import Clock


def open_channels(
    policy: NoticePolicy, secrets: Mapping[str, str], data_dir: Path, clock: Clock
) -> dict[str, Channel]:
    """Nothing is connected yet. Raises NoticePolicyInvalid, naming channel and secret."""
    return {
        name: _opened(f"channels.{name}", values, secrets, data_dir, clock)
        for name, values in policy.channels.items()
    }


def _opened(
    place: str, values: AnyChannel, secrets: Mapping[str, str], data_dir: Path, clock: Clock
) -> Channel:
    def secret(name: str | None, field: str) -> str | None:
        if name is not None and name not in secrets:
            raise NoticePolicyInvalid(f"{place}.{field}: there is no secret named {name}")
        return None if name is None else secrets[name]

    match values:
        case FileChannel():
            return FileOutlet(data_dir / values.path, masks=values.contacts == "masked")
        case WebhookChannel():
            fault = values.body and body_fault(values.body)
            if fault:
                raise NoticePolicyInvalid(f"{place}.body: {fault}")
            signing, bearer = secret(values.secret, "secret"), secret(values.bearer, "bearer")
            return WebhookOutlet(values, clock, signing, bearer)
        case SmtpChannel():
            ca_file = None if values.ca_file is None else data_dir / values.ca_file
            return SmtpOutlet(values, clock, secret(values.password, "password"), ca_file)
        case _:
            assert_never(values)
