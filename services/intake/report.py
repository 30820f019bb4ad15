"""A report 诉求 as its channel gave it, in the clear and in memory only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from services.domain.event_base import Kind


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NewReport:
    """One submission. reference: the channel's own name for it, never used twice.

    received_at: when the resident said it (aware). longitude and latitude in degrees (WGS 84).
    No repr: it would show a resident's words.
    """

    channel: str
    reference: str
    received_at: datetime
    text: str
    title: str | None = None
    contact: str | None = None
    name: str | None = None
    address: str | None = None
    area: str | None = None
    item: str | None = None
    kind: Kind | None = None
    longitude: float | None = None
    latitude: float | None = None
    attachments: tuple[str, ...] = ()


class Receipt(NamedTuple):
    """What became of one submission.

    differs: the reference was used before with other words; the first ones stand.
    position: of its event in the log; 0 for a duplicate.
    """

    status: Literal["opened", "joined", "duplicate"]
    ticket_id: str
    report_id: str
    position: int = 0
    differs: bool = False
