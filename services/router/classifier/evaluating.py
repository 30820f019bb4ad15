"""How good answers are, on texts that were not learnt from."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from services.router.classifier.probabilities import (
    Integers,
    Numbers,
    calibration_error,
    sure_for_precision,
)

PRECISION = 0.98


class OfCode(NamedTuple):
    """precision: share of answers with this code that are right; recall: share of its texts that
    get it; f1: their harmonic mean."""

    code: str
    texts: int
    precision: float
    recall: float
    f1: float


class Evaluation(NamedTuple):
    """confusion: rows are true codes, columns answers, both in the order of `codes`. coverage: the
    largest share of texts, by falling probability, of which 98 % are right, from sure_from on."""

    codes: tuple[str, ...]
    texts: int
    macro_f1: float
    accuracy: float
    coverage: float
    sure_from: float
    calibration_error: float
    by_code: tuple[OfCode, ...]
    confusion: tuple[tuple[int, ...], ...]


def evaluate(chances: Numbers, truth: Integers, codes: Sequence[str]) -> Evaluation:
    """chances: texts × codes. Macro-F1 is the mean over the codes that some text has."""
    confusion = np.zeros((len(codes), len(codes)), np.int64)
    np.add.at(confusion, (truth, chances.argmax(axis=1)), 1)
    by_code = tuple(_of_code(code, confusion, number) for number, code in enumerate(codes))
    sure_from = sure_for_precision(chances, truth, PRECISION)
    right = int(np.trace(confusion))
    return Evaluation(
        codes=tuple(codes),
        texts=len(truth),
        macro_f1=float(np.mean([one.f1 for one in by_code if one.texts])),
        accuracy=right / len(truth),
        coverage=float((chances.max(axis=1) >= sure_from).mean()),
        sure_from=sure_from,
        calibration_error=calibration_error(chances, truth),
        by_code=by_code,
        confusion=tuple(tuple(map(int, row)) for row in confusion),
    )


def _of_code(code: str, confusion: Integers, number: int) -> OfCode:
    right = int(confusion[number, number])
    answered, texts = int(confusion[:, number].sum()), int(confusion[number].sum())
    precision = right / answered if answered else 0.0
    recall = right / texts if texts else 0.0
    f1 = 2 * right / (answered + texts) if answered + texts else 0.0
    return OfCode(code, texts, precision, recall, f1)
