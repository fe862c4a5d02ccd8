"""Least squares, Newey-West and residuals by hand, and what must stay true of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matneo.stats._inference import estimate
from matneo.stats.hac import automatic_bandwidth, long_run, newey_west, robust
from matneo.stats.regression import ols
from matneo.stats.serial_correlation import autocorrelation, durbin_watson, ljung_box

LINE = np.column_stack([np.ones(4), np.arange(4)])
VALUES = arrays(float, 20, elements=st.floats(-100, 100, allow_nan=False).map(lambda value: round(value, 3)))
TIME = np.column_stack([np.ones(20), np.arange(20)])


class TestByHand:
    def test_a_line_through_four_points(self):
        # Slope: Σ(t - 1.5)(y - 4.25)/Σ(t - 1.5)² = (4.875 + .625 + .375 + 5.625)/5 = 2.3; level 4.25 - 1.5 x 2.3 = .8.
        # Residuals .2 -.1 -.4 .3: sum of squares .3, σ² = .3/2 = .15; se(slope) = √(.15/5).
        fit = ols([1, 3, 5, 8], LINE, terms=["intercept", "time"])

        assert fit.coef == pytest.approx([0.8, 2.3])
        assert fit.residuals == pytest.approx([0.2, -0.1, -0.4, 0.3])
        assert fit.se[1] == pytest.approx(np.sqrt(0.15 / 5))
        assert fit.r2 == pytest.approx(1 - 0.3 / 26.75)
        assert fit.df == 2

    def test_newey_west_of_a_mean_is_the_weighted_sum_of_autocovariances(self):
        # Residuals of 1 2 4 5 from their mean 3: -2 -1 1 2. Lag 0: 10; lag 1: 2 - 1 + 2 = 3; lag 2: -2 - 2 = -4.
        # 10 + 2 (2/3 x 3 + 1/3 x -4) = 34/3; divided by n² = 16.
        fit = ols([1, 2, 4, 5], np.ones((4, 1)))

        assert newey_west(fit, lag=2, adjust=False).covariance[0, 0] == pytest.approx(34 / 3 / 16)
        assert newey_west(fit, lag=2).covariance[0, 0] == pytest.approx(34 / 3 / 16 * 4 / 3)

    def test_with_lag_zero_it_is_whites(self):
        fit = ols([1, 3, 5, 9], LINE)

        assert newey_west(fit, lag=0, adjust=False).covariance == pytest.approx(robust(fit).covariance)

    def test_the_interval_uses_t(self):
        low = estimate(2.0, 1.0, 4, confidence=0.95, method="")

        assert low.upper - 2 == pytest.approx(2.776445)  # t table, 4 degrees of freedom
        assert estimate(2.0, 1.0, np.inf, confidence=0.95, method="").upper - 2 == pytest.approx(1.959964)

    def test_residuals_that_alternate_are_negatively_correlated(self):
        # 1 -1 1 -1: lag 1 has three products of -1 over 4; differences 4 + 4 + 4 over 4.
        assert autocorrelation([1, -1, 1, -1], 1)[0] == -0.75
        assert durbin_watson([1, -1, 1, -1]) == 3
        assert ljung_box([1, -1, 1, -1, 1, -1], 1) == pytest.approx(
            0.00982327, abs=1e-8
        )  # Q = 48 x (25/36)/5 = 20/3

    def test_it_says_how_it_was_made(self):
        fit = newey_west(ols([1, 3, 5, 9], LINE), lag=1)

        assert fit.method == "newey-west/1"
        assert fit.parameters["lag"] == 1
        assert fit.parameters["of"] == "ols/1"
        assert list(fit.coefficients().columns()) == [
            "term", "estimate", "se", "statistic", "p_value", "lower", "upper",
        ]  # fmt: skip


class TestAlwaysTrue:
    @settings(derandomize=True, max_examples=30, deadline=None)
    @given(VALUES, st.floats(-50, 50))
    def test_a_constant_added_shifts_only_the_intercept(self, y, constant):
        before, after = ols(y, TIME), ols(y + constant, TIME)

        assert after.coef - before.coef == pytest.approx([constant, 0], abs=1e-8)
        assert after.se == pytest.approx(before.se, abs=1e-8)

    @settings(derandomize=True, max_examples=30, deadline=None)
    @given(VALUES, st.sampled_from([0.5, 3.0, 12.0]))
    def test_time_in_other_units_scales_the_slope_and_its_error(self, y, factor):
        before = newey_west(ols(y, TIME), lag=2)
        after = newey_west(ols(y, TIME * [1, factor]), lag=2)

        assert after.coef[1] * factor == pytest.approx(before.coef[1], abs=1e-8)
        assert after.se[1] * factor == pytest.approx(before.se[1], abs=1e-8)

    @settings(derandomize=True, max_examples=20, deadline=None)
    @given(VALUES, st.permutations(range(20)))
    def test_the_order_of_rows_is_nothing_to_least_squares_and_white(self, y, order):
        before, after = ols(y, TIME), ols(y[order], TIME[order])

        assert after.coef == pytest.approx(before.coef, abs=1e-8)
        assert robust(after).se == pytest.approx(robust(before).se, abs=1e-8)

    @settings(derandomize=True, max_examples=20, deadline=None)
    @given(VALUES, st.integers(0, 10))
    def test_the_bartlett_covariance_is_never_negative(self, y, lag):
        fit = newey_west(ols(y, TIME), lag=lag)

        assert np.linalg.eigvalsh(fit.covariance)[0] >= -1e-9 * (1 + np.abs(fit.covariance).max())

    @settings(derandomize=True, max_examples=20, deadline=None)
    @given(VALUES, st.integers(1, 5))
    def test_whole_weights_are_repeated_rows(self, y, times):
        weights = np.where(np.arange(20) % 2, times, 1)

        weighted = ols(y, TIME, weights=weights)
        repeated = ols(np.repeat(y, weights), np.repeat(TIME, weights, axis=0))

        assert weighted.coef == pytest.approx(repeated.coef, abs=1e-8)
        assert weighted.bread == pytest.approx(repeated.bread)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ols([1, 2], LINE[:2]), "2 points cannot carry 2 terms"),
        (lambda: ols([1, 2, 3], LINE), "`y` needs 4 entries"),
        (lambda: ols([1, np.nan, 3, 4], LINE), "row 1 has nan"),
        (lambda: ols([1, 2, 3, 4], np.where(LINE == 3, np.inf, LINE), terms=["a", "b"]), "has inf for b"),
        (lambda: ols([1, 2, 3, 4], LINE, weights=[1, 1, 0, 1]), "row 2 has 0"),
        (lambda: ols([1, 2, 3, 4], LINE, terms=["a"]), "2 columns and 1 names"),
        (
            lambda: ols(range(20), np.column_stack([TIME, 2 * TIME[:, 1]]), terms=["one", "t", "twice"]),
            "tell twice from",
        ),
        (
            lambda: ols(range(20), np.column_stack([TIME, np.zeros(20)]), terms=["one", "t", "none"]),
            "tell none from",
        ),
        (lambda: newey_west(ols([1, 3, 5, 9], LINE), lag=4), "lag of 4 does not fit a series of 4"),
        (lambda: newey_west(ols([1, 3, 5, 9], LINE), lag=-1), "lag of -1"),
        (lambda: ols([1, 3, 5, 9], LINE).estimate("level"), "not 'level'"),
        (lambda: ols([1, 3, 5, 9], LINE).combination([1]), "needs 2 weights"),
        (lambda: ols([1, 3, 5, 9], LINE).coefficients(1.5), "between 0 and 1"),
        (lambda: autocorrelation([1, 2], 2), "more than 2 residuals"),
        (lambda: durbin_watson([1, np.nan, 2]), "`residuals` needs a finite number in every row; row 1"),
        (lambda: ljung_box([1, 2, 3], 1, fitted_parameters=1), "leave nothing to test"),
    ],
)
def test_it_refuses_with_a_sentence(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_a_bandwidth_beyond_the_series_is_refused_not_shortened():
    # Lag 1 takes back half of lag 0, lag 2 gives a little: 1 + 2 (r₁ + r₂) is almost nothing, and the bandwidth divides by it.
    fit = ols(np.diff(np.random.default_rng(1).normal(size=25)), np.ones((24, 1)))

    assert automatic_bandwidth(fit) > 24
    with pytest.raises(ValueError, match="does not fit a series of 24"):
        newey_west(fit, lag="auto")


def test_residuals_of_zero_have_a_bandwidth_of_zero():
    fit = ols([0.0] * 5, np.ones((5, 1)))

    assert automatic_bandwidth(fit) == 0
    assert newey_west(fit, lag="auto").se[0] == 0


def test_residuals_of_zero_have_no_correlation_to_speak_of():
    assert np.isnan(autocorrelation([0, 0, 0], 1)[0])
    assert np.isnan(durbin_watson([0, 0, 0]))


def test_the_long_run_sum_of_one_row_is_its_own_product():
    assert long_run([[2.0, 1.0]], 0).tolist() == [[4, 2], [2, 1]]
