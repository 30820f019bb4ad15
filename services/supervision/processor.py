"""督办: follows the tickets' ladder, and does by itself what time and tickets bring about."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.platform.event_log import EventLog, merged_apart
from services.platform.processor import Reaction
from services.platform.tail import Fact
from services.supervision.addressing import Units
from services.supervision.book import Book
from services.supervision.desk import Tickets
from services.supervision.judging import Judge
from services.supervision.opening import Opener
from services.supervision.reply_clocks import tick_replies
from services.supervision.rules import SupervisionRules
from services.supervision.schema import TABLES
from services.supervision.settling import Settler
from services.supervision.telling import tell
from services.supervision.ticket_rows import ticket_rows


class Surroundings(NamedTuple):
    """What the work of time needs. tickets: the state of each as of now."""

    log: EventLog
    book: Book
    rules: Callable[[], SupervisionRules]
    units: Callable[[], Units]
    tickets: Tickets


class TicketRows:
    """The part that a rebuild runs: facts of tickets in, rows out."""

    def __init__(self, rules: Callable[[], SupervisionRules]) -> None:
        self._rules = rules

    def react(self, facts: Sequence[Fact], now: datetime) -> Reaction:
        local_day = self._rules().calendar.local_date
        changes = ((fact.event.ticket_id, ticket_rows(fact, local_day)) for fact in facts)
        return Reaction((), merged_apart(changes))


class SupervisionProcessor(TicketRows):
    name = "supervision"
    is_projection = False
    tables = TABLES

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around.rules)
        self._around = around
        self._opener = Opener(around.log, around.book, around.rules, around.tickets)
        self._settler = Settler(around.log, around.book, around.rules, around.tickets)
        self._judge = Judge(around.log, around.book, around.rules)

    def tick(self, now: datetime) -> Reaction:
        """Harmless when it comes twice, late, or from two workers: whoever comes second finds it
        done. Each piece of work has a limit; what is left over waits for the next tick. In a year
        that the calendar does not know, all of it waits until the year is loaded. Raises the first
        failure when every part has had its turn."""
        log, book, rules, units, _ = self._around
        calendar = rules().calendar
        if not calendar.first_day <= calendar.local_date(now) <= calendar.last_day:
            return Reaction()
        parts: tuple[Callable[[datetime], int], ...] = (
            self._opener.tick,
            lambda now: tick_replies(log, book, rules, units, now),
            self._settler.tick,
            lambda now: tell(log, book, rules, units, now),
            self._judge.tick,
        )
        written = 0
        failure: Exception | None = None
        for part in parts:
            try:
                written += part(now)
            except Exception as error:  # what one part cannot do holds up no other
                failure = failure or error
        if failure is not None:
            raise failure
        return Reaction(written=written)
