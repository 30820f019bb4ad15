"""One return, with what led to it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from services.domain import events as e
from services.domain.return_state import Returning
from services.domain.ticket import Ticket
from services.domain.ticket_evolve import fold
from services.platform.event_log import EventLog
from services.platform.processor import decode_all
from services.platform.tail import Fact

Past = Callable[[str, int], Sequence[Fact]]


class ReturnCase(NamedTuple):
    """ticket: as it is just after the return. routed: the routing that was returned."""

    ticket: Ticket
    returning: Returning
    opened: Fact
    routed: e.TicketRouted

    @property
    def number(self) -> int:
        """Which return of the ticket it is, from 1."""
        return len(self.ticket.returns)

    @property
    def returned_by(self) -> frozenset[str]:
        return frozenset(unit for unit, _ in self.ticket.returns)


def past_of(log: EventLog, ticket_id: str, version: int) -> Sequence[Fact]:
    """A ticket's facts up to a version, which never change: whoever asks again gets the same."""
    facts, _ = decode_all(log.read_stream(ticket_id))
    return [fact for fact in facts if fact.version <= version]


def case_of(past: Sequence[Fact]) -> ReturnCase | None:
    """None if the log does not hold how it came to the return."""
    ticket = fold(fact.event for fact in past)
    opened = next((fact for fact in past if isinstance(fact.event, e.TicketOpened)), None)
    routings = [fact.event for fact in past if isinstance(fact.event, e.TicketRouted)]
    if opened is None or not routings or ticket.returning is None:
        return None
    return ReturnCase(ticket, ticket.returning, opened, routings[-1])
