"""Inequality between groups without an order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.group_variation import group_variation

groups = st.lists(
    st.integers(2, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=8
).map(lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True)))
properties = settings(derandomize=True, max_examples=30)


def test_two_groups_by_hand():
    # Rates 0.1 and 0.3 around 0.2: variance 0.01; deviation (ln 2 + ln(2/3))/2; chi-square 2 * 100 * 0.01 / 0.16.
    spread = group_variation([10, 30], [100, 100])

    assert spread.between_group_variance == pytest.approx(0.01)
    assert spread.mean_log_deviation == pytest.approx((np.log(2) + np.log(2 / 3)) / 2)
    assert spread.chi_square == pytest.approx(12.5)
    assert spread.between_group_variance_corrected == pytest.approx(0.01 - 0.25 * (0.09 + 0.21) / 99)


def test_equal_rates_do_not_vary():
    spread = group_variation([10, 20], [100, 200])

    assert (spread.between_group_variance, spread.mean_log_deviation) == pytest.approx((0, 0), abs=1e-15)
    assert spread.p_value == 1


def test_a_group_without_events_has_no_log():
    spread = group_variation([0, 30], [100, 100])

    assert spread.mean_log_deviation == np.inf
    assert np.isnan(spread.mean_log_deviation_se)


def test_no_events_anywhere_are_equal_rates():
    spread = group_variation([0, 0], [100, 100])

    assert (spread.mean_log_deviation, spread.chi_square, spread.p_value) == (0, 0, 1)


@pytest.mark.parametrize(
    ("events", "people", "words"), [([1], [5], "at least two"), ([6, 1], [5, 5], "row 0 has 6 of 5")]
)
def test_impossible_groups_get_a_sentence(events, people, words):
    with pytest.raises(ValueError, match=words):
        group_variation(events, people)


@properties
@given(groups, st.randoms(use_true_random=False))
def test_the_order_of_groups_does_not_matter(rows, random):
    order = list(range(len(rows[0])))
    random.shuffle(order)
    one, other = group_variation(*rows), group_variation(rows[0][order], rows[1][order])

    assert other.between_group_variance == pytest.approx(one.between_group_variance)
    assert other.mean_log_deviation == pytest.approx(one.mean_log_deviation)
    assert one.between_group_variance >= 0
    assert one.mean_log_deviation >= -1e-12


@pytest.mark.slow
def test_the_correction_takes_out_what_chance_puts_in_and_errors_are_right():
    random, runs = np.random.default_rng(7), 4000
    people, rates = np.array([400, 120, 140, 150, 300]), np.array([0.10, 0.16, 0.12, 0.20, 0.09])
    shares = people / people.sum()
    truth = shares @ (rates - shares @ rates) ** 2
    found = [group_variation(random.binomial(people, rates), people) for _ in range(runs)]
    corrected = np.array([one.between_group_variance_corrected for one in found])
    deviation = np.array([one.mean_log_deviation for one in found])

    assert corrected.mean() == pytest.approx(truth, abs=3 * corrected.std() / runs**0.5)
    assert np.mean([one.between_group_variance for one in found]) > 1.1 * truth
    assert np.mean([one.mean_log_deviation_se for one in found]) == pytest.approx(deviation.std(), rel=0.15)
