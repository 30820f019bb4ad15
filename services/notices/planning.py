"""A batch of notices, read and judged together: what is to be done about each, in which words."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypedDict, assert_never

from services.domain import notice_commands as k
from services.domain.notice import Notice
from services.domain.working_time import WorkingCalendar
from services.notices.cases import Case, read_cases
from services.notices.channels.message import Message
from services.notices.judging import Addressed, Judge, Judgement, Postponed, Suppressed
from services.notices.policy import NoticePolicy
from services.notices.rows import opted_out
from services.notices.templates import NotSaid, Templates
from services.notices.wording import CannotBeSaid, DailyLists, Names, RateToken, Wording
from services.platform.event_log import EventLog
from services.platform.keys import Keyring, SealBroken
from services.platform.quarantine import failed_at
from services.platform.stored_time import stored

logger = logging.getLogger(__name__)

ACTOR = "processor:postman"


class Planned(NamedTuple):
    """message: of an attempt; None: it cannot be put into words."""

    command: k.AnyNoticeCommand
    message: Message | None = None


class Planner(NamedTuple):
    """calendar, names: as of now. lists: what each unit has open, asked for when a daily list is to
    be said."""

    log: EventLog
    keyring: Keyring
    policy: NoticePolicy
    templates: Templates
    calendar: Callable[[], WorkingCalendar]
    names: Callable[[], Names]
    lists: Callable[[], DailyLists]
    rate_token: RateToken

    def plan(self, notices: Sequence[Notice], now: datetime) -> list[Planned]:
        """Raises Outage."""
        waiting = [notice for notice in notices if notice.status == "waiting"]
        silent = [notice for notice in notices if notice.status == "sending"]
        return [
            *(Planned(self._expired(notice, now)) for notice in silent),
            *(self._plan_waiting(waiting, now) if waiting else ()),
        ]

    def retrying(self, through: str | None) -> k.Retrying:
        channel = self.policy.channels.get(through or "")
        return self.policy.retry.retrying(channel is not None and channel.resends_unsure)

    def _expired(self, notice: Notice, now: datetime) -> k.ExpireNotice:
        return k.ExpireNotice(**_asked(notice, now), retrying=self.retrying(notice.through))

    def _plan_waiting(self, notices: Sequence[Notice], now: datetime) -> list[Planned]:
        cases = read_cases(self.log, notices)
        residents = [one.recipient for one in notices if one.audience == "resident"]
        self.keyring.expect(residents)
        out = opted_out(self.log, residents)
        calendar = self.calendar()
        judge = Judge(self.policy, self.keyring, calendar, lambda *asked: asked in out)
        listing = any(one.kind == "daily_list" for one in notices)
        wording = Wording(self.policy, self.keyring, self.names(), calendar, self.rate_token)
        lists = self.lists() if listing else {}
        planned = []
        for notice in notices:
            case = cases[notice.notice_id]
            judged = _judged(judge, notice, case, now)
            planned.append(self._planned(notice, case, judged, wording, lists, now))
        return planned

    def _planned(
        self,
        notice: Notice,
        case: Case,
        judged: Judgement,
        wording: Wording,
        lists: DailyLists,
        now: datetime,
    ) -> Planned:
        asked = _asked(notice, now)
        match judged:
            case Suppressed():
                return Planned(k.SuppressNotice(**asked, suppression=judged.why))
            case Postponed(until, why):
                return Planned(k.PostponeNotice(**asked, until=until, postponement=why))
            case Addressed():
                template = self.templates[notice.kind, self.policy.lang]
                attempt = k.AttemptNotice(
                    **asked,
                    through=judged.through,
                    template_version=template.version,
                    lease=timedelta(seconds=self.policy.retry.lease_s),
                )
                try:
                    said = template.say(wording.values(notice, case, now, lists))
                except (NotSaid, CannotBeSaid, SealBroken) as error:
                    logger.error("notice %s: %s", notice.notice_id, failed_at(error))
                    return Planned(attempt)
                return Planned(attempt, _message(notice, judged.to, *said))
            case _:
                assert_never(judged)


def _judged(judge: Judge, notice: Notice, case: Case, now: datetime) -> Judgement:
    try:
        return judge.judge(notice, case, now)
    except SealBroken:
        return Suppressed("malformed_contact")


class _Asked(TypedDict):
    notice_id: str
    actor: str
    cause: str
    now: datetime


def _asked(notice: Notice, now: datetime) -> _Asked:
    return {
        "notice_id": notice.notice_id,
        "actor": ACTOR,
        "cause": cause_of(notice),
        "now": now,
    }


def cause_of(notice: Notice) -> str:
    """The fact that the notice stands at."""
    return f"event:notice:{notice.notice_id}/{notice.version}"


def _message(notice: Notice, to: str | None, subject: str, body: str) -> Message:
    return Message(
        notice_id=notice.notice_id,
        kind=notice.kind,
        audience=notice.audience,
        recipient=notice.recipient,
        ticket_id=notice.ticket_id,
        queued_at=stored(notice.queued_at) if notice.queued_at else "",
        again=notice.attempt > 0,
        to=to,
        subject=subject,
        body=body,
    )
