"""Rungs of the ladder are told: one list for each addressee and part of a working day."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.domain.event_base import Clock
from services.domain.supervision_events import AddresseeTold
from services.domain.supervision_values import FAMILY, LINES_MAX, ToldLine
from services.platform.event_log import EventLog
from services.platform.stored_time import stored
from services.supervision.addressing import Addressee, Units, addressee_of
from services.supervision.book import Book
from services.supervision.parts import Part, part_of
from services.supervision.rules import SupervisionRules

ACTOR = "processor:supervision"
BATCH_MAX = 1_000
_ANY = "SELECT 1 FROM supervision_rungs WHERE at <= ? LIMIT 1"
_RUNGS = (
    "SELECT ticket_id, version, unit, clock, due_at, level, measure, addressee"
    " FROM supervision_rungs WHERE at <= ? AND NOT EXISTS (SELECT 1 FROM supervised_tickets"
    " WHERE supervised_tickets.ticket_id = supervision_rungs.ticket_id"
    " AND supervised_tickets.stage = 'merged') ORDER BY at, ticket_id, version LIMIT ?"
)


class Rung(NamedTuple):
    ticket_id: str
    version: int
    unit: str
    clock: Clock
    due_at: str
    level: int
    measure: str
    addressee: str


def tell(
    log: EventLog,
    book: Book,
    rules: Callable[[], SupervisionRules],
    units: Callable[[], Units],
    now: datetime,
) -> int:
    """How many lists. Told in a part is what was reached before it began, so that a list does not
    depend on how often somebody looks."""
    if not log.query(_ANY, (stored(now),)):
        return 0
    all_rules = rules()
    part = part_of(now, all_rules)
    if part is None or not log.query(_ANY, (stored(part.since),)):
        return 0
    directory = units()

    def decide() -> list[AddresseeTold]:
        rows = log.query(_RUNGS, (stored(part.since), BATCH_MAX))
        return lists([Rung(*row) for row in rows], part, all_rules, directory, now)

    return len(book.write(decide).facts)


def lists(
    rungs: Sequence[Rung], part: Part, rules: SupervisionRules, units: Units, now: datetime
) -> list[AddresseeTold]:
    """Pure. In the order of addressees, each with its lines in the order of the rungs."""
    telling = rules.policy.telling
    found: dict[tuple[str, str], tuple[Addressee, list[ToldLine]]] = {}
    for rung in rungs:
        role = telling.role_of(rung.addressee)
        to = addressee_of(rung.unit, role, telling.office, units)
        found.setdefault((to.code, to.role), (to, []))[1].append(_line(rung))
    return [
        fact
        for to, lines in found.values()
        for fact in _facts(to, lines, part, rules.policy.version, now)
    ]


def _facts(
    to: Addressee, lines: Sequence[ToldLine], part: Part, policy_version: str, now: datetime
) -> Iterable[AddresseeTold]:
    for start in range(0, len(lines), LINES_MAX):
        yield AddresseeTold(
            stream_id=f"{FAMILY}:told-{part.day}",
            actor=ACTOR,
            cause=f"clock:{part.day}T{part.at:%H:%M}",
            occurred_at=now,
            recorded_at=now,
            on=part.day,
            addressee=to.code,
            role=to.role,
            part=f"{part.at:%H:%M}",
            lines=tuple(lines[start : start + LINES_MAX]),
            explanation=to.explanation,
            directory_version=to.directory_version,
            policy_version=policy_version,
        )


def _line(rung: Rung) -> ToldLine:
    return ToldLine.model_validate(
        {
            "ticket_id": rung.ticket_id,
            "ticket_version": rung.version,
            "unit": rung.unit,
            "clock": rung.clock,
            "due_at": rung.due_at,
            "level": rung.level,
            "measure": rung.measure,
        }
    )
