"""What other processes run, and small processors with one plain habit each."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from services.domain.commands import OpenTicket, RouteTicket
from services.domain.personal import Personal
from services.platform.command_handler import CommandHandler, Outcome
from services.platform.event_log import Change, EventLog, NewEvent
from services.platform.key_store import KeyStore
from services.platform.key_store_postgres import PostgresKeyStore
from services.platform.key_store_sqlite import SqliteKeyStore
from services.platform.keys import Keyring
from services.platform.processor import Reaction
from services.platform.tail import Fact
from tests.domain.facts import MONDAY, WORDS, ask, report

MASTER_KEY = bytes(range(32))


def key_store_at(place: str) -> KeyStore:
    """place: a file, or the URL of a database that has its tables."""
    if place.startswith("postgresql://"):
        return PostgresKeyStore(place)
    return SqliteKeyStore(Path(place))


def name_contacts(place: str, contacts: Sequence[str], now: datetime = MONDAY) -> list[str]:
    """One process that names residents, a few at a time."""
    keyring = Keyring(key_store_at(place), MASTER_KEY)
    subjects: list[str] = []
    for start in range(0, len(contacts), 5):
        subjects += keyring.residents(contacts[start : start + 5], now)
    keyring.close()
    return subjects


COUNT = "INSERT INTO seen VALUES (?, 1) ON CONFLICT (position) DO UPDATE SET times = seen.times + 1"


class Processing:
    """Counts every fact it sees in a row; routes what was opened, if asked to."""

    is_projection = False
    tables = ("seen",)

    def __init__(self, name: str = "counting", *, routes: bool = False) -> None:
        self.name = name
        self.routes = routes
        self.poison: set[int] = set()
        self.failure: Exception | None = None
        self.tick_reaction = Reaction()
        self.tick_failure: Exception | None = None
        self.batches: list[list[int]] = []
        self.ticks = 0

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        self.batches.append([fact.position for fact in facts])
        if self.failure is not None:
            raise self.failure
        if bad := self.poison.intersection(fact.position for fact in facts):
            raise ValueError(f"{WORDS} at {bad}")
        commands = [
            ask(RouteTicket, now, ticket_id=fact.event.ticket_id)
            for fact in facts
            if self.routes and fact.event.type == "ticket.opened.v1"
        ]
        return Reaction(commands, [Change(COUNT, [(fact.position,) for fact in facts])])

    def tick(self, now: datetime) -> Reaction:
        self.ticks += 1
        if self.tick_failure is not None:
            raise self.tick_failure
        return self.tick_reaction


class Idle(Processing):
    """Sees everything and does nothing about it."""

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        super().react(facts, now)
        return Reaction()


def counted(log: EventLog) -> dict[int, int]:
    """position → how often it had its effect."""
    return dict(log.query("SELECT position, times FROM seen ORDER BY position"))


def open_tickets(handler: CommandHandler, count: int, first: int = 1) -> list[Outcome]:
    """Opens tickets `ticket-<n>`, in one transaction."""
    commands = [
        ask(
            OpenTicket,
            ticket_id=f"ticket-{number}",
            report=report(number, fingerprint=f"matter-{number}", text=handler_words(handler)),
        )
        for number in range(first, first + count)
    ]
    return handler.handle(lambda: commands)


def handler_words(handler: CommandHandler) -> Personal:
    keyring: Keyring = handler._keyring
    return Personal(keyring.residents(["13897000000"], MONDAY)[0], WORDS)


def spoil(log: EventLog, count: int = 1, stream_id: str = "spoiled") -> None:
    """Writes bytes that are no event straight into the log, as a bug or a stranger would."""
    data = f'{{"type":"ticket.closed.v1","{WORDS}":1}}'.encode()
    version = len(log.read_stream(stream_id))
    log.append(
        [NewEvent(stream_id, version + n + 1, "ticket.closed.v1", data) for n in range(count)]
    )
