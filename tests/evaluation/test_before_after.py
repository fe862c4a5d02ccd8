"""Before and after, by hand, by property, and refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matneo.evaluation.before_after import change

MONTHS = np.arange(100, 114)


def counted(before, after, between=(49, 50)):
    """Six months, two in between that must not count, six months."""
    return np.array([*before, *between, *after], float)


def test_by_hand():
    """20 of 50 a month, then 30 of 50: 0.4 to 0.6. Months agree, so the binomial variance holds, with half a case added:
    120.5/301 and 180.5/301."""
    top = counted([20] * 6, [30] * 6, (50, 50))

    found = change(MONTHS, top, np.full(14, 50), began=106, settled=108)

    low, high = 120.5 / 301, 180.5 / 301
    assert (found.before, found.after) == (0.4, 0.6)
    assert found.difference == pytest.approx(0.2)
    assert found.variance == pytest.approx((low * (1 - low) + high * (1 - high)) / 300)
    assert (found.months_before, found.months_after) == (6, 6)


def test_months_that_differ_by_more_than_chance_widen_it():
    """Before: 0 and 40 of 50 by turns, mean 0.4, each 20 away: 6/5 * 6 * 400 / 300^2 = 0.032."""
    steady = change(MONTHS, counted([20] * 6, [30] * 6), np.full(14, 50), began=106, settled=108)
    wild = change(MONTHS, counted([0, 40] * 3, [30] * 6), np.full(14, 50), began=106, settled=108)

    after = (180.5 / 301) * (1 - 180.5 / 301) / 300
    assert wild.variance == pytest.approx(0.032 + after)
    assert wild.variance > steady.variance


@pytest.mark.parametrize(("began", "settled"), [(105, 108), (106, 109)])
def test_five_months_on_a_side_are_too_few(began, settled):
    assert change(MONTHS, np.full(14, 9.0), np.full(14, 50), began=began, settled=settled) is None


def test_a_month_without_a_value_or_without_cases_does_not_count():
    top, bottom = np.full(14, 9.0), np.full(14, 50.0)
    top[0] = np.nan
    assert change(MONTHS, top, bottom, began=106, settled=108) is None

    top, bottom[1] = np.full(14, 0.0), 0.0
    assert change(MONTHS, top, bottom, began=106, settled=108) is None


def test_quarters_count_three_months_and_must_end_before_the_test():
    quarters = np.arange(100, 130, 3)
    found = change(quarters, np.full(10, 10), np.full(10, 50), began=109, settled=112, length=3)

    assert (found.months_before, found.months_after) == (9, 18)
    assert change(quarters, np.full(10, 10), np.full(10, 50), began=105, settled=112, length=3) is None


def test_one_year_is_one_point_and_no_spread_can_be_known():
    assert change([100, 112, 124], [1, 2, 3], [9, 9, 9], began=112, settled=112, length=12) is None


def test_what_settled_before_it_began_is_still_after_the_first_test():
    both = [
        change(MONTHS, np.full(14, 9), np.full(14, 50), began=107, settled=s).months_after for s in (101, 107)
    ]

    assert both == [7, 7]


@given(st.lists(st.integers(0, 50), min_size=14, max_size=14), st.integers(2, 9))
def test_more_of_the_same_is_as_much_and_surer_and_turned_round_it_is_the_other_sign(top, times):
    top = np.array(top)
    once = change(MONTHS, top, np.full(14, 50), began=106, settled=108)
    more = change(MONTHS, top * times, np.full(14, 50 * times), began=106, settled=108)
    back = change(MONTHS, top[::-1], np.full(14, 50), began=106, settled=108)

    assert more.difference == pytest.approx(once.difference)
    assert 0 < more.variance <= once.variance + 1e-12
    assert back.difference == pytest.approx(-once.difference)
    assert back.variance == pytest.approx(once.variance)


@pytest.mark.parametrize(
    ("top", "bottom", "words"),
    [([1], [2, 3], "as many"), ([-1, 1], [2, 2], "below 0"), ([3, 1], [2, 2], "above its denominator")],
)
def test_what_makes_no_sense_is_refused(top, bottom, words):
    with pytest.raises(ValueError, match=words):
        change([1, 2], top, bottom, began=1, settled=1)
