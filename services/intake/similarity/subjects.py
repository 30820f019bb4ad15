"""What a report is about, by the words in it: the shipped list's names."""

from functools import lru_cache
from importlib.resources import files

import ahocorasick_rs

from services.platform.folded_text import folded

THING = "~"  # before a word that names a thing, not what is wrong with it
TITLE_COUNTS = 2  # a title says what it is about, a text says much besides
# What happens within one building: of a compound alone it is not known whether it is the same one.
IN_ONE_BUILDING = frozenset(
    [
        "heating_weak",
        "heating_leak",
        "elevator_broken",
        "elevator_new",
        "roof_leak",
        "noise_home",
        "sewage",
        "water_leak",
        "water_weak",
        "power_voltage",
        "flat_quality",
        "pests",
    ]
)
# What is over in a few days: the same words later mean it happened again.
SOON_OVER = frozenset(
    [
        "heating_off",
        "water_off",
        "water_leak",
        "power_off",
        "network",
        "bus_driver",
        "taxi",
        "gas_off",
        "gas_leak",
    ]
)
# A thing that stands at one spot: there are many in one road or park.
AT_A_SPOT = frozenset(
    [
        "lamp",
        "manhole",
        "road_broken",
        "tree",
        "flooded",
        "traffic_light",
        "garbage_bins",
        "sport",
        "power_line",
        "snow",
        "bus_stop",
    ]
)
# By name: how many of its words were found, and whether one says what is wrong.
Subjects = tuple[tuple[str, int, bool], ...]


def subjects_of(title: str, text: str) -> Subjects:
    """Of folded words. A title that the text repeats counts once more, no more."""
    matcher, names = _matcher()
    found: dict[str, set[int]] = {}
    wrong: set[str] = set()
    for times, words in ((0, title), (1, text)):
        for number in matcher.find_matches_as_indexes(words, overlapping=True):
            for name, is_thing in names[number[0]]:
                found.setdefault(name, set()).add(number[0] * TITLE_COUNTS + times)
                if not is_thing:
                    wrong.add(name)
    return tuple(sorted((name, len(words), name in wrong) for name, words in found.items()))


def subjects_agree(one: Subjects, other: Subjects) -> float | None:
    """0 to 1: what they share of the fewer; None if one of them has none. Symmetric."""
    if not one or not other:
        return None
    mine, yours = _counts(one), _counts(other)
    shared = sum(min(count, yours[name]) for name, count in mine.items() if name in yours)
    return shared / min(sum(mine.values()), sum(yours.values()))


def one_focus(one: Subjects, other: Subjects) -> bool:
    """What the one speaks of most is spoken of by the other, and the other way round."""
    mine, yours = _counts(one), _counts(other)
    return bool(_most_said(mine) & yours.keys() and _most_said(yours) & mine.keys())


def one_wrong(one: Subjects, other: Subjects) -> bool:
    """Both say of one subject what is wrong with it, not only the thing."""
    return bool(_wrong(one) & _wrong(other))


def each_its_own(one: Subjects, other: Subjects) -> bool:
    """Each tells a trouble with something that the other does not speak of at all."""
    mine, yours = _counts(one).keys(), _counts(other).keys()
    return bool(_wrong(one) - yours) and bool(_wrong(other) - mine)


def any_is_of(kind: frozenset[str], one: Subjects, other: Subjects) -> bool:
    """Whether one of the subjects that both have is of that kind."""
    return bool(kind & _counts(one).keys() & _counts(other).keys())


def _counts(subjects: Subjects) -> dict[str, int]:
    return {name: count for name, count, _ in subjects}


def _wrong(subjects: Subjects) -> set[str]:
    return {name for name, _, is_wrong in subjects if is_wrong}


def _most_said(counts: dict[str, int]) -> set[str]:
    most = max(counts.values(), default=0)
    return {name for name, count in counts.items() if count == most}


@lru_cache(maxsize=1)
def _matcher() -> tuple[ahocorasick_rs.AhoCorasick, list[list[tuple[str, bool]]]]:
    path = files("services.intake.similarity") / "data" / "subjects.txt"
    subjects: dict[str, list[tuple[str, bool]]] = {}
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, *words = line.split()
            for word in words:
                plain = word.removeprefix(THING)
                subjects.setdefault(folded(plain), []).append((name, plain != word))
    return ahocorasick_rs.AhoCorasick(list(subjects)), list(subjects.values())
