"""A case ends by itself once all its tickets are resolved and evaluated: a merged one, when the one
that it follows is."""

from collections.abc import Callable
from datetime import datetime

from services.domain import supervision_commands as k
from services.domain.codec import Undecodable
from services.domain.primaries import primary_of
from services.domain.supervision_decide import decide_case
from services.domain.supervision_union import CaseFact
from services.domain.ticket import Ticket
from services.platform.event_log import EventLog
from services.platform.many import in_parts
from services.supervision.book import Book
from services.supervision.desk import Tickets
from services.supervision.fact_rows import SETTLING
from services.supervision.reading import case_of
from services.supervision.rules import SupervisionRules

ACTOR = "processor:supervision"
BATCH_MAX = 500
WHY = "所涉工单均已办结并回访"
_OPEN = "SELECT code FROM supervision_cases WHERE stage = 'open' AND code > ? ORDER BY code LIMIT ?"
_SETTLED = (
    "SELECT code FROM supervision_cases WHERE stage = 'open' AND code > ? AND code <= ?"
    f" AND reason IN ('{SETTLING[0]}', '{SETTLING[1]}') AND tickets > 0 AND NOT EXISTS (SELECT 1"
    " FROM supervision_case_tickets LEFT JOIN supervised_tickets"
    " ON supervised_tickets.ticket_id = supervision_case_tickets.ticket_id"
    " WHERE supervision_case_tickets.code = supervision_cases.code"
    " AND COALESCE(supervised_tickets.stage, 'open') NOT IN ('settled', 'merged')) ORDER BY code"
)
_MERGED = (
    "SELECT ticket_id FROM supervision_case_tickets JOIN supervised_tickets USING (ticket_id)"
    " WHERE code = ? AND supervised_tickets.stage = 'merged'"
)
_DONE = (
    "SELECT ticket_id FROM supervised_tickets WHERE stage = 'settled' AND ticket_id IN ({marks})"
)


class Settler:
    """Looks at BATCH_MAX open cases a tick, and goes on after them at the next."""

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
        self._after = ""

    def tick(self, now: datetime) -> int:
        codes = [row[0] for row in self._log.query(_OPEN, (self._after, BATCH_MAX))]
        after, self._after = self._after, codes[-1] if len(codes) == BATCH_MAX else ""
        if not codes or not self._settled(after, codes[-1]):
            return 0
        return len(self._book.write(lambda: self._facts(after, codes[-1], now)).facts)

    def _facts(self, after: str, upto: str, now: datetime) -> list[CaseFact]:
        rules = self._rules().reply_rules()
        facts: list[CaseFact] = []
        for code in self._settled(after, upto):
            command = k.CaseCommand(
                code=code,
                actor=ACTOR,
                cause=f"case:{code}",
                now=now,
                deed=k.Settle(WHY),
                rules=rules,
            )
            facts += decide_case(command, case_of(self._log, code))
        return facts

    def _settled(self, after: str, upto: str) -> list[str]:
        codes = [row[0] for row in self._log.query(_SETTLED, (after, upto))]
        return [code for code in codes if self._ends_are_settled(code)]

    def _ends_are_settled(self, code: str) -> bool:
        """Whether whatever its merged tickets follow, straight or over others, is settled. Where
        that cannot be read it is not, and holds up no other."""
        merged = [row[0] for row in self._log.query(_MERGED, (code,))]
        try:
            ids = sorted({primary_of(one, self._ticket).ticket_id for one in merged})
        except Undecodable:
            return False
        parts = in_parts(_DONE, ids)
        return sum(len(self._log.query(part, some)) for part, some in parts) == len(ids)

    def _ticket(self, ticket_id: str) -> Ticket:
        return self._tickets([ticket_id])[ticket_id]
