"""What is hidden in a planted city, as values: problems, units that are bad at it, and noise."""

from datetime import date
from typing import Literal, NamedTuple

from services.console.simulation.matters import Matter
from services.domain.finding import FindingKind
from services.router.directory import Area

RepeatedBy = Literal["place", "resident"]
# A planted report has a number that no report of the background reaches.
NATURAL_FROM, PLANTED_FROM, NUMBERS = 50_000, 60_000, 100_000
SLOTS = 40  # of one plant on one day, or rounds of a recurring one
PLANTS_MAX = (NUMBERS - PLANTED_FROM) // SLOTS
TICKETS_PER_DAY_MAX = 40_000  # in a planted city: below its numbers


class Telling(NamedTuple):
    day: date
    area: Area
    matter: Matter


class Plant(NamedTuple):
    """One hidden problem. tellings: each is told once, sorted by day; of a recurring one the first,
    the others follow when the one before has been closed, `gap_days` later.

    many: tickets it is meant to have; least: from so many on it is surely findable; expected: of
    the same kind beside them. areas: what is told of it, the smallest that holds it.
    """

    serial: int
    kind: FindingKind
    item: str | None
    areas: tuple[str, ...]
    tellings: tuple[Telling, ...]
    many: int
    least: int
    expected: float
    last_day: date
    place: str | None = None
    repeated_by: RepeatedBy | None = None
    resident: int | None = None
    gap_days: float = 0.0

    @property
    def first_day(self) -> date:
        return self.tellings[0].day

    def on(self, day: date) -> list[Telling]:
        return [telling for telling in self.tellings if telling.day == day]

    def telling(self, day: date, slot: int) -> Telling:
        if self.kind == "recurring":
            return self.tellings[0]._replace(day=day)
        return self.on(day)[slot]


class UnitHabit(NamedTuple):
    """A unit that is slow, gives back what is its own, or leaves residents dissatisfied."""

    unit: str
    slow: bool
    returning: bool
    dissatisfied: bool


class Chunk(NamedTuple):
    """Days that were asked for at once, and planted as a whole."""

    first_day: date
    last_day: date
    tickets_per_day: int

    @property
    def days(self) -> int:
        return (self.last_day - self.first_day).days + 1

    @property
    def tickets(self) -> int:
        return self.days * self.tickets_per_day


def number_of(plant: Plant, slot: int) -> int:
    return PLANTED_FROM + plant.serial * SLOTS + slot


def serial_and_slot(number: int) -> tuple[int, int]:
    return divmod(number - PLANTED_FROM, SLOTS)


def short_name(place: Area) -> str:
    """The name as people say it."""
    return place.name.removesuffix("居民委员会").removesuffix("村民委员会")
