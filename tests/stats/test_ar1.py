"""Regression with autoregressive errors: against the likelihood written out, and where the likelihood is flat."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats._profile_likelihood import highest
from matneo.stats.ar1 import effective_df, gls_ar1
from matneo.stats.regression import ols


def series(seed, n=30, rho=0.5):
    noise = np.random.default_rng(seed).normal(size=n)
    for place in range(1, n):
        noise[place] += rho * noise[place - 1]
    return noise


def design(n=30):
    return np.column_stack([np.ones(n), np.arange(n), np.arange(n) >= n // 2]).astype(float)


def written_out(y, x, time, rho, weights=None):
    """The restricted log-likelihood with the whole covariance matrix, as in the textbook."""
    w = np.ones(len(y)) if weights is None else weights
    v = rho ** np.abs(np.subtract.outer(time, time)) / np.sqrt(np.outer(w, w))
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    b = np.linalg.solve(information, x.T @ inverse @ y)
    rss = (y - x @ b) @ inverse @ (y - x @ b)
    free = len(y) - x.shape[1]
    loglik = (
        -(
            free * (np.log(2 * np.pi * rss / free) + 1)
            + np.linalg.slogdet(v)[1]
            + np.linalg.slogdet(information)[1]
        )
        / 2
    )
    return loglik, b, rss / free * np.linalg.inv(information)


class TestAgainstTheFormula:
    def test_likelihood_coefficients_and_errors(self):
        y, x = series(1), design()
        fit = gls_ar1(y, x)
        loglik, b, covariance = written_out(y, x, np.arange(30), fit.rho)

        assert fit.loglik == pytest.approx(loglik)
        assert fit.coef == pytest.approx(b)
        assert fit.covariance == pytest.approx(covariance)
        for other in (fit.rho - 0.01, fit.rho + 0.01, 0.0, -0.5, 0.9):
            assert written_out(y, x, np.arange(30), other)[0] < fit.loglik

    def test_gaps_and_weights_too(self):
        time = np.array([0, 1, 2, 5, 6, 7, 8, 12, 13, 14, 15, 16, 17, 18, 19, 23, 24, 25, 26, 27])
        y, x = series(2, 20), design(20)
        weights = np.linspace(1, 3, 20)
        fit = gls_ar1(y, x, time=time, weights=weights)
        loglik, b, covariance = written_out(y, x, time, fit.rho, weights)

        assert fit.loglik == pytest.approx(loglik)
        assert fit.coef == pytest.approx(b)
        assert fit.covariance == pytest.approx(covariance)

    def test_negative_correlation_over_gaps_keeps_its_sign(self):
        time = np.delete(np.arange(40), [7, 8, 20])
        y = series(3, 40, -0.7)[np.delete(np.arange(40), [7, 8, 20])]
        fit = gls_ar1(y, np.ones((37, 1)), time=time)

        assert fit.rho < -0.4
        assert fit.loglik == pytest.approx(written_out(y, np.ones((37, 1)), time, fit.rho)[0])


class TestEffectiveDegrees:
    def test_by_hand(self):
        assert effective_df(48, 4, 0.0) == 44
        assert effective_df(48, 4, 0.5) == pytest.approx(48 * 0.5 / 1.5 - 4)  # 12

    def test_negative_correlation_earns_no_credit_and_strong_one_leaves_one(self):
        assert effective_df(48, 4, -0.5) == 44
        assert effective_df(24, 4, 0.95) == 1

    def test_a_fit_uses_them_unless_told(self):
        y, x = series(4, 60, 0.7), design(60)

        assert gls_ar1(y, x).df < gls_ar1(y, x, degrees="residual").df == 57


class TestFlatLikelihood:
    """REML with a flat likelihood: the zero end is checked, and the result says that it is a guess."""

    def test_points_on_the_line_say_nothing_of_rho(self):
        fit = gls_ar1(3 + 2 * np.arange(12.0), np.column_stack([np.ones(12), np.arange(12)]))

        assert fit.flat
        assert fit.rho == 0
        assert fit.coef == pytest.approx([3, 2])
        assert fit.sigma == 0

    def test_two_free_residuals_are_flagged(self):
        fit = gls_ar1([1.0, 2.0, 0.0, 2.5], np.column_stack([np.ones(4), np.arange(4)]))

        assert fit.flat
        assert fit.rho_upper - fit.rho_lower > 1.5
        assert np.isfinite(fit.se).all()

    def test_a_likelihood_without_any_slope_gives_zero(self):
        best = highest(lambda rho: np.zeros_like(rho), -0.9, 0.9)

        assert best.at == pytest.approx(0)
        assert (best.lower, best.upper) == (-0.9, 0.9)

    def test_of_two_humps_the_higher_one_is_found(self):
        def humps(x):
            return np.exp(-(((x + 0.7) / 0.05) ** 2)) + 1.001 * np.exp(-(((x - 0.6) / 0.05) ** 2))

        assert highest(humps, -1, 1).at == pytest.approx(0.6, abs=1e-6)

    def test_a_maximum_at_the_end_says_so(self):
        best = highest(lambda x: -x, 0, 1)

        assert best.at == 0
        assert best.at_end

    def test_a_hundred_points_are_not_flat(self):
        assert not gls_ar1(series(5, 100), design(100)).flat


class TestAlwaysTrue:
    @settings(derandomize=True, max_examples=8, deadline=None)
    @given(st.integers(0, 10_000), st.floats(-1e4, 1e4))
    def test_a_constant_added_shifts_only_the_intercept(self, seed, constant):
        y = series(seed)
        before, after = gls_ar1(y, design()), gls_ar1(y + constant, design())

        assert after.rho == pytest.approx(before.rho, abs=1e-5)
        assert after.coef - before.coef == pytest.approx([constant, 0, 0], abs=1e-4)

    @settings(derandomize=True, max_examples=8, deadline=None)
    @given(st.integers(0, 10_000), st.sampled_from([1e-3, 7.0, 1e4]))
    def test_other_units_of_y_scale_everything_but_rho(self, seed, factor):
        y = series(seed)
        before, after = gls_ar1(y, design()), gls_ar1(y * factor, design())

        assert after.rho == pytest.approx(before.rho, abs=1e-5)
        assert after.se == pytest.approx(before.se * factor, rel=1e-4)

    def test_without_correlation_it_is_least_squares(self):
        x = np.ones((40, 1))
        y = np.tile([1.0, 1.0, -1.0, -1.0], 10)  # lag-1 products cancel but for the ends
        fit = gls_ar1(y, x)

        assert abs(fit.rho) < 0.06
        assert fit.coef == pytest.approx(ols(y, x).coef, abs=0.01)
        assert fit.se == pytest.approx(ols(y, x).se, rel=0.06)

    def test_the_unit_of_time_is_nothing(self):
        y, x = series(1, 60, 0.6), design(60)
        here, there = gls_ar1(y, x), gls_ar1(y, x, time=3 * np.arange(60))

        assert (there.rho, there.df) == (here.rho, here.df)
        assert there.se.tolist() == here.se.tolist()

    def test_time_may_start_anywhere(self):
        y, x = series(6), design()

        assert gls_ar1(y, x, time=np.arange(30) + 600).rho == gls_ar1(y, x).rho


@pytest.mark.parametrize("time", [[0, 1, 1, 2], [0, 2, 1, 3], [0, 1.5, 2, 3], [0, 1, 2]])
def test_times_that_do_not_rise_by_whole_numbers_are_refused(time):
    with pytest.raises(ValueError, match="time"):
        gls_ar1([1.0, 2, 4, 3], np.ones((4, 1)), time=time)
