"""The duty to reply: warned, missed, told higher up, as time passes."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from services.domain import supervision_commands as k
from services.domain.supervision_case import Case, fold_case
from services.domain.supervision_decide import decide_case
from services.domain.supervision_union import CaseFact
from services.platform.event_log import EventLog
from services.platform.stored_time import stored
from services.supervision.addressing import Units, addressee_of
from services.supervision.book import Book
from services.supervision.fact_rows import FIRST_RUNG, WARNING
from services.supervision.policy_values import ReplyStep
from services.supervision.reading import case_of
from services.supervision.rules import SupervisionRules

ACTOR = "processor:supervision"
BATCH_MAX = 200
_DUE = (
    "SELECT code, due_at, step FROM supervision_cases"
    " WHERE next_at IS NOT NULL AND next_at <= ? ORDER BY next_at, code LIMIT ?"
)


class DueReply(NamedTuple):
    code: str
    due_at: datetime
    step: int


def tick_replies(
    log: EventLog,
    book: Book,
    rules: Callable[[], SupervisionRules],
    units: Callable[[], Units],
    now: datetime,
) -> int:
    """How many facts. A warning that comes after the date is left out; at the very moment of the
    date nothing is missed yet."""
    if not _due(log, now):
        return 0
    directory, all_rules = units(), rules()

    def decide() -> list[CaseFact]:
        facts: list[CaseFact] = []
        for due in _due(log, now):
            facts += _facts(due, case_of(log, due.code), all_rules, directory, now)
        return facts

    return len(book.write(decide).facts)


def _due(log: EventLog, now: datetime) -> list[DueReply]:
    rows = log.query(_DUE, (stored(now), BATCH_MAX))
    return [DueReply(code, datetime.fromisoformat(at), step) for code, at, step in rows]


def _facts(
    due: DueReply, case: Case, rules: SupervisionRules, units: Units, now: datetime
) -> Sequence[CaseFact]:
    found: list[CaseFact] = []
    for deed in _deeds(due, case, rules, units, now):
        command = k.CaseCommand(
            code=due.code,
            actor=ACTOR,
            cause=f"clock:{stored(due.due_at)}",
            now=now,
            deed=deed,
            rules=rules.reply_rules(),
        )
        new = decide_case(command, case)
        case = fold_case(new, case)
        found += new
    return found


def _deeds(
    due: DueReply, case: Case, rules: SupervisionRules, units: Units, now: datetime
) -> Iterable[k.AnyCaseDeed]:
    ladder = rules.policy.reply.ladder
    if due.step >= FIRST_RUNG:
        rung = due.step - FIRST_RUNG
        yield from _escalations(due, case, ladder[rung : rung + 1], rules, units)
    elif now > due.due_at:
        yield k.MissReply(due.due_at)
        at_once = [step for step in ladder if step.after == 0]
        yield from _escalations(due, case, at_once, rules, units)
    elif due.step == WARNING:
        yield k.WarnReply(due.due_at)


def _escalations(
    due: DueReply, case: Case, steps: Sequence[ReplyStep], rules: SupervisionRules, units: Units
) -> Iterable[k.EscalateReply]:
    for step in steps:
        to = addressee_of(case.unit, step.role, rules.policy.telling.office, units)
        yield k.EscalateReply(
            due_at=due.due_at,
            level=step.level,
            role=to.role,
            addressee=to.code,
            explanation=to.explanation,
            directory_version=to.directory_version,
        )
