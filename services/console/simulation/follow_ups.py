"""What follows from what happened: facts in, timed deeds out. The log is all it needs to know."""

from collections.abc import Sequence

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
from services.platform.processor import Fact

OF_CLOCKS = (c.DeadlineSet, c.DeadlineMet, c.DeadlineWarned, c.DeadlineMissed, c.TicketEscalated)


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
        if isinstance(event, OF_CLOCKS):  # nearly half of all facts, and nothing follows from them
            return ()
        life = self._lives.get(event.ticket_id)
        if life is None:
            return ()
        life = self._lives[event.ticket_id] = lived(life, event)
        following = next_steps(self._city, life, event)
        if is_over(event) and not following:
            del self._lives[event.ticket_id]
        return following

    def _begin(self, life: Life) -> None:
        self._lives[life.ticket_id] = life
        if life.origin is not None:
            self.sown.note(life.origin.number, life.origin.day, life.ticket_id)


def is_over(event: e.TicketEvent) -> bool:
    return isinstance(event, e.TicketClosed | e.TicketMerged | e.TicketLookedBack)


def next_steps(city: Planner, life: Life, event: e.TicketEvent) -> Sequence[Timed]:
    """Pure: the same life and event are followed by the same deeds."""
    since = event.occurred_at
    match event:
        case e.TicketSentToTriage():
            return [*dispatched(city, life, since), *merged(city, life, since)]
        case e.TicketRouted():
            return [*received(city, life, since), *merged(city, life, since)]
        case e.TicketAccepted():
            return worked(city, life, since)
        case e.TicketReopened():
            again = worked if life.lead else dispatched
            return again(city, life, since)
        case e.TicketResolved():
            return called(city, life, since)
        case e.TicketAnsweredAtOnce():
            asked = city.chance(life.key, "asked").random() < 0.3
            return called(city, life, since) if asked else put_away(city, life, since, "answered")
        case e.TicketDeclined():
            return put_away(city, life, since, "declined")
        case e.TicketEvaluated():
            return after_call(city, life, since, event)
        case e.TicketClosed():
            return [*looked_back(city, life, since), *told_again(city, life, since)]
        case e.TicketLookedBack() if not event.holds:
            return recurred(city, life, since)
        case _:
            return ()
