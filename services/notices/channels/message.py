"""What is handed to a channel, and what it says came of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Message:
    """One notice in words. `to`, subject and body may be a resident's: they are never shown.

    notice_id: the same for every attempt, so that a receiver can drop a second one. again: it may
    have gone out before.
    """

    notice_id: str
    kind: str
    audience: str
    recipient: str
    ticket_id: str | None
    queued_at: str
    again: bool
    to: str | None = field(repr=False)
    subject: str = field(repr=False)
    body: str = field(repr=False)


class Outcome(NamedTuple):
    """sent: the channel has taken it. refused: trying again is no use. failed: it has not gone out.
    unsure: it may have. reason: a code, never words of an answer."""

    result: Literal["sent", "refused", "failed", "unsure"]
    reason: str = ""
    rest_s: float | None = None  # that the channel asked for


SENT = Outcome("sent")
OUT_OF_TIME = Outcome("failed", "out_of_time")


class Channel(Protocol):
    def send(self, messages: Sequence[Message], within_s: float) -> list[Outcome]:
        """One outcome a message, in order. Raises nothing that a channel can bring about. What
        cannot be begun within that time has failed, with OUT_OF_TIME."""

    def close(self) -> None: ...
