"""Rounding for release: the published rule by hand, and what it may never do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.disclosure import released_percentage, released_rate, round_counts, rounded_range

counts = st.lists(st.integers(0, 100_000), min_size=1, max_size=20).map(np.array)
properties = settings(derandomize=True, max_examples=40)


def test_the_published_rule():
    given_counts = [0, 1, 4, 5, 7, 8, 9, 10, 12, 13, 17, 18, 1002, 1003]

    assert round_counts(given_counts).tolist() == [0, 5, 5, 5, 5, 10, 10, 10, 10, 15, 15, 20, 1000, 1005]


def test_parts_do_not_add_up_to_their_total():
    parts = np.array([1, 1, 1])

    assert round_counts(parts).sum() == 15
    assert round_counts(parts.sum()) == 5


def test_a_percentage_tells_no_more_than_the_rounded_counts():
    assert released_percentage([1, 7], [98, 102]).tolist() == [5, 5]  # 5 of 100
    assert released_percentage([13], [13]).tolist() == [100]
    assert np.isnan(released_percentage([0], [0])).all()


def test_a_percentage_is_never_above_a_hundred():
    assert released_percentage([8, 12], [12, 12]).max() <= 100


def test_a_rare_rate_needs_eight_events():
    found = released_rate([0, 7, 8, 30], [1000, 1000, 1000, 0 + 30], per=1000)

    assert np.isnan(found[:2]).all()
    assert found[2:].tolist() == [8, 1000]


def test_missing_is_not_zero():
    assert np.isnan(round_counts([np.nan, 3])).tolist() == [True, False]
    assert np.isnan(released_rate([np.nan], [100])).all()


@pytest.mark.parametrize("wrong", [[-1], [2.5], [np.inf]])
def test_a_count_is_whole_and_not_negative(wrong):
    with pytest.raises(ValueError, match="whole number"):
        round_counts(wrong)


def test_more_cannot_be_counted_than_there_are():
    with pytest.raises(ValueError, match="row 0 has 6 of 5"):
        released_percentage([6], [5])


def test_a_figure_that_is_not_rounded_is_noticed():
    with pytest.raises(ValueError, match="no multiple of 5"):
        rounded_range([12])


@properties
@given(counts)
def test_rounding_twice_changes_nothing(values):
    once = round_counts(values)

    assert round_counts(once).tolist() == once.tolist()


@properties
@given(counts)
def test_a_rounded_count_stays_in_its_range_and_the_range_rounds_to_it(values):
    rounded = round_counts(values)
    low, high = rounded_range(rounded)

    assert ((low <= values) & (values <= high)).all()
    assert (round_counts(low) == rounded).all()
    assert (round_counts(high) == rounded).all()
    assert (round_counts(high + 1) > rounded).all()


@properties
@given(st.integers(0, 1000), st.integers(0, 1000))
def test_rounding_keeps_the_order(one, other):
    small, large = sorted((one, other))

    assert round_counts(small) <= round_counts(large)
    assert (round_counts(small) == 0) == (small == 0)


@properties
@given(st.integers(1, 50_000))
def test_no_released_count_is_between_one_and_four(count):
    assert round_counts(count) >= 5
