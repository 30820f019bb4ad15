"""Facts about notices 通知: each has a stream of its own, `notice:<id>`, whose first fact is
`queued`. The id is worked out from what it is about, so that the log itself refuses a second one.

No words and no address of anybody: who is told is a pseudonym or a unit's code.
"""

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import AwareDatetime, Field

from services.domain.city_event_base import CityEvent
from services.domain.event_base import Code, TicketId
from services.domain.notice_values import (
    Audience,
    NoticeKind,
    Postponement,
    Suppression,
)

Attempt = Annotated[int, Field(ge=1)]


class NoticeFact(CityEvent):
    @property
    def notice_id(self) -> str:
        return self.stream_id.partition(":")[2]


class NoticeQueued(NoticeFact):
    """It is to be told. recipient: a resident's pseudonym, or a unit's code.

    fact_version: of the fact that it is about, in its ticket's stream. report_id: the resident's
    report, which the contact is taken from. list_day: of a daily list. stale_at: when it is too
    late to say it.
    """

    type: Literal["notice.queued.v1"] = "notice.queued.v1"
    notice_kind: NoticeKind
    audience: Audience
    recipient: Code
    ticket_id: TicketId | None = None
    fact_version: Annotated[int, Field(ge=1)] | None = None
    report_ticket: TicketId | None = None
    report_id: Code | None = None
    list_day: date | None = None
    stale_at: AwareDatetime


class NoticeAttempted(NoticeFact):
    """About to be handed to a channel. Whoever has not said by lease_until what came of it is taken
    for dead. template_version: of the words that it was said in."""

    type: Literal["notice.attempted.v1"] = "notice.attempted.v1"
    attempt: Attempt
    via: Code
    template_version: Code
    lease_until: AwareDatetime


class NoticeSent(NoticeFact):
    """The channel has taken it."""

    type: Literal["notice.sent.v1"] = "notice.sent.v1"
    attempt: Attempt
    via: Code


class NoticeFailed(NoticeFact):
    """It will be tried again. unsure: it may have gone out all the same."""

    type: Literal["notice.failed.v1"] = "notice.failed.v1"
    attempt: Attempt
    reason: Code
    unsure: bool
    retry_at: AwareDatetime


class NoticePostponed(NoticeFact):
    type: Literal["notice.postponed.v1"] = "notice.postponed.v1"
    until: AwareDatetime
    postponement: Postponement


class NoticeSuppressed(NoticeFact):
    """It will not be said, and why not."""

    type: Literal["notice.suppressed.v1"] = "notice.suppressed.v1"
    suppression: Suppression


class NoticeGivenUp(NoticeFact):
    """A person has to look at it. unsure: it may have gone out."""

    type: Literal["notice.given_up.v1"] = "notice.given_up.v1"
    attempt: Attempt
    reason: Code
    unsure: bool


class NoticeRetried(NoticeFact):
    """A person wants it tried again."""

    type: Literal["notice.retried.v1"] = "notice.retried.v1"


class ResidentOptedOut(CityEvent):
    """退订: these kinds are not wanted any more, besides those of before."""

    type: Literal["notice.opted_out.v1"] = "notice.opted_out.v1"
    resident: Code
    kinds: tuple[NoticeKind, ...]


class ResidentOptedIn(CityEvent):
    type: Literal["notice.opted_in.v1"] = "notice.opted_in.v1"
    resident: Code
    kinds: tuple[NoticeKind, ...]


AnyNoticeFact = (
    NoticeQueued
    | NoticeAttempted
    | NoticeSent
    | NoticeFailed
    | NoticePostponed
    | NoticeSuppressed
    | NoticeGivenUp
    | NoticeRetried
)
NOTICE_FACTS: tuple[type[AnyNoticeFact], ...] = get_args(AnyNoticeFact)
AnyNoticeEvent = AnyNoticeFact | ResidentOptedOut | ResidentOptedIn
NOTICE_EVENTS: tuple[type[AnyNoticeEvent], ...] = get_args(AnyNoticeEvent)
