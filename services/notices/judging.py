"""What is to be done about one notice now: say it, say it later, or not at all."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from services.domain.notice import Notice
from services.domain.notice_hours import next_allowed
from services.domain.notice_policy import is_superseded
from services.domain.notice_values import NoticeKind, Postponement, Suppression
from services.domain.working_time import CalendarYearMissing, WorkingCalendar
from services.notices.cases import Case
from services.notices.contacts import contact_of
from services.notices.policy import NoticePolicy
from services.platform.keys import Keyring
from services.platform.words import open_words

ASK_AGAIN = timedelta(hours=6)  # for a calendar year that is not loaded


class Suppressed(NamedTuple):
    why: Suppression


class Postponed(NamedTuple):
    until: datetime
    why: Postponement


class Addressed(NamedTuple):
    """through: a channel's name. to: an address there; None if the channel needs none."""

    through: str
    to: str | None

    def __repr__(self) -> str:
        return f"Addressed({self.through})"


Judgement = Suppressed | Postponed | Addressed
IsOptedOut = Callable[[str, NoticeKind], bool]


class Judge(NamedTuple):
    policy: NoticePolicy
    keyring: Keyring
    calendar: WorkingCalendar
    is_opted_out: IsOptedOut

    def judge(self, notice: Notice, case: Case, now: datetime) -> Judgement:
        """Raises SealBroken, Outage."""
        if notice.stale_at is not None and now >= notice.stale_at:
            return Suppressed("stale")
        fact = case.fact
        if fact is not None and is_superseded(
            notice.kind, fact.event, case.ticket, notice.recipient, notice.report_id
        ):
            return Suppressed("superseded")
        later = self._later(notice, case, now)
        if later is not None:
            return later
        return self._unit(notice) if notice.audience == "unit" else self._resident(notice, case)

    def _later(self, notice: Notice, case: Case, now: datetime) -> Postponed | None:
        urgent = case.ticket.urgency_days == 1
        if urgent and self.policy.kinds[notice.kind].urgent_any_hour:
            return None
        try:
            allowed = next_allowed(now, self.policy.hours_of(notice.kind), self.calendar)
        except CalendarYearMissing:
            return Postponed(now + ASK_AGAIN, "calendar")
        return Postponed(allowed, "quiet_hours") if allowed > now else None

    def _unit(self, notice: Notice) -> Judgement:
        through = self.policy.units.through
        address = self.policy.units.address(notice.recipient)
        if address is None and self.policy.channels[through].needs_address:
            return Suppressed("no_contact")
        return Addressed(through, address)

    def _resident(self, notice: Notice, case: Case) -> Judgement:
        optional = self.policy.kinds[notice.kind].optional
        if optional and self.is_opted_out(notice.recipient, notice.kind):
            return Suppressed("opted_out")
        if case.report is None or getattr(case.report.event, "contact", None) is None:
            return Suppressed("no_contact")
        words = open_words(self.keyring, case.report.event, case.report.version, "contact")
        if words is None:
            return Suppressed("erased")
        contact = contact_of(words)
        if contact is None:
            return Suppressed("malformed_contact")
        residents = self.policy.residents
        through = residents.phone if contact.means == "phone" else residents.email
        return Addressed(through, contact.address) if through else Suppressed("no_channel")
