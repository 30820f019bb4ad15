"""History through a draft directory: which tickets would go elsewhere. Reads, and never writes.

Each opened ticket is asked of the draft as the router would ask it, on one day: `on`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from services.console.system import System
from services.domain import events as e
from services.domain.codec import Undecodable, decode
from services.platform.words import open_words
from services.router.directory import Directory, Route, RouteQuery, Triage, find_route
from services.router.directory.duties import find_duty

READ_MAX = 2_000
TRIAGE = "triage"
LOOKED_AT = frozenset(
    kind.model_fields["type"].default
    for kind in (e.TicketOpened, e.TicketRouted, e.TicketSentToTriage, e.TicketResolved)
)


class Answer(NamedTuple):
    """unit: a lead, or TRIAGE. is_gap: nobody has the duty, only the fallback."""

    unit: str
    why: str
    gap: tuple[str, str] | None = None


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
    unit was the one that resolved them; dispatched_*: of the resolved, those given to a unit."""

    tickets: int = 0
    elsewhere: list[Elsewhere] = field(default_factory=list)
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    load_before: Counter[str] = field(default_factory=Counter)
    load_after: Counter[str] = field(default_factory=Counter)
    gaps: Counter[tuple[str, str]] = field(default_factory=Counter)
    resolved: int = 0
    dispatched_before: int = 0
    dispatched_after: int = 0
    right_before: int = 0
    right_after: int = 0


def what_if(
    system: System, draft: Directory, on: date, since: date | None = None, until: date | None = None
) -> WhatIf:
    """since, until: local days of opening, both included. Raises Outage."""
    current = system.directory
    asking = _Asking(system, draft, current, on)
    cases: dict[str, Case] = {}
    for version, event in _facts(system):
        if isinstance(event, e.TicketOpened):
            day = asking.local_date(event)
            if (since is None or since <= day) and (until is None or day <= until):
                cases[event.ticket_id] = Case(asking.answer(event, version))
            continue
        case = cases.get(event.ticket_id)
        if case is None:
            continue
        if isinstance(event, e.TicketResolved):
            case.resolved_by = event.unit
        elif case.first is None:
            case.first = event.lead if isinstance(event, e.TicketRouted) else TRIAGE
    return _summed(cases)


def _facts(
    system: System,
) -> Iterator[
    tuple[int, e.TicketOpened | e.TicketRouted | e.TicketSentToTriage | e.TicketResolved]
]:
    """Up to the head of the log as it is now. What nobody can read is passed over."""
    head, position = system.log.head(), 0
    while chunk := system.log.read_all(position, READ_MAX, head):
        position = chunk[-1].position
        for one in chunk:
            if one.type not in LOOKED_AT:
                continue
            try:
                event: Any = decode(one.type, one.data)
            except Undecodable:
                continue
            yield one.version, event


class _Asking:
    """Residents' words are opened only where the item or the place does not say enough."""

    def __init__(self, system: System, draft: Directory, current: Directory, on: date) -> None:
        self._keyring = system.keyring
        self._calendar = system.rules().calendar
        self._draft = draft
        self._current = current
        self._on = on
        self._known: dict[tuple[str, str], Answer] = {}

    def local_date(self, event: e.TicketOpened) -> date:
        return self._calendar.local_date(event.occurred_at)

    def answer(self, event: e.TicketOpened, version: int) -> Answer:
        draft = self._draft
        item, area = event.item or "", event.area or ""
        if item not in draft.items or area not in draft.areas or area == draft.city:
            return self._asked(event, version)
        if (item, area) not in self._known:
            query = RouteQuery(item=item, title="", text="", area=area, address=None, on=self._on)
            self._known[item, area] = self._told(find_route(draft, query))
        return self._known[item, area]

    def _asked(self, event: e.TicketOpened, version: int) -> Answer:
        def words(name: str) -> str | None:
            return open_words(self._keyring, event, version, name)

        query = RouteQuery(
            item=event.item,
            title=words("title") or "",
            text=words("text") or "",
            area=event.area,
            address=words("address"),
            on=self._on,
        )
        return self._told(find_route(self._draft, query))

    def _told(self, found: Route | Triage) -> Answer:
        if not isinstance(found, Route):
            return Answer(TRIAGE, found.explanation)
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
