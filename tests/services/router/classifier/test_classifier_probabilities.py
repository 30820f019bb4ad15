"""Probabilities mean what they say, and thresholds keep their promise on what chose them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.router.classifier.evaluating import evaluate
from services.router.classifier.probabilities import (
    SURE_NEVER,
    calibration_error,
    fit,
    softmax,
    sure_for_cost,
    sure_for_precision,
)


def drawn(texts, codes, sharpness, seed=1):
    """Chances, and truths drawn from these very chances."""
    random = np.random.default_rng(seed)
    chances = softmax(random.normal(size=(texts, codes)) * sharpness)
    truth = np.array([random.choice(codes, p=row) for row in chances])
    return chances, truth


def test_chances_that_are_true_have_no_calibration_error():
    chances, truth = drawn(20_000, 4, 2)
    assert calibration_error(chances, truth) < 0.012
    assert calibration_error(softmax(np.log(chances) * 3), truth) > 0.05


def test_fitting_finds_the_scale_again():
    chances, truth = drawn(8_000, 3, 2)
    found = fit(np.log(chances) / 5, truth)
    assert np.diag(found.mixing).mean() - found.mixing[0, 1] == pytest.approx(5, rel=0.15)
    fitted = found.probabilities(np.log(chances) / 5)
    assert calibration_error(fitted, truth) < 0.03


def test_from_the_threshold_on_that_share_is_right():
    chances, truth = drawn(5_000, 3, 3)
    sure_from = sure_for_precision(chances, truth, 0.95)
    sure = chances.max(axis=1) >= sure_from
    right = chances.argmax(axis=1) == truth
    assert right[sure].mean() >= 0.95
    assert 0.2 < sure.mean() < 1
    assert right.mean() < 0.95


def test_a_promise_that_cannot_be_kept_makes_nothing_sure():
    chances = np.array([[0.9, 0.1], [0.8, 0.2]])
    assert sure_for_precision(chances, np.array([1, 1]), 0.5) == SURE_NEVER


@given(st.floats(1, 200), st.integers(0, 20))
def test_no_other_threshold_costs_less(wrong, seed):
    chances, truth = drawn(60, 3, 2, seed)
    best, right = chances.max(axis=1), chances.argmax(axis=1) == truth

    def cost(sure_from):
        sure = best >= sure_from
        return wrong * (~right[sure]).sum() + (~sure).sum()

    chosen = cost(sure_for_cost(chances, truth, wrong, 1.0))
    assert all(chosen <= cost(other) + 1e-9 for other in (*best, 2.0))


def test_an_evaluation_counts_by_hand():
    truth = np.array([0, 0, 1, 1])
    chances = np.array([[0.9, 0.1, 0], [0.4, 0.6, 0], [0.2, 0.8, 0], [0.3, 0.7, 0]])
    found = evaluate(chances, truth, ("01", "02", "03"))
    assert found.confusion == ((1, 1, 0), (0, 2, 0), (0, 0, 0))
    assert found.accuracy == 0.75
    assert found.by_code[0].f1 == pytest.approx(2 / 3)
    assert found.by_code[1].f1 == pytest.approx(0.8)
    assert found.macro_f1 == pytest.approx((2 / 3 + 0.8) / 2), "a code without texts is no miss"
    assert (found.coverage, found.sure_from) == (0.75, 0.7)
