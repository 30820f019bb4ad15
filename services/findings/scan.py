"""Windows of cells that hold more than their past, the season and the rest of the city expect.

A scan over space and time whose expectation comes from the cases alone, like the space-time
permutation scan (Kulldorff et al. 2005): an item's part of what is told, times the place's part.
"""

from math import log2
from typing import NamedTuple

import numpy as np

from services.findings.chance import Floats, alikeness, discoveries, strength, tail
from services.findings.city_days import CityDays, city_days
from services.findings.codes import Codes, Numbers
from services.findings.policy import FindingPolicy
from services.findings.windows import Windows, cells_of, windows_of

PLACE_SMOOTHING = 1.0
PLACES_MIN = 3  # fewer have nobody to be compared with
PART_MAX = 0.8
OUTLIERS_MAX = 0.01  # of the cells of an item at a place
FINDINGS_GUESSED = 50  # of a family: what chance may not exceed before it is known how many stand


class Family(NamedTuple):
    """Cells of one kind. items, places: of each report; one item alone means all of them. name:
    what it is, for those who choose."""

    name: str
    items: Codes
    places: Codes
    days_max: int
    count_min: int
    ratio_min: float
    is_late: bool = False


class Scanned(NamedTuple):
    """Windows that are hardly chance, with what was expected. questions: how many were asked."""

    windows: Windows
    expected: Floats
    chance: Floats
    strength: Floats
    questions: float


def scan(family: Family, day: Numbers, days: int, policy: FindingPolicy) -> Scanned:
    """day: of each report, from 0."""
    items, places = len(family.items.names), len(family.places.names)
    questions = float(items) * places * days * _lengths(family.days_max, policy)
    cells = cells_of(family.items.of, family.places.of, day, places, days)
    windows = windows_of(cells, family.days_max, family.count_min)
    if not len(windows.count) or places < PLACES_MIN:
        windows = windows.only(np.zeros(len(windows.count), bool))
        nothing = np.empty(0)
        return Scanned(windows, nothing, nothing, nothing, questions)
    city = city_days(family.items.of, day, items, days, policy.baseline)
    expected, shape = _expected(family, city, windows, policy)
    chance = tail(windows.count, expected, shape)
    kept = chance <= policy.false_share * FINDINGS_GUESSED / questions
    kept &= windows.count >= family.ratio_min * expected
    return Scanned(
        windows.only(kept),
        expected[kept],
        chance[kept],
        strength(windows.count, expected)[kept],
        questions,
    )


def _lengths(days_max: int, policy: FindingPolicy) -> float:
    """How many lengths of a window are questions of their own: few, for the rest are neighbours."""
    return policy.windows_a_day * (1 + log2(max(days_max / policy.burst.days_max, 1)))


def _expected(
    family: Family, city: CityDays, windows: Windows, policy: FindingPolicy
) -> tuple[Floats, Floats]:
    """(mean, shape) of each window's count."""
    items, places = len(family.items.names), len(family.places.names)
    known = (family.items.of >= 0) & (family.places.of >= 0)
    cell = family.items.of[known] * places + family.places.of[known]
    of_cell = np.bincount(cell, minlength=items * places).astype(np.float64)
    of_place = of_cell.reshape(items, places).sum(axis=0)
    of_item = city.items[:, -1]
    alike = _alike(of_cell.reshape(items, places), of_place, of_item, policy)
    count, item, place = windows.count, windows.item, windows.place
    end = windows.last + 1
    in_city = city.item(item, windows.first, end)
    share = _share(of_place, place, count, in_city, items == 1)
    past = np.maximum(of_cell[item * places + place] - count, 0.0)
    past_expected = np.maximum(of_item[item] - in_city, 0.0) * share
    theirs = (past + alike) / (past_expected + alike)
    others = np.maximum(city.total(windows.first, end) - count, 0.0) + 1
    level = city.part(item, windows.first, end, count)
    part = np.minimum(share * theirs, PART_MAX)  # of all that is told, to that of the others
    shape = 1 / (1 / (past + alike) + 1 / others)  # few others tell little of a day, too
    return others * level * part / (1 - part), shape


def _share(
    of_place: Floats, place: Numbers, count: Floats, in_city: Floats, all_items: bool
) -> Floats:
    """The place's part of all that is told, without the item in the window, neither here nor in the
    city. Of all items together its own past comes later."""
    if all_items:
        return np.full_like(count, 1.0 / len(of_place))
    told = np.maximum(of_place[place] - count, 0.0) + PLACE_SMOOTHING
    whole = float(of_place.sum()) + PLACE_SMOOTHING * len(of_place)
    return told / np.maximum(whole - in_city, 1.0)


def _alike(of_cell: Floats, of_place: Floats, of_item: Floats, policy: FindingPolicy) -> float:
    told = max(float(of_place.sum()), 1.0)
    low, high = policy.baseline.alike_min, policy.baseline.alike_max
    if len(of_item) == 1:  # places beside each other, all items together: large and small ones
        expected = np.full_like(of_cell, told / max(of_cell.size, 1))
        return alikeness(of_cell.ravel(), expected.ravel(), low, high)
    expected = np.outer(of_item, of_place) / told
    return alikeness(of_cell.ravel(), expected.ravel(), low, high, OUTLIERS_MAX)


def discoveries_limit(chances: list[float], questions: float, false_share: float) -> float:
    """What a chance may be at most, so that these stand against so many questions; 0: none does."""
    many = discoveries(np.array(chances, np.float64), questions, false_share)
    return sorted(chances)[many - 1] if many else 0.0
