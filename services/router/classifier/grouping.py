"""Which messages are nearly the same: one matter sent again, sent to many, or sent by many."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from services.router.classifier.reading import Grams

ALIKE_MIN = 0.3  # Jaccard of their rare runs of three characters; read by eye on real messages
SHARED_BY_MAX = 60  # a run that more messages have says nothing about these two
RUN_CHARACTERS = 3
ROWS_TOGETHER = 2_000


def groups_of(texts: Sequence[Grams]) -> npt.NDArray[np.int64]:
    """A number per text; what is nearly the same, also by way of others, has the same number."""
    same: dict[frozenset[str], int] = {}
    kinds = np.array(
        [same.setdefault(frozenset(grams.runs), len(same)) for grams in texts], np.int64
    )
    alike = _alike(list(same))
    _, labels = connected_components(alike, directed=False)
    return np.asarray(labels[kinds], np.int64)


def _alike(kinds: Sequence[frozenset[str]]) -> coo_array:
    rare = _rare_runs(kinds)
    sizes = np.asarray(rare.sum(axis=1)).ravel()
    turned = rare.T.tocsr()
    rows, columns = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for start in range(0, len(kinds), ROWS_TOGETHER):
        shared = (rare[start : start + ROWS_TOGETHER] @ turned).tocoo()
        at = shared.row + start
        near = shared.data >= ALIKE_MIN * (sizes[at] + sizes[shared.col] - shared.data)
        rows.append(at[near])
        columns.append(shared.col[near])
    pairs = np.concatenate(rows), np.concatenate(columns)
    return coo_array((np.ones(len(pairs[0]), np.int8), pairs), shape=(len(kinds), len(kinds)))


def _rare_runs(kinds: Sequence[frozenset[str]]) -> csr_array:
    numbers: dict[str, int] = {}
    indices: list[int] = []
    ends = [0]
    for runs in kinds:
        for run in runs:
            if len(run) == RUN_CHARACTERS:
                indices.append(numbers.setdefault(run, len(numbers)))
        ends.append(len(indices))
    ones = np.ones(len(indices), np.float32)
    all_runs = csr_array((ones, indices, ends), shape=(len(kinds), max(1, len(numbers))))
    shared_by = np.bincount(indices, minlength=all_runs.shape[1])
    return all_runs[:, np.flatnonzero((shared_by > 1) & (shared_by <= SHARED_BY_MAX))]
