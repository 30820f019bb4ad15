"""History through a draft directory or model: which tickets would go elsewhere. Never writes.

Each opened ticket is asked of the draft as the router would ask it, on one day: `on`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from services.console.system import System
from services.console.what_if_facts import Opened, OpenedFact, Resolved, known_facts
from services.router.classifier.guess import Classifier
from services.router.directory import (
    Directory,
    Route,
    RouteQuery,
    Triage,
    find_route,
    guess_where_needed,
)
from services.router.directory.duties import find_duty

TRIAGE = "triage"


class Answer(NamedTuple):
    """unit: a lead, or TRIAGE, then with its reason. gap: item and area whose duty nobody has, only
    the fallback."""

    unit: str
    why: str
    gap: tuple[str, str] | None = None
    reason: str | None = None


@dataclass(slots=True)
class Case:
    """One ticket: what the draft says, where it went first, and who resolved it last."""

    draft: Answer
    first: str | None = None
    resolved_by: str | None = None


class Elsewhere(NamedTuple):
    ticket_id: str
    start: str
    end: str
    why: str


@dataclass(slots=True)
class WhatIf:
    """tickets: those that were dispatched at all. right_*: of the resolved ones, those whose first
    unit was the one that resolved them; dispatched_*: of the resolved, those given to a unit.
    reasons: why the draft would ask a person."""

    tickets: int = 0
    elsewhere: list[Elsewhere] = field(default_factory=list)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    load_before: Counter[str] = field(default_factory=Counter)
    load_after: Counter[str] = field(default_factory=Counter)
    gaps: Counter[tuple[str, str]] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    resolved: int = 0
    dispatched_before: int = 0
    dispatched_after: int = 0
    right_before: int = 0
    right_after: int = 0


def what_if(
    system: System,
    draft: Directory,
    on: date,
    since: date | None = None,
    until: date | None = None,
    classifier: Classifier | None = None,
) -> WhatIf:
    """since, until: local days of opening, both included. classifier: the model that the draft is
    asked with, None for aliases alone. Raises Outage."""
    asking = _Asking(system, draft, on, classifier)
    cases: dict[str, Case] = {}
    for chunk in known_facts(system.log):
        opened = [one for one in chunk if isinstance(one, OpenedFact)]
        wanted = [one for one in opened if _is_within(asking.local_date(one.event), since, until)]
        for one, answer in zip(wanted, asking.answers(wanted), strict=True):
            cases[one.event.ticket_id] = Case(answer)
        for fact in chunk:
            if isinstance(fact, OpenedFact) or (case := cases.get(fact.ticket_id)) is None:
                continue
            if isinstance(fact, Resolved):
                case.resolved_by = fact.unit
            elif case.first is None:
                case.first = fact.lead or TRIAGE
    return _summed(cases)


def _is_within(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or since <= day) and (until is None or day <= until)


class _Asking:
    """Residents' words are opened only where the item or the place does not say enough."""

    def __init__(
        self, system: System, draft: Directory, on: date, classifier: Classifier | None
    ) -> None:
        self._keyring = system.keyring
        self._calendar = system.rules().calendar
        self._draft = draft
        self._current = system.directory
        self._on = on
        self._classifier = classifier
        self._known: dict[tuple[str, str], Answer] = {}

    def local_date(self, event: Opened) -> date:
        return self._calendar.local_date(event.occurred_at)

    def answers(self, opened: Sequence[OpenedFact]) -> list[Answer]:
        """One each. The keys and the model are asked once for all that they are needed for."""
        unsaid = [one for one in opened if not self._is_said(one.event)]
        self._keyring.expect([one.event.resident for one in unsaid])
        queries = [self._query(one) for one in unsaid]
        guesses = guess_where_needed(self._draft, self._classifier, queries)
        asked = (
            self._told(find_route(self._draft, query, self._classifier, guess))
            for query, guess in zip(queries, guesses, strict=True)
        )
        return [self._by_codes(one) if self._is_said(one.event) else next(asked) for one in opened]

    def _is_said(self, event: Opened) -> bool:
        """Whether item and area alone decide."""
        draft = self._draft
        area = event.area or ""
        return (event.item or "") in draft.items and area in draft.areas and area != draft.city

    def _by_codes(self, opened: OpenedFact) -> Answer:
        item, area = opened.event.item or "", opened.event.area or ""
        if (item, area) not in self._known:
            query = RouteQuery(item=item, title="", text="", area=area, address=None, on=self._on)
            self._known[item, area] = self._told(find_route(self._draft, query))
        return self._known[item, area]

    def _query(self, opened: OpenedFact) -> RouteQuery:
        event = opened.event
        return RouteQuery(
            item=event.item,
            title=opened.words(self._keyring, "title") or "",
            text=opened.words(self._keyring, "text") or "",
            area=event.area,
            address=opened.words(self._keyring, "address"),
            on=self._on,
        )

    def _told(self, found: Route | Triage) -> Answer:
        if not isinstance(found, Route):
            return Answer(TRIAGE, found.explanation, reason=found.reason)
        place = found.item, found.area or self._draft.city
        return Answer(found.lead, found.explanation, place if self._is_new_gap(*place) else None)

    def _is_new_gap(self, item: str, area: str) -> bool:
        """Nobody's in the draft, and somebody's today."""
        if find_duty(self._draft, item, area, self._on) is not None:
            return False
        current = self._current
        known = item in current.items and area in current.areas
        return not known or find_duty(current, item, area, self._on) is not None


def _summed(cases: dict[str, Case]) -> WhatIf:
    sums = WhatIf()
    for ticket_id, case in cases.items():
        if case.first is None:
            continue  # merged, declined or answered before anybody dispatched it
        before, after = case.first, case.draft.unit
        sums.tickets += 1
        sums.load_before[before] += 1
        sums.load_after[after] += 1
        if case.draft.reason is not None:
            sums.reasons[case.draft.reason] += 1
        if case.draft.gap is not None:
            sums.gaps[case.draft.gap] += 1
        if before != after:
            sums.moves[before, after] += 1
            sums.elsewhere.append(Elsewhere(ticket_id, before, after, case.draft.why))
        if case.resolved_by is not None:
            sums.resolved += 1
            sums.dispatched_before += before != TRIAGE
            sums.dispatched_after += after != TRIAGE
            sums.right_before += before == case.resolved_by
            sums.right_after += after == case.resolved_by
    return sums
