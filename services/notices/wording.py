"""From a notice and its case to the values that its template speaks of."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from services.domain import events as e
from services.domain.events_clocks import DeadlineWarned, TicketEscalated
from services.domain.events_parts import PartDeadlineMissed, PartDeadlineWarned, SubtaskGiven
from services.domain.notice import Notice
from services.domain.part_state import part_key
from services.domain.ticket import Ticket
from services.domain.working_time import WorkingCalendar
from services.notices.cases import Case
from services.notices.policy import Lang, NoticePolicy
from services.platform.keys import Keyring
from services.platform.words import open_words

MEASURES: Mapping[Lang, Mapping[str, str]] = {
    "zh": {"remind": "提醒", "urge": "催办", "supervise": "督办", "criticise": "通报"},
    "en": {
        "remind": "Reminder",
        "urge": "Urgent reminder",
        "supervise": "Under supervision",
        "criticise": "Criticism",
    },
}
OVERDUE: Mapping[Lang, str] = {"zh": "逾期", "en": "Overdue"}  # of a part: it climbs no ladder
LISTED_MAX = 50  # tickets that a daily list names; the others are counted


class Names(NamedTuple):
    """What people call codes; the code itself if nobody knows it."""

    unit: Callable[[str], str]
    item: Callable[[str], str]
    area: Callable[[str], str]


class Listed(NamedTuple):
    """part: "" of who leads; else "assist" or "subtask"."""

    ticket_id: str
    due_at: datetime
    part: str = ""


RateToken = Callable[[Ticket], str]  # of the link by which a resident says how it was
DailyLists = Mapping[str, list[Listed]]  # unit → its open tickets, the first due first


class CannotBeSaid(Exception):
    """What it is about is not there: a foreign log, or one that was restored to an earlier time."""


class Wording(NamedTuple):
    policy: NoticePolicy
    keyring: Keyring
    names: Names
    calendar: WorkingCalendar
    rate_token: RateToken

    def values(
        self, notice: Notice, case: Case, now: datetime, lists: DailyLists
    ) -> dict[str, Any]:
        """Raises CannotBeSaid, SealBroken, Outage."""
        if notice.kind == "daily_list":
            return self._daily_list(notice, now, lists.get(notice.recipient, []))
        if case.fact is None:
            raise CannotBeSaid(notice.kind)
        number = {"number": case.ticket.ticket_id}
        match notice.kind:
            case "received":
                return number | self._received(case.fact.event)
            case "routed":
                return number | self._routed(case)
            case "resolved":
                return number | self._resolved(case)
            case "rate":
                return number | self._rate(case)
            case "assigned":
                return number | self._assigned(notice, case)
            case _:
                return number | self._clock(case)

    def _received(self, event: e.TicketEvent) -> dict[str, Any]:
        joined = isinstance(event, e.ReportJoined)
        return {"received_on": self._day(event.occurred_at), "joined": joined}

    def _routed(self, case: Case) -> dict[str, Any]:
        resolve = case.ticket.resolve
        unit = case.ticket.lead
        return {
            "unit": unit and self.names.unit(unit),
            "due_on": self._day(resolve.due_at) if resolve else None,
        }

    def _resolved(self, case: Case) -> dict[str, Any]:
        assert case.fact is not None
        event = case.fact.event
        return {
            "unit": self._unit_of(event),
            "reply": open_words(self.keyring, event, case.fact.version, "reply"),
            "declined": isinstance(event, e.TicketDeclined),
            "legal_route": event.legal_route if isinstance(event, e.TicketDeclined) else None,
        }

    def _rate(self, case: Case) -> dict[str, Any]:
        assert case.fact is not None
        link = self.policy.link(self.rate_token(case.ticket))
        return {"unit": self._unit_of(case.fact.event), "link": link}

    def _assigned(self, notice: Notice, case: Case) -> dict[str, Any]:
        ticket, event = case.ticket, case.fact and case.fact.event
        subtask = event.subtask if isinstance(event, SubtaskGiven) else None
        leads = subtask is None and notice.recipient == ticket.lead
        part = None if leads else ticket.part(part_key(notice.recipient, subtask))
        accept = ticket.accept if leads else None
        promise = ticket.resolve if part is None else part.clock
        return {
            "unit": self.names.unit(notice.recipient),
            "assisting": subtask is None and not leads,
            "subtask": subtask,
            "item": ticket.item and self.names.item(ticket.item),
            "area": ticket.area and self.names.area(ticket.area),
            "urgency_days": ticket.urgency_days,
            "accept_by": self._minute(accept.due_at) if accept and accept.running else None,
            "due_on": self._day(promise.due_at) if promise else None,
        }

    def _clock(self, case: Case) -> dict[str, Any]:
        assert case.fact is not None
        event = case.fact.event
        if isinstance(event, PartDeadlineWarned | PartDeadlineMissed):
            return self._clock_of_part(event)
        if not isinstance(event, DeadlineWarned | TicketEscalated):
            raise CannotBeSaid(event.type)
        unit = case.ticket.responsible or ""
        values = {
            "unit": self.names.unit(unit) if unit else "",
            "clock": event.clock,
            "due_at": self._minute(event.due_at),
        }
        if isinstance(event, TicketEscalated):
            measure = MEASURES[self.policy.lang].get(event.measure, event.measure)
            values |= {"level": str(event.level), "measure": measure}
        return values

    def _clock_of_part(self, event: PartDeadlineWarned | PartDeadlineMissed) -> dict[str, Any]:
        values = {
            "unit": self.names.unit(event.unit),
            "clock": "subtask" if event.subtask else "assist",
            "due_at": self._minute(event.due_at),
        }
        if isinstance(event, PartDeadlineMissed):
            values |= {"level": "", "measure": OVERDUE[self.policy.lang]}
        return values

    def _daily_list(self, notice: Notice, now: datetime, listed: list[Listed]) -> dict[str, Any]:
        today = self.calendar.local_date(now)
        overdue = sum(one.due_at < now for one in listed)
        today_too = sum(
            one.due_at >= now and self.calendar.local_date(one.due_at) == today for one in listed
        )
        return {
            "unit": self.names.unit(notice.recipient),
            "day": today.isoformat(),
            "open": len(listed),
            "overdue": overdue,
            "due_today": today_too,
            "more": max(0, len(listed) - LISTED_MAX),
            "tickets": [
                {
                    "number": one.ticket_id,
                    "due_at": self._minute(one.due_at),
                    "overdue": one.due_at < now,
                    "part": one.part,
                }
                for one in listed[:LISTED_MAX]
            ],
        }

    def _unit_of(self, event: e.TicketEvent) -> str | None:
        return self.names.unit(event.unit) if isinstance(event, e.TicketResolved) else None

    def _day(self, moment: datetime) -> str:
        return self.calendar.local_date(moment).isoformat()

    def _minute(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.calendar.zone):%Y-%m-%d %H:%M}"
