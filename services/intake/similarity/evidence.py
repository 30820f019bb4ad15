"""What speaks for one matter in two reports, and against it: measured, not judged."""

from typing import Literal, NamedTuple

import numpy as np

from services.intake.similarity.letters import letters_agree
from services.intake.similarity.pairs_of_letters import weights
from services.intake.similarity.places import Places, places_of
from services.intake.similarity.reading import Prepared
from services.intake.similarity.subjects import (
    AT_A_SPOT,
    IN_ONE_BUILDING,
    SOON_OVER,
    any_is_of,
    each_its_own,
    one_focus,
    one_wrong,
    subjects_agree,
)

DAY_S = 86_400.0
ITEM_LEVEL = 3  # items of one branch so deep are kin: the call-takers mix them up
Items = Literal["same", "kin", "other", ""]


class Shared(NamedTuple):
    """Pairs in common: their weight, its share of the shorter's, and of both together."""

    weight: int
    contained: float
    union: float


class Subject(NamedTuple):
    """Of what both tell, where the place is one: read no further elsewhere.

    letters: how far single ones agree, 0 to 1. focus: what each speaks of most is in the other.
    wrong: both tell the same trouble of it. own: each tells one that the other does not. The rest
    is what a subject that both have asks of place and time.
    """

    letters: float
    focus: bool
    wrong: bool
    own: bool
    in_one_building: bool
    soon_over: bool
    at_a_spot: bool


NO_SUBJECT = Subject(0.0, False, False, False, False, False, False)


class Evidence(NamedTuple):
    """about: how far the subjects agree, 0 to 1, None if one report has none that we know.
    wish: only one of them asks for something new. stance: they want different things otherwise.
    again: the later speaks of an earlier report. one_resident: both are of the same."""

    shared: Shared
    places: Places
    items: Items
    about: float | None
    subject: Subject
    wish: bool
    stance: bool
    again: bool
    days: float
    one_resident: bool


def evidence(one: Prepared, other: Prepared) -> Evidence:
    """Symmetric."""
    common = np.intersect1d(one.pairs, other.pairs, assume_unique=True)
    return evidence_of(one, other, int(weights()[common].sum()))


def evidence_of(one: Prepared, other: Prepared, weight: int) -> Evidence:
    """With the weight of their pairs in common, if it is known already."""
    places = places_of(one, other)
    told = _subject(one, other) if places.firm else NO_SUBJECT
    return Evidence(
        shared=shared_of(weight, one.weight, other.weight),
        places=places,
        items=_items(one.item, other.item),
        about=subjects_agree(one.subjects, other.subjects),
        subject=told,
        wish=one.wishes != other.wishes,
        stance=one.stance != other.stance,
        again=_later(one, other).again and one.at_s != other.at_s,
        days=abs(one.at_s - other.at_s) / DAY_S,
        one_resident=one.resident is not None and one.resident == other.resident,
    )


def _subject(one: Prepared, other: Prepared) -> Subject:
    mine, yours = one.subjects, other.subjects
    return Subject(
        letters=letters_agree(one.letters, other.letters, place_letters(one, other)),
        focus=one_focus(mine, yours),
        wrong=one_wrong(mine, yours),
        own=each_its_own(mine, yours),
        in_one_building=any_is_of(IN_ONE_BUILDING, mine, yours),
        soon_over=any_is_of(SOON_OVER, mine, yours),
        at_a_spot=any_is_of(AT_A_SPOT, mine, yours),
    )


def place_letters(one: Prepared, other: Prepared) -> str:
    """Letters of what either names: that they speak of one place is told elsewhere."""
    names = [f"{name.core}{name.ending}" for name in (*one.names, *other.names)]
    return "".join((one.address, other.address, *names))


def _later(one: Prepared, other: Prepared) -> Prepared:
    return one if one.at_s > other.at_s else other


def shared_of(weight: int, one: int, other: int) -> Shared:
    lesser = min(one, other)
    if not lesser:
        return Shared(0, 0.0, 0.0)
    return Shared(weight, weight / lesser, weight / (one + other - weight))


def _items(one: str | None, other: str | None) -> Items:
    if not one or not other:
        return ""
    if one.startswith(other) or other.startswith(one):
        return "same"
    return "kin" if one.split(".")[:ITEM_LEVEL] == other.split(".")[:ITEM_LEVEL] else "other"
