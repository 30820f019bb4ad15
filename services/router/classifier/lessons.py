"""Labelled messages made ready to learn from: read, put in order, counted, grouped."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from services.router.classifier.counting import Weighing, columns_of, counted
from services.router.classifier.grouping import groups_of
from services.router.classifier.model_file import BLOCKS, Floats
from services.router.classifier.probabilities import Integers
from services.router.classifier.reading import Grams, read

MESSAGES_MIN = 5  # distinct messages that have a feature: what fewer wrote is nobody's business
TEXTS_PER_CODE_MIN = 10
BLOCK_WEIGHTS = (1.0, 1.0, 0.7)
SHORT_SHARE = 0.02  # of all texts are shorter than a text is taken to be


class Labelled(NamedTuple):
    title: str
    text: str
    code: str


class TooLittle(ValueError):
    """Nothing can be learnt from this; the text says what is missing."""


class Lessons(NamedTuple):
    """Texts in an order of their own, so that the order of the file makes no difference.

    counts: texts × features; features: per block, those that enough distinct messages have.
    groups: texts of one number are nearly the same. rare_codes: code -> how many texts it had, too
    few to learn it; they are left out."""

    features: dict[str, tuple[str, ...]]
    counts: csr_array
    truth: Integers
    codes: tuple[str, ...]
    groups: Integers
    rare_codes: dict[str, int]

    def part(self, chosen: Integers) -> "Lessons":
        return self._replace(
            counts=self.counts[chosen], truth=self.truth[chosen], groups=self.groups[chosen]
        )


class Vocabulary(NamedTuple):
    """chosen: columns of the lessons' counts. The rest as in `Model`."""

    chosen: Integers
    features: dict[str, tuple[str, ...]]
    scarcity: Floats
    lengths_min: tuple[float, ...]

    def rows(self, counts: csr_array) -> csr_array:
        return self._weighing(self.lengths_min).values(counts[:, self.chosen])

    def lengths(self, counts: csr_array) -> tuple[float, ...]:
        """Per block, what nearly every text has at least."""
        lengths = self._weighing((0.0,) * len(BLOCKS)).lengths(counts[:, self.chosen])
        shortest = np.quantile(lengths, SHORT_SHARE, axis=0).tolist()
        return tuple(max(1.0, round(one, 4)) for one in shortest)

    def _weighing(self, lengths_min: tuple[float, ...]) -> Weighing:
        sizes = [len(self.features[block]) for block in BLOCKS]
        return Weighing(sizes, self.scarcity, BLOCK_WEIGHTS, lengths_min)


def prepare(labelled: Iterable[Labelled], unspoken: frozenset[str] = frozenset()) -> Lessons:
    """unspoken: words that may be no feature, nor be in a pair. Raises TooLittle."""
    ordered = sorted(labelled)
    counts = Counter(one.code for one in ordered)
    rare = {code: count for code, count in sorted(counts.items()) if count < TEXTS_PER_CODE_MIN}
    codes = tuple(sorted(counts.keys() - rare.keys()))
    if not ordered:
        raise TooLittle("there is no labelled text")
    if len(codes) < 2:
        raise TooLittle(
            f"{len(codes)} labels have {TEXTS_PER_CODE_MIN} texts or more; a choice needs two"
        )
    kept = [one for one in ordered if one.code not in rare]
    texts = [read(one.title, one.text) for one in kept]
    number = {code: place for place, code in enumerate(codes)}
    truth = np.array([number[one.code] for one in kept], np.int64)
    groups = groups_of(texts)
    features = _features([texts[one] for one in firsts_of(groups).tolist()], unspoken)
    counts = counted(texts, columns_of(features))
    return Lessons(features, counts, truth, codes, groups, rare)


def firsts_of(groups: Integers) -> Integers:
    """One text of each group."""
    return np.asarray(np.unique(groups, return_index=True)[1], np.int64)


def vocabulary_of(lessons: Lessons) -> Vocabulary:
    """What enough of these messages have. Raises TooLittle."""
    firsts = firsts_of(lessons.groups)
    shared_by = np.bincount(lessons.counts[firsts].indices, minlength=lessons.counts.shape[1])
    chosen = np.flatnonzero(shared_by >= MESSAGES_MIN)
    names = [name for block in BLOCKS for name in lessons.features[block]]
    ends = np.searchsorted(chosen, np.cumsum([0, *(len(lessons.features[b]) for b in BLOCKS)]))
    features = {
        block: tuple(names[one] for one in chosen[ends[place] : ends[place + 1]].tolist())
        for place, block in enumerate(BLOCKS)
    }
    if not all(features.values()):
        raise TooLittle(f"no word is in {MESSAGES_MIN} distinct messages")
    scarcity = (np.log((1 + len(firsts)) / (1 + shared_by[chosen])) + 1).astype(np.float32)
    vocabulary = Vocabulary(chosen, features, scarcity, ())
    return vocabulary._replace(lengths_min=vocabulary.lengths(lessons.counts))


def _features(firsts: Sequence[Grams], unspoken: frozenset[str]) -> dict[str, tuple[str, ...]]:
    found = {}
    for block in BLOCKS:
        shared_by = Counter(chain.from_iterable(set(getattr(grams, block)) for grams in firsts))
        found[block] = tuple(
            sorted(
                name
                for name, count in shared_by.items()
                if count >= MESSAGES_MIN and unspoken.isdisjoint(name.split(" "))
            )
        )
    return found
