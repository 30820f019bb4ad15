"""`decide_notice(command, notice) -> events`: what may become of a notice, and how often.

A repeat gives []. Who attempts first has it; everybody else gets [].
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any, assert_never

from services.domain import notice_commands as k
from services.domain import notice_events as n
from services.domain.notice import Notice
from services.domain.notice_values import NO_ANSWER, RETRIED_BY_HAND, notice_stream

REST_GROWS = 4
REST_ASKED_MAX = timedelta(hours=24)  # a channel may not put us off for longer
DOUBLINGS_MAX = 30


class NoticeRejected(Exception):
    """A rule said no. `code` is for programs."""

    code = "notice_rejected"


class NoticeUnknown(NoticeRejected):
    code = "notice_unknown"


class NoticeNotGivenUp(NoticeRejected):
    code = "notice_not_given_up"


def decide_notice(command: k.AnyNoticeCommand, notice: Notice) -> list[n.AnyNoticeFact]:
    """Raises NoticeUnknown, and for a retry by hand NoticeNotGivenUp."""
    if isinstance(command, k.QueueNotice):
        return _queue(command, notice)
    if notice.status == "new":
        raise NoticeUnknown(f"there is no notice {command.notice_id}")
    match command:
        case k.AttemptNotice():
            return _attempt(command, notice)
        case k.ExpireNotice():
            return _expire(command, notice)
        case k.SettleNotice():
            return _settle(command, notice)
        case k.SuppressNotice():
            if notice.status != "waiting":
                return []
            return [n.NoticeSuppressed(**_base(command), suppression=command.suppression)]
        case k.PostponeNotice():
            if notice.status != "waiting" or notice.next_at is None:
                return []
            if notice.next_at >= command.until:
                return []
            postponed = {"until": command.until, "postponement": command.postponement}
            return [n.NoticePostponed(**_base(command), **postponed)]
        case k.RetryNotice():
            if notice.status not in RETRIED_BY_HAND:
                raise NoticeNotGivenUp(f"it is {notice.status}")
            return [n.NoticeRetried(**_base(command))]
        case _:
            assert_never(command)


def _queue(command: k.QueueNotice, notice: Notice) -> list[n.AnyNoticeFact]:
    if notice.status != "new":
        return []
    queued = n.NoticeQueued(
        **_base(command),
        notice_kind=command.kind,
        audience=command.audience,
        recipient=command.recipient,
        ticket_id=command.ticket_id,
        fact_version=command.fact_version,
        report_ticket=command.report_ticket,
        report_id=command.report_id,
        list_day=command.day,
        stale_at=command.stale_at,
    )
    if command.suppression is None:
        return [queued]
    return [queued, n.NoticeSuppressed(**_base(command), suppression=command.suppression)]


def _attempt(command: k.AttemptNotice, notice: Notice) -> list[n.AnyNoticeFact]:
    """Its time has come, and nobody else is at it."""
    if notice.status != "waiting" or _is_early(notice, command.now):
        return []
    return [
        n.NoticeAttempted(
            **_base(command),
            attempt=notice.attempt + 1,
            via=command.through,
            template_version=command.template_version,
            lease_until=command.now + command.lease,
        )
    ]


def _expire(command: k.ExpireNotice, notice: Notice) -> list[n.AnyNoticeFact]:
    """It may have gone out: it goes again only where that does no harm."""
    if notice.status != "sending" or _is_early(notice, command.now):
        return []
    retrying = command.retrying
    if not retrying.resend_unsure or notice.since_retry >= retrying.attempts_max:
        return [_given_up(command, notice, NO_ANSWER, unsure=True)]
    failed = {"attempt": notice.attempt, "reason": NO_ANSWER, "unsure": True}
    return [n.NoticeFailed(**_base(command), **failed, retry_at=command.now)]


def _is_early(notice: Notice, now: datetime) -> bool:
    return notice.next_at is None or notice.next_at > now


def _settle(command: k.SettleNotice, notice: Notice) -> list[n.AnyNoticeFact]:
    """What was sent is sent, also if it was said late; a failure counts only for its attempt."""
    if command.reason is None:
        if notice.status == "sent":
            return []
        sent = {"attempt": command.attempt, "via": command.through}
        return [n.NoticeSent(**_base(command), **sent)]
    if notice.status != "sending" or notice.attempt != command.attempt:
        return []
    held = command.unsure and not command.retrying.resend_unsure
    if command.final or held or notice.since_retry >= command.retrying.attempts_max:
        return [_given_up(command, notice, command.reason, unsure=command.unsure)]
    return [
        n.NoticeFailed(
            **_base(command),
            attempt=command.attempt,
            reason=command.reason,
            unsure=command.unsure,
            retry_at=_retry_at(command, notice),
        )
    ]


def _given_up(
    command: k.ExpireNotice | k.SettleNotice, notice: Notice, reason: str, *, unsure: bool
) -> n.NoticeGivenUp:
    given = {"attempt": max(1, notice.attempt), "reason": reason, "unsure": unsure}
    return n.NoticeGivenUp(**_base(command), **given)


def _retry_at(command: k.SettleNotice, notice: Notice) -> datetime:
    own = rest_after(notice.since_retry, notice.notice_id, command.retrying)
    asked = min(command.rest or own, REST_ASKED_MAX)
    return command.now + max(own, asked)


def rest_after(failures: int, notice_id: str, retrying: k.Retrying) -> timedelta:
    """Longer each time, and not the same for all: half to all of it, by the notice's own id."""
    grown = REST_GROWS ** min(max(0, failures - 1), DOUBLINGS_MAX)
    seconds = min(
        retrying.first_rest.total_seconds() * grown, retrying.longest_rest.total_seconds()
    )
    digest = hashlib.sha256(f"{notice_id}/{failures}".encode()).digest()
    share = int.from_bytes(digest[:4], "big") / 2**32
    return timedelta(seconds=seconds * (0.5 + share / 2))


def _base(command: k.AnyNoticeCommand) -> dict[str, Any]:
    return {
        "stream_id": notice_stream(command.notice_id),
        "actor": command.actor,
        "cause": command.cause,
        "occurred_at": command.now,
        "recorded_at": command.now,
    }
