"""Texts as weighted pairs and triples of characters: Chinese needs no list of words for it."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from services.findings.codes import Numbers

RUNS = (2, 3)
CROWD_SHARE = 0.1  # of the texts: a run that more have says nothing
CROWD_MIN = 20
MARKS = np.array([ord(","), ord("\n")], np.uint32)


def features(texts: Sequence[str]) -> csr_matrix:
    """One row a text, of length one; rows of texts that share nothing with others are empty.

    Weighted by rareness: 1 + log of the count, times the inverse document frequency.
    """
    documents, runs = _runs(texts)
    keys, columns = np.unique(runs, return_inverse=True)
    pairs, counts = np.unique(documents * max(len(keys), 1) + columns, return_counts=True)
    rows, columns = np.divmod(pairs, max(len(keys), 1))
    of_run = np.bincount(columns, minlength=len(keys))
    says = (of_run >= 2) & (of_run <= max(CROWD_MIN, CROWD_SHARE * len(texts)))
    rareness = np.log((1 + len(texts)) / (1 + of_run))
    kept = says[columns]
    values = (1 + np.log(counts[kept])) * rareness[columns[kept]]
    matrix = csr_matrix((values, (rows[kept], columns[kept])), (len(texts), max(len(keys), 1)))
    return _of_length_one(matrix)


def strongest(matrix: csr_matrix, many: int) -> csr_matrix:
    """Of each row the so many greatest values: enough to find what is near."""
    kept = matrix.copy()
    for row in range(kept.shape[0]):
        values = kept.data[kept.indptr[row] : kept.indptr[row + 1]]
        if len(values) > many:
            values[values < np.partition(values, -many)[-many]] = 0
    kept.eliminate_zeros()
    return kept


def _runs(texts: Sequence[str]) -> tuple[Numbers, NDArray[np.uint64]]:
    """(text, run) of each run of characters; none goes over a mark."""
    joined = "\n".join(texts) + "\n"
    points = np.frombuffer(joined.encode("utf-32-le", "replace"), "<u4")
    lengths = np.array([len(text) + 1 for text in texts], np.int64)
    owner = np.repeat(np.arange(len(texts)), lengths)
    is_mark = np.isin(points, MARKS)
    documents: list[Numbers] = []
    runs: list[NDArray[np.uint64]] = []
    for length in RUNS:
        many = len(points) - length + 1
        if many <= 0:
            continue
        key = np.zeros(many, np.uint64)
        broken = np.zeros(many, bool)
        for at in range(length):
            key = key * np.uint64(1 << 21) + points[at : at + many].astype(np.uint64)
            broken |= is_mark[at : at + many]
        documents.append(owner[:many][~broken])
        runs.append(key[~broken])
    if not documents:
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    return np.concatenate(documents), np.concatenate(runs)


def _of_length_one(matrix: csr_matrix) -> csr_matrix:
    squares = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    scale = 1 / np.sqrt(np.maximum(squares, 1e-12))
    return matrix.multiply(scale[:, None]).tocsr()
