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
    strengths = np.concatenate([one.scanned.strength for one in found] or [np.empty(0)])
    sizes = [len(one.scanned.strength) for one in found]
    whose = np.repeat(np.arange(len(found)), sizes)
    which = np.concatenate([np.arange(size) for size in sizes] or [np.empty(0, np.int64)])
    taken = np.zeros(tickets, bool)
    chosen: list[list[tuple[int, Candidate]]] = [[] for _ in found]
    for rank, at in enumerate(np.argsort(-strengths, kind="stable")):
        number = int(whose[at])
        candidate = _candidate(found[number], families[number][1], int(which[at]), days)
        if taken[candidate.tickets].mean() > TOLD_ALREADY_MAX:
            continue
        taken[candidate.tickets] = True
        chosen[number].append((rank, candidate))
    standing = [
        pair
        for one, some in zip(found, chosen, strict=True)
        for pair in _standing(some, one.scanned.questions, policy.false_share)
    ]
    return [candidate for _, candidate in sorted(standing, key=lambda pair: pair[0])]


def _standing(
    some: list[tuple[int, Candidate]], questions: float, false_share: float
) -> list[tuple[int, Candidate]]:
    limit = discoveries_limit([candidate.chance for _, candidate in some], questions, false_share)
    return [pair for pair in some if pair[1].chance <= limit]


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
