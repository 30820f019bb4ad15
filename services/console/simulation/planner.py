"""Pure plan of what residents send: (seed, day, number) → report. Nothing depends on anything
that happened before, so any report can be made again from its reference alone."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from random import Random
from typing import NamedTuple

from services.console.simulation import phrases
from services.console.simulation.hidden import Hidden
from services.console.simulation.matters import Matter, of_day
from services.console.simulation.plants import NATURAL_FROM, PLANTED_FROM, Plant, short_name
from services.domain.working_time import WorkingCalendar
from services.intake.report import NewReport
from services.router.directory import Area, Directory

CHANNELS = {
    "hotline": 46,
    "wechat": 18,
    "app": 10,
    "web": 8,
    "open311": 6,
    "community": 6,
    "inspector": 4,
    "letter": 2,
}
DISTRICT_WEIGHTS = {
    "630102": 23,
    "630103": 19,
    "630104": 22,
    "630105": 18,
    "630106": 9,
    "630121": 6,
    "630123": 3,
}
CENTRES = {  # degrees, roughly: enough to put a mark on a map
    "630102": (101.80, 36.60),
    "630103": (101.78, 36.61),
    "630104": (101.76, 36.63),
    "630105": (101.75, 36.66),
    "630106": (101.57, 36.50),
    "630121": (101.68, 36.93),
    "630123": (101.26, 36.68),
}
# Reports by hour of the day; nights are quiet, mornings and evenings are not.
HOUR_WEIGHTS = (2, 1, 1, 1, 1, 2, 5, 9, 15, 20, 20, 16, 10, 10, 15, 17, 15, 13, 11, 12, 11, 9, 6, 3)
DAY_OFF_SHARE = 0.55
ITEM_CHOSEN_SHARE = 0.6  # call-takers and community workers, who have the directory before them
JOINED_SHARE, SENT_TWICE_SHARE, RETOLD_SHARE = 0.05, 0.03, 0.015
RESIDENTS = 10_000
NOBODYS = "1380000"  # numbers of a block that is used for nothing but examples here
REFERENCE = re.compile(r"^S(\d{4})(\d{2})(\d{2})-(\d{5})([A-Z]?)$")


class Origin(NamedTuple):
    """Where a report of the plan comes from. part: "" the first, B told by a neighbour,
    R told again in other words."""

    day: date
    number: int
    part: str

    @property
    def reference(self) -> str:
        return f"S{self.day:%Y%m%d}-{self.number:05}{self.part}"


class Planned(NamedTuple):
    moment: datetime
    report: NewReport


def origin_of(reference: str) -> Origin | None:
    """None if the report is not one of the plan's."""
    found = REFERENCE.match(reference)
    if found is None:
        return None
    year, month, day, number, part = found.groups()
    return Origin(date(int(year), int(month), int(day)), int(number), part)


@dataclass(frozen=True)
class Planner:
    """What the residents of one city say on any day. hidden: what is planted among it."""

    seed: int
    directory: Directory
    calendar: WorkingCalendar
    hidden: Hidden | None = None

    @cached_property
    def places(self) -> dict[str, tuple[Area, ...]]:
        """District → its communities, in the order of their codes."""
        areas = [area for _, area in sorted(self.directory.areas.items())]
        return {
            district: tuple(
                area
                for area in areas
                if area.level == "community" and area.code.startswith(district)
            )
            for district in DISTRICT_WEIGHTS
        }

    def chance(self, *names: object) -> Random:
        """A source of its own for each question: what one draws, no other feels."""
        return Random("/".join(map(str, (self.seed, *names))))

    def day(self, day: date, tickets: int) -> list[Planned]:
        """Everything that arrives on a local day, in order of time."""
        return self._days(day, tickets)

    @cached_property
    def _days(self) -> Callable[[date, int], list[Planned]]:
        """Remembers two: whoever lives until midnight looks into the next day, too."""
        return lru_cache(maxsize=2)(self._day)

    def _day(self, day: date, tickets: int) -> list[Planned]:
        arriving = [
            planned for n in range(self.count(day, tickets)) for planned in self._told(day, n)
        ]
        if self.hidden is not None:
            arriving += [self.report(Origin(day, n, "")) for n in self.hidden.numbers(day)]
        return sorted(arriving, key=lambda planned: (planned.moment, planned.report.reference))

    def days(self, first: date, last: date, tickets: int) -> Iterator[Planned]:
        for ordinal in range(first.toordinal(), last.toordinal() + 1):
            yield from self.day(date.fromordinal(ordinal), tickets)

    def count(self, day: date, tickets: int) -> int:
        """`tickets` on a working day, give or take a tenth; about half on a day off. In a planted
        city an ordinary week has seven times as many."""
        if self.hidden is not None:
            return self.hidden.ground.count(day, tickets)
        usual = tickets * (1.0 if self.calendar.is_working_day(day) else DAY_OFF_SHARE)
        return round(usual * self.chance("count", day).uniform(0.9, 1.1))

    def matter(self, origin: Origin) -> Matter:
        chance = self.chance("matter", origin.day, origin.number)
        if self.hidden is None:
            choices, weights = of_day(origin.day)
            return chance.choices(choices, weights)[0]
        if origin.number >= NATURAL_FROM:
            return self.hidden.telling(origin.day, origin.number).matter
        choices, shares = self.hidden.ground.weights(origin.day)
        return chance.choices(choices, shares)[0]

    def plant(self, origin: Origin) -> Plant | None:
        """The hidden problem that a report is part of."""
        if self.hidden is None or origin.number < PLANTED_FROM:
            return None
        return self.hidden.plant(origin.number)

    def report(self, origin: Origin) -> Planned:
        """The first telling of a matter, or (part R) the same matter in other words."""
        chance = self.chance("report", *origin)
        place = self.place(origin)
        matter, channel = self.matter(origin), _channel(chance)
        moment = _moment(origin.day, chance, self.calendar)
        if origin.part:
            first = self.report(origin._replace(part="")).moment
            moment = self._same_day(first + _later(chance, 90), origin.day)
        title, text = self._words(origin, matter, place)
        chosen = channel in {"hotline", "community"} and chance.random() < ITEM_CHOSEN_SHARE
        longitude, latitude = _coordinates(place, chance)
        located = channel in {"app", "open311", "inspector"}
        return Planned(
            moment,
            NewReport(
                channel=channel,
                reference=origin.reference,
                received_at=moment,
                title=title,
                text=text,
                contact=self._contact_of(origin, chance),
                name=phrases.full_name(chance),
                address=self._address(origin, place),
                area=place.code if channel in {"hotline", "community"} else None,
                item=matter.item if chosen and not matter.fate else None,
                kind=matter.kind,
                longitude=longitude if located else None,
                latitude=latitude if located else None,
            ),
        )

    def _told(self, day: date, number: int) -> Iterator[Planned]:
        """One matter, as often as it is told on its day."""
        first = self.report(Origin(day, number, ""))
        yield first
        chance = self.chance("told", day, number)
        draw, minutes = chance.random(), _later(chance, 240)
        joined, twice = JOINED_SHARE, JOINED_SHARE + SENT_TWICE_SHARE
        again = self._same_day(first.moment + minutes, day)
        if draw < joined:
            yield Planned(again, _neighbour(first.report, again, chance))
        elif draw < twice:
            yield Planned(again, first.report)
        elif draw < twice + RETOLD_SHARE:
            yield self.report(Origin(day, number, "R"))

    def _same_day(self, moment: datetime, day: date) -> datetime:
        """Nobody tells it after midnight: each day's plan stands for itself."""
        end = datetime.combine(day, time(23, 59, 59), self.calendar.zone)
        return min(moment, end.astimezone(UTC))

    def place(self, origin: Origin) -> Area:
        if self.hidden is not None and origin.number >= NATURAL_FROM:
            return self.hidden.telling(origin.day, origin.number).area
        chance = self.chance("place", origin.day, origin.number)
        district = chance.choices(list(DISTRICT_WEIGHTS), list(DISTRICT_WEIGHTS.values()))[0]
        return chance.choice(self.places[district])

    def _words(self, origin: Origin, matter: Matter, place: Area) -> tuple[str, str]:
        chance = self.chance("words", *origin)
        text = phrases.story(matter.text, short_name(place), chance)
        if origin.part:
            return matter.title, f"{chance.choice(phrases.RETOLD)}{text}"
        return matter.title, text

    def _contact_of(self, origin: Origin, chance: Random) -> str | None:
        contact = _contact(chance) if chance.random() < 0.93 else None
        plant = self.plant(origin)
        if plant is None or plant.resident is None:
            return contact
        return f"{NOBODYS}{plant.resident:04}"

    def _address(self, origin: Origin, place: Area) -> str:
        plant = self.plant(origin)
        at_home = plant is not None and (plant.kind == "recurring" or plant.resident is not None)
        asked = (plant.serial,) if plant and at_home else (origin.day, origin.number)
        chance = self.chance("address", *asked)
        street = self.directory.areas[place.parent or ""]
        district = self.directory.areas[street.parent or ""]
        house = (
            f"{chance.randint(1, 40)}号楼{chance.randint(1, 6)}单元{chance.randint(101, 1802)}室"
        )
        return f"{district.name}{street.name}{short_name(place)}{house}"


def _channel(chance: Random) -> str:
    return chance.choices(list(CHANNELS), list(CHANNELS.values()))[0]


def _moment(day: date, chance: Random, calendar: WorkingCalendar) -> datetime:
    hour = chance.choices(range(24), HOUR_WEIGHTS)[0]
    local = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)))
    return local.replace(tzinfo=calendar.zone).astimezone(UTC)


def _later(chance: Random, minutes_max: int) -> timedelta:
    return timedelta(seconds=chance.randrange(120, minutes_max * 60))


def _contact(chance: Random) -> str:
    return f"{NOBODYS}{chance.randrange(RESIDENTS):04}"


def _coordinates(place: Area, chance: Random) -> tuple[float, float]:
    longitude, latitude = CENTRES[place.code[:6]]
    return (
        round(longitude + chance.uniform(-0.02, 0.02), 6),
        round(latitude + chance.uniform(-0.015, 0.015), 6),
    )


def _neighbour(first: NewReport, moment: datetime, chance: Random) -> NewReport:
    """Somebody else, through another door, on the same matter in the same words."""
    return replace(
        first,
        channel=_channel(chance),
        reference=f"{first.reference}B",
        received_at=moment,
        contact=_contact(chance),
        name=phrases.full_name(chance),
        item=None,
    )
