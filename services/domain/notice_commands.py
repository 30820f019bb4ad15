"""What may be asked of a notice. Time, channel and outcome come in as values."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.domain.notice_values import Audience, NoticeKind, Postponement, Suppression


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeCommand:
    """cause: as in events. now: when it is written down."""

    notice_id: str
    actor: str
    cause: str
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNotice(NoticeCommand):
    kind: NoticeKind
    audience: Audience
    recipient: str
    stale_at: datetime
    ticket_id: str | None = None
    fact_version: int | None = None
    report_ticket: str | None = None
    report_id: str | None = None
    day: date | None = None
    suppression: Suppression | None = None  # known already: it will not be said


@dataclass(frozen=True, slots=True, kw_only=True)
class Retrying:
    """How often, and how long apart. resend_unsure: whether what may have gone out goes again, as
    it may where the channel drops what it has seen."""

    attempts_max: int
    first_rest: timedelta
    longest_rest: timedelta
    resend_unsure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptNotice(NoticeCommand):
    through: str
    template_version: str
    lease: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireNotice(NoticeCommand):
    """Its lease is over, and nobody has said what came of it."""

    retrying: Retrying


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleNotice(NoticeCommand):
    """What came of an attempt. reason: None if it was sent. final: trying again is no use."""

    attempt: int
    through: str
    retrying: Retrying
    reason: str | None = None
    final: bool = False
    unsure: bool = False
    rest: timedelta | None = None  # that the channel asked for


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressNotice(NoticeCommand):
    suppression: Suppression


@dataclass(frozen=True, slots=True, kw_only=True)
class PostponeNotice(NoticeCommand):
    until: datetime
    postponement: Postponement


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryNotice(NoticeCommand):
    """By hand."""


AnyNoticeCommand = (
    QueueNotice
    | AttemptNotice
    | ExpireNotice
    | SettleNotice
    | SuppressNotice
    | PostponeNotice
    | RetryNotice
)
