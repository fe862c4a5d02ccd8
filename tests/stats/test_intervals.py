"""Intervals: known answers, and the ends at none and all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matneo.stats.intervals import byar, garwood, wilson


def test_wilson_gives_the_textbook_answer():
    # Newcombe (1998), Statistics in Medicine 17:857, table I: 81 of 263 is 0.2553 to 0.3662.
    interval = wilson(81, 263)

    assert (float(interval.lower), float(interval.upper)) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_garwood_gives_the_textbook_answer():
    # Ten events: 4.795 to 18.39.
    interval = garwood(10)

    assert (float(interval.lower), float(interval.upper)) == pytest.approx((4.795, 18.391), abs=1e-3)


def test_nothing_counted_has_no_interval():
    assert np.isnan(wilson(0, 0).lower)
    assert np.isnan(garwood(0, 0).upper)


def test_none_and_all_have_exact_ends():
    assert wilson(0, 20).lower == 0
    assert wilson(20, 20).upper == 1
    assert byar(0).lower == 0


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_estimate(counts):
    top, bottom = counts
    interval = wilson(top, bottom)

    assert interval.lower <= top / bottom <= interval.upper


@given(st.integers(5, 5000))
def test_byar_is_close_to_the_exact_interval(events):
    exact, near = garwood(events), byar(events)

    assert near.lower == pytest.approx(exact.lower, rel=0.02)
    assert near.upper == pytest.approx(exact.upper, rel=0.02)
