"""督办 was reached: a case for each ticket that is still open."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.domain import supervision_commands as k
from services.domain.event_base import Clock
from services.domain.supervision_case import Case
from services.domain.supervision_decide import decide_case
from services.domain.supervision_union import CaseFact
from services.domain.ticket import Ticket, still_open
from services.platform.event_log import EventLog
from services.supervision.book import Book
from services.supervision.desk import Tickets, next_code
from services.supervision.reading import case_of, open_case
from services.supervision.rules import SupervisionRules

ACTOR = "processor:supervision"
BATCH_MAX = 100
_ASKED = (
    "SELECT ticket_id, version, clock, due_at, unit FROM supervision_asked"
    " WHERE (ticket_id, version) > (?, ?) ORDER BY ticket_id, version LIMIT ?"
)
CLOCK_NAMES = {"accept": "签收", "resolve": "办结"}
BASIS = "督办阶梯第3级：逾期未办，立单督办"


class Asked(NamedTuple):
    ticket_id: str
    version: int
    clock: Clock
    due_at: str
    unit: str


class Opener:
    def __init__(
        self,
        log: EventLog,
        book: Book,
        rules: Callable[[], SupervisionRules],
        tickets: Tickets,
    ) -> None:
        self._log = log
        self._book = book
        self._rules = rules
        self._tickets = tickets
        self._after = ("", 0)

    def tick(self, now: datetime) -> int:
        """How many facts. Each tick goes on after the last one's batch: a ticket whose work is
        done by now, but whose rows lag behind the log, holds up no other."""
        rows = [Asked(*row) for row in self._log.query(_ASKED, (*self._after, BATCH_MAX))]
        self._after = (rows[-1].ticket_id, rows[-1].version) if len(rows) == BATCH_MAX else ("", 0)
        if not rows:
            return 0
        return len(self._book.write(lambda: self._facts(rows, now)).facts)

    def _facts(self, rows: Sequence[Asked], now: datetime) -> list[CaseFact]:
        tickets = self._tickets([one.ticket_id for one in rows])
        still_asked = self._still_asked(rows)
        facts: list[CaseFact] = []
        opened: dict[tuple[str, str], str] = {}
        for one in rows:
            if one in still_asked and still_open(tickets[one.ticket_id], one.clock):
                facts += self._for(one, tickets[one.ticket_id], now, opened)
        return facts

    def _still_asked(self, rows: Sequence[Asked]) -> set[Asked]:
        """Another worker may have answered some of them since they were read."""
        first = rows[0]
        values = (first.ticket_id, first.version - 1, len(rows))
        return {Asked(*row) for row in self._log.query(_ASKED, values)}

    def _for(
        self, one: Asked, ticket: Ticket, now: datetime, opened: dict[tuple[str, str], str]
    ) -> Sequence[CaseFact]:
        reason = "accept_overdue" if one.clock == "accept" else "resolve_overdue"
        rules = self._rules()
        year = f"{rules.calendar.local_date(now):%Y}"
        known = open_case(self._log, one.ticket_id, reason)
        promised_at = datetime.fromisoformat(one.due_at)
        deed: k.AnyCaseDeed
        if known is not None:
            code, case = known, case_of(self._log, known)
            deed = k.AskAgain(one.ticket_id, one.version, promised_at)
        elif (one.ticket_id, reason) in opened:
            return []  # the next tick finds it
        else:
            code, case = next_code(self._log, year, len(opened)), Case()
            opened[one.ticket_id, reason] = code
            local = promised_at.astimezone(rules.calendar.zone)
            deed = k.OpenByLadder(
                ticket_id=one.ticket_id,
                asked_version=one.version,
                clock=one.clock,
                promised_at=promised_at,
                unit=ticket.responsible or one.unit,
                why=f"应于{local:%Y-%m-%d %H:%M}前{CLOCK_NAMES[one.clock]}，逾期后经催办仍未办",
                basis=BASIS,
            )
        command = k.CaseCommand(
            code=code,
            actor=ACTOR,
            cause=f"event:{one.ticket_id}/{one.version}",
            now=now,
            deed=deed,
            rules=rules.reply_rules(),
        )
        return decide_case(command, case)
