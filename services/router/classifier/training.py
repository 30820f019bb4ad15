"""From labelled messages to a model, and to what it can be relied on for."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np

from services.router.classifier.evaluating import PRECISION, Evaluation, evaluate
from services.router.classifier.learning import folds_of, learn
from services.router.classifier.lessons import (
    BLOCK_WEIGHTS,
    Labelled,
    Lessons,
    TooLittle,
    prepare,
    vocabulary_of,
)
from services.router.classifier.model_file import Figures, Model
from services.router.classifier.model_file import pack as pack
from services.router.classifier.probabilities import (
    Integers,
    Numbers,
    fit,
    sure_for_cost,
    sure_for_precision,
)

FOLDS = 5
FOLDS_OF_MANY_CODES = 3
MANY_CODES = 40
SEED = 20260301


class Sureness(NamedTuple):
    """When nobody has to look: at least this share right, or, with both costs, what costs least."""

    precision: float = PRECISION
    cost_wrong: float | None = None
    cost_look: float | None = None

    def sure_from(self, chances: Numbers, truth: Integers) -> float:
        if self.cost_wrong is None or self.cost_look is None:
            return sure_for_precision(chances, truth, self.precision)
        return sure_for_cost(chances, truth, self.cost_wrong, self.cost_look)


USUAL = Sureness()


class HeldOut(NamedTuple):
    """scores, chances: of each text, by models that saw neither it nor anything nearly the same,
    made into probabilities by what the other folds say. fold: of each text."""

    scores: Numbers
    chances: Numbers
    fold: Integers


class Trained(NamedTuple):
    """evaluation: on held-out texts. precision: of what is sure, the threshold taken from the
    other folds. groups: distinct messages."""

    model: Model
    evaluation: Evaluation
    groups: int
    rare_codes: dict[str, int]


def train(
    labelled: Iterable[Labelled],
    directory_version: str,
    unspoken: frozenset[str] = frozenset(),
    sureness: Sureness = USUAL,
    told: Callable[[str], None] = lambda line: None,
) -> Trained:
    """The same messages give the same model, in whatever order. unspoken: words that it may not
    know. told: is given a line on progress, now and then. Raises TooLittle."""
    lessons = prepare(labelled, unspoken)
    groups = len(np.unique(lessons.groups))
    told(f"{len(lessons.truth):,} texts, {groups:,} of them distinct, {len(lessons.codes)} labels")
    held_out = hold_out(lessons, told)
    calibration = fit(held_out.scores, lessons.truth)
    sure_from = min(1.0, round(sureness.sure_from(held_out.chances, lessons.truth), 4))
    evaluation = evaluate(held_out.chances, lessons.truth, lessons.codes)
    told("learning from all of them")
    vocabulary = vocabulary_of(lessons)
    weights = learn(vocabulary.rows(lessons.counts), lessons.truth, len(lessons.codes), SEED)
    coverage, precision = _elsewhere(held_out, lessons.truth, sureness)
    model = Model(
        codes=lessons.codes,
        directory_version=directory_version,
        texts=len(lessons.truth),
        sure_from=sure_from,
        figures=Figures(
            macro_f1=round(evaluation.macro_f1, 4),
            coverage=round(coverage, 4),
            precision=round(precision, 4),
            calibration_error=round(evaluation.calibration_error, 4),
        ),
        block_weights=BLOCK_WEIGHTS,
        lengths_min=vocabulary.lengths_min,
        features=vocabulary.features,
        weights=weights.weights,
        bias=weights.bias,
        mixing=calibration.mixing.astype(np.float32),
        offsets=calibration.offsets.astype(np.float32),
        scarcity=vocabulary.scarcity,
        tellable=_tellable(vocabulary.features),
    )
    return Trained(model, evaluation, groups, lessons.rare_codes)


def hold_out(lessons: Lessons, told: Callable[[str], None] = lambda line: None) -> HeldOut:
    """Cross-validation in which nothing nearly the same is on both sides. Raises TooLittle."""
    many = len(lessons.codes) > MANY_CODES
    count = FOLDS_OF_MANY_CODES if many else FOLDS
    _check_groups(lessons, count)
    scores = np.zeros((len(lessons.truth), len(lessons.codes)))
    fold = np.zeros(len(lessons.truth), np.int64)
    parts = folds_of(lessons.truth, lessons.groups, count, SEED)
    for number, held in enumerate(parts):
        told(f"holding out part {number + 1} of {count}")
        rest = lessons.part(np.setdiff1d(np.arange(len(lessons.truth)), held))
        vocabulary = vocabulary_of(rest)
        weights = learn(vocabulary.rows(rest.counts), rest.truth, len(lessons.codes), SEED)
        scores[held] = weights.scores(vocabulary.rows(lessons.counts[held]))
        fold[held] = number
    chances = np.zeros_like(scores)
    for number in range(count):
        here = fold == number
        calibration = fit(scores[~here], lessons.truth[~here])
        chances[here] = calibration.probabilities(scores[here])
    return HeldOut(scores, chances, fold)


def _check_groups(lessons: Lessons, folds: int) -> None:
    for number, code in enumerate(lessons.codes):
        distinct = len(np.unique(lessons.groups[lessons.truth == number]))
        if distinct < folds:
            raise TooLittle(
                f"label {code}: {distinct} distinct texts, all others nearly repeat them;"
                f" {folds} are needed"
            )


def _elsewhere(held_out: HeldOut, truth: Integers, sureness: Sureness) -> tuple[float, float]:
    """(coverage, precision) when each fold's threshold is chosen by the other folds."""
    sure = np.zeros(len(truth), bool)
    for number in np.unique(held_out.fold).tolist():
        here = held_out.fold == number
        sure_from = sureness.sure_from(held_out.chances[~here], truth[~here])
        sure[here] = held_out.chances[here].max(axis=1) >= sure_from
    right = held_out.chances.argmax(axis=1) == truth
    return float(sure.mean()), float(right[sure].mean()) if sure.any() else 0.0


def _tellable(features: dict[str, tuple[str, ...]]) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    """Whole words of two characters or more; runs of characters are none, pairs are no words."""
    runs, words, head = features["runs"], features["words"], features["head"]
    flags = [len(word) >= 2 and " " not in word for word in words]
    return np.array([False] * len(runs) + flags + [False] * len(head), np.uint8)
