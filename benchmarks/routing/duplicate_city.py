"""Reports of a made-up city for the search of duplicates; the same number is the same report."""

import random
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate
from typing import Literal, NamedTuple

from services.console.simulation.matters import matters
from services.console.simulation.phrases import RETOLD, story
from services.intake.similarity.matter import Matter

START = datetime(2026, 1, 5, 0, 0, tzinfo=UTC)
FIRST = "青海湟麒雪松翠锦玉金银龙凤祥瑞康宁安泰和盛福禄华丰嘉德文昌明"
SECOND = "麟阳河山林泉谷峰岭湖滨云霞月星辰朗润达源景悦澜庭韵芳菲柏舟桐"
KINDS = ("小区", "花园", "家园", "家属院", "公寓", "新村")
ROADS = ("海晏路", "昆仑东路", "七一路", "五四大街", "南山东路", "柴达木路", "互助巷", "同仁路")
DISTRICTS = ("630102", "630103", "630104", "630105")
OPEN_DAYS = 60
# "known": area, item and address; "unknown": no area or item at all, and a fifth names no place.
Knowledge = Literal["known", "unknown"]


class _Place(NamedTuple):
    compound: str
    road: str
    house: int
    building: int
    area: str


def report(number: int, knowledge: Knowledge) -> Matter:
    """No two numbers are one matter on purpose; by chance some are."""
    return _told(number, random.Random(number), knowledge, "", 0)


def retold(number: int, knowledge: Knowledge) -> Matter:
    """What a neighbour says of the matter of that report a few days later."""
    chance = random.Random(f"again {number}")
    opening = chance.choice(RETOLD)
    return _told(number, chance, knowledge, opening, chance.randrange(1, 20))


def names_a_place(number: int, knowledge: Knowledge) -> bool:
    return knowledge == "known" or number % 5 != 0


def _told(
    number: int, chance: random.Random, knowledge: Knowledge, opening: str, days_later: int
) -> Matter:
    of_matter = random.Random(f"matter {number}")
    template = of_matter.choices(matters(), cum_weights=_weights())[0]
    place = _place(of_matter)
    received = START + timedelta(minutes=of_matter.randrange(OPEN_DAYS * 1440), days=days_later)
    text = opening + story(template.text, place.road, chance)
    where = f"{place.compound}{place.building}号楼"
    known = knowledge == "known"
    if not known and names_a_place(number, knowledge):
        text = f"{where}，{text}"
    return Matter(
        title=template.title,
        text=text,
        address=f"{place.road}{place.house}号{where}" if known else "",
        area=place.area if known else None,
        longitude=None,
        latitude=None,
        item=template.item or None if known else None,
        at=received,
    )


@cache
def _weights() -> list[int]:
    return list(accumulate(one.weight for one in matters()))


def _place(chance: random.Random) -> _Place:
    return _Place(
        compound=chance.choice(FIRST) + chance.choice(SECOND) + chance.choice(KINDS),
        road=chance.choice(ROADS),
        house=chance.randrange(1, 200),
        building=chance.randrange(1, 25),
        area=chance.choice(DISTRICTS),
    )
