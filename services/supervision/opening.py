"""督办 was reached, or a resident disagrees again: a case for each ticket, while it holds."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal, NamedTuple

from services.domain import supervision_commands as k
from services.domain.codec import Undecodable
from services.domain.event_base import Clock
from services.domain.supervision_case import Case
from services.domain.supervision_decide import decide_case, reason_of
from services.domain.supervision_union import CaseFact
from services.domain.ticket import ANSWERED, Ticket, still_open
from services.platform.event_log import EventLog
from services.platform.quarantine import failed_at
from services.supervision.book import Book
from services.supervision.desk import Tickets, next_code
from services.supervision.reading import case_of, open_case
from services.supervision.rules import SupervisionRules

logger = logging.getLogger(__name__)

ACTOR = "processor:supervision"
BATCH_MAX = 100
_ASKED = (
    "SELECT ticket_id, version, clock, due_at, unit FROM supervision_asked"
    " WHERE (ticket_id, version) > (?, ?) ORDER BY ticket_id, version LIMIT ?"
)
CLOCK_NAMES = {"accept": "签收", "resolve": "办结"}
BASIS = "督办阶梯第3级：逾期未办，立单督办"
DISAGREED, DISAGREED_BASIS = "重办后诉求人仍表示没有解决", "回访规则：再次不满意，转督办"


class Asked(NamedTuple):
    ticket_id: str
    version: int
    clock: Clock | Literal[""]
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
        self._unreadable: set[str] = set()

    def tick(self, now: datetime) -> int:
        """How many facts. Each tick goes on after the last one's batch: a ticket whose work is
        done by now, but whose rows lag behind the log, holds up no other."""
        rows = [Asked(*row) for row in self._log.query(_ASKED, (*self._after, BATCH_MAX))]
        self._after = (rows[-1].ticket_id, rows[-1].version) if len(rows) == BATCH_MAX else ("", 0)
        if not rows:
            return 0
        return len(self._book.write(lambda: self._facts(rows, now)).facts)

    def _facts(self, rows: Sequence[Asked], now: datetime) -> list[CaseFact]:
        tickets = self._readable([one.ticket_id for one in rows])
        still_asked = self._still_asked(rows)
        facts: list[CaseFact] = []
        opened: dict[tuple[str, str], str] = {}
        for one in rows:
            ticket = tickets.get(one.ticket_id)
            if one in still_asked and ticket is not None and _holds(one, ticket):
                facts += self._for(one, ticket, now, opened)
        return facts

    def _readable(self, ticket_ids: Sequence[str]) -> Mapping[str, Ticket]:
        """One that cannot be read is passed over, loudly once, and holds up no other."""
        try:
            return self._tickets(ticket_ids)
        except Undecodable:
            found: dict[str, Ticket] = {}
        for ticket_id in ticket_ids:
            try:
                found |= self._tickets([ticket_id])
            except Undecodable as error:
                if ticket_id not in self._unreadable:
                    self._unreadable.add(ticket_id)
                    extra = {"ticket_id": ticket_id}
                    logger.error("no case for %s: %s", ticket_id, failed_at(error), extra=extra)
        return found

    def _still_asked(self, rows: Sequence[Asked]) -> set[Asked]:
        """Another worker may have answered some of them since they were read."""
        first = rows[0]
        values = (first.ticket_id, first.version - 1, len(rows))
        return {Asked(*row) for row in self._log.query(_ASKED, values)}

    def _for(
        self, one: Asked, ticket: Ticket, now: datetime, opened: dict[tuple[str, str], str]
    ) -> Sequence[CaseFact]:
        reason = reason_of(one.clock or None)
        rules = self._rules()
        year = f"{rules.calendar.local_date(now):%Y}"
        known = open_case(self._log, one.ticket_id, reason)
        deed: k.AnyCaseDeed
        if known is not None:
            code, case = known, case_of(self._log, known)
            promise = ticket.resolve.due_at if ticket.resolve else now
            deed = k.AskAgain(one.ticket_id, one.version, _promised_at(one) or promise)
        elif (one.ticket_id, reason) in opened:
            return []  # the next tick finds it
        else:
            code, case = next_code(self._log, year, len(opened)), Case()
            opened[one.ticket_id, reason] = code
            deed = _opening(one, ticket, rules)
        command = k.CaseCommand(
            code=code,
            actor=ACTOR,
            cause=f"event:{one.ticket_id}/{one.version}",
            now=now,
            deed=deed,
            rules=rules.reply_rules(),
        )
        return decide_case(command, case)


def _holds(one: Asked, ticket: Ticket) -> bool:
    """What was asked for may have been overtaken by what was done."""
    if one.clock:
        return still_open(ticket, one.clock)
    return ticket.stage in ANSWERED or ticket.stage == "closed"


def _opening(one: Asked, ticket: Ticket, rules: SupervisionRules) -> k.OpenByLadder:
    promised_at = _promised_at(one)
    why, basis = DISAGREED, DISAGREED_BASIS
    if one.clock and promised_at:
        local = promised_at.astimezone(rules.calendar.zone)
        what = CLOCK_NAMES[one.clock]
        why, basis = f"应于{local:%Y-%m-%d %H:%M}前{what}，逾期后经催办仍未办", BASIS
    return k.OpenByLadder(
        ticket_id=one.ticket_id,
        asked_version=one.version,
        clock=one.clock or None,
        promised_at=promised_at,
        unit=ticket.responsible or one.unit,
        why=why,
        basis=basis,
    )


def _promised_at(one: Asked) -> datetime | None:
    return datetime.fromisoformat(one.due_at) if one.due_at else None
