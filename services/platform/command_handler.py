"""Load, decide, append: many commands in one transaction, decided again if somebody was first."""

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import NamedTuple

from services.domain.city_events import is_city_stream, is_city_type
from services.domain.codec import WITH_WORDS, decode, encode
from services.domain.commands import TicketCommand
from services.domain.decide import decide
from services.domain.events import TicketEvent
from services.domain.personal import SealingContext
from services.domain.rejections import Rejected, TicketChanged
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import evolve, fold
from services.domain.working_time import CalendarYearMissing
from services.platform.event_log import Change, Checkpoint, EventLog, NewEvent
from services.platform.failures import ConcurrentAppend, Outage, Overtaken, RowsRefused
from services.platform.fair_lock import FairLock
from services.platform.keys import Keyring
from services.platform.tail import Fact, Tail

logger = logging.getLogger(__name__)

ATTEMPTS_MAX = 20
CACHE_MAX = 50_000
CATCH_UP_MAX = 10_000

_new = tuple.__new__  # a call of Python's less for each of the values that come by the thousand
Plan = Callable[[], Sequence[TicketCommand]]
Inline = Callable[[Sequence[tuple[Ticket, TicketEvent]]], Sequence[Change]]


class Outcome(NamedTuple):
    """What became of one command: the ticket after it, and its events or its rejection."""

    ticket: Ticket
    events: tuple[TicketEvent, ...] = ()
    position: int = 0  # of the last event; 0 if there is none
    rejection: Rejected | None = None


class _Decided(NamedTuple):
    outcomes: list[Outcome]
    new: list[NewEvent]
    folded: list[tuple[Ticket, TicketEvent]]
    tickets: dict[str, Ticket]


class CommandHandler:
    """One writer per process. `inline` keeps rows that must never lag behind the log.

    `appended` is called with the new head after every append, outside of the lock.
    """

    def __init__(self, log: EventLog, keyring: Keyring, inline: Inline) -> None:
        self._log = log
        self._keyring = keyring
        self._inline = inline
        self._tickets: OrderedDict[str, Ticket] = OrderedDict()
        self._seen = log.head()
        self._lock = FairLock()
        self.tail = Tail()
        self.appended: Callable[[], None] = lambda: None

    def handle(
        self,
        plan: Plan,
        *,
        checkpoint: Checkpoint | None = None,
        also: Sequence[Checkpoint] = (),
        changes: Sequence[Change] = (),
        whole: bool = False,
        others: Sequence[NewEvent] = (),
    ) -> list[Outcome]:
        """One outcome a command, in order; [] if the checkpoint shows it was done before.
        `also`: further checkpoints that must stand at their `after`, and move with it.
        `whole`: nothing at all is written, and no checkpoint moves, if a command is rejected.
        `others`: facts of other families, written after those of the commands.

        `plan` is asked again after a conflict: it must look at the world anew each time.
        Raises Outage; Overtaken if the checkpoint is not where it should start (`after`);
        RowsRefused; ConcurrentAppend if it cannot win in ATTEMPTS_MAX attempts.
        """
        with self._lock:
            outcomes = self._attempts(plan, checkpoint, also, changes, whole, others)
        if any(outcome.events for outcome in outcomes):
            self.appended()
        return outcomes

    def execute(self, command: TicketCommand) -> Outcome:
        """One command. Raises its rejection."""
        outcome = self.handle(lambda: [command])[0]
        if outcome.rejection is not None:
            raise outcome.rejection
        return outcome

    def tickets(self, ticket_ids: Sequence[str]) -> dict[str, Ticket]:
        """The state of each ticket as of now; an unknown one is the empty ticket."""
        with self._lock:
            self._catch_up()
            return self._load(ticket_ids)

    def _attempts(
        self,
        plan: Plan,
        checkpoint: Checkpoint | None,
        also: Sequence[Checkpoint],
        changes: Sequence[Change],
        whole: bool,
        others: Sequence[NewEvent],
    ) -> list[Outcome]:
        for _ in range(ATTEMPTS_MAX):
            self._catch_up()
            seen = self._seen  # a plan that asks for tickets moves it: others may have written
            commands = plan()
            decided = self._decide(commands)
            if whole and any(outcome.rejection for outcome in decided.outcomes):
                return decided.outcomes
            try:
                return self._append(decided, checkpoint, also, changes, others)
            except ConcurrentAppend as error:
                for one in also:
                    self._is_done(one)
                if checkpoint and self._is_done(checkpoint):
                    return []  # Another process did it: its effects and its checkpoint are there.
                if self._log.head() == seen:  # nobody wrote: it is the changes themselves
                    raise RowsRefused(str(error)) from error
        raise ConcurrentAppend("somebody else was always first")

    def _is_done(self, checkpoint: Checkpoint) -> bool:
        stands_at = self._log.checkpoint(checkpoint.name)
        if checkpoint.after not in (None, stands_at):
            raise Overtaken(f"{checkpoint.name} stands at {stands_at}")
        return stands_at >= checkpoint.position

    def _decide(self, commands: Sequence[TicketCommand]) -> _Decided:
        tickets = self._load([command.ticket_id for command in commands])
        decided = _Decided([], [], [], tickets)
        for command in commands:
            ticket = tickets[command.ticket_id]
            try:
                events = self._decide_one(command, ticket)
            except Rejected as rejection:
                decided.outcomes.append(Outcome(ticket, rejection=rejection))
                continue
            for event in events:
                ticket = evolve(ticket, event)
                version = ticket.version
                has_words = type(event) in WITH_WORDS
                context = SealingContext(self._keyring.seal, version) if has_words else None
                data = encode(event, context)
                decided.new.append(_new(NewEvent, (event.ticket_id, version, event.type, data)))
                decided.folded.append((ticket, event))
            tickets[command.ticket_id] = ticket
            decided.outcomes.append(_new(Outcome, (ticket, tuple(events), 0, None)))
        return decided

    def _decide_one(self, command: TicketCommand, ticket: Ticket) -> list[TicketEvent]:
        expected = command.expected_version
        if expected is not None and expected != ticket.version:
            detail = f"it is at version {ticket.version}, not {expected}"
            raise TicketChanged(command.ticket_id, detail)
        try:
            return decide(command, ticket)
        except CalendarYearMissing as error:  # not the ticket's fault: wait for the operator
            raise Outage(str(error)) from error

    def _append(
        self,
        decided: _Decided,
        checkpoint: Checkpoint | None,
        also: Sequence[Checkpoint],
        changes: Sequence[Change],
        others: Sequence[NewEvent],
    ) -> list[Outcome]:
        if checkpoint is None and not (decided.new or also or changes or others):
            return decided.outcomes
        inline = self._inline(decided.folded) if decided.folded else ()
        positions = self._log.append(
            [*decided.new, *others], checkpoint=checkpoint, also=also, changes=[*inline, *changes]
        )
        if positions:
            written = zip(positions, decided.folded, strict=False)  # the others come after them
            facts = [_new(Fact, (at, after.version, event)) for at, (after, event) in written]
            self.tail.extend(facts, positions[0], positions[-1])
        if positions and positions[0] == self._seen + 1:
            self._seen = positions[-1]  # nobody wrote in between: what we hold is what is true
            self._remember(decided.tickets)
        return _with_positions(decided.outcomes, positions)

    def _load(self, ticket_ids: Sequence[str]) -> dict[str, Ticket]:
        found = {i: self._tickets[i] for i in ticket_ids if i in self._tickets}
        missing = [i for i in dict.fromkeys(ticket_ids) if i not in found]
        read = [i for i in missing if not is_city_stream(i)]  # an id may come from outside
        streams = self._log.read_streams(read) if read else {}
        for ticket_id in missing:
            history = (decode(r.type, r.data) for r in streams.get(ticket_id, ()))
            found[ticket_id] = fold(history)
        return found

    def _remember(self, tickets: dict[str, Ticket]) -> None:
        self._tickets.update(tickets)
        while len(self._tickets) > CACHE_MAX:
            self._tickets.popitem(last=False)  # a plain dict would search for its first each time

    def _catch_up(self) -> None:
        """Forget what other processes have changed since we last looked."""
        head = self._log.head()
        if head == self._seen:
            return
        changed = self._log.streams_changed(self._seen, CATCH_UP_MAX)
        if not changed or changed[-1][0] != head:
            self._tickets.clear()
        elif all(is_city_type(type_name) for _, _, type_name in changed):
            self.tail.skip(self._seen, head)
        for _, stream_id, _ in changed:
            self._tickets.pop(stream_id, None)
        self._seen = head


def _with_positions(outcomes: list[Outcome], positions: Sequence[int]) -> list[Outcome]:
    result = []
    done = 0
    for outcome in outcomes:
        done += len(outcome.events)
        if outcome.events:
            outcome = _new(Outcome, (outcome.ticket, outcome.events, positions[done - 1], None))
        result.append(outcome)
    return result
