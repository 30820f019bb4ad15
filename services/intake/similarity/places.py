"""Do two reports speak of one place, of two, or does neither say?"""

from collections.abc import Sequence
from math import cos, hypot, radians
from typing import NamedTuple

from rapidfuzz.distance import LCSseq

from services.intake.similarity.place_marks import Name, same_name
from services.intake.similarity.reading import Prepared

NEAR_M = 250.0
STEP_M = 100.0
FAR_M = 1_500.0
METRES_A_DEGREE = 111_320.0
ADDRESS_LIKE = 0.8  # of the shorter's letters in the longer, in order
ADDRESS_LETTERS_MIN, ADDRESS_LETTERS_SURE = 4, 6
# Of one matter there is one building, one house, one line.
DECIDING_NUMBERS = ("building", "house", "line", "metro", "phase", "group")
EXACT_NUMBERS = ("building", "house", "line", "group")
FINER_NUMBERS = ("unit", "room")


class Places(NamedTuple):
    """agree: the best of "address", "named", "line", "near", "village", "zone", "road", or "".

    exact: a building, house or line is the same, or hardly a step between them. differ: what
    contradicts, or "". unmatched: each names a compound or firm that the other does not.
    """

    agree: str
    exact: bool
    differ: str
    unmatched: bool


def places_of(one: Prepared, other: Prepared) -> Places:
    """Symmetric."""
    metres = metres_between(one, other)
    agree = _agreement(one, other, metres)
    differ = _difference(one, other, metres)
    if not differ and not agree and one.address and other.address:
        differ = "address"
    exact = _exact(one, other) or (metres is not None and metres <= STEP_M)
    return Places(agree, exact, differ, _unmatched(one, other))


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
    if "named" in kinds:
        return "named"
    if _numbers(one, "line") & _numbers(other, "line"):
        return "line"
    if metres is not None and metres <= NEAR_M:
        return "near"
    return next((kind for kind in ("village", "zone", "road") if kind in kinds), "")


def _same_address(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    if shorter < ADDRESS_LETTERS_SURE:
        return shorter >= ADDRESS_LETTERS_MIN and (one in other or other in one)
    return LCSseq.similarity(one, other) >= ADDRESS_LIKE * shorter


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
        for kind in ("named", "village", "road"):
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
    return not _any_in(one.names, other.names if kind == "road" else _not_roads(other.names))


def _unmatched(one: Prepared, other: Prepared) -> bool:
    mine, yours = _of(one.names, "named"), _of(other.names, "named")
    return any(not _in(name, yours) for name in mine) and any(not _in(name, mine) for name in yours)


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
