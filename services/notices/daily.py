"""The daily list 每日清单: one notice for each unit that has open tickets, each working morning."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from itertools import chain

from services.domain.city_events import encode_city
from services.domain.notice import Notice, fold_notice
from services.domain.notice_commands import QueueNotice
from services.domain.notice_decide import decide_notice
from services.domain.notice_values import notice_id
from services.domain.working_time import CalendarYearMissing, WorkingCalendar
from services.notices.policy import NoticePolicy
from services.notices.rows import keep
from services.platform.event_log import EventLog, NewEvent
from services.platform.failures import ConcurrentAppend

ACTOR = "processor:postman"
_MADE = "SELECT 1 FROM notices WHERE day = ? LIMIT 1"


class DailyQueue:
    """units: the codes of those who have open tickets now. Only today's lists are made: after a
    week away nobody gets seven. All units' lists of a day are queued in one transaction."""

    def __init__(
        self,
        log: EventLog,
        policy: NoticePolicy,
        calendar: Callable[[], WorkingCalendar],
        units: Callable[[], Sequence[str]],
    ) -> None:
        self._log = log
        self._policy = policy
        self._calendar = calendar
        self._units = units
        self._made: date | None = None

    def __call__(self, now: datetime) -> int:
        """How many it has queued: 0 at any other time, and when it is done. Raises Outage."""
        calendar = self._calendar()
        day = calendar.local_date(now)
        if day == self._made or not self._is_time(now, calendar):
            return 0
        if self._log.query(_MADE, (day.isoformat(),)):
            self._made = day
            return 0
        units = self._units()
        if not units:
            return 0  # perhaps there are some later in the morning
        try:
            queued = self._queue(units, day, now)
        except ConcurrentAppend:  # another postman has made them
            return 0
        self._made = day
        return queued

    def _is_time(self, now: datetime, calendar: WorkingCalendar) -> bool:
        """From the hour on, as long as a list is fresh; on working days that we know of."""
        values = self._policy.kinds["daily_list"]
        local = now.astimezone(calendar.zone)
        begins = datetime.combine(
            local.date(), time.fromisoformat(self._policy.daily_list_at), calendar.zone
        )
        if not values.on or not begins <= local < begins + values.fresh_for:
            return False
        try:
            return calendar.is_working_day(local.date())
        except CalendarYearMissing:
            return False

    def _queue(self, units: Sequence[str], day: date, now: datetime) -> int:
        fresh_for = self._policy.kinds["daily_list"].fresh_for
        streams = [
            decide_notice(
                QueueNotice(
                    notice_id=notice_id("daily_list", unit, None, day.isoformat()),
                    actor=ACTOR,
                    cause=f"day:{day}",
                    now=now,
                    kind="daily_list",
                    audience="unit",
                    recipient=unit,
                    day=day,
                    stale_at=now + fresh_for,
                ),
                Notice(),
            )
            for unit in units
        ]
        events = [
            NewEvent(fact.stream_id, 1, fact.type, encode_city(fact))
            for fact in chain.from_iterable(streams)
        ]
        self._log.append(events, changes=keep(fold_notice(facts) for facts in streams))
        return len(events)
