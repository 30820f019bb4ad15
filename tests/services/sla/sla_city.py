"""A city of one file and one hand: tickets routed by a person at a given local time, then time."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from city_history import open_city

from services.console.system import System
from services.domain import commands as k
from services.domain import events_clocks as c
from services.domain import events_urgency as u
from services.domain.events import TicketEvent
from services.domain.personal import Personal
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.platform.failures import Outage
from services.platform.processor import decode_all

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
INSTANT = timedelta(microseconds=1)
HEATING, WATER = "heating", "water-supply"
ClockFact = (
    c.DeadlineSet
    | c.DeadlineMoved
    | u.DeadlineShortened
    | c.DeadlineWarned
    | c.DeadlineMissed
    | c.DeadlineMet
    | c.TicketEscalated
)


def local(text: str) -> datetime:
    """`2026-03-09 09:00` by the city's clock, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


class Row(NamedTuple):
    ticket_id: str
    clock: str
    due_at: str
    warn_at: str
    step: int
    next_at: str | None
    paused: int


class SlaCity:
    def __init__(self, system: System) -> None:
        self.system = system
        self.sent = 0

    @property
    def now(self) -> datetime:
        return self.system.clock.now()

    def go_to(self, moment: datetime) -> None:
        """Time passes without anybody looking, then everything is processed."""
        clock = self.system.clock
        assert isinstance(clock, VirtualClock)
        clock.advance_to(moment)
        self.system.transport.run_until_idle()

    def wait_and_see(self, how_long: timedelta) -> None:
        """Time passes while a processor may be waiting for something outside."""
        clock = self.system.clock
        assert isinstance(clock, VirtualClock)
        clock.advance_to(self.now + how_long)
        for _ in range(3):
            with suppress(Outage):
                self.system.transport.step()
            with suppress(Outage):
                self.system.transport.tick(self.now)

    def go_on(self, until: datetime, every: timedelta = HOUR) -> None:
        """Time passes in steps that begin on the full local minute."""
        while self.now < until:
            self.go_to(min(self.now + every, until))

    def routed(self, urgency_days: int = 3, lead: str = HEATING) -> str:
        ticket_id = self.unrouted()
        self.route(ticket_id, urgency_days, lead)
        return ticket_id

    def unrouted(self) -> str:
        """A ticket before a person: nothing in it tells whose it is."""
        ticket_id = self.received()
        self.system.transport.run_until_idle()
        return ticket_id

    def received(self) -> str:
        self.sent += 1
        reference = f"r{self.sent}"
        report = NewReport(
            channel="hotline", reference=reference, received_at=self.now, text="某事"
        )
        return self.system.intake.submit([report])[0].ticket_id

    def route(self, ticket_id: str, urgency_days: int = 3, lead: str = HEATING) -> None:
        self.do(k.RouteTicket, ticket_id, **self.routing(urgency_days, lead))

    def routing(self, urgency_days: int, lead: str) -> dict[str, Any]:
        return {
            "lead": lead,
            "urgency_days": urgency_days,
            "method": "person",
            "confidence": 1.0,
            "explanation": "chosen",
            "directory_version": "test",
        }

    def many_routed(self, count: int) -> list[str]:
        """Urgent tickets, routed in one go."""
        reports = [
            NewReport(channel="hotline", reference=f"m{n}", received_at=self.now, text="某事")
            for n in range(count)
        ]
        tickets = [receipt.ticket_id for receipt in self.system.intake.submit(reports)]
        self.system.transport.run_until_idle()
        values = self.routing(1, HEATING)
        commands = [k.RouteTicket(**self.meta(ticket), **values) for ticket in tickets]
        self.system.handler.handle(lambda: commands)
        self.system.transport.run_until_idle()
        return tickets

    def do(self, command: Any, ticket_id: str, process: bool = True, **values: Any) -> None:
        asked = command(**self.meta(ticket_id) | values)
        self.system.handler.execute(asked)
        if process:
            self.system.transport.run_until_idle()

    def meta(self, ticket_id: str) -> dict[str, Any]:
        return {
            "ticket_id": ticket_id,
            "actor": "person:test",
            "cause": "command:test",
            "now": self.now,
        }

    def rules(self) -> k.ClockRules:
        return self.system.rules().clock_rules()

    def accept(self, ticket_id: str, **values: Any) -> None:
        self.do(k.AcceptTicket, ticket_id, unit=HEATING, **values)

    def resolve(self, ticket_id: str, **values: Any) -> None:
        reply = Personal(self.state(ticket_id).resident, "修好了")
        self.do(k.ResolveTicket, ticket_id, unit=HEATING, reply=reply, rules=self.rules(), **values)

    def suspend(self, ticket_id: str) -> None:
        self.do(k.SuspendTicket, ticket_id, reason="weather")

    def resume(self, ticket_id: str) -> None:
        self.do(k.ResumeTicket, ticket_id, rules=self.rules())

    def extend(self, ticket_id: str, days: int) -> None:
        self.do(
            k.RequestExtension,
            ticket_id,
            actor="unit:heating",
            unit=HEATING,
            working_days=days,
            reason="parts",
        )
        self.do(k.GrantExtension, ticket_id, rules=self.rules())

    def state(self, ticket_id: str) -> Any:
        return self.system.handler.tickets([ticket_id])[ticket_id]

    def facts(self, ticket_id: str, *kinds: type[TicketEvent]) -> list[Any]:
        found = decode_all(self.system.log.read_stream(ticket_id))[0]
        return [fact.event for fact in found if not kinds or isinstance(fact.event, kinds)]

    def clock_facts(self, ticket_id: str, clock: str = "resolve") -> list[Any]:
        """All facts about one clock, in order."""
        found = self.facts(ticket_id, *ClockFact.__args__)
        return [event for event in found if event.clock == clock]

    def course(self, ticket_id: str, clock: str = "resolve") -> list[str]:
        """The same as short words: `set`, `warned`, `missed`, `remind`, …"""
        return [word(event) for event in self.clock_facts(ticket_id, clock)]

    def rows(self, ticket_id: str | None = None) -> list[Row]:
        found = self.system.log.query(
            "SELECT * FROM deadlines WHERE ? IN (ticket_id, '') ORDER BY ticket_id, clock",
            (ticket_id or "",),
        )
        return [Row(*row) for row in found]


def word(event: Any) -> str:
    if isinstance(event, c.TicketEscalated):
        return event.measure
    return str(event.type).removeprefix("ticket.deadline_").removesuffix(".v1")


def open_sla_city(folder: Path, start: str) -> SlaCity:
    return SlaCity(open_city(folder, local(start)))
