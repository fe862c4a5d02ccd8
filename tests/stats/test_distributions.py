"""Counts by chance: by hand, against SciPy, and the rule that lines and flags share."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.distributions import Binomial, Poisson

LEVELS = (0.001, 0.025, 0.975, 0.999)
sizes = st.integers(1, 3000)
shares = st.one_of(st.floats(0.0005, 0.9995), st.sampled_from([0.0, 1.0]))
means = st.floats(0.001, 2000)


class TestByHand:
    def test_a_quantile_lies_between_two_counts(self):
        # Three expected: F(6) = .9665, F(7) = .9881, so .975 lies (.9881 - .975)/.0216 = .61 below 7.
        assert float(Poisson(3.0).quantile(0.975)) == pytest.approx(6.39, abs=0.005)

    def test_no_quantile_lies_below_no_events(self):
        # exp(-3) = .0498 have none at all, more than 2.5 %.
        assert float(Poisson(3.0).quantile(0.025)) == 0

    def test_mid_p_counts_half_of_the_count_itself(self):
        # Four coins: P(X = 4) = 1/16, P(X = 3) = 4/16.
        chance = Binomial(4, 0.5).mid_p(3)

        assert float(chance.above) == pytest.approx(1 / 16 + 4 / 32)
        assert float(chance.below) == pytest.approx(11 / 16 + 4 / 32)
        assert float(chance.two_sided) == pytest.approx(2 * (1 / 16 + 4 / 32))

    @pytest.mark.parametrize(
        ("expected", "lower", "upper", "below", "above"),
        [
            (1, 0, 2.90, 0, 0.080),
            (3, 0, 6.39, 0, 0.034),
            (10, 3.78, 16.2, 0.010, 0.027),
            (50, 36.1, 63.8, 0.024, 0.032),
        ],
    )
    def test_limits_and_false_alarms_at_small_expected_numbers(self, expected, lower, upper, below, above):
        chance = Poisson(float(expected))
        low, high = float(chance.quantile(0.025)), float(chance.quantile(0.975))

        assert (low, high) == (pytest.approx(lower, abs=0.05), pytest.approx(upper, abs=0.05))
        assert float(chance.at_most(np.ceil(low) - 1)) == pytest.approx(below, abs=0.0006)
        assert float(chance.more_than(np.floor(high))) == pytest.approx(above, abs=0.0006)


class TestAgainstSciPy:
    @settings(derandomize=True, deadline=None, max_examples=15)
    @given(sizes, st.floats(0.0005, 0.9995))
    def test_binomial(self, n, p):
        from scipy.stats import binom

        k = np.arange(-1, n + 2)
        ours, theirs = Binomial(n, p), binom(n, p)

        np.testing.assert_allclose(ours.probability(k), theirs.pmf(k), rtol=1e-9, atol=1e-300)
        np.testing.assert_allclose(ours.at_most(k), theirs.cdf(k), rtol=1e-9, atol=1e-290)
        np.testing.assert_allclose(ours.more_than(k), theirs.sf(k), rtol=1e-9, atol=1e-290)

    @settings(derandomize=True, deadline=None, max_examples=15)
    @given(means)
    def test_poisson(self, mean):
        from scipy.stats import poisson

        k = np.arange(-1, int(2 * mean) + 20)
        ours, theirs = Poisson(mean), poisson(mean)

        np.testing.assert_allclose(ours.probability(k), theirs.pmf(k), rtol=1e-9, atol=1e-300)
        np.testing.assert_allclose(ours.at_most(k), theirs.cdf(k), rtol=1e-10, atol=1e-300)
        np.testing.assert_allclose(ours.more_than(k), theirs.sf(k), rtol=1e-10, atol=1e-300)

    @settings(derandomize=True, deadline=None, max_examples=15)
    @given(sizes, st.floats(0.0005, 0.9995), st.floats(0.0005, 0.9995))
    def test_the_quantile_is_spiegelhalters(self, n, share, p):
        from scipy.stats import binom

        r = binom.ppf(p, n, share)
        step = binom.cdf(r, n, share) - binom.cdf(r - 1, n, share)
        theirs = n if r == n else max(0.0, r - (binom.cdf(r, n, share) - p) / step)

        assert float(Binomial(n, share).quantile(p)) == pytest.approx(theirs, abs=1e-7)


class TestOutside:
    """A count lies beyond a quantile exactly when its tail is thinner than the quantile's."""

    @settings(derandomize=True, deadline=None, max_examples=15)
    @given(sizes, shares, st.sampled_from(LEVELS))
    def test_mid_quantiles_and_mid_p_never_contradict(self, n, share, p):
        k = np.arange(n + 1)
        chance = Binomial(n, share)
        line, mid_p = float(chance.quantile(p, mid=True)), chance.mid_p(k)
        clear = (np.abs(mid_p.above - (1 - p)) > 1e-12) & (np.abs(mid_p.below - p) > 1e-12)  # ties aside

        outside, rare = (k > line, mid_p.above < 1 - p) if p > 0.5 else (k < line, mid_p.below < p)
        np.testing.assert_array_equal(outside[clear], rare[clear])

    @settings(derandomize=True, deadline=None, max_examples=15)
    @given(means, st.sampled_from(LEVELS))
    def test_the_same_for_poisson(self, mean, p):
        k = np.arange(int(mean + 8 * np.sqrt(mean) + 12))
        chance = Poisson(mean)
        line, mid_p = float(chance.quantile(p, mid=True)), chance.mid_p(k)
        clear = (np.abs(mid_p.above - (1 - p)) > 1e-12) & (np.abs(mid_p.below - p) > 1e-12)

        outside, rare = (k > line, mid_p.above < 1 - p) if p > 0.5 else (k < line, mid_p.below < p)
        np.testing.assert_array_equal(outside[clear], rare[clear])

    @settings(derandomize=True, deadline=None, max_examples=15)
    @given(means, st.sampled_from(LEVELS))
    def test_plain_quantiles_leave_the_count_out_above_and_count_it_below(self, mean, p):
        k = np.arange(int(mean + 8 * np.sqrt(mean) + 12))
        chance = Poisson(mean)
        line = float(chance.quantile(p))
        clear = np.abs(chance.at_most(k) - p) > 1e-12

        above, below = chance.more_than(k) < 1 - p, chance.at_most(k) < p
        outside, rare = (k > line, above) if p > 0.5 else (k < line, below)
        np.testing.assert_array_equal(outside[clear], rare[clear])


@settings(derandomize=True, deadline=None, max_examples=15)
@given(sizes, shares, st.floats(0.001, 0.999))
def test_counting_the_others_turns_mid_quantiles_round(n, share, p):
    ours = float(Binomial(n, share).quantile(p, mid=True))
    others = float(Binomial(n, 1 - share).quantile(1 - p, mid=True))

    assert ours == pytest.approx(n - others, abs=1e-5)


@settings(derandomize=True, deadline=None, max_examples=15)
@given(means, st.booleans())
def test_quantiles_rise_with_the_probability_and_the_mean(mean, mid):
    p = np.linspace(0.002, 0.998, 97)
    line = Poisson(mean).quantile(p, mid=mid)

    assert (np.diff(line) >= -1e-9).all()
    assert (Poisson(mean * 1.1).quantile(p, mid=mid) >= line - 1e-9).all()


class TestEdges:
    def test_a_unit_in_which_all_succeeded_is_not_outside_if_most_would_do_the_same(self):
        # At a target of 99 % nine units of ten in ten succeed wholly; interpolation alone would put the line at 9.97.
        for mid in (False, True):
            assert float(Binomial(10, 0.99).quantile(0.975, mid=mid)) == 10

    @pytest.mark.parametrize("mid", [False, True])
    @pytest.mark.parametrize(("share", "certain"), [(0.0, 0.0), (1.0, 25.0)])
    def test_what_is_certain_is_never_outside(self, share, certain, mid):
        lines = Binomial(25, share).quantile(np.array(LEVELS), mid=mid)

        assert (lines[:2] <= certain).all()
        assert (lines[2:] >= certain).all()

    def test_nothing_expected(self):
        assert Poisson(0.0).quantile(np.array(LEVELS)).tolist() == [0] * 4
        assert float(Poisson(0.0).at_most(0)) == 1

    def test_less_than_one_expected(self):
        # exp(-.2) = .819 have none, .982 at most one: .975 lies just below 1.
        assert float(Poisson(0.2).quantile(0.975)) == pytest.approx(1 - (0.98248 - 0.975) / 0.16375, abs=1e-3)

    def test_far_tails_keep_their_digits(self):
        assert float(Poisson(1.0).more_than(40)) == pytest.approx(1.1265e-50, rel=1e-3)
        assert float(Poisson(1e5).quantile(1e-9)) == pytest.approx(1e5 - 5.998 * np.sqrt(1e5), abs=10)

    def test_arrays_broadcast(self):
        line = Binomial(np.array([100, 200, 300]), 0.1).quantile(np.array(LEVELS)[:, None])

        assert line.shape == (4, 3)
        assert line[1, 2] == pytest.approx(float(Binomial(300, 0.1).quantile(0.025)))

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda: Poisson(-1.0), "never below zero; row 0 has -1"),
            (lambda: Binomial(2.5, 0.1), "a whole number from 0 up; row 0 has 2.5"),
            (lambda: Binomial(5, 1.2), "between 0 and 1; row 0 has 1.2"),
            (lambda: Poisson(2.0).quantile(1.0), "between 0 and 1; row 0 has 1"),
            (lambda: Poisson(2.0).mid_p(1.5), "whole number from 0 up; row 0 has 1.5"),
        ],
    )
    def test_what_cannot_be_is_refused_with_the_value(self, make, words):
        with pytest.raises(ValueError, match=words):
            make()
