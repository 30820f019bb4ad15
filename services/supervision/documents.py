"""Supervision as JSON, for the command line and HTTP alike. Times are UTC, days the city's."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from services.domain.personal import associated_data
from services.domain.supervision_case import Case, fold_case
from services.domain.supervision_events import CaseReplied
from services.domain.supervision_union import CaseFact
from services.platform.keys import Keyring
from services.platform.stored_time import stored
from services.supervision.reading import CardRow, CaseRow, ToldRow

Json = dict[str, Any]
Named = Callable[[str], str]


def case_line(row: CaseRow, now: datetime, named: Named) -> Json:
    """One line of a list. standing: waits for whom, and whether it is late."""
    return {
        **row._asdict(),
        "unit_name": named(row.unit),
        "replied": bool(row.replied),
        "missed": bool(row.missed),
        "standing": standing(row, now),
    }


def standing(row: CaseRow, now: datetime) -> str:
    if row.stage == "closed":
        return "closed"
    if row.replied:
        return "to_review"
    return "overdue" if row.due_at < stored(now) else "to_reply"


def case_document(facts: Sequence[tuple[int, CaseFact]], keyring: Keyring, named: Named) -> Json:
    """All of a case: as it stands, and its history with the replies opened."""
    case = fold_case(fact for _, fact in facts)
    return {
        **_state(case, named),
        "history": [
            _entry(at, version, fact, keyring) for version, (at, fact) in enumerate(facts, start=1)
        ],
    }


def _state(case: Case, named: Named) -> Json:
    opening = case.opening
    said = opening.model_dump(mode="json", exclude_none=True) if opening else {}
    kept = ("reason", "why", "basis", "tickets", "reference", "clock", "promised_at", "actor")
    return {
        "code": case.code,
        "version": case.version,
        "stage": case.stage,
        "unit": case.unit,
        "unit_name": named(case.unit),
        **{name: said[name] for name in kept if name in said},
        "due_at": case.due_at and stored(case.due_at),
        "round": case.round,
        "reply_waits": bool(case.replied_by),
        "missed": case.missed_ever,
        "level": case.level,
        "extensions": case.extensions,
        "outcome": case.outcome,
    }


def _entry(position: int, version: int, fact: CaseFact, keyring: Keyring) -> Json:
    shown = fact.model_dump(mode="json", exclude_none=True, exclude={"reply"})
    document: Json = {"position": position, "version": version, **shown}
    if isinstance(fact, CaseReplied):
        document["reply"] = opened_reply(fact, version, keyring)
    return document


def opened_reply(fact: CaseReplied, version: int, keyring: Keyring) -> str | None:
    """None: whoever it was sealed for was erased. Raises SealBroken."""
    return keyring.open(fact.reply, associated_data(fact.stream_id, version, fact.type, "reply"))


def card_documents(rows: Iterable[CardRow], named: Named) -> list[Json]:
    return [{**row._asdict(), "unit_name": named(row.unit)} for row in rows]


def told_documents(rows: Iterable[ToldRow], named: Named) -> list[Json]:
    return [
        {**row._asdict(), "addressee_name": named(row.addressee), "unit_name": named(row.unit)}
        for row in rows
    ]
