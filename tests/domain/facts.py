"""Builders of facts and commands: sensible values, fixed times, nothing random.

A week of 2026 without holidays: Monday the 9th to Friday the 13th of March.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, TypeVar, get_args
from zoneinfo import ZoneInfo

from msgspec.structs import fields

from services.domain import commands as k
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain import events_parts as p
from services.domain.decide import decide
from services.domain.events import TicketEvent
from services.domain.personal import Personal, SealingContext
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import fold
from services.domain.working_time import WorkingCalendar
from services.sla.calendar import default_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
TICKET = "018f0000-0000-7000-8000-000000000001"
OTHER_TICKET = "018f0000-0000-7000-8000-000000000002"
RESIDENT = "018f00000000aaaaaaaaaaaa"
HEATING, ROADS, WATER = "heating-office", "roads-office", "water-company"
WORDS = "我家暖气不热 13897000000"


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    """A moment of March 2026 by the city's clock, in UTC."""
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (at(day) for day in range(9, 14))
SECOND = timedelta(seconds=1)


@cache
def calendar() -> WorkingCalendar:
    return default_calendar()


def rules() -> k.ClockRules:
    return k.ClockRules(calendar(), 0.8, "policy-1")


def words(text: str = WORDS, subject: str = RESIDENT) -> Personal:
    return Personal(subject, text)


def sealed(field: str) -> Personal:
    return Personal(RESIDENT, sealed=f"s1.{RESIDENT}.sealed-{field}")


def fixed_sealer(word: Personal, associated_data: bytes) -> str:
    """Deterministic, and shows where it was sealed."""
    return f"s1.{word.subject}.{associated_data.hex()}"


def sealing(version: int = 1) -> SealingContext:
    return SealingContext(fixed_sealer, version)


def report(number: int = 1, **changes: Any) -> k.Report:
    values: dict[str, Any] = {
        "report_id": f"report-{number}",
        "channel": "hotline",
        "reference": f"call-{number}",
        "resident": RESIDENT,
        "text": words(),
        "fingerprint": "fingerprint-1",
        "rule_version": "rule-1",
    }
    return k.Report(**(values | changes))


Event = TypeVar("Event", bound=TicketEvent)
Command = TypeVar("Command", bound=k.Command)

_DEFAULTS: dict[str, Any] = {
    "report_id": "report-1",
    "channel": "hotline",
    "reference": "call-1",
    "resident": RESIDENT,
    "text": words(),
    "fingerprint": "fingerprint-1",
    "rule_version": "rule-1",
    "note": words(),
    "reply": words(),
    "rule": "not-ours",
    "basis": "条例第三条",
    "legal_route": "法院",
    "reason": "not-our-duty",
    "explanation": "找到“暖气”",
    "directory_version": "directory-1",
    "attempt": 1,
    "lead": HEATING,
    "urgency_days": 3,
    "method": "alias",
    "confidence": 0.9,
    "unit": HEATING,
    "returned_unit": HEATING,
    "decision": "upheld",
    "decided_by": "person",
    "by": "person",
    "consulted": (HEATING, ROADS),
    "units": (HEATING, ROADS),
    "working_days": 3,
    "reached": True,
    "holds": True,
    "primary": OTHER_TICKET,
    "other": OTHER_TICKET,
    "to_ticket": OTHER_TICKET,
    "report_ids": ("report-1", "report-2"),
    "score": 0.8,
    "match_version": "alike-1",
    "stage": "received",
    "clock": "resolve",
    "starts_at": MONDAY,
    "warn_at": at(12, 11),
    "due_at": at(12, 18),
    "calendar_version": "calendar-1",
    "policy_version": "policy-1",
    "level": 1,
    "measure": "remind",
    "addressee": "lead",
    "rules": ("gas-leak",),
    "reporters": 1,
    "from_due_at": at(18, 18),
    "claims": (),
    "subtask": 1,
    "to": ROADS,
    "due_day": date(2026, 3, 11),
    "part": f"assist:{ROADS}",
    "fraction": 0.6,
    "ends_at": at(12, 18),
    "through": "phone",
    "handling": 1,
    "rate": 1.0,
    "outcome": "no_answer",
    "result": "no_answer",
    "disagreed_in": 1,
    "tries": 3,
    "days": 2,
    "answer": 1,
    "after_days": 30,
    "opens_at": at(30),
    "verdict": "evaluated",
    "fact": 1,
    "facts": (1,),
    "measures": ("solution_rate",),
    "evidence": ("photo-1",),
    "appeal": 1,
    "limits": k.TryLimits(),
    "reopenings_max": 1,
    "within_working_days": 5,
    "done": 1,
    "choices": (),
    "after_days_min": 30,
    "after_days_max": 90,
    "due_days": 14,
}


def fact(event_type: type[Event], when: datetime = MONDAY, **changes: Any) -> Event:
    """A fact of the ticket at a moment. Only required fields are filled in."""
    values: dict[str, Any] = {
        "ticket_id": TICKET,
        "actor": "unit:heating-office",
        "cause": "command:1",
        "occurred_at": when,
        "recorded_at": when,
    }
    for name, field in event_type.model_fields.items():
        if field.is_required() and name not in values:
            values[name] = changes[name] if name in changes else _DEFAULTS[name]
    if event_type is c.DeadlineMoved:
        values["reason"] = changes.get("reason", "suspension")
    if event_type is p.PartDeadlineMoved:
        values["reason"] = changes.get("reason", "suspension")
    return event_type(**(values | changes))


def ask(command_type: type[Command], now: datetime = MONDAY, **changes: Any) -> Command:
    """A command at a moment. Only required fields are filled in."""
    values: dict[str, Any] = {
        "ticket_id": TICKET,
        "actor": "unit:heating-office",
        "cause": "command:2",
        "now": now,
    }
    for field in fields(command_type):
        if field.name not in values and field.required:
            values[field.name] = _command_default(field.name)
    return command_type(**(values | changes))


def rung(level: int) -> k.Rung:
    return k.Rung(level, _DEFAULTS["measure"], _DEFAULTS["addressee"], "policy-1")


def _command_default(name: str) -> Any:
    if name == "rules":
        return rules()
    if name == "report":
        return report()
    if name == "rungs":
        return (rung(_DEFAULTS["level"]),)
    return _DEFAULTS[name]


def given(*history: TicketEvent | Sequence[TicketEvent]) -> Callable[[Any], list[TicketEvent]]:
    """`given(*facts)(command)`: the facts that follow."""
    ticket = state(*history)
    return lambda command: decide(command, ticket)


def state(*history: TicketEvent | Sequence[TicketEvent]) -> Ticket:
    flat: list[TicketEvent] = []
    for one in history:
        flat.extend(one) if isinstance(one, list | tuple) else flat.append(one)
    return fold(flat)


def kinds(events: Sequence[TicketEvent]) -> list[str]:
    """The short names of facts: `ticket.routed.v1` → `routed`."""
    return [event.type.removeprefix("ticket.").removesuffix(".v1") for event in events]


EVENT_TYPES: tuple[type[TicketEvent], ...] = get_args(e.TicketEvent)

# Histories that tests start from, in the order of a ticket's life.

OPENED = [fact(e.TicketOpened)]
TRIAGED = [*OPENED, fact(e.TicketSentToTriage)]
ROUTED = [*OPENED, fact(e.TicketRouted)]
ACCEPT_DUE = at(10, 18)
RESOLVE_DUE = at(12, 18)
ACCEPT_CLOCK = fact(
    c.DeadlineSet, clock="accept", working_days=1, warn_at=at(10, 16), due_at=ACCEPT_DUE
)
RESOLVE_CLOCK = fact(c.DeadlineSet, clock="resolve", warn_at=at(12, 11), due_at=RESOLVE_DUE)
CLOCKED = [*ROUTED, ACCEPT_CLOCK, RESOLVE_CLOCK]
RETURNED = [*CLOCKED, fact(e.TicketReturned)]
HANDLING = [*CLOCKED, fact(e.TicketAccepted), fact(c.DeadlineMet, clock="accept")]
SUSPENDED = [*HANDLING, fact(e.TicketSuspended, TUESDAY, reason="waiting-for-parts")]
ASKED = [
    *HANDLING,
    fact(e.ExtensionRequested, TUESDAY, working_days=2, actor="unit:heating-office"),
]
RESOLVED = [*HANDLING, fact(e.TicketResolved, WEDNESDAY), fact(c.DeadlineMet, WEDNESDAY)]
EVALUATED = [*RESOLVED, fact(e.TicketEvaluated, THURSDAY, solved=False)]
CLOSED = [*RESOLVED, fact(e.TicketClosed, THURSDAY)]
REOPENED = [*RESOLVED, fact(e.TicketReopened, FRIDAY)]
DECLINED = [*OPENED, fact(e.TicketDeclined)]
ANSWERED = [*OPENED, fact(e.TicketAnsweredAtOnce)]
MERGED = [*OPENED, fact(e.TicketMerged)]
JOINED = [*OPENED, fact(e.ReportJoined, report_id="report-2", fingerprint="fingerprint-2")]
OVERDUE = [*HANDLING, fact(c.DeadlineMissed, at(12, 18, 1))]
