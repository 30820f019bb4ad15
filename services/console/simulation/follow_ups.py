"""What follows from what happened: facts in, timed deeds out. The log is all it needs to know."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from services.console.simulation.dispatching import dispatched, merged
from services.console.simulation.driver import Timed
from services.console.simulation.evaluating import (
    after_call,
    called,
    looked_back,
    put_away,
    recurred,
)
from services.console.simulation.handling import received, worked
from services.console.simulation.life import Life, begun, lived
from services.console.simulation.planner import Planner
from services.console.simulation.rounds import told_again
from services.console.simulation.truth import Sown
from services.domain import events as e
from services.domain import events_clocks as c
from services.domain.event_base import Event
from services.platform.processor import Fact

OF_CLOCKS = frozenset(
    {c.DeadlineSet, c.DeadlineMet, c.DeadlineWarned, c.DeadlineMissed, c.TicketEscalated}
)


class FollowUps:
    """Remembers each ticket until nothing more is planned for it, and what of it was planted."""

    def __init__(self, city: Planner) -> None:
        self._city = city
        self.sown = Sown()
        self._lives: dict[str, Life] = {}

    def __call__(self, facts: Sequence[Fact]) -> list[Timed]:
        return [timed for fact in facts for timed in self._follow(fact.event)]

    def _follow(self, event: e.TicketEvent) -> Sequence[Timed]:
        if isinstance(event, e.TicketOpened):
            self._begin(begun(event))
            return ()
        if type(event) in OF_CLOCKS:  # nearly half of all facts, and nothing follows from them
            return ()
        life = self._lives.get(event.ticket_id)
        if life is None:
            return ()
        life = self._lives[event.ticket_id] = lived(life, event)
        following = next_steps(self._city, life, event)
        if not following and type(event) in _OVER:
            del self._lives[event.ticket_id]
        return following

    def _begin(self, life: Life) -> None:
        self._lives[life.ticket_id] = life
        if life.origin is not None:
            self.sown.note(life.origin.number, life.origin.day, life.ticket_id)


_OVER = frozenset({e.TicketClosed, e.TicketMerged, e.TicketLookedBack})


def next_steps(city: Planner, life: Life, event: e.TicketEvent) -> Sequence[Timed]:
    """Pure: the same life and event are followed by the same deeds."""
    handler = _FOLLOWED.get(type(event))
    return () if handler is None else handler(city, life, event.occurred_at, event)


def _triaged(
    city: Planner, life: Life, since: datetime, event: e.TicketSentToTriage
) -> Sequence[Timed]:
    return [*dispatched(city, life, since), *merged(city, life, since)]


def _routed(city: Planner, life: Life, since: datetime, event: e.TicketRouted) -> Sequence[Timed]:
    return [*received(city, life, since), *merged(city, life, since)]


def _accepted(
    city: Planner, life: Life, since: datetime, event: e.TicketAccepted
) -> Sequence[Timed]:
    return worked(city, life, since)


def _reopened(
    city: Planner, life: Life, since: datetime, event: e.TicketReopened
) -> Sequence[Timed]:
    again = worked if life.lead else dispatched
    return again(city, life, since)


def _resolved(
    city: Planner, life: Life, since: datetime, event: e.TicketResolved
) -> Sequence[Timed]:
    return called(city, life, since)


def _answered(
    city: Planner, life: Life, since: datetime, event: e.TicketAnsweredAtOnce
) -> Sequence[Timed]:
    asked = city.chance(life.key, "asked").random() < 0.3
    return called(city, life, since) if asked else put_away(city, life, since, "answered")


def _declined(
    city: Planner, life: Life, since: datetime, event: e.TicketDeclined
) -> Sequence[Timed]:
    return put_away(city, life, since, "declined")


def _closed(city: Planner, life: Life, since: datetime, event: e.TicketClosed) -> Sequence[Timed]:
    return [*looked_back(city, life, since), *told_again(city, life, since)]


def _looked_back(
    city: Planner, life: Life, since: datetime, event: e.TicketLookedBack
) -> Sequence[Timed]:
    return () if event.holds else recurred(city, life, since)


_Followed = Callable[[Planner, Life, datetime, Any], Sequence[Timed]]
_FOLLOWED: dict[type[Event], _Followed] = {
    e.TicketSentToTriage: _triaged,
    e.TicketRouted: _routed,
    e.TicketAccepted: _accepted,
    e.TicketReopened: _reopened,
    e.TicketResolved: _resolved,
    e.TicketAnsweredAtOnce: _answered,
    e.TicketDeclined: _declined,
    e.TicketEvaluated: after_call,
    e.TicketClosed: _closed,
    e.TicketLookedBack: _looked_back,
}
