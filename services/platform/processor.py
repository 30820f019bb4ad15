"""A processor: facts in, commands and row changes out. One step is one transaction.

`react` must be safe to repeat: it may depend on the facts and on the rows of the processor only.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.domain.city_events import is_city_type
from services.domain.codec import Undecodable, decode
from services.domain.commands import TicketCommand
from services.domain.working_time import CalendarYearMissing
from services.platform.command_handler import CommandHandler, Outcome
from services.platform.event_log import Change, Checkpoint, EventLog, Recorded
from services.platform.failures import ConcurrentAppend, Outage, Overtaken, StoppedProcessing
from services.platform.processor_errors import current as current_errors
from services.platform.processor_form import Processor as Processor
from services.platform.processor_form import Reaction as Reaction
from services.platform.quarantine import DeadLetter, failed_at, insert_dead_letters
from services.platform.tail import Fact as Fact  # part of what a processor is written with
from services.platform.tail import Tail

logger = logging.getLogger(__name__)

DEAD_LETTERS_IN_A_ROW_MAX = 100
UNSAVED_MAX = 10_000  # facts without effect that may be read again after a crash


class Batch(NamedTuple):
    """One read of the log, decoded once for all processors. `upto`: the last position read.
    source: `log`, or `bus` if that brought it."""

    facts: Sequence[Fact]
    broken: Sequence[tuple[Recorded, str]]
    upto: int
    source: str = "log"

    def after(self, position: int) -> "Batch":
        first = [fact.position for fact in self.facts[:1]]
        first += [recorded.position for recorded, _ in self.broken[:1]]
        if min(first, default=0) > position:
            return self
        facts = [fact for fact in self.facts if fact.position > position]
        broken = [pair for pair in self.broken if pair[0].position > position]
        return self._replace(facts=facts, broken=broken)


_new = tuple.__new__  # a call of Python's less for each fact
Watch = Callable[[str, Batch, float], None]  # processor, what was taken in, seconds


def unwatched(processor: str, batch: Batch, took_s: float) -> None:
    """Nobody looks."""


def read_batch(
    log: EventLog, after: int, limit: int, to: int | None = None, tail: Tail | None = None
) -> Batch:
    """The next events, from the tail of what this process wrote if they are there."""
    if tail is not None and to is None and (known := tail.after(after, limit)):
        return Batch(known[0], (), known[1])
    recorded = log.read_all(after, limit, to)
    facts, broken = decode_all(recorded)
    return Batch(facts, broken, recorded[-1].position if recorded else after)


def decode_all(recorded: Sequence[Recorded]) -> tuple[list[Fact], list[tuple[Recorded, str]]]:
    """What is said of tickets, and what nobody can read. Facts of other families are neither."""
    facts: list[Fact] = []
    broken: list[tuple[Recorded, str]] = []
    for one in recorded:
        try:
            event = decode(one.type, one.data)
            facts.append(_new(Fact, (one.position, one.version, event)))
        except Undecodable as error:
            if not is_city_type(one.type):
                broken.append((one, str(error)))
    return facts, broken


class Runner:
    """Runs one processor over batches, with its checkpoint in the transaction of its effects.

    name: of the checkpoint, where a processor has several (one for each lane of the log).
    watch: told of every batch that was taken in, and how long that took.
    """

    def __init__(
        self,
        processor: Processor,
        log: EventLog,
        handler: CommandHandler,
        name: str | None = None,
        watch: Watch = unwatched,
    ) -> None:
        self.processor = processor
        self.name = name or processor.name
        self._log = log
        self.handler = handler
        self.watch = watch
        self.position = log.checkpoint(self.name)
        self._saved = self.position
        self.dead_in_a_row = 0
        self.last_error: str | None = current_errors(log).get(self.name)

    def step(self, batch: Batch, now: datetime) -> None:
        """Take in what is new of a batch. Raises Outage or StoppedProcessing; then nothing of
        the batch counts as done, except what its own transaction has finished."""
        batch = batch.after(self.position)
        if batch.upto <= self.position:
            return
        began_s = time.perf_counter()
        try:
            self._take_in(batch, now)
        except Overtaken:
            self.rejoin()
        else:
            self.watch(self.processor.name, batch, time.perf_counter() - began_s)

    def _take_in(self, batch: Batch, now: datetime) -> None:
        dead = [DeadLetter.of_log(self.processor.name, one, why, now) for one, why in batch.broken]
        longest_run, last_run = _runs_of_poison(batch, self.dead_in_a_row)
        if longest_run > DEAD_LETTERS_IN_A_ROW_MAX:
            self._one_by_one(batch, now)
            return
        try:
            self._effect(self.processor.react(batch.facts, now), batch.upto, dead)
            self.dead_in_a_row = last_run
        except (Outage, ConcurrentAppend, Overtaken, StoppedProcessing):
            raise
        except Exception as error:  # poison somewhere in the batch: find it
            logger.warning("%s: one by one after %s", self.name, type(error).__name__)
            self._one_by_one(batch, now)

    def checkpoint(self, position: int) -> Checkpoint:
        return Checkpoint(self.name, position, self._saved)

    def taken_in(self, position: int) -> None:
        """Its effects up to a position are stored, and so is its checkpoint."""
        self.position = self._saved = position

    @property
    def has_unsaved(self) -> bool:
        return self.position > self._saved

    def tick(self, now: datetime) -> int:
        """How much followed from the passing of time: events, and changes of rows."""
        reaction = self.processor.tick(now)
        if reaction.is_empty:
            return reaction.written
        try:
            return reaction.written + self._ticked(reaction)
        except (Outage, ConcurrentAppend) as error:
            if not isinstance(error.__cause__, CalendarYearMissing):
                raise
            logger.warning("%s: tick one by one: %s", self.name, error)
        except Exception as error:  # one ticket that cannot be read must not stop all clocks
            logger.warning("%s: tick one by one after %s", self.name, type(error).__name__)
        moved = reaction.written + self._ticked(reaction._replace(commands=()))
        return moved + sum(self._ticked_alone(command) for command in reaction.commands)

    def _ticked(self, reaction: Reaction) -> int:
        outcomes = self.handler.handle(
            lambda: reaction.commands, changes=reaction.changes, others=reaction.others
        )
        written = sum(len(outcome.events) for outcome in outcomes)
        return len(reaction.changes) + written + len(reaction.others)

    def _ticked_alone(self, command: TicketCommand) -> int:
        try:
            return self._ticked(Reaction([command]))
        except (Outage, ConcurrentAppend) as error:
            if not isinstance(error.__cause__, CalendarYearMissing):
                raise
            return 0  # it waits for its year, and only it
        except Exception as error:
            place = failed_at(error)
            extra = {"ticket_id": command.ticket_id, "correlation_id": command.cause}
            logger.error(
                "%s: tick of %s failed: %s", self.name, command.ticket_id, place, extra=extra
            )
            return 0

    def save(self) -> None:
        """Write down a checkpoint that only facts without effect have moved."""
        if self.has_unsaved:
            try:
                self._effect(Reaction(), self.position, (), force=True)
            except Overtaken:
                self.rejoin()

    def rejoin(self) -> None:
        """Another process runs this processor too: what it took is not ours to do again."""
        self.position = self._saved = self._log.checkpoint(self.name)

    def retry(self, recorded: Recorded, done: Change, now: datetime) -> None:
        """One quarantined event again, out of order; `done` takes it out of quarantine."""
        facts, broken = decode_all([recorded])
        if broken:
            raise Undecodable(broken[0][1])
        reaction = self.processor.react(facts, now)
        changes = [*reaction.changes, done]
        self.handler.handle(lambda: reaction.commands, changes=changes, others=reaction.others)

    def _one_by_one(self, batch: Batch, now: datetime) -> None:
        broken = {one.position: (one, why) for one, why in batch.broken}
        good = {fact.position: fact for fact in batch.facts}
        for position in sorted({*broken, *good}):
            if position in broken:
                self._bury(DeadLetter.of_log(self.processor.name, *broken[position], now))
                continue
            fact = good[position]
            try:
                self._effect(self.processor.react([fact], now), position, ())
                self.dead_in_a_row = 0
            except (Outage, ConcurrentAppend, Overtaken):
                raise
            except Exception as error:
                self._bury(DeadLetter.of_fact(self.processor.name, fact, error, now))

    def _bury(self, letter: DeadLetter) -> None:
        self.dead_in_a_row += 1
        if self.dead_in_a_row > DEAD_LETTERS_IN_A_ROW_MAX:
            raise StoppedProcessing(f"{self.name}: too many dead letters in a row: {letter.error}")
        self._effect(Reaction(), letter.position or 0, [letter])

    def _effect(
        self,
        reaction: Reaction,
        upto: int,
        dead: Sequence[DeadLetter],
        *,
        force: bool = False,
    ) -> None:
        if reaction.is_empty and not (dead or force):
            self.position = upto
            if upto - self._saved < UNSAVED_MAX:
                return
        changes = [*reaction.changes, *insert_dead_letters(dead)]
        outcomes = self.handler.handle(
            lambda: reaction.commands,
            checkpoint=self.checkpoint(upto),
            changes=changes,
            others=reaction.others,
        )
        tell_rejections(self.name, outcomes)
        self.taken_in(upto)


def tell_rejections(name: str, outcomes: Sequence[Outcome]) -> None:
    """A rule said no: a normal answer, worth a line."""
    for outcome in outcomes:
        if outcome.rejection is not None:
            ticket_id = outcome.ticket.ticket_id
            extra = {"ticket_id": ticket_id, "rejection": outcome.rejection.code}
            logger.info("%s: %s %s", name, outcome.rejection.code, ticket_id, extra=extra)


def _runs_of_poison(batch: Batch, before: int) -> tuple[int, int]:
    """The longest and the last run of undecodable events; the first goes on from `before`."""
    if not batch.broken:
        return 0, 0
    broken = {one.position for one, _ in batch.broken}
    longest, run = 0, before
    for position in sorted(broken.union(fact.position for fact in batch.facts)):
        run = run + 1 if position in broken else 0
        longest = max(longest, run)
    return longest, run
