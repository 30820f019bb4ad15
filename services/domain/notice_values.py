"""The words of notices 通知: kinds, to whom, where a notice stands, and why it went as it went."""

import hashlib
from typing import Annotated, Literal, get_args

from pydantic import StringConstraints

Audience = Literal["resident", "unit"]
ResidentKind = Literal["received", "routed", "resolved", "rate"]
UnitKind = Literal["assigned", "due_soon", "escalated", "daily_list"]
NoticeKind = Literal[
    "received", "routed", "resolved", "rate", "assigned", "due_soon", "escalated", "daily_list"
]
KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)
RESIDENT_KINDS: frozenset[NoticeKind] = frozenset(get_args(ResidentKind))
NoticeStatus = Literal["new", "waiting", "sending", "sent", "suppressed", "given_up"]
Suppression = Literal[
    "no_contact", "malformed_contact", "no_channel", "opted_out", "superseded", "stale", "erased"
]
Postponement = Literal["quiet_hours", "calendar"]
NoticeId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]

FAMILY = "notice"
# What a person may ask for again; whoever opted out, was erased, or has no address stays so.
RETRIED_BY_HAND: frozenset[str] = frozenset({"given_up"})
NO_ANSWER = "no_answer"  # nobody knows whether it went out


def notice_id(kind: NoticeKind, recipient: str, ticket_id: str | None, about: int | str) -> str:
    """Equal for the same kind to the same recipient about the same fact, whoever works it out.

    about: the version of the fact in its ticket's stream; of a daily list, its day.
    """
    named = "\n".join((kind, recipient, ticket_id or "", str(about)))
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def notice_stream(notice: str) -> str:
    return f"{FAMILY}:{notice}"


def choices_stream(resident: str) -> str:
    """Where it stands what a resident does not want to be told."""
    return f"{FAMILY}:resident-{resident}"
