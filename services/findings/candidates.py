"""From windows to candidates: the strongest first, none of what another has already told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from services.findings.codes import Numbers
from services.findings.policy import FindingPolicy
from services.findings.scan import Family, Scanned, discoveries_limit, scan
from services.findings.tellings import Tellings

TOLD_ALREADY_MAX = 1 / 3  # of a candidate's tickets: more, and it is the same problem again


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """item, place: codes, "" for all items; place of a family of residents is a pseudonym.

    first, last: days from 0. tickets: numbers, oldest first. chance: of as much, or more.
    """

    family: str
    item: str
    place: str
    first: int
    last: int
    tickets: Numbers
    expected: float
    chance: float

    @property
    def days(self) -> int:
        return self.last - self.first + 1

    @property
    def count(self) -> int:
        return len(self.tickets)


class _Found(NamedTuple):
    family: Family
    scanned: Scanned
    order: Numbers  # of the tellings, by cell and day
    keys: Numbers  # cell × days + day, sorted


def candidates_of(
    families: Sequence[tuple[Family, Tellings]], days: int, tickets: int, policy: FindingPolicy
) -> list[Candidate]:
    """What stands of all families, the strongest first. tickets: how many there are."""
    found = [_found(family, told, days, policy) for family, told in families]
    limits = [1.0] * len(found)
    while True:  # what does not stand must not have hidden what would have stood
        chosen = _chosen(found, [told for _, told in families], limits, days, tickets)
        standing = [
            discoveries_limit(
                [c.chance for _, c in some], one.scanned.questions, policy.false_share
            )
            for one, some in zip(found, chosen, strict=True)
        ]
        if all(
            pair[1].chance <= limit
            for some, limit in zip(chosen, standing, strict=True)
            for pair in some
        ):
            ranked = sorted((p for some in chosen for p in some), key=lambda pair: pair[0])
            return [candidate for _, candidate in ranked]
        limits = [min(pair) for pair in zip(limits, standing, strict=True)]


def _chosen(
    found: Sequence[_Found],
    tellings: Sequence[Tellings],
    limits: Sequence[float],
    days: int,
    tickets: int,
) -> list[list[tuple[int, Candidate]]]:
    """By family, with its rank: the strongest of all that are within their family's limit."""
    kept = [
        np.flatnonzero(one.scanned.chance <= limit)
        for one, limit in zip(found, limits, strict=True)
    ]
    whose = np.repeat(np.arange(len(found)), [len(some) for some in kept])
    which = np.concatenate([*kept, np.empty(0, np.int64)])
    strengths = np.concatenate(
        [one.scanned.strength[some] for one, some in zip(found, kept, strict=True)] + [np.empty(0)]
    )
    late = np.array([one.family.is_late for one in found], bool)[whose]
    taken = np.zeros(tickets, bool)
    chosen: list[list[tuple[int, Candidate]]] = [[] for _ in found]
    for rank, at in enumerate(np.lexsort((-strengths, late))):
        number = int(whose[at])
        candidate = _candidate(found[number], tellings[number], int(which[at]), days)
        if taken[candidate.tickets].mean() <= TOLD_ALREADY_MAX:
            taken[candidate.tickets] = True
            chosen[number].append((rank, candidate))
    return chosen


def _found(family: Family, told: Tellings, days: int, policy: FindingPolicy) -> _Found:
    scanned = scan(family, told.day, days, policy)
    known = np.flatnonzero((family.items.of >= 0) & (family.places.of >= 0))
    places = len(family.places.names)
    keys = (family.items.of[known] * places + family.places.of[known]) * days + told.day[known]
    order = np.argsort(keys, kind="stable")
    return _Found(family, scanned, known[order], keys[order])


def _candidate(found: _Found, told: Tellings, at: int, days: int) -> Candidate:
    windows, family = found.scanned.windows, found.family
    item, place = int(windows.item[at]), int(windows.place[at])
    first, last = int(windows.first[at]), int(windows.last[at])
    cell = (item * len(family.places.names) + place) * days
    start, end = np.searchsorted(found.keys, [cell + first, cell + last + 1])
    return Candidate(
        family=family.name,
        item=family.items.names[item],
        place=family.places.names[place],
        first=first,
        last=last,
        tickets=told.ticket[found.order[start:end]],
        expected=float(found.scanned.expected[at]),
        chance=float(found.scanned.chance[at]),
    )
