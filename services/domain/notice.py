"""A notice 通知 as its facts tell it, and what a resident does not want to be told."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import reduce
from typing import NamedTuple, assert_never

from services.domain import notice_events as n
from services.domain.notice_values import Audience, NoticeKind, NoticeStatus


class Notice(NamedTuple):
    """Immutable; the empty one is `Notice()`. Version counts its facts.

    next_at: when something is to be done about it: the end of the lease while it is being sent;
    None when there is nothing left to do. reason: why it failed, or is not said.
    """

    version: int = 0
    status: NoticeStatus = "new"
    notice_id: str = ""
    kind: NoticeKind = "received"
    audience: Audience = "resident"
    recipient: str = ""
    ticket_id: str | None = None
    fact_version: int | None = None
    report_ticket: str | None = None
    report_id: str | None = None
    day: date | None = None
    queued_at: datetime | None = None
    stale_at: datetime | None = None
    next_at: datetime | None = None
    attempt: int = 0
    since_retry: int = 0  # attempts since a person asked for it again
    through: str | None = None
    reason: str | None = None
    unsure: bool = False
    ended_at: datetime | None = None


def fold_notice(facts: Iterable[n.AnyNoticeFact], notice: Notice = Notice()) -> Notice:  # noqa: B008
    return reduce(evolve_notice, facts, notice)


def evolve_notice(notice: Notice, fact: n.AnyNoticeFact) -> Notice:
    """Total: any fact can be folded into any state."""
    notice = notice._replace(version=notice.version + 1)
    match fact:
        case n.NoticeQueued():
            return _queued(notice, fact)
        case n.NoticeAttempted():
            return notice._replace(
                status="sending",
                attempt=fact.attempt,
                since_retry=notice.since_retry + 1,
                through=fact.via,
                next_at=fact.lease_until,
            )
        case n.NoticeFailed():
            return notice._replace(
                status="waiting",
                reason=fact.reason,
                unsure=notice.unsure or fact.unsure,
                next_at=fact.retry_at,
            )
        case n.NoticePostponed():
            return notice._replace(status="waiting", reason=fact.postponement, next_at=fact.until)
        case n.NoticeRetried():
            return notice._replace(
                status="waiting", since_retry=0, next_at=fact.occurred_at, ended_at=None
            )
        case _:
            return _ended(notice, fact)


def _queued(notice: Notice, fact: n.NoticeQueued) -> Notice:
    return notice._replace(
        status="waiting",
        notice_id=fact.notice_id,
        kind=fact.notice_kind,
        audience=fact.audience,
        recipient=fact.recipient,
        ticket_id=fact.ticket_id,
        fact_version=fact.fact_version,
        report_ticket=fact.report_ticket,
        report_id=fact.report_id,
        day=fact.list_day,
        queued_at=fact.recorded_at,
        stale_at=fact.stale_at,
        next_at=fact.recorded_at,
    )


def _ended(notice: Notice, fact: n.NoticeSent | n.NoticeSuppressed | n.NoticeGivenUp) -> Notice:
    notice = notice._replace(next_at=None, ended_at=fact.recorded_at)
    match fact:
        case n.NoticeSent():
            return notice._replace(
                status="sent", attempt=fact.attempt, through=fact.via, reason=None
            )
        case n.NoticeSuppressed():
            return notice._replace(status="suppressed", reason=fact.suppression)
        case n.NoticeGivenUp():
            return notice._replace(
                status="given_up", reason=fact.reason, unsure=notice.unsure or fact.unsure
            )
        case _:
            assert_never(fact)


class Choices(NamedTuple):
    """What a resident does not want to be told."""

    version: int = 0
    opted_out: frozenset[NoticeKind] = frozenset()


def fold_choices(facts: Iterable[n.ResidentOptedOut | n.ResidentOptedIn]) -> Choices:
    choices = Choices()
    for fact in facts:
        kinds = frozenset(fact.kinds)
        out = isinstance(fact, n.ResidentOptedOut)
        opted_out = choices.opted_out | kinds if out else choices.opted_out - kinds
        choices = Choices(choices.version + 1, opted_out)
    return choices
