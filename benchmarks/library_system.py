"""The same work as the library's documentation shows it: a System of process applications.

Aggregates, policies, `SingleThreadedRunner`, SQLite at its default durability (FULL), the
library's AES cipher, one save per step, a read model kept by a process application as in the
documentation's tutorial. It does less than ours: no search for duplicates or open matters, one
read model and not three. So the comparison leans to its side.
"""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application, ProcessingEvent
from eventsourcing.cryptography import AESCipher
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, DomainEvent, event
from eventsourcing.system import ProcessApplication, SingleThreadedRunner, System
from eventsourcing.utils import get_topic

from services.intake.report import NewReport
from services.router.directory import Route, RouteQuery, find_route, shipped_directory
from services.sla.calendar import default_calendar

DIRECTORY = shipped_directory()
CALENDAR = default_calendar()
FOLLOWERS = ("ROUTER", "SLA", "REPORTING")


class Ticket(Aggregate):
    class Opened(Aggregate.Created):
        channel: str
        reference: str
        title: str
        text: str
        address: str
        contact: str

    @event(Opened)
    def __init__(
        self, channel: str, reference: str, title: str, text: str, address: str, contact: str
    ) -> None:
        self.reference = reference


class Dispatch(Aggregate):
    class Routed(Aggregate.Created):
        ticket_id: UUID
        lead: str
        item: str
        urgency_days: int
        explanation: str

    @event(Routed)
    def __init__(
        self, ticket_id: UUID, lead: str, item: str, urgency_days: int, explanation: str
    ) -> None:
        self.lead = lead


class Clocks(Aggregate):
    class AcceptSet(Aggregate.Created):
        ticket_id: UUID
        due_at: datetime

    @event(AcceptSet)
    def __init__(self, ticket_id: UUID, due_at: datetime) -> None:
        self.accept_due_at = due_at

    @event("ResolveSet")
    def set_resolve(self, due_at: datetime) -> None:
        self.resolve_due_at = due_at


class Intake(Application[UUID]):
    def receive(self, report: NewReport) -> UUID:
        ticket = Ticket(
            channel=report.channel,
            reference=report.reference,
            title=report.title or "",
            text=report.text,
            address=report.address or "",
            contact=report.contact or "",
        )
        self.save(ticket)
        return ticket.id


class Router(ProcessApplication[UUID]):
    @singledispatchmethod
    def policy(self, domain_event: DomainEvent, processing_event: ProcessingEvent[UUID]) -> None:
        """Nothing, unless registered below."""

    @policy.register
    def _(self, domain_event: Ticket.Opened, processing_event: ProcessingEvent[UUID]) -> None:
        on = CALENDAR.local_date(domain_event.timestamp)
        query = RouteQuery(
            None, domain_event.title, domain_event.text, None, domain_event.address, on
        )
        found = find_route(DIRECTORY, query)
        if isinstance(found, Route):
            dispatch = Dispatch(
                ticket_id=domain_event.originator_id,
                lead=found.lead,
                item=found.item,
                urgency_days=found.urgency_days,
                explanation=found.explanation,
            )
            processing_event.collect_events(dispatch)


class Sla(ProcessApplication[UUID]):
    @singledispatchmethod
    def policy(self, domain_event: DomainEvent, processing_event: ProcessingEvent[UUID]) -> None:
        """Nothing, unless registered below."""

    @policy.register
    def _(self, domain_event: Dispatch.Routed, processing_event: ProcessingEvent[UUID]) -> None:
        routed_at = domain_event.timestamp
        clocks = Clocks(domain_event.ticket_id, CALENDAR.due_at(routed_at, 1))
        clocks.set_resolve(CALENDAR.due_at(routed_at, domain_event.urgency_days))
        processing_event.collect_events(clocks)


class Row(Aggregate):
    """One ticket as reports see it."""

    @event("Begun")
    def __init__(self, ticket_id: UUID) -> None:
        self.facts: list[str] = []

    @event("Noted")
    def note(self, fact: str) -> None:
        self.facts.append(fact)

    @staticmethod
    def create_id(ticket_id: UUID) -> UUID:
        return uuid5(NAMESPACE_URL, f"/rows/{ticket_id}")


class Reporting(ProcessApplication[UUID]):
    @singledispatchmethod
    def policy(self, domain_event: DomainEvent, processing_event: ProcessingEvent[UUID]) -> None:
        ticket_id = getattr(domain_event, "ticket_id", None)
        if ticket_id is None:  # the second clock's event names only its stream
            return
        row: Row = self.repository.get(Row.create_id(ticket_id))
        row.note(type(domain_event).__qualname__)
        processing_event.collect_events(row)

    @policy.register
    def _(self, domain_event: Ticket.Opened, processing_event: ProcessingEvent[UUID]) -> None:
        processing_event.collect_events(Row(ticket_id=domain_event.originator_id))


def reports_per_second(folder: Path, reports: Sequence[NewReport]) -> float:
    """From the first report to the last clock, as the documentation's system runs it."""
    env = {
        "PERSISTENCE_MODULE": "eventsourcing.sqlite",
        "SQLITE_DBNAME": str(folder / "library.db"),
        "CIPHER_TOPIC": get_topic(AESCipher),
        "CIPHER_KEY": AESCipher.create_key(16),
    }
    env |= {f"{name}_SQLITE_DBNAME": str(folder / f"{name}.db") for name in FOLLOWERS}
    pipes: list[list[type[Application[UUID]]]] = [
        [Intake, Router, Sla, Reporting],
        [Intake, Reporting],
        [Router, Reporting],
    ]
    runner: SingleThreadedRunner[UUID] = SingleThreadedRunner(System(pipes=pipes), env=env)
    with runner:
        intake = runner.get(Intake)
        started = time.perf_counter()
        for report in reports:
            intake.receive(report)
        elapsed_s = time.perf_counter() - started
        clocks = runner.get(Sla).recorder.max_notification_id()
    assert clocks == 2 * len(reports), "the system has not finished its work"
    return len(reports) / elapsed_s
