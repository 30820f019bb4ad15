"""办: what units do with tickets: accept, return, work, ask, pause, and resolve, mostly in time."""

from datetime import datetime
from random import Random

from services.console.simulation import phrases
from services.console.simulation.deeds import Step, deeds
from services.console.simulation.driver import Timed
from services.console.simulation.habits import habits_of
from services.console.simulation.life import Life
from services.console.simulation.planner import Planner
from services.console.simulation.returning import given_back
from services.console.simulation.working_hours import office_hours_after
from services.domain import commands as c

PAUSE_REASONS = ("waiting_for_resident", "waiting_for_parts", "weather", "waiting_for_decision")
EXTENSION_REASONS = ("cross_department", "works_in_progress", "complex_matter")
SUPERVISORS = 4
# Of the lead's time: a unit that assists has little more than half of it.
HELPS, HELPS_LATE, HELPS_NEVER = (0.1, 0.5), (0.65, 0.95), 0.02


def received(city: Planner, life: Life, since: datetime) -> list[Timed]:
    """A routed ticket is accepted (签收), mostly within hours, or returned (退单)."""
    unit = life.lead or ""
    chance = city.chance(life.key, "receive", life.attempt, life.reopened)
    habits = habits_of(city, unit)
    draws = chance.random(), chance.random()
    returned = given_back(city, life, unit, since, chance) if draws[0] < habits.returns else None
    if returned is not None:
        step = returned
    else:
        late = draws[1] < habits.accepts_late
        hours = chance.uniform(19, 32) if late else chance.uniform(0.2, 5)
        moment = office_hours_after(city.calendar, since, hours)
        step = Step(moment, f"unit:{unit}", c.AcceptTicket, {"unit": unit})
    return deeds(life.ticket_id, life.cause("receive"), [step])


def worked(city: Planner, life: Life, since: datetime) -> list[Timed]:
    """Everything that a unit does from acceptance (or reopening) to resolution.

    A pause or an extension moves the deadline, so the work is planned around it.
    """
    unit = life.lead or ""
    chance = city.chance(life.key, "work", life.attempt, life.reopened)
    promised_from = since if life.reopened or life.routed_at is None else life.routed_at
    due = city.calendar.due_at(promised_from, life.urgency_days)
    draw = chance.random()
    if draw < 0.05:
        steps, since, due = _pause(city, unit, since, due, chance)
    elif draw < 0.14 and life.urgency_days >= 3:
        steps, since, due = _extension(city, unit, since, due, chance)
    else:
        steps = []
    end = _end(city, unit, since, due, chance)
    steps += _on_the_way(city, life, unit, since, end, chance)
    resolved: dict[str, object] = {"unit": unit, "reply": chance.choice(phrases.REPLIES)}
    steps.append(Step(end, f"unit:{unit}", c.ResolveTicket, resolved))
    return [*deeds(life.ticket_id, life.cause("work"), steps), *_helped(city, life, since, end)]


def _point(
    city: Planner, start: datetime, due: datetime, chance: Random, low: float, high: float
) -> datetime:
    """After this share of the working time that is left; soon, if none is left."""
    share = chance.uniform(low, high)
    if start >= due:
        return office_hours_after(city.calendar, start, 0.5 + 3 * share)
    return max(start, city.calendar.point_between(start, due, share))


def _end(city: Planner, unit: str, since: datetime, due: datetime, chance: Random) -> datetime:
    late = chance.random() < habits_of(city, unit).late
    hours = chance.uniform(1, 60) if chance.random() < 0.6 else chance.uniform(1, 16)
    if late:
        return office_hours_after(city.calendar, max(since, due), hours)
    return _point(city, since, due, chance, 0.1, 0.93)


def _pause(
    city: Planner, unit: str, since: datetime, due: datetime, chance: Random
) -> tuple[list[Step], datetime, datetime]:
    """The steps, when work goes on, and the deadline then."""
    begin = _point(city, since, due, chance, 0.1, 0.5)
    end = office_hours_after(city.calendar, begin, chance.uniform(6, 30))
    reason: dict[str, object] = {"reason": chance.choice(PAUSE_REASONS)}
    steps = [
        Step(begin, f"unit:{unit}", c.SuspendTicket, reason),
        Step(end, f"unit:{unit}", c.ResumeTicket, {}),
    ]
    return steps, end, city.calendar.shift(due, begin, end)


def _extension(
    city: Planner, unit: str, since: datetime, due: datetime, chance: Random
) -> tuple[list[Step], datetime, datetime]:
    """Asked for before the deadline, decided by a supervisor."""
    asked = _point(city, since, due, chance, 0.5, 0.75)
    decided = office_hours_after(city.calendar, asked, chance.uniform(0.5, 4))
    days, granted = chance.randint(1, 5), chance.random() < 0.7
    reason = chance.choice(EXTENSION_REASONS)
    request: dict[str, object] = {"unit": unit, "working_days": days, "reason": reason}
    decision = c.GrantExtension if granted else c.RefuseExtension
    supervisor = f"supervisor:{chance.randint(1, SUPERVISORS)}"
    steps = [
        Step(asked, f"unit:{unit}", c.RequestExtension, request),
        Step(decided, supervisor, decision, {}),
    ]
    return steps, decided, city.calendar.extend(due, days) if granted else due


def _on_the_way(
    city: Planner, life: Life, unit: str, since: datetime, end: datetime, chance: Random
) -> list[Step]:
    """Progress, help from another unit, a word more from the resident."""
    steps = []
    for _ in range(chance.choice((0, 1, 1, 2) if life.urgency_days > 1 else (0, 0, 1))):
        moment = _point(city, since, end, chance, 0.1, 0.8)
        note: dict[str, object] = {"unit": unit, "note": chance.choice(phrases.PROGRESS)}
        steps.append(Step(moment, f"unit:{unit}", c.ReportProgress, note))
    if chance.random() < 0.1 and life.area:
        steps += _assistance(city, life, unit, since, end, chance)
    if chance.random() < 0.04:
        moment = _point(city, since, end, chance, 0.05, 0.7)
        note = {"note": "补充：问题仍在，盼尽快处理。"}
        steps.append(Step(moment, f"channel:{life.channel}", c.SupplementTicket, note))
    return steps


def _helped(city: Planner, life: Life, since: datetime, end: datetime) -> list[Timed]:
    """协办: each unit named at dispatch does its share, mostly in the time that it has; a few leave
    it to the lead. What is reopened is the lead's alone."""
    timed: list[Timed] = []
    for helper in () if life.reopened else life.assisting:
        chance = city.chance(life.key, "help", helper, life.attempt)
        late = chance.random() < habits_of(city, helper).late
        moment = _point(city, since, end, chance, *(HELPS_LATE if late else HELPS))
        if chance.random() >= HELPS_NEVER:
            step = Step(moment, f"unit:{helper}", c.FinishAssistance, {"unit": helper})
            timed += deeds(life.ticket_id, life.cause(f"help-{helper}"), [step])
    return timed


def _assistance(
    city: Planner, life: Life, unit: str, since: datetime, end: datetime, chance: Random
) -> list[Step]:
    """协办: the place's own street or community helps."""
    helper = (life.area or "")[:9]
    if city.directory.unit(helper) is None or helper in {unit, *life.assisting}:
        return []
    asked = _point(city, since, end, chance, 0.05, 0.3)
    done = _point(city, asked, end, chance, 0.2, 0.8)
    fields: dict[str, object] = {"unit": helper}
    steps = [Step(asked, f"unit:{unit}", c.AskAssistance, fields)]
    if chance.random() < 0.9:
        steps.append(Step(done, f"unit:{helper}", c.FinishAssistance, fields))
    return steps
