"""Observed over expected, and one rate over another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.comparisons import fisher_test
from matneo.stats.ratios import (
    odds_ratio,
    rate_ratio,
    ratio_p_value,
    risk_difference,
    risk_ratio,
    standardised_ratio,
)

steady = settings(derandomize=True, deadline=None, max_examples=15)


class TestStandardisedRatio:
    def test_by_hand(self):
        # 12 deaths where 8 are expected: 1.5; no deaths where 0.4 are: up to -ln(.025)/.4 = 9.22.
        made = standardised_ratio([12, 0], [8, 0.4])

        assert made.ratio.tolist() == [1.5, 0]
        assert made.lower[1] == 0
        assert made.upper[1] == pytest.approx(-np.log(0.025) / 0.4)

    def test_the_phe_rule_changes_at_ten(self):
        made = standardised_ratio([9, 10], [9.9, 7.3], method="phe")
        exact, byar = (standardised_ratio([9, 10], [9.9, 7.3], method=name) for name in ("exact", "byar"))

        assert made.method.tolist() == ["exact", "byar"]
        assert made.lower.tolist() == [exact.lower[0], byar.lower[1]]

    def test_less_than_one_expected(self):
        made = standardised_ratio([0, 1], 0.3)

        assert made.upper == pytest.approx([12.296, 18.572], abs=1e-3)

    def test_nothing_expected_has_no_ratio(self):
        assert np.isnan(standardised_ratio(0, 0).ratio)
        assert np.isnan(ratio_p_value(0, 0))

    @pytest.mark.parametrize("method", ["exact", "midp"])
    @steady
    @given(st.integers(0, 400), st.floats(0.5, 400))
    def test_an_interval_without_1_has_a_p_value_below_5_percent(self, method, observed, expected):
        made = standardised_ratio(observed, expected, method=method)
        outside = made.lower > 1 or made.upper < 1
        p = ratio_p_value(observed, expected)
        if method == "midp":
            assert outside == (p < 0.05)
        else:  # exact is never less careful than mid-p
            assert not outside or p < 0.05

    def test_unknown_methods_are_named(self):
        with pytest.raises(ValueError, match="'phe', and not 'best'"):
            standardised_ratio(1, 1, method="best")
        with pytest.raises(ValueError, match="not 'best'"):
            ratio_p_value(1, 1, method="best")

    def test_columns_are_ready_for_a_table(self):
        assert set(standardised_ratio([1, 2], [3, 4]).columns()) == {
            "observed", "expected", "ratio", "lower", "upper", "method",
        }  # fmt: skip


class TestMinimumLikelihood:
    def test_it_adds_what_is_no_more_likely(self):
        # Mean 3, none observed: P(0) = .0498; 6 (.0504) is likelier, 7 (.0216) and more are not: .0498 + .0335.
        assert float(ratio_p_value(0, 3, method="minlike")) == pytest.approx(0.0498 + 0.0335, abs=1e-4)

    @steady
    @given(st.floats(0.05, 300))
    def test_it_is_what_the_plain_sum_says(self, mean):
        from matneo.stats.distributions import Poisson

        counts = np.arange(int(3 * mean) + 8)
        every = np.arange(int(6 * mean) + 400)
        probability = Poisson(mean).probability(every)
        plain = [probability[probability <= probability[k] * (1 + 1e-7)].sum() for k in counts]

        np.testing.assert_allclose(
            ratio_p_value(counts, mean, method="minlike"), plain, rtol=1e-7, atol=1e-12
        )

    def test_the_expected_count_itself_is_not_surprising(self):
        assert float(ratio_p_value(5, 5, method="minlike")) == 1

    @pytest.mark.parametrize("method", ["midp", "minlike"])
    def test_a_missing_count_has_no_p_value(self, method):
        found = ratio_p_value([3, np.nan, 3, 3], [5.5, 5.5, np.nan, 0], method=method)

        assert np.isnan(found).tolist() == [False, True, True, True]
        assert found[0] == ratio_p_value(3, 5.5, method=method)

    @pytest.mark.parametrize("method", ["midp", "minlike"])
    @pytest.mark.parametrize("count", [2.5, -1])
    def test_a_count_that_cannot_be_is_named(self, method, count):
        with pytest.raises(ValueError, match="`observed` is a whole number from 0 up; row 1"):
            ratio_p_value([3, count], 5.5, method=method)


class TestTwoGroups:
    def test_rate_ratio_by_hand(self):
        # 30 in 1000 against 20 in 2000: 3; its logarithm has the variance 1/30 + 1/20.
        made = rate_ratio(30, 1000, 20, 2000, method="wald")

        assert float(made.estimate) == pytest.approx(3)
        assert float(made.upper) == pytest.approx(3 * np.exp(1.959964 * np.sqrt(1 / 30 + 1 / 20)))
        assert float(made.p_value) == pytest.approx(0.00014, abs=2e-5)

    def test_equal_rates_are_not_surprising(self):
        made = rate_ratio(10, 500, 20, 1000)

        assert float(made.estimate) == 1
        assert made.lower < 1 < made.upper
        assert float(made.p_value) > 0.9

    def test_exact_rate_ratios_know_zeros_and_others_do_not(self):
        exact, wald = rate_ratio(0, 100, 5, 100), rate_ratio(0, 100, 5, 100, method="wald")

        assert (float(exact.lower), float(exact.estimate)) == (0, 0)
        assert float(exact.upper) < 1.1
        assert np.isnan([wald.lower, wald.upper, wald.p_value]).all()

    def test_an_odds_ratio_goes_with_fishers_test(self):
        # The tea tasting: 3 of 4 and 1 of 4; 34 of 70 tables are as rare.
        made = odds_ratio(3, 4, 1, 4)

        assert float(made.p_value) == pytest.approx(34 / 70)
        assert float(made.lower) < 1 < float(made.upper)
        assert float(fisher_test(3, 4, 1, 4)) == float(made.p_value)

    def test_a_log_interval_without_1_has_a_small_p(self):
        for made in (risk_ratio(30, 100, 15, 100), rate_ratio(30, 100, 15, 100, method="wald")):
            assert (float(made.lower) > 1) == (float(made.p_value) < 0.05)

    def test_absolute_and_relative_gaps_may_move_apart(self):
        # From 20 % and 10 % to 12 % and 5 %: the difference falls from 10 to 7 points, the ratio rises from 2 to 2.4.
        before, after = (200, 1000, 100, 1000), (120, 1000, 50, 1000)

        assert float(risk_difference(*before).estimate) == pytest.approx(0.10)
        assert float(risk_difference(*after).estimate) == pytest.approx(0.07)
        assert float(risk_ratio(*after).estimate) == pytest.approx(2.4)
        assert float(risk_ratio(*before).estimate) == pytest.approx(2.0)

    @steady
    @given(*[st.integers(1, 300)] * 2, *[st.integers(301, 5000)] * 2)
    def test_the_log_interval_of_a_ratio_turns_round(self, a, b, n, m):
        there, back = risk_ratio(a, n, b, m), risk_ratio(b, m, a, n)

        assert float(there.lower) == pytest.approx(1 / float(back.upper))
        assert float(there.p_value) == pytest.approx(float(back.p_value))

    @steady
    @given(*[st.integers(0, 60)] * 2, st.floats(0.2, 20))
    def test_the_exact_interval_of_a_ratio_without_1_has_a_small_p(self, a, b, exposure):
        made = rate_ratio(a, exposure, b, 1.0)
        if a + b and (made.lower > 1 or made.upper < 1):
            assert float(made.p_value) < 0.05

    @pytest.mark.parametrize("compare", [rate_ratio, risk_ratio, risk_difference, odds_ratio])
    def test_a_missing_count_is_missing_and_leaves_the_others_alone(self, compare):
        found = compare([3, np.nan, 3], [40, 40, 40], [7, 7, np.nan], 40)
        alone = compare(3, 40, 7, 40)

        for column in ("estimate", "lower", "upper"):
            values = getattr(found, column)
            assert np.isnan(values).tolist() == [False, True, True]
            assert values[0] == getattr(alone, column)
        assert np.isnan(found.p_value[1:]).all()

    def test_a_rate_without_exposure_has_no_p_value(self):
        assert np.isnan(rate_ratio(3, 0, 1, 5).p_value)

    def test_impossible_counts_are_refused(self):
        with pytest.raises(ValueError, match="row 0 has 12 of 10"):
            risk_ratio(12, 10, 1, 10)
        with pytest.raises(ValueError, match="row 0 has -2 of 10"):
            rate_ratio(-2, 10, 1, 10)
        with pytest.raises(ValueError, match="not 'score'"):
            rate_ratio(1, 10, 1, 10, method="score")
