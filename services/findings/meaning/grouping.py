"""Messages of one matter: alike in all they say, alike without the places, and of no two places.

Near ones are found by their most telling runs; what hangs together is cut apart by average linkage
(UPGMA), so that a chain of messages, each a little like the next, becomes no group.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform

from services.findings.chance import Floats
from services.findings.codes import Numbers
from services.findings.meaning.features import features, strongest
from services.findings.meaning.reading import Reading

TELLING_RUNS = 40
TOGETHER_MAX = 2_500  # messages that are compared each with each
STRICTER = 1.25
ROWS_AT_ONCE = 2_000


class GroupingRule(NamedTuple):
    """near: to be compared at all. alike: on average, to be one group. full: the part of all words,
    the rest is that of the subject. other_place: what remains of likeness where each names another
    place; same_place: what is added where they name one."""

    near: float = 0.1
    alike: float = 0.14
    full: float = 0.35
    other_place: float = 0.12
    same_place: float = 0.05


RULE = GroupingRule()


def grouped(readings: Sequence[Reading], rule: GroupingRule = RULE) -> list[Numbers]:
    """Groups of two and more, the largest first; members in their order. Pure."""
    if len(readings) < 2:
        return []
    full = features([one.full for one in readings])
    subject = features([one.subject for one in readings])
    places = _places(readings)
    found: list[Numbers] = []
    for members in _hanging_together(full, rule.near):
        likeness = _likeness(full[members], subject[members], places[members], rule)
        found += [members[part] for part in _parts(likeness, rule.alike)]
    return sorted(found, key=lambda group: (-len(group), int(group[0])))


def _hanging_together(full: csr_matrix, near: float) -> list[Numbers]:
    """What is near to each other; too many are asked to be nearer, so that each can be compared
    with each."""
    done: list[Numbers] = []
    waiting = [(np.arange(full.shape[0]), near)]
    while waiting:
        members, limit = waiting.pop()
        count, label = connected_components(_edges(full[members], limit), directed=False)
        order = np.argsort(label, kind="stable")
        for part in np.split(members[order], np.cumsum(np.bincount(label, minlength=count))[:-1]):
            if len(part) < 2:
                continue
            if len(part) > TOGETHER_MAX and limit < 1:
                waiting.append((part, limit * STRICTER))
            else:
                done += [part[at : at + TOGETHER_MAX] for at in range(0, len(part), TOGETHER_MAX)]
    return done


def _edges(full: csr_matrix, limit: float) -> csr_matrix:
    telling = strongest(full, TELLING_RUNS)
    others = telling.T.tocsc()
    rows: list[Numbers] = []
    columns: list[Numbers] = []
    for start in range(0, telling.shape[0], ROWS_AT_ONCE):
        near = (telling[start : start + ROWS_AT_ONCE] @ others).tocoo()
        kept = near.data >= limit
        rows.append(near.row[kept] + start)
        columns.append(near.col[kept])
    at = (np.concatenate(rows), np.concatenate(columns))
    return csr_matrix((np.ones(len(at[0]), bool), at), (full.shape[0], full.shape[0]))


def _likeness(
    full: csr_matrix, subject: csr_matrix, places: csr_matrix, rule: GroupingRule
) -> Floats:
    alike: Floats = rule.full * (full @ full.T).toarray()
    alike += (1 - rule.full) * (subject @ subject.T).toarray()
    shared = (places @ places.T).toarray() > 0
    names = np.asarray(places.sum(axis=1)).ravel() > 0
    apart = names[:, None] & names[None, :] & ~shared
    return np.where(apart, alike * rule.other_place, alike + rule.same_place * shared)


def _parts(likeness: Floats, alike: float) -> list[Numbers]:
    distance = np.maximum(1 - (likeness + likeness.T) / 2, 0)
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    label: NDArray[np.int64] = fcluster(tree, 1 - alike, "distance")
    return [np.flatnonzero(label == one) for one in np.flatnonzero(np.bincount(label) > 1)]


def _places(readings: Sequence[Reading]) -> csr_matrix:
    names = sorted({name for one in readings for name in one.places})
    number = {name: at for at, name in enumerate(names)}
    pairs = [(row, number[n]) for row, one in enumerate(readings) for n in sorted(one.places)]
    rows, columns = zip(*pairs, strict=True) if pairs else ((), ())
    shape = (len(readings), max(len(names), 1))
    return csr_matrix((np.ones(len(pairs), np.int32), (rows, columns)), shape)
