"""复发: what was closed as done and comes back, in a planted city."""

from datetime import datetime, timedelta

from services.console.simulation.driver import Timed
from services.console.simulation.life import Life
from services.console.simulation.planner import Origin, Planner
from services.console.simulation.plants import number_of, serial_and_slot

GAP = (0.7, 1.3)  # of the plant's own


def told_again(city: Planner, life: Life, since: datetime) -> list[Timed]:
    """The next round of a recurring problem, once, after the first closure of the one before."""
    plant = city.plant(life.origin) if life.origin else None
    if life.origin is None or plant is None or plant.kind != "recurring" or life.closed > 1:
        return []
    _, told = serial_and_slot(life.origin.number)
    if told + 1 >= plant.many:
        return []
    chance = city.chance(life.key, "again")
    day = city.calendar.local_date(since + timedelta(days=plant.gap_days * chance.uniform(*GAP)))
    planned = city.report(Origin(day, number_of(plant, told + 1), ""))
    return [(planned.moment, planned.report)]
