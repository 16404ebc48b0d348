"""Student's t against the incomplete beta function of mpmath, in forty digits."""

from __future__ import annotations

import mpmath
import pytest

from lossctl.statistics.intervals.student import quantile, two_sided_p


def exact(t: float, freedom: float) -> mpmath.mpf:
    with mpmath.workdps(40):
        square = mpmath.mpf(t) ** 2
        return mpmath.betainc(mpmath.mpf(freedom) / 2, mpmath.mpf(1) / 2, 0, freedom / (freedom + square), regularized=True)


@pytest.mark.parametrize("freedom", [1, 2, 3.5, 10, 31, 33, 100, 1000, 9999, 10_000, 10_001, 100_000, 1e6, 1e8, 1e10])
@pytest.mark.parametrize("t", [1e-8, 0.001, 0.5, 1.0, 1.96, 2.5, 5.0, 12.0, 30.0])
def test_the_two_sided_probability_is_right_to_twelve_digits(t: float, freedom: float) -> None:
    assert abs(two_sided_p(t, freedom) / exact(t, freedom) - 1) < 1e-12
    assert two_sided_p(-t, freedom) == two_sided_p(t, freedom)


@pytest.mark.parametrize("freedom", [1, 4, 29, 999, 9999, 1e8])
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_a_quantile_is_exceeded_by_the_rest(confidence: float, freedom: float) -> None:
    assert abs(exact(quantile(confidence, freedom), freedom) / (1 - confidence) - 1) < 1e-11
