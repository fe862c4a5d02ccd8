"""One round of a survey against the next."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_ind

from matneo.stats.survey_rounds import compare_rounds

scores = st.lists(st.integers(0, 20).map(lambda step: 5.0 * step), min_size=2, max_size=25)
properties = settings(derandomize=True, max_examples=15)


def test_welch_by_hand():
    # Means 60 and 70, both variances 100 over 3: standard error sqrt(200/3), 4 degrees of freedom.
    change = compare_rounds([50, 60, 70], [60, 70, 80])

    assert (change.difference, change.df) == (10, pytest.approx(4))
    assert change.statistic == pytest.approx(10 / (200 / 3) ** 0.5)
    assert change.cohens_d == pytest.approx(1)
    assert change.hedges_g == pytest.approx(1 - 3 / 15)
    assert (change.positive_first, change.positive_second) == (0, pytest.approx(1 / 3))
    assert "independent" in change.note


def test_equal_thirds_are_equal_whatever_rounding_makes_of_their_means():
    # The mean of seven 64.2857... is not always that of three.
    change = compare_rounds([450 / 7] * 3, [450 / 7] * 7)

    assert change.difference == 0
    assert np.isnan(change.p_value)


def test_missing_scores_are_left_out():
    change = compare_rounds([50, np.nan, 60, 70], [60, 70, 80, np.nan])

    assert (change.n_first, change.n_second) == (3, 3)


def test_rounds_without_any_spread_have_no_test():
    same, apart = compare_rounds([80, 80], [80, 80, 80]), compare_rounds([80, 80], [90, 90])

    assert np.isnan([same.statistic, same.p_value, same.cohens_d]).all()
    assert (same.rank_p_value, same.difference) == (1, 0)
    assert (apart.difference, apart.lower, apart.upper) == (10, 10, 10)


def test_a_round_of_one_is_none():
    with pytest.raises(ValueError, match="second round has 1 scores"):
        compare_rounds([1, 2], [3, np.nan])


@properties
@given(scores, scores)
def test_it_is_the_welch_test_of_scipy(first, second):
    assume(np.ptp(first) > 0 and np.ptp(second) > 0)  # scipy warns of samples without any spread
    ours = compare_rounds(first, second)
    theirs = ttest_ind(second, first, equal_var=False)
    ends = theirs.confidence_interval()

    assert ours.p_value == pytest.approx(float(theirs.pvalue), abs=1e-12)
    assert (ours.lower, ours.upper) == pytest.approx((float(ends.low), float(ends.high)))


@properties
@given(scores, scores)
def test_exchanging_rounds_turns_everything_round(first, second):
    one, other = compare_rounds(first, second), compare_rounds(second, first)

    assert other.lower == pytest.approx(-one.upper)
    assert other.positive_lower == pytest.approx(-one.positive_upper)
    assert other.rank_p_value == pytest.approx(one.rank_p_value)
    assert other.positive_p_value == pytest.approx(one.positive_p_value)
