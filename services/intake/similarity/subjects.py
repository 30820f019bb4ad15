"""What a report is about, by the words in it: the shipped list's names."""

from functools import lru_cache
from importlib.resources import files

import ahocorasick_rs

from services.platform.folded_text import folded

TITLE_COUNTS = 2  # a title says what it is about, a text says much besides
# What happens within one building: of a compound alone it is not known whether it is the same one.
IN_ONE_BUILDING = frozenset(
    ("heating_weak", "heating_leak", "elevator_broken", "elevator_new", "roof_leak", "noise_home")
    + ("sewage", "water_leak", "water_weak", "power_voltage", "flat_quality", "pests")
)
# What is over in a few days: the same words later mean it happened again.
SOON_OVER = frozenset(
    ("heating_off", "water_off", "water_leak", "power_off", "network", "bus_driver", "taxi", "gas")
)
# A thing that stands at one spot: there are many in one road or park.
AT_A_SPOT = frozenset(
    ("lamp", "manhole", "road_broken", "tree", "flooded", "traffic_light", "garbage_bins", "sport")
    + ("power_line", "snow", "bus_stop")
)
Subjects = tuple[tuple[str, int], ...]  # name and how many of its words were found, by name


def subjects_of(title: str, text: str) -> Subjects:
    """Of folded words. A title that the text repeats counts once more, no more."""
    matcher, names = _matcher()
    found: dict[str, set[int]] = {}
    for times, words in ((0, title), (1, text)):
        for number in matcher.find_matches_as_indexes(words, overlapping=True):
            for name in names[number[0]]:
                found.setdefault(name, set()).add(number[0] * TITLE_COUNTS + times)
    return tuple(sorted((name, len(words)) for name, words in found.items()))


def subjects_agree(one: Subjects, other: Subjects) -> float | None:
    """0 to 1: what they share of the fewer; None if one of them has none. Symmetric."""
    if not one or not other:
        return None
    mine, yours = dict(one), dict(other)
    shared = sum(min(count, yours[name]) for name, count in one if name in yours)
    return shared / min(sum(mine.values()), sum(yours.values()))


@lru_cache(maxsize=1)
def _matcher() -> tuple[ahocorasick_rs.AhoCorasick, list[list[str]]]:
    path = files("services.intake.similarity") / "data" / "subjects.txt"
    subjects: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            name, *words = line.split()
            for word in words:
                subjects.setdefault(folded(word), []).append(name)
    return ahocorasick_rs.AhoCorasick(list(subjects)), list(subjects.values())


def one_focus(one: Subjects, other: Subjects) -> bool:
    """What the one speaks of most is spoken of by the other, and the other way round."""
    return _most_said(one) & dict(other).keys() != set() != _most_said(other) & dict(one).keys()


def _most_said(subjects: Subjects) -> set[str]:
    most = max((count for _, count in subjects), default=0)
    return {name for name, count in subjects if count == most}


def any_is_of(kind: frozenset[str], one: Subjects, other: Subjects) -> bool:
    """Whether one of the subjects that both have is of that kind."""
    yours = {name for name, _ in other}
    return any(name in kind and name in yours for name, _ in one)
