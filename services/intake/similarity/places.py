"""Do two reports speak of one place, of two, or does neither say?"""

import re
from collections.abc import Sequence
from math import cos, hypot, radians
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from services.intake.similarity.place_marks import Name, same_name, surely_same_name
from services.intake.similarity.reading import Prepared

_RUNS = re.compile(r"[0-9a-z]+")
NEAR_M = 250.0
STEP_M = 100.0
FAR_M = 1_500.0
METRES_A_DEGREE = 111_320.0
REST_LETTERS = 2
ADDRESS_LETTERS_MIN, ADDRESS_LETTERS_SURE = 4, 6
# Of one matter there is one building, one house, one line.
DECIDING_NUMBERS = (
    "building",
    "house",
    "line",
    "metro",
    "phase",
    "section",
    "group",
    "plate",
    "branch",
)
EXACT_NUMBERS = ("building", "house", "line", "group", "plate")
FIRM_NAMES = ("named", "shop", "village")
FINER_NUMBERS = ("unit", "room", "side")


class Places(NamedTuple):
    """agree: the best of "address", "named", "shop", "junction", "line", "near", "village", "zone",
    "road", or "". exact: a building, house or line is the same, or hardly a step between them.

    firm: surely one place, to the finest that both tell. differ: what contradicts, or "".
    unmatched: each names a compound or firm that the other does not. half: one names the building,
    the other does not. lone: one names a compound, firm or village, the other none at all. metres:
    if both points are known.
    """

    agree: str
    exact: bool
    firm: bool
    differ: str
    unmatched: bool
    half: bool
    lone: bool
    metres: float | None


def places_of(one: Prepared, other: Prepared) -> Places:
    """Symmetric."""
    metres = metres_between(one, other)
    agree = _agreement(one, other, metres)
    differ = _difference(one, other, metres)
    if not differ and not agree and one.address and other.address:
        differ = "address"
    exact = _exact(one, other) or (metres is not None and metres <= STEP_M)
    return Places(
        agree=agree,
        exact=exact,
        firm=not differ and _is_firm(one, other, agree, exact, metres),
        differ=differ,
        unmatched=_unmatched(one, other),
        half=_names_a_building(one) != _names_a_building(other),
        lone=_names_firmly(one) != _names_firmly(other),
        metres=metres,
    )


def _is_firm(one: Prepared, other: Prepared, agree: str, exact: bool, metres: float | None) -> bool:
    if agree in ("line", "junction") or (agree and metres is not None and metres <= STEP_M):
        return True
    if one.precise and other.precise:
        if is_within(one.address, other.address):
            return True
        if _each_goes_on(one.address, other.address):
            return False
    near = exact or (metres is not None and metres <= NEAR_M)
    return any(
        (near or name.kind in FIRM_NAMES) and _surely_in(name, other.names) for name in one.names
    )


def _each_goes_on(one: str, other: str) -> bool:
    """Both addresses say more than what they have in common: another branch, another end."""
    return min(len(one), len(other)) - LCSseq.similarity(one, other) >= REST_LETTERS


def is_within(one: str, other: str) -> bool:
    """All letters of the shorter one, in order, and no number of it is another: 路1 is not 路12."""
    mine, yours = set(_RUNS.findall(one)), set(_RUNS.findall(other))
    if not (mine <= yours or yours <= mine):
        return False
    return LCSseq.similarity(one, other) >= min(len(one), len(other))


def _surely_in(name: Name, others: Sequence[Name]) -> bool:
    return any(surely_same_name(name, other) for other in others)


def _names_firmly(one: Prepared) -> bool:
    return any(name.kind in FIRM_NAMES for name in one.names)


def _names_a_building(one: Prepared) -> bool:
    return any(number.startswith(("building:", "house:")) for number in one.numbers)


def metres_between(one: Prepared, other: Prepared) -> float | None:
    """None if one of the points is not known."""
    if one.longitude is None or one.latitude is None:
        return None
    if other.longitude is None or other.latitude is None:
        return None
    narrow = cos(radians((one.latitude + other.latitude) / 2))
    east = (one.longitude - other.longitude) * narrow
    return hypot(east, one.latitude - other.latitude) * METRES_A_DEGREE


def _agreement(one: Prepared, other: Prepared, metres: float | None) -> str:
    if one.precise and other.precise and _same_address(one.address, other.address):
        return "address"
    kinds = {name.kind for name in one.names if _in(name, other.names)}
    for kind in ("named", "shop"):
        if kind in kinds:
            return kind
    if sum(name.kind == "road" and _surely_in(name, other.names) for name in one.names) > 1:
        return "junction"
    if _numbers(one, "line") & _numbers(other, "line"):
        return "line"
    if metres is not None and metres <= NEAR_M:
        return "near"
    return next((kind for kind in ("village", "zone", "road") if kind in kinds), "")


def _same_address(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    if shorter < ADDRESS_LETTERS_SURE:
        return shorter >= ADDRESS_LETTERS_MIN and (one in other or other in one)
    return is_within(one, other)


def _exact(one: Prepared, other: Prepared) -> bool:
    return any(
        number in other.numbers
        for number in one.numbers
        if number.partition(":")[0] in EXACT_NUMBERS
    )


def _difference(one: Prepared, other: Prepared, metres: float | None) -> str:
    if one.numbers and other.numbers and one.numbers != other.numbers:
        for kind in (*DECIDING_NUMBERS, *FINER_NUMBERS):
            if _apart(_numbers(one, kind), _numbers(other, kind)):
                return kind
    if one.names and other.names and one.names != other.names:
        for kind in ("named", "village", "road", "shop"):
            if _names_differ(one, other, kind):
                return kind
    if metres is not None and metres > FAR_M:
        return "far"
    if one.area and other.area and not one.area.startswith(other.area):
        return "" if other.area.startswith(one.area) else "area"
    return ""


def _names_differ(one: Prepared, other: Prepared, kind: str) -> bool:
    """What the addresses name decides; then what all words name. A road differs only where no
    compound or village is the same."""
    mine, yours = _of(one.address_names, kind), _of(other.address_names, kind)
    if mine and yours and not _any_in(mine, yours):
        shared = _any_in(one.address_names, _not_roads(other.address_names))
        return kind != "road" or not shared
    mine, yours = _of(one.names, kind), _of(other.names, kind)
    if not mine or not yours or _any_in(mine, yours):
        return False
    if kind == "shop":
        return True
    return not _any_in(one.names, other.names if kind == "road" else _not_roads(other.names))


def _unmatched(one: Prepared, other: Prepared) -> bool:
    return any(
        any(not _in(name, _of(other.names, kind)) for name in _of(one.names, kind))
        and any(not _in(name, _of(one.names, kind)) for name in _of(other.names, kind))
        for kind in ("named", "shop")
    )


def _not_roads(names: Sequence[Name]) -> list[Name]:
    return [name for name in names if name.kind not in ("road", "zone")]


def _of(names: Sequence[Name], kind: str) -> list[Name]:
    return [name for name in names if name.kind == kind]


def _any_in(names: Sequence[Name], others: Sequence[Name]) -> bool:
    return any(_in(name, others) for name in names)


def _in(name: Name, others: Sequence[Name]) -> bool:
    return any(same_name(name, other) for other in others)


def _numbers(one: Prepared, kind: str) -> set[str]:
    return {number for number in one.numbers if number.startswith(kind)}


def _apart(mine: set[str], yours: set[str]) -> bool:
    return bool(mine) and bool(yours) and not mine & yours
