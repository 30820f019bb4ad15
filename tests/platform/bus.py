"""A bus in memory, and a log of many tickets for it to carry."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from services.domain import events as e
from services.domain.codec import encode
from services.intake import index as intake_index
from services.platform import processor_errors, quarantine
from services.platform.command_handler import CommandHandler
from services.platform.event_log import Change, EventLog, NewEvent, open_sqlite_log
from services.platform.failures import Outage
from services.platform.keys import Keyring
from services.platform.processor import Reaction
from services.platform.tail import Fact
from services.platform.transport.relay import Outgoing, outgoing
from services.platform.transport.ticket_message import TicketMessage, parsed
from services.platform.transport.topics import partition_of
from tests.domain.facts import fact, sealing

EFFECTS = """CREATE TABLE IF NOT EXISTS effects (
    id INTEGER PRIMARY KEY AUTOINCREMENT, position INTEGER, ticket TEXT)"""
SCHEMA = (*quarantine.SCHEMA, *processor_errors.SCHEMA, *intake_index.SCHEMA, EFFECTS)
NOTE = "INSERT INTO effects (position, ticket) VALUES (?, ?)"


@contextmanager
def log_file() -> Iterator[Path]:
    """For tests with many examples, each with a log of its own."""
    with TemporaryDirectory(dir=_memory(), prefix="yousu-bus-") as folder:
        yield Path(folder) / "yousu.db"


def _memory() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


@contextmanager
def opened(path: Path) -> Iterator[EventLog]:
    log = open_sqlite_log(path, SCHEMA)
    try:
        yield log
    finally:
        log.close()


def handler_of(log: EventLog, keyring: Keyring) -> CommandHandler:
    return CommandHandler(log, keyring, intake_index.index_changes)


def append(log: EventLog, tickets: Sequence[str]) -> None:
    """One more fact for each, in this order. What belongs to a ticket `spoiled-…` is no event."""
    new: list[NewEvent] = []
    versions = {ticket: len(log.read_stream(ticket)) for ticket in tickets}
    for ticket in tickets:
        versions[ticket] += 1
        event = fact(e.TicketClosed, ticket_id=ticket)
        spoiled = ticket.startswith("spoiled-")
        data = b"{}" if spoiled else encode(event, sealing(versions[ticket]))
        new.append(NewEvent(ticket, versions[ticket], event.type, data))
    log.append(new)


def on_the_bus(log: EventLog, lanes: int) -> list[list[TicketMessage]]:
    """What a relay makes of the whole log: the messages of each partition."""
    sent, _ = outgoing(log.read_all(0, 1_000_000), (0,) * lanes)
    found: list[list[TicketMessage]] = [[] for _ in range(lanes)]
    for one in sent:
        message = parsed(one.key, one.value, one.headers)
        assert message is not None
        found[one.partition].append(message)
    return found


def tickets_of(lane: int, lanes: int, count: int, kind: str = "ticket") -> list[str]:
    """Tickets that belong to one lane."""
    names = (f"{kind}-{number}" for number in range(100_000))
    ours = (name for name in names if partition_of(name, lanes) == lane)
    return [next(ours) for _ in range(count)]


class Noting:
    """A policy whose effect is a row for each fact, in order.

    Facts of tickets `quiet-…` have none; those of `poison-…` cannot be understood; those of
    tickets in `away` need something that is away.
    """

    name = "noting"
    is_projection = False
    tables = ("effects",)

    def __init__(self) -> None:
        self.away: set[str] = set()
        self.seen: list[int] = []
        self.ticks: list[datetime] = []
        self.tick_failure: Exception | None = None

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        tickets = {one.event.ticket_id for one in facts}
        if tickets & self.away:
            raise Outage("the calendar is away")
        if any(ticket.startswith("poison-") for ticket in tickets):
            raise ValueError("cannot be understood")
        self.seen += [one.position for one in facts]
        rows = [
            (one.position, one.event.ticket_id)
            for one in facts
            if not one.event.ticket_id.startswith("quiet-")
        ]
        return Reaction((), [Change(NOTE, rows)] if rows else [])

    def tick(self, now: datetime) -> Reaction:
        self.ticks.append(now)
        if self.tick_failure is not None:
            raise self.tick_failure
        return Reaction()


def effects(log: EventLog) -> list[tuple[str, int]]:
    """(ticket, position), in the order they happened."""
    return log.query("SELECT ticket, position FROM effects ORDER BY id")


def quarantined(log: EventLog) -> list[int]:
    return [row[0] for row in log.query("SELECT position FROM quarantine ORDER BY position")]


@dataclass
class Seconds:
    """A clock that goes when it is told to."""

    now_s: float = 0.0

    def __call__(self) -> float:
        return self.now_s

    def pass_(self, seconds: float) -> None:
        self.now_s += seconds


@dataclass
class MemoryBus:
    """What a broker keeps: the messages of each partition, whoever sent them."""

    lanes: int
    stored: list[list[TicketMessage]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stored = [[] for _ in range(self.lanes)]

    def store(self, message: Outgoing) -> None:
        found = parsed(message.key, message.value, message.headers)
        assert found is not None
        self.stored[message.partition].append(found)
