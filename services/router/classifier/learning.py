"""Weights out of labelled rows: a linear support vector machine per code over features that are
scaled by how differently a code's texts use them (NB-SVM: Wang and Manning, 2012)."""

import warnings
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array

from services.router.classifier.model_file import Floats
from services.router.classifier.probabilities import Integers, Numbers

SMOOTHING = 0.5
RATIO_POWER = 0.85  # a little flatter than by the book: the probabilities come out better
PENALTY = 0.4  # the inverse strength of regularisation; 0.1 to 2 measure nearly alike
TOLERANCE = 0.01


class Weights(NamedTuple):
    """features × codes, and one number per code."""

    weights: Floats
    bias: Floats

    def scores(self, rows: csr_array) -> Numbers:
        return np.asarray(rows @ self.weights + self.bias, np.float64)


def learn(rows: csr_array, truth: Integers, codes: int, seed: int) -> Weights:
    """rows: texts × features, weighed. Every code must have texts, and none all of them."""
    # Only here: whoever asks a trained model needs none of it.
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.svm import LinearSVC

    present = rows.copy()
    present.data = np.ones_like(present.data)
    weights = np.zeros((rows.shape[1], codes), np.float32)
    bias = np.zeros(codes, np.float32)
    for code in range(codes):
        ratio = np.abs(_log_ratio(present, truth == code)) ** RATIO_POWER
        machine = LinearSVC(C=PENALTY, tol=TOLERANCE, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # good enough is what tol says
            machine.fit(rows @ diags_array(ratio.astype(np.float32)), truth == code)
        weights[:, code] = machine.coef_[0] * ratio
        bias[code] = machine.intercept_[0]
    return Weights(weights, bias)


def _log_ratio(present: csr_array, is_code: npt.NDArray[np.bool_]) -> Numbers:
    shares = []
    for chosen in (is_code, ~is_code):
        counts = np.asarray(present[np.flatnonzero(chosen)].sum(axis=0)).ravel() + SMOOTHING
        shares.append(np.log(counts / counts.sum()))
    return np.asarray(shares[0] - shares[1])


def folds_of(
    truth: Integers, groups: Integers, folds: int, seed: int
) -> Sequence[npt.NDArray[np.intp]]:
    """The texts of each fold: all of a group together, the codes in like shares."""
    from sklearn.model_selection import StratifiedGroupKFold

    split = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return [held_out for _, held_out in split.split(np.zeros(len(truth)), truth, groups)]
