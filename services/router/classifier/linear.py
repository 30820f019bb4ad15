"""A loaded model that answers: a weighted sum of what a text says, made into probabilities."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array

from services.router.classifier.counting import Weighing, columns_of, counted
from services.router.classifier.guess import Guess
from services.router.classifier.model_file import BLOCKS, Floats, unpack, version_of
from services.router.classifier.probabilities import Numbers, softmax
from services.router.classifier.reading import read

RANKED_MAX = 20
WORDS_TOLD_MAX = 5
PROBABILITY_MAX = 0.9999  # nothing that was learnt is certain
TOGETHER_MAX = 64  # texts in memory at once; more are no quicker
NOTHING = Guess((), ())


class LinearClassifier:
    """Frozen after loading. left_out: codes that it learnt and that are no longer to be given."""

    def __init__(self, content: bytes, left_out: frozenset[str] = frozenset()) -> None:
        """Raises ModelInvalid."""
        self.model = unpack(content)
        self._version = version_of(content)
        self._left_out = left_out
        self._columns = columns_of(self.model.features)
        sizes = [len(self.model.features[block]) for block in BLOCKS]
        self._weighing = Weighing(
            sizes, self.model.scarcity, self.model.block_weights, self.model.lengths_min
        )
        # Mixing is linear too, so it is done here once and not for each text.
        self._weights = self.model.weights @ self.model.mixing
        self._bias = self.model.bias @ self.model.mixing + self.model.offsets
        self._names = [name for block in BLOCKS for name in self.model.features[block]]
        self._tellable = self.model.tellable.astype(bool)

    @property
    def version(self) -> str:
        return self._version

    @property
    def sure_from(self) -> float:
        return self.model.sure_from

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(code for code in self.model.codes if code not in self._left_out)

    def guess(self, title: str, text: str) -> Guess:
        return self.guess_many([(title, text)])[0]

    def guess_many(self, matters: Sequence[tuple[str, str]]) -> list[Guess]:
        return [
            guess
            for start in range(0, len(matters), TOGETHER_MAX)
            for guess in self._some(matters[start : start + TOGETHER_MAX])
        ]

    def chances(self, matters: Sequence[tuple[str, str]]) -> Numbers:
        """Texts × all codes that it learnt, as learnt; the same for whatever says nothing."""
        parts = [
            self._read(matters[start : start + TOGETHER_MAX])[1]
            for start in range(0, len(matters), TOGETHER_MAX)
        ]
        return np.concatenate(parts)

    def _some(self, matters: Sequence[tuple[str, str]]) -> list[Guess]:
        rows, chances = self._read(matters)
        return [self._guess(rows, number, row) for number, row in enumerate(chances)]

    def _read(self, matters: Sequence[tuple[str, str]]) -> tuple[csr_array, Numbers]:
        texts = [read(title, text) for title, text in matters]
        rows = self._weighing.values(counted(texts, self._columns))
        chances = softmax(np.asarray(rows @ self._weights + self._bias, np.float64))
        return rows, chances

    def _guess(self, rows: csr_array, number: int, chances: Numbers) -> Guess:
        start, end = rows.indptr[number], rows.indptr[number + 1]
        if start == end:
            return NOTHING
        codes = self.model.codes
        order = np.argsort(-chances, kind="stable").tolist()
        ranked = tuple(
            (codes[one], min(round(float(chances[one]), 4), PROBABILITY_MAX))
            for one in order
            if codes[one] not in self._left_out
        )
        words = self._words(rows.indices[start:end], rows.data[start:end], order[0])
        return Guess(ranked[:RANKED_MAX], words if ranked[0][0] == codes[order[0]] else ())

    def _words(self, features: Floats, values: Floats, best: int) -> tuple[str, ...]:
        """Those whose weight for the best code is most above their weight for the others."""
        told = self._tellable[features]
        features, values = features[told], values[told]
        weights = self._weights[features]
        speaks = values * (weights[:, best] - weights.mean(axis=1))
        order = np.argsort(-speaks, kind="stable")[:WORDS_TOLD_MAX]
        return tuple(self._names[features[one]] for one in order.tolist() if speaks[one] > 0)
