"""One ticket's way from dispatch to resolution, folded out of its facts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from services.domain import events as e
from services.domain.events_returns import TicketReturnDecided

BY_A_PERSON = frozenset({"person", "consultation"})
LOOKED_AT = frozenset(
    kind.model_fields["type"].default
    for kind in (
        e.TicketRouted,
        e.TicketSentToTriage,
        e.TicketReturned,
        TicketReturnDecided,
        e.TicketResolved,
        e.TicketReopened,
    )
)


class Attempt(NamedTuple):
    lead: str
    item: str | None
    area: str | None
    method: str
    explanation: str
    directory_version: str

    @property
    def by_a_person(self) -> bool:
        return self.method in BY_A_PERSON


@dataclass(slots=True)
class DispatchCase:
    """returned_by: units whose return was not refused. offered: what triage was offered before the
    first routing. resolver: the unit that resolved it last, None while nobody has."""

    ticket_id: str
    attempts: list[Attempt] = field(default_factory=list)
    returned_by: list[str] = field(default_factory=list)
    offered: tuple[e.Candidate, ...] = ()
    resolver: str | None = None

    def see(self, event: e.TicketEvent) -> None:
        match event:
            case e.TicketRouted():
                self.attempts.append(
                    Attempt(
                        event.lead,
                        event.item,
                        event.area,
                        event.method,
                        event.explanation,
                        event.directory_version,
                    )
                )
            case e.TicketSentToTriage() if not self.attempts:
                self.offered = event.candidates
            case e.TicketReturned():
                self.returned_by.append(event.unit)
            case TicketReturnDecided(decision="refused") if event.returned_unit in self.returned_by:
                self.returned_by.remove(event.returned_unit)
            case e.TicketResolved():
                self.resolver = event.unit
            case e.TicketReopened():
                self.resolver = None
            case _:
                pass

    @property
    def settled(self) -> Attempt | None:
        """The routing that led to the resolution, if there was one."""
        return self.attempts[-1] if self.resolver and self.attempts else None


def cases_of(events: Iterable[e.TicketEvent]) -> list[DispatchCase]:
    """In the order of the tickets' first facts."""
    cases: dict[str, DispatchCase] = {}
    for event in events:
        case = cases.get(event.ticket_id)
        if case is None:
            case = cases[event.ticket_id] = DispatchCase(event.ticket_id)
        case.see(event)
    return list(cases.values())
