"""Scores into probabilities that mean what they say, and how well they do."""

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from services.router.classifier.model_file import Floats

Numbers = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
OFFSET_PENALTY = 0.01  # keeps a code of few texts near what its scores say
BINS = 15
SURE_NEVER = 1.0


def probabilities(scores: Floats | Numbers, scale: float, offsets: Numbers) -> Numbers:
    """Texts × codes, each row of sum 1."""
    moved = scores * scale + offsets
    moved = moved - moved.max(axis=1, keepdims=True)
    raised = np.exp(moved)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def fit(scores: Numbers, truth: Integers) -> tuple[float, Numbers]:
    """(scale, offset per code) under which these answers are the most likely."""
    rows = np.arange(len(truth))

    def cost(values: Numbers) -> tuple[float, Numbers]:
        chances = probabilities(scores, values[0], values[1:])
        likely = np.log(np.maximum(chances[rows, truth], 1e-12))
        chances[rows, truth] -= 1
        slope_scale = (chances * scores).sum() / len(truth)
        slope_offsets = chances.mean(axis=0) + 2 * OFFSET_PENALTY * values[1:]
        penalty = OFFSET_PENALTY * float(values[1:] @ values[1:])
        return float(penalty - likely.mean()), np.array([slope_scale, *slope_offsets])

    start = np.array([1.0, *np.zeros(scores.shape[1])])
    bounds = [(0.01, 100.0), *[(None, None)] * scores.shape[1]]
    found = minimize(cost, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return float(found[0]), np.asarray(found[1:])


def calibration_error(chances: Numbers, truth: Integers) -> float:
    """Mean distance between what the best answer's probability says and how often it is right,
    in 15 bins of equal width (expected calibration error)."""
    best, right = chances.max(axis=1), chances.argmax(axis=1) == truth
    bins = np.minimum((best * BINS).astype(int), BINS - 1)
    apart = [
        abs(float(best[bins == one].mean() - right[bins == one].mean())) * float((bins == one).mean())
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
