"""Scores into probabilities that mean what they say, and how well they do."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Numbers = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
OFFSET_PENALTY = 0.01  # keeps a code of few texts near what its scores say
MIXING_PENALTY = 0.001  # what one code's score may say about another's chance
MIXED_CODES_MAX = 40  # with more codes there is too little to learn that from
BALANCE = 0.3  # 0: every text counts the same; 1: every code
BINS = 15
SURE_NEVER = 1.0


class Calibration(NamedTuple):
    """scores @ mixing + offsets -> softmax. mixing: codes × codes; offsets: one per code."""

    mixing: Numbers
    offsets: Numbers

    def probabilities(self, scores: Numbers) -> Numbers:
        return softmax(scores @ self.mixing + self.offsets)


def softmax(moved: Numbers) -> Numbers:
    """Texts × codes, each row of sum 1."""
    raised = np.exp(moved - moved.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def fit(scores: Numbers, truth: Integers) -> Calibration:
    """Under which these answers are the most likely: one scale for all, and as little else as the
    penalties make worth while."""
    codes = scores.shape[1]
    mixes = codes <= MIXED_CODES_MAX
    weight = _weights(truth)

    def cost(values: Numbers) -> tuple[float, Numbers]:
        tried = _unfolded(values, codes)
        chances = tried.probabilities(scores)
        rows = np.arange(len(truth))
        missed = -float(weight @ np.log(np.maximum(chances[rows, truth], 1e-12)))
        chances[rows, truth] -= 1
        chances *= weight[:, np.newaxis]
        slope = scores.T @ chances
        moved = values[1 + codes :]
        penalty = OFFSET_PENALTY * tried.offsets @ tried.offsets + MIXING_PENALTY * moved @ moved
        slopes = [[np.trace(slope)], chances.sum(axis=0) + 2 * OFFSET_PENALTY * tried.offsets]
        if mixes:
            slopes.append(slope.ravel() + 2 * MIXING_PENALTY * moved)
        return missed + float(penalty), np.concatenate(slopes)

    start = np.zeros(1 + codes + codes * codes * mixes)
    start[0] = 1.0
    found = minimize(cost, start, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    return _unfolded(found, codes)


def _weights(truth: Integers) -> Numbers:
    """Of each text, with the sum 1: those of a rare code weigh somewhat more."""
    weight = np.bincount(truth)[truth].astype(np.float64) ** -BALANCE
    return np.asarray(weight / weight.sum())


def _unfolded(values: Numbers, codes: int) -> Calibration:
    """values: scale, offsets, and, if codes are mixed, what is added to the scaled identity."""
    mixing = values[0] * np.eye(codes)
    if len(values) > 1 + codes:
        mixing = mixing + values[1 + codes :].reshape(codes, codes)
    return Calibration(mixing, values[1 : 1 + codes])


def calibration_error(chances: Numbers, truth: Integers) -> float:
    """Mean distance between what the best answer's probability says and how often it is right,
    in 15 bins of equal width (expected calibration error)."""
    best, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    bins = np.minimum((best * BINS).astype(int), BINS - 1)
    apart = [
        abs(float(best[bins == one].mean() - right[bins == one].mean()))
        * float((bins == one).mean())
        for one in set(bins.tolist())
    ]
    return sum(apart)


def sure_for_precision(chances: Numbers, truth: Integers, precision: float) -> float:
    """The lowest probability from which on at least this share of best answers is right; 1 if
    there is none."""
    best, right = _by_probability(chances, truth)
    share = np.cumsum(right) / np.arange(1, len(right) + 1)
    last_of_its_value = np.append(best[1:] < best[:-1], True)
    good = np.flatnonzero((share >= precision) & last_of_its_value)
    return float(best[good[-1]]) if len(good) else SURE_NEVER


def sure_for_cost(chances: Numbers, truth: Integers, wrong: float, look: float) -> float:
    """The probability from which on letting go costs least over these texts: a wrong dispatch
    costs `wrong`, a person's look at what is below costs `look`."""
    best, right = _by_probability(chances, truth)
    let_go = np.arange(1, len(right) + 1)
    total = np.cumsum(~right) * wrong + (len(right) - let_go) * look
    last_of_its_value = np.append(best[1:] < best[:-1], True)
    total = np.where(last_of_its_value, total, np.inf)
    cheapest = int(np.argmin(total))
    return float(best[cheapest]) if total[cheapest] < len(right) * look else SURE_NEVER


def _by_probability(chances: Numbers, truth: Integers) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    best, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    order = np.argsort(-best, kind="stable")
    return best[order], right[order]
