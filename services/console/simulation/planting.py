"""Hides problems in days that are still to come: (seed, days, tickets a day) → plants. Pure."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from math import ceil
from random import Random

from services.console.simulation.ground import Ground
from services.console.simulation.matters import Matter
from services.console.simulation.plants import PLANTS_MAX, SLOTS, Chunk, Plant, Telling, short_name
from services.console.simulation.strength import MARGIN, least_findable
from services.domain.finding import FindingKind
from services.router.directory import Area

VOLUME, VOLUME_EXPONENT = 100_000, 0.7  # of a year; fewer tickets hide fewer, but not by as much
BURSTS, COMMON, AT_PLACE, BY_RESIDENT, RECURRING = 40, 12, 20, 10, 20
DAYS_MIN = 14
BURST_LEAST, COMMON_LEAST, PLACE_LEAST, RESIDENT_LEAST, ROUNDS_LEAST = 8, 14, 8, 9, 4
BURST_IN_ONE_PLACE = 0.5
STREET_SHARE_MAX = 3  # tellings of a common problem in one street: else it was a burst
COMMON_DAYS, REPEATED_DAYS_MAX = (10, 18), 75
ROUND_DAYS = 6  # from the telling of a matter to its closure, about
URGENT_DAYS = 3  # recurring matters are such as are done soon
RECURRING_DAYS = (70, 150)
GAP_DAYS = (3.0, 45.0)
RESIDENTS = 10_000
TRIES_MAX = 50
Hide = Callable[[Ground, Chunk, date, Random, int], Plant | None]


def planted(ground: Ground, chunks: Sequence[Chunk]) -> list[Plant]:
    """All plants of a city; those of earlier days do not depend on later ones."""
    plants: list[Plant] = []
    for number, chunk in enumerate(chunks):
        fresh = history_ends(chunk) if number == 0 else chunk.first_day
        taken: set[tuple[str | None, str]] = set()
        for hide, name, nth in _hidings(chunk):
            chance = ground.draw("plant", chunk.first_day, name, nth)
            plant = _another(hide, ground, chunk, fresh, chance, len(plants), taken)
            if plant is not None and len(plants) < PLANTS_MAX:
                plants.append(plant)
    return plants


def history_ends(chunk: Chunk) -> date:
    """What is new can only be told from what was before."""
    return chunk.first_day + timedelta(days=min(28, max(10, chunk.days // 4)))


def many_of(whole: int, chunk: Chunk) -> int:
    """Of so many in a year of 100,000 tickets."""
    share: float = (chunk.tickets / VOLUME) ** VOLUME_EXPONENT
    return max(1, round(whole * share))


def _hidings(chunk: Chunk) -> Iterator[tuple[Hide, str, int]]:
    if chunk.days < DAYS_MIN:
        return
    kinds: tuple[tuple[Hide, str, int], ...] = (
        (common, "common", COMMON),
        (burst, "concentrated", BURSTS),
        (recurring, "recurring", RECURRING),
        (repeated_at_place, "place", AT_PLACE),
        (repeated_by_resident, "resident", BY_RESIDENT),
    )
    for hide, name, whole in kinds:
        yield from ((hide, name, nth) for nth in range(many_of(whole, chunk)))


def _another(
    hide: Hide,
    ground: Ground,
    chunk: Chunk,
    fresh: date,
    chance: Random,
    serial: int,
    taken: set[tuple[str | None, str]],
) -> Plant | None:
    """One that does not lie upon another: no two of one item in one street, or at one place, and
    what is common is nowhere else. None if there is no room."""
    for _ in range(TRIES_MAX):
        plant = hide(ground, chunk, fresh, chance, serial)
        if plant is None:
            continue
        marks = _marks(plant)
        everywhere = (plant.item, "")
        if marks & taken or (everywhere in taken and plant.item):
            continue
        taken |= marks
        return plant
    return None


def _marks(plant: Plant) -> set[tuple[str | None, str]]:
    if plant.kind == "common":
        return {(plant.item, "")}
    return {(plant.item, code[:9]) for code in plant.areas} | {(None, code) for code in plant.areas}


def burst(ground: Ground, chunk: Chunk, fresh: date, chance: Random, serial: int) -> Plant | None:
    """集中: one item in one street, or one community, within a few days."""
    window = _window(chunk, fresh, chance.randint(3, 7), chance)
    if window is None:
        return None
    matters = _some_item(ground, chance)
    street = ground.community(chance).parent or ""
    inside = ground.streets.get(street)
    if inside is None:
        return None
    if chance.random() < BURST_IN_ONE_PLACE:
        inside = (chance.choice(inside),)
    area = inside[0].code if len(inside) == 1 else street
    expected = _expected(ground, chunk, matters, window) * ground.area_share(area)
    days = _days(window, _strong(expected, BURST_LEAST, chance), chance)
    tellings = tuple(Telling(day, chance.choice(inside), chance.choice(matters)) for day in days)
    place = short_name(inside[0]) if len(inside) == 1 else ground.directory.areas[street].name
    return _plant(serial, "concentrated", tellings, (area,), expected, BURST_LEAST, place=place)


def common(ground: Ground, chunk: Chunk, fresh: date, chance: Random, serial: int) -> Plant | None:
    """共性: one item all over the city, more than at any time before, for some weeks."""
    window = _window(chunk, fresh, chance.randint(*COMMON_DAYS), chance)
    if window is None:
        return None
    matters = _some_item(ground, chance)
    expected = _expected(ground, chunk, matters, window)
    count = _strong(expected, COMMON_LEAST, chance)
    days = _days(window, count, chance)
    areas = _spread(ground, count, chance)
    tellings = tuple(
        Telling(day, area, chance.choice(matters)) for day, area in zip(days, areas, strict=True)
    )
    streets = tuple(sorted({area.parent or "" for area in areas}))
    return _plant(serial, "common", tellings, streets, expected, COMMON_LEAST)


def repeated_at_place(
    ground: Ground, chunk: Chunk, fresh: date, chance: Random, serial: int
) -> Plant | None:
    """重复: neighbours of one community tell the same again and again, over weeks."""
    window = _long_window(chunk, chance)
    matters, place = _some_item(ground, chance), ground.community(chance)
    expected = _expected(ground, chunk, matters, window) * ground.area_share(place.code)
    days = _days(window, _strong(expected, PLACE_LEAST, chance), chance)
    tellings = tuple(Telling(day, place, chance.choice(matters)) for day in days)
    plant = _plant(serial, "repeated", tellings, (place.code,), expected, PLACE_LEAST)
    return plant and plant._replace(place=short_name(place), repeated_by="place")


def repeated_by_resident(
    ground: Ground, chunk: Chunk, fresh: date, chance: Random, serial: int
) -> Plant | None:
    """重复: one resident, at home in one place, with this and that."""
    window = _long_window(chunk, chance)
    place, resident = ground.community(chance), chance.randrange(RESIDENTS)
    days_long = (window[1] - window[0]).days + 1
    expected = chunk.tickets_per_day * days_long / RESIDENTS
    days = _days(window, _strong(expected, RESIDENT_LEAST, chance), chance)
    matters = chance.sample(ground.steady, 4)
    tellings = tuple(Telling(day, place, chance.choice(matters)) for day in days)
    plant = _plant(serial, "repeated", tellings, (place.code,), expected, RESIDENT_LEAST)
    return plant and plant._replace(
        item=None, place=short_name(place), repeated_by="resident", resident=resident
    )


def recurring(
    ground: Ground, chunk: Chunk, fresh: date, chance: Random, serial: int
) -> Plant | None:
    """复发: closed as done, and told of the same place again within weeks, several times."""
    place = ground.community(chance)
    matters = _some_item(ground, chance)
    item = ground.directory.items[matters[0].item]
    if item.urgency_days > URGENT_DAYS:
        return None
    days = min(chance.randint(*RECURRING_DAYS), chunk.days - chance.randint(0, 3))
    begin = chunk.first_day + timedelta(days=chance.randint(0, chunk.days - days))
    window = (begin, begin + timedelta(days=days - 1))
    expected = _expected(ground, chunk, matters, window) * ground.area_share(place.code)
    least = max(ROUNDS_LEAST, least_findable(expected))
    count = min(_strong(expected, ROUNDS_LEAST, chance), SLOTS, int(days / (ROUND_DAYS + 3)))
    if count < least:
        return None
    gap = min(max(days / count - ROUND_DAYS, GAP_DAYS[0]), GAP_DAYS[1])
    return Plant(
        serial=serial,
        kind="recurring",
        item=matters[0].item,
        areas=(place.code,),
        tellings=(Telling(begin, place, chance.choice(matters)),),
        many=count,
        least=least,
        expected=round(expected, 3),
        last_day=window[1],
        place=short_name(place),
        gap_days=round(gap, 1),
    )


def _plant(
    serial: int,
    kind: FindingKind,
    tellings: tuple[Telling, ...],
    areas: tuple[str, ...],
    expected: float,
    at_least: int,
    place: str | None = None,
) -> Plant | None:
    per_day = [telling.day for telling in tellings]
    if max(map(per_day.count, per_day)) > SLOTS:
        return None
    return Plant(
        serial=serial,
        kind=kind,
        item=tellings[0].matter.item,
        areas=areas,
        tellings=tellings,
        many=len(tellings),
        least=max(at_least, least_findable(expected)),
        expected=round(expected, 3),
        last_day=tellings[-1].day,
        place=place,
    )


def _some_item(ground: Ground, chance: Random) -> tuple[Matter, ...]:
    return ground.of_item(chance.choice(ground.steady).item)


def _expected(
    ground: Ground, chunk: Chunk, matters: tuple[Matter, ...], window: tuple[date, date]
) -> float:
    return ground.expected(matters[0].item, *window, chunk.tickets_per_day)


def _strong(expected: float, at_least: int, chance: Random) -> int:
    return ceil(max(at_least, least_findable(expected)) * chance.uniform(*MARGIN))


def _window(chunk: Chunk, fresh: date, days: int, chance: Random) -> tuple[date, date] | None:
    room = (chunk.last_day - fresh).days + 1 - days
    if room < 0:
        return None
    first = fresh + timedelta(days=chance.randint(0, room))
    return first, first + timedelta(days=days - 1)


def _long_window(chunk: Chunk, chance: Random) -> tuple[date, date]:
    days = min(REPEATED_DAYS_MAX, round(chunk.days * chance.uniform(0.5, 0.85)))
    first = chunk.first_day + timedelta(days=chance.randint(0, chunk.days - days))
    return first, first + timedelta(days=days - 1)


def _days(window: tuple[date, date], count: int, chance: Random) -> list[date]:
    """From the first to the last day of the window, and any days between."""
    first, last = window
    between = [chance.randint(0, (last - first).days) for _ in range(count - 2)]
    return sorted([first, last, *(first + timedelta(days=n) for n in between)])


def _spread(ground: Ground, count: int, chance: Random) -> list[Area]:
    """Over streets of the whole city, nowhere many."""
    areas: list[Area] = []
    most = max(STREET_SHARE_MAX, ceil(count / len(ground.streets) * 2))
    while len(areas) < count:
        area = ground.community(chance)
        if sum(other.parent == area.parent for other in areas) < most:
            areas.append(area)
    return areas
