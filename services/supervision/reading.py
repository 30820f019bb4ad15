"""Cases, tellings and cards out of the rows, and single ones out of the log."""

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from services.domain.city_events import decode_city
from services.domain.supervision_cards import Cards, cards_stream, fold_cards
from services.domain.supervision_case import Case, case_stream, fold_case
from services.domain.supervision_union import CARD_FACTS, CASE_FACTS, CaseFact
from services.platform.event_log import EventLog
from services.platform.many import in_parts

LIST_MAX = 1_000
Stage = Literal["open", "closed", ""]
CASE_COLUMNS = (
    "code, stage, reason, unit, why, reference, tickets, opened_at, opened_by, due_at, next_at,"
    " replied, missed, closed_at, outcome"
)
_CASES = (
    f"SELECT {CASE_COLUMNS} FROM supervision_cases WHERE {{which}} AND (? = '' OR unit = ?)"
    " ORDER BY stage DESC, due_at, code LIMIT ?"
)
# Written out, so that the index of the open ones is used.
_WHICH = {"open": "stage = 'open'", "closed": "stage = 'closed'", "": "1 = 1"}
_OF_TICKET = (
    f"SELECT {CASE_COLUMNS} FROM supervision_cases WHERE code IN"
    " (SELECT code FROM supervision_case_tickets WHERE ticket_id = ?) ORDER BY code"
)
_TICKETS_OF = (
    "SELECT code, ticket_id FROM supervision_case_tickets WHERE code IN ({marks})"
    " ORDER BY code, ticket_id"
)
_OPEN_CASE = (
    "SELECT code FROM supervision_case_tickets WHERE ticket_id = ? AND reason = ? AND is_open = 1"
)
_CARDS = (
    "SELECT unit, card, colour, rule, first_day, last_day, on_day, counted, explanation,"
    " policy_version, withdrawn_on, withdrawn_by, withdrawn_why FROM supervision_cards"
    " WHERE on_day >= ? AND on_day <= ? AND (? = '' OR unit = ?)"
    " ORDER BY on_day, unit, card LIMIT ?"
)
_TOLD = (
    "SELECT day, part, addressee, role, ticket_id, version, unit, clock, due_at, level, measure,"
    " explanation FROM supervision_told WHERE day >= ? AND day <= ?"
    " AND (? = '' OR addressee = ?) ORDER BY day, part, addressee, role, ticket_id, version LIMIT ?"
)
_TOLD_OF_TICKET = (
    "SELECT day, part, addressee, role, ticket_id, version, unit, clock, due_at, level, measure,"
    " explanation FROM supervision_told WHERE ticket_id = ? ORDER BY version"
)


class CaseRow(NamedTuple):
    code: str
    stage: str
    reason: str
    unit: str
    why: str
    reference: str | None
    tickets: int
    opened_at: str
    opened_by: str
    due_at: str
    next_at: str | None
    replied: int
    missed: int
    closed_at: str | None
    outcome: str | None


class CardRow(NamedTuple):
    unit: str
    card: str
    colour: str
    rule: str
    first_day: str
    last_day: str
    on_day: str
    counted: int
    explanation: str
    policy_version: str
    withdrawn_on: str | None
    withdrawn_by: str | None
    withdrawn_why: str | None


class ToldRow(NamedTuple):
    day: str
    part: str
    addressee: str
    role: str
    ticket_id: str
    version: int
    unit: str
    clock: str
    due_at: str
    level: int
    measure: str
    explanation: str


def cases(log: EventLog, stage: Stage = "", unit: str = "", limit: int = LIST_MAX) -> list[CaseRow]:
    """Open ones first, the earliest date first. Empty: any."""
    statement = _CASES.format(which=_WHICH[stage])
    return [CaseRow(*row) for row in log.query(statement, (unit, unit, limit))]


def cases_of_ticket(log: EventLog, ticket_id: str) -> list[CaseRow]:
    return [CaseRow(*row) for row in log.query(_OF_TICKET, (ticket_id,))]


def tickets_of_cases(log: EventLog, codes: Sequence[str]) -> dict[str, list[str]]:
    """The tickets of each, in their order; those without any are absent."""
    found: dict[str, list[str]] = {}
    for part, some in in_parts(_TICKETS_OF, list(codes)):
        for code, ticket_id in log.query(part, some):
            found.setdefault(code, []).append(ticket_id)
    return found


def open_case(log: EventLog, ticket_id: str, reason: str) -> str | None:
    """The code of the one open case of a ticket for a reason."""
    rows = log.query(_OPEN_CASE, (ticket_id, reason))
    return rows[0][0] if rows else None


def cards_between(
    log: EventLog, first: str, last: str, unit: str = "", limit: int = LIST_MAX
) -> list[CardRow]:
    """Issued on these local days, both included."""
    return [CardRow(*row) for row in log.query(_CARDS, (first, last, unit, unit, limit))]


def told_between(
    log: EventLog, first: str, last: str, addressee: str = "", limit: int = LIST_MAX
) -> list[ToldRow]:
    values = (first, last, addressee, addressee, limit)
    return [ToldRow(*row) for row in log.query(_TOLD, values)]


def told_of_ticket(log: EventLog, ticket_id: str) -> list[ToldRow]:
    return [ToldRow(*row) for row in log.query(_TOLD_OF_TICKET, (ticket_id,))]


def case_facts(log: EventLog, code: str) -> Sequence[tuple[int, CaseFact]]:
    """(position, fact) of one case, in order. Raises Undecodable."""
    found: list[tuple[int, Any]] = [
        (one.position, decode_city(one.type, one.data))
        for one in log.read_stream(case_stream(code))
    ]
    return [(at, fact) for at, fact in found if isinstance(fact, CASE_FACTS)]


def case_of(log: EventLog, code: str) -> Case:
    return fold_case(fact for _, fact in case_facts(log, code))


def cards_of(log: EventLog, unit: str, known: Cards = Cards()) -> Cards:  # noqa: B008
    """known: what they were when somebody last looked; only what came later is read."""
    recorded = log.read_stream(cards_stream(unit), known.version)
    facts = [decode_city(one.type, one.data) for one in recorded]
    return fold_cards((fact for fact in facts if isinstance(fact, CARD_FACTS)), known)
