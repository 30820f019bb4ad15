"""评: calls to residents (回访), reopening (重办), closing, and the look back (回头看)."""

from datetime import datetime
from random import Random

from services.console.simulation import phrases
from services.console.simulation.deeds import Step, deeds
from services.console.simulation.driver import Timed
from services.console.simulation.habits import habits_of
from services.console.simulation.life import Life
from services.console.simulation.planner import Planner
from services.console.simulation.working_hours import desk_hours_after
from services.domain import commands as c
from services.domain.evaluation_evolve import disagrees
from services.domain.event_base import Satisfaction
from services.domain.events_evaluation import TicketEvaluated

CALLERS = 5
CALLS_MAX = 3
REOPENED_MAX = 2
REACHED_SHARE = 0.82
LOOK_BACK_SHARE = 0.2
HOLDS_SHARE = 0.88


def called(city: Planner, life: Life, since: datetime) -> list[Timed]:
    """One to two days after the answer; once more if nobody answered the telephone."""
    chance = city.chance(life.key, "call", life.attempt, life.reopened, life.calls)
    moment = desk_hours_after(city.calendar, since, chance.uniform(6, 26))
    actor = f"caller:{chance.randint(1, CALLERS)}"
    if chance.random() > REACHED_SHARE:
        step = Step(moment, actor, c.EvaluateTicket, {"reached": False})
    else:
        step = Step(moment, actor, c.EvaluateTicket, _verdict(city, life, chance))
    return deeds(life.ticket_id, life.cause("call"), [step])


def _verdict(city: Planner, life: Life, chance: Random) -> dict[str, object]:
    content = habits_of(city, life.lead).content if life.lead else 0.92
    draw = chance.random()
    said: Satisfaction = "dissatisfied"
    if draw < content:
        said = "satisfied"
    elif draw < content + (1 - content) * 0.45:
        said = "fairly"
    fields: dict[str, object] = {
        "reached": True,
        "responded": chance.random() < 0.98,
        "solved": said == "satisfied" or chance.random() < (0.8 if said == "fairly" else 0.25),
        "satisfaction": said,
    }
    if chance.random() < 0.4:
        fields["comment"] = chance.choice(phrases.COMMENTS[said])
    return fields


def after_call(city: Planner, life: Life, since: datetime, event: TicketEvaluated) -> list[Timed]:
    """Called again, reopened, or closed; [] if the centre's rule reopens it by itself."""
    reached, solved = event.reached, event.solved
    if not reached and life.calls < CALLS_MAX:
        return called(city, life, since)
    if reached and not life.reopened and disagrees(solved, event.satisfaction):
        return []
    chance = city.chance(life.key, "after", life.attempt, life.reopened, life.calls)
    moment = desk_hours_after(city.calendar, since, chance.uniform(0.3, 14))
    actor = f"caller:{chance.randint(1, CALLERS)}"
    again = reached and not solved and life.reopened < REOPENED_MAX and chance.random() < 0.85
    if again:
        step = Step(moment, actor, c.ReopenTicket, {"reason": "not_solved"})
    else:
        reason = "evaluated" if reached else "not_reached"
        step = Step(moment, actor, c.CloseTicket, {"reason": reason})
    return deeds(life.ticket_id, life.cause("after"), [step])


def put_away(city: Planner, life: Life, since: datetime, reason: str) -> list[Timed]:
    """A ticket that needs no call is closed after some days."""
    chance = city.chance(life.key, "put away", life.reopened)
    moment = desk_hours_after(city.calendar, since, chance.uniform(14, 40))
    step = Step(moment, "dispatcher:1", c.CloseTicket, {"reason": reason})
    return deeds(life.ticket_id, life.cause("close"), [step])


def looked_back(city: Planner, life: Life, since: datetime) -> list[Timed]:
    """A share of closed tickets is looked at again; [] if this one is not."""
    chance = city.chance(life.key, "look back", life.reopened)
    if life.lead is None or life.reopened or chance.random() > LOOK_BACK_SHARE:
        return []
    moment = desk_hours_after(city.calendar, since, chance.uniform(40, 120))
    holds = chance.random() < HOLDS_SHARE
    step = Step(moment, f"supervisor:{chance.randint(1, 4)}", c.LookBack, {"holds": holds})
    return deeds(life.ticket_id, life.cause("look"), [step])


def recurred(city: Planner, life: Life, since: datetime) -> list[Timed]:
    """What did not hold is done again."""
    moment = desk_hours_after(city.calendar, since, 1)
    step = Step(moment, "supervisor:1", c.ReopenTicket, {"reason": "recurred"})
    return deeds(life.ticket_id, life.cause("recur"), [step])
