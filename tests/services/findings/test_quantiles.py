"""The counts that a warning expects are those of the Poisson distribution."""

import pytest
from scipy.stats import poisson

from services.findings.warning import poisson_quantile


@pytest.mark.parametrize("mean", [1e-9, 0.3, 1.0, 4.2, 37.0, 812.5])
@pytest.mark.parametrize("share", [0.025, 0.05, 0.5, 0.9, 0.975])
def test_a_quantile_is_that_of_the_library(share: float, mean: float) -> None:
    assert poisson_quantile(share, mean) == int(poisson.ppf(share, mean))
