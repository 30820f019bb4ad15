"""What may be asked of a notice. Time, channel and outcome come in as values."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from services.domain.notice_values import Audience, NoticeKind, Postponement, Suppression


class NoticeCommand(Struct, frozen=True, kw_only=True):
    """cause: as in events. now: when it is written down."""

    notice_id: str
    actor: str
    cause: str
    now: datetime


class QueueNotice(NoticeCommand, frozen=True, kw_only=True):
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


class Retrying(Struct, frozen=True, kw_only=True):
    """How often, and how long apart. resend_unsure: whether what may have gone out goes again, as
    it may where the channel drops what it has seen."""

    attempts_max: int
    first_rest: timedelta
    longest_rest: timedelta
    resend_unsure: bool


class AttemptNotice(NoticeCommand, frozen=True, kw_only=True):
    through: str
    template_version: str
    lease: timedelta


class ExpireNotice(NoticeCommand, frozen=True, kw_only=True):
    """Its lease is over, and nobody has said what came of it."""

    retrying: Retrying


class SettleNotice(NoticeCommand, frozen=True, kw_only=True):
    """What came of an attempt. reason: None if it was sent. final: trying again is no use."""

    attempt: int
    through: str
    retrying: Retrying
    reason: str | None = None
    final: bool = False
    unsure: bool = False
    rest: timedelta | None = None  # that the channel asked for


class SuppressNotice(NoticeCommand, frozen=True, kw_only=True):
    suppression: Suppression


class PostponeNotice(NoticeCommand, frozen=True, kw_only=True):
    until: datetime
    postponement: Postponement


class RetryNotice(NoticeCommand, frozen=True, kw_only=True):
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
