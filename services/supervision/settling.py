"""A case ends by itself once all its tickets are resolved and evaluated."""

from collections.abc import Callable
from datetime import datetime

from services.domain import supervision_commands as k
from services.domain.supervision_decide import decide_case
from services.domain.supervision_union import CaseFact
from services.platform.event_log import EventLog
from services.supervision.book import Book
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
    " AND COALESCE(supervised_tickets.stage, 'open') <> 'settled') ORDER BY code"
)


class Settler:
    """Looks at BATCH_MAX open cases a tick, and goes on after them at the next."""

    def __init__(self, log: EventLog, book: Book, rules: Callable[[], SupervisionRules]) -> None:
        self._log = log
        self._book = book
        self._rules = rules
        self._after = ""

    def tick(self, now: datetime) -> int:
        codes = [row[0] for row in self._log.query(_OPEN, (self._after, BATCH_MAX))]
        after, self._after = self._after, codes[-1] if len(codes) == BATCH_MAX else ""
        if not codes or not self._log.query(_SETTLED, (after, codes[-1])):
            return 0
        return len(self._book.write(lambda: self._facts(after, codes[-1], now)).facts)

    def _facts(self, after: str, upto: str, now: datetime) -> list[CaseFact]:
        rules = self._rules().reply_rules()
        facts: list[CaseFact] = []
        for (code,) in self._log.query(_SETTLED, (after, upto)):
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
