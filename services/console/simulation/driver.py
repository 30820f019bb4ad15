"""Runs a stream of timed actions through the real system under a virtual clock.

Knows nothing of a synthetic city: history can be driven through it as well.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from typing import NamedTuple

from services.console.system import System
from services.domain.commands import ClockRules, TicketCommand
from services.domain.ticket import Ticket
from services.intake.index import known_reports
from services.intake.report import NewReport
from services.platform.clock import VirtualClock
from services.platform.processor import Fact, read_batch

STEP = timedelta(minutes=10)  # what happens within one step is written down at its end
READ_MAX = 2_000
_NEXT_DUE = "SELECT MIN(next_at) FROM deadlines WHERE next_at IS NOT NULL AND paused = 0"


class View(NamedTuple):
    """What an action may look at. now: when it is written down; at: when it happens."""

    now: datetime
    at: datetime
    rules: ClockRules
    ticket: Callable[[str], Ticket]
    ticket_of: Callable[[str, str], str | None]  # channel, reference → ticket id


Action = NewReport | Callable[[View], TicketCommand | None]
Timed = tuple[datetime, Action]
React = Callable[[Sequence[Fact]], Iterable[Timed]]


@dataclass(slots=True)
class Totals:
    """What was sent and what became of it. refused: commands that a rule said no to."""

    reports: int = 0
    opened: int = 0
    joined: int = 0
    duplicates: int = 0
    commands: int = 0
    refused: int = 0

    def add(self, other: "Totals") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class Agenda:
    """A sorted stream of actions, and actions that are added while it runs.

    Only what has been added is in memory; of the stream, one action.
    """

    stream: Iterator[Timed]
    _added: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _count: int = 0
    _head: Timed | None = None

    def add(self, actions: Iterable[Timed]) -> None:
        """Equal moments keep the order in which they were added."""
        for moment, action in actions:
            self._count += 1
            heappush(self._added, (moment, self._count, action))

    def next_moment(self) -> datetime | None:
        streamed = self._streamed()
        moments = [self._added[0][0]] if self._added else []
        moments += [streamed[0]] if streamed else []
        return min(moments, default=None)

    def take(self, until: datetime) -> list[Timed]:
        """Everything up to and including a moment, in order; the stream comes first."""
        taken: list[Timed] = []
        while (streamed := self._streamed()) is not None and streamed[0] <= until:
            taken.append(streamed)
            self._head = None
        while self._added and self._added[0][0] <= until:
            moment, _, action = heappop(self._added)
            taken.append((moment, action))
        return sorted(taken, key=lambda timed: timed[0])

    def _streamed(self) -> Timed | None:
        if self._head is None:
            self._head = next(self.stream, None)
        return self._head


@dataclass(slots=True)
class Follower:
    """Reads what was recorded since it last looked, and asks what follows from it."""

    system: System
    react: React
    position: int

    def follow(self) -> list[Timed]:
        following: list[Timed] = []
        while True:
            written = self.system.handler.tail
            batch = read_batch(self.system.log, self.position, READ_MAX, tail=written)
            if batch.upto == self.position:
                return following
            self.position = batch.upto
            following += self.react(batch.facts)


def nothing_follows(facts: Sequence[Fact]) -> Iterable[Timed]:
    return ()


def ignore(now: datetime, totals: Totals) -> None:
    return None


def drive(
    system: System,
    clock: VirtualClock,
    actions: Iterable[Timed],
    *,
    react: React | None = None,
    until: datetime | None = None,
    step: timedelta = STEP,
    seen: Callable[[datetime, Totals], None] = ignore,
    agenda: Agenda | None = None,
    reports_first: bool = True,
    settled: bool = True,
) -> Totals:
    """Carry out `actions` (sorted by moment), run the processors, let time pass; and again.

    Without `until` it ends with the last action. With it, time goes on to that moment and what
    is planned for later is left. Clocks are looked at whenever one of them is due. `react` is
    given every new fact once and says what follows. settled: projections, too, are up to date at
    the end; else whoever goes on settles them. Raises Outage, and whatever `actions` raises.
    """
    agenda = agenda or Agenda(iter(()))
    agenda.stream = iter(actions)
    follower = Follower(system, react, system.log.head()) if react else None
    totals = Totals()
    while True:
        moment = _next_moment(system, agenda, until)
        if moment is None or (until is not None and clock.now() >= until):
            break
        end = _end_of_step(moment, clock.now(), step)
        clock.advance_to(end if until is None else min(end, until))
        process = partial(_process, system) if reports_first else _wait_for_nothing
        carry_out(system, agenda.take(clock.now()), totals, process)
        _process(system)
        if follower is not None:
            agenda.add(follower.follow())
        seen(clock.now(), totals)
    if settled:
        system.transport.run_until_idle()  # also saves how far the processors are
    return totals


def _process(system: System) -> None:
    """Like `run_until_idle`, without a transaction for checkpoints that mean nothing yet, and
    without projections that nobody reads before the end: they follow when much has happened."""
    transport = system.transport
    while transport.step(projections=False) or transport.tick(system.clock.now()):
        pass


def _wait_for_nothing() -> None:
    return None


def carry_out(
    system: System, actions: Sequence[Timed], totals: Totals, process: Callable[[], None]
) -> None:
    """Reports first, then commands, each as one transaction. A rejection is a normal answer.

    process: lets the processors see the reports, for a command may be about one of them.
    """
    reports = [action for _, action in actions if isinstance(action, NewReport)]
    if reports:
        receipts = system.intake.submit(reports)
        totals.reports += len(receipts)
        totals.opened += sum(receipt.status == "opened" for receipt in receipts)
        totals.joined += sum(receipt.status == "joined" for receipt in receipts)
        totals.duplicates += sum(receipt.status == "duplicate" for receipt in receipts)
    if len(reports) == len(actions):
        return
    if reports:
        process()
    outcomes = system.handler.handle(lambda: _commands(system, actions))
    totals.commands += len(outcomes)
    totals.refused += sum(outcome.rejection is not None for outcome in outcomes)


def _commands(system: System, actions: Sequence[Timed]) -> list[TicketCommand]:
    now, rules = system.clock.now(), system.rules().clock_rules()
    named = (getattr(action, "ticket_id", None) for _, action in actions)
    tickets = system.handler.tickets([ticket_id for ticket_id in named if ticket_id])

    def ticket(ticket_id: str) -> Ticket:
        return tickets.get(ticket_id) or system.handler.tickets([ticket_id])[ticket_id]

    def ticket_of(channel: str, reference: str) -> str | None:
        key = (channel, reference)
        known = known_reports(system.log, [key]).get(key)
        return None if known is None else known[0]

    made = [
        action(View(now, moment, rules, ticket, ticket_of))
        for moment, action in actions
        if not isinstance(action, NewReport)
    ]
    return [command for command in made if command is not None]


def _next_moment(system: System, agenda: Agenda, until: datetime | None) -> datetime | None:
    """When something is to be done or due next. Waiting clocks alone do not keep it going."""
    moments = [moment for moment in (agenda.next_moment(), until) if moment is not None]
    if not moments:
        return None
    return min([*moments, *_next_due(system)])


def _next_due(system: System) -> list[datetime]:
    found = system.log.query(_NEXT_DUE)[0][0]
    return [] if found is None else [datetime.fromisoformat(found)]


def _end_of_step(moment: datetime, now: datetime, step: timedelta) -> datetime:
    """The first end of a step at or after the moment, and later than now.

    Steps end a second after the full minutes at which offices close and promises end.
    """
    start = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
    moment = max(moment, now + timedelta(microseconds=1))
    return moment + (start - moment) % step
