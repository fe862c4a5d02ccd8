"""Tails, critical values and p-values: what every interval and test here rests on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats._inference import critical_value, significance, tail, two_sided

levels = st.floats(0.5, 0.99999)
freedoms = st.one_of(st.floats(1, 500), st.just(np.inf))


def test_the_values_of_every_textbook():
    assert critical_value(0.95) == pytest.approx(1.959964, abs=1e-6)
    assert critical_value(0.95, 10) == pytest.approx(2.228139, abs=1e-6)
    assert critical_value(0.998) == pytest.approx(3.090232, abs=1e-6)
    assert two_sided(1.959964).item() == pytest.approx(0.05, abs=1e-6)


@settings(derandomize=True, max_examples=50, deadline=None)
@given(levels, freedoms)
def test_a_critical_value_has_the_p_value_that_its_level_leaves(confidence, df):
    assert two_sided(critical_value(confidence, df), df).item() == pytest.approx(1 - confidence, rel=1e-8)


def test_very_high_levels_keep_their_digits():
    # From the upper tail 1 - 5e-16 would be rounded to a float or two beside 1.
    from scipy.stats import norm

    assert critical_value(1 - 1e-15) == pytest.approx(norm.isf(tail(1 - 1e-15)), rel=1e-14)


def test_without_degrees_of_freedom_there_is_no_value():
    assert np.isnan(critical_value(0.95, 0))


def test_an_estimate_without_spread_is_certain_or_nothing():
    assert significance(2.0, 0.0) == (np.inf, 0.0)
    statistic, p_value = significance(0.0, 0.0)
    assert np.isnan(statistic)
    assert p_value == 1


@pytest.mark.parametrize("confidence", [0.0, 1.0, 95.0, np.nan])
def test_a_level_outside_0_to_1_is_refused(confidence):
    with pytest.raises(ValueError, match="`confidence` must lie between 0 and 1, and is"):
        tail(confidence)
