"""Gaps between two groups, how they change, and the intervals they are made of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from matneo.stats import ratios
from matneo.stats.gaps import gap, gap_change, gap_test

side = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
properties = settings(derandomize=True, max_examples=15, deadline=None)


class TestByHand:
    def test_a_gap_is_a_difference_and_a_ratio(self):
        found = gap(30, 100, 15, 100)

        assert float(found.difference) == pytest.approx(0.15)
        assert float(found.ratio) == pytest.approx(2)
        assert str(found.ratio_method) == "katz"
        # Katz: variance 1/30 - 1/100 + 1/15 - 1/100 = 0.08.
        assert float(found.ratio_upper) == pytest.approx(2 * np.exp(1.959964 * 0.08**0.5))

    @pytest.mark.parametrize(
        ("counts", "lower", "upper"),
        # Newcombe (1998), Statistics in Medicine 17:873, table II, method 10.
        [
            ((56, 70, 48, 80), 0.0524, 0.3339),
            ((9, 10, 3, 10), 0.1705, 0.8090),
            ((6, 7, 2, 7), 0.0582, 0.8062),
            ((5, 56, 0, 29), -0.0381, 0.1926),
            ((0, 10, 0, 20), -0.1611, 0.2775),
            ((10, 10, 0, 20), 0.6791, 1.0000),
            ((10, 10, 0, 10), 0.6075, 1.0000),
        ],
    )
    def test_newcombes_own_table(self, counts, lower, upper):
        found = gap(*counts)

        assert (float(found.difference_lower), float(found.difference_upper)) == pytest.approx(
            (lower, upper), abs=5e-5
        )

    def test_the_exact_ratio_is_where_the_binomial_tails_are_two_and_a_half_percent(self):
        # 4 of 1427 beside 39 of 12719: of 43 events, the share of the first group at each limit.
        found = gap(4, 1427, 39, 12719)
        share = [r * 1427 / (r * 1427 + 12719) for r in (float(found.ratio_lower), float(found.ratio_upper))]

        assert str(found.ratio_method) == "exact"
        assert binom.sf(3, 43, share[0]) == pytest.approx(0.025)
        assert binom.cdf(4, 43, share[1]) == pytest.approx(0.025)

    def test_one_reference_serves_many_groups(self):
        found = gap([30, 10, 0], [100, 100, 50], 15, 100)

        assert found.ratio.tolist() == pytest.approx([2, 2 / 3, 0])
        assert found.ratio_method.tolist() == ["katz", "katz", "exact"]
        assert set(map(len, found.columns().values())) == {3}

    def test_a_gap_that_halves(self):
        change = gap_change((120, 1000, 80, 1000), (90, 1000, 70, 1000))

        assert float(change.difference_change) == pytest.approx(-0.02)
        assert float(change.ratio_change) == pytest.approx((90 / 70) / (120 / 80))
        before, after = gap(120, 1000, 80, 1000), gap(90, 1000, 70, 1000)
        below = np.hypot(0.02 - float(after.difference_lower), float(before.difference_upper) - 0.04)
        assert float(change.difference_lower) == pytest.approx(-0.02 - below)

    def test_absolute_and_relative_gaps_can_move_apart(self):
        change = gap_change((200, 1000, 100, 1000), (60, 1000, 20, 1000))

        assert float(change.difference_change) < 0 < float(np.log(change.ratio_change))


class TestEdges:
    def test_no_events_in_the_group(self):
        found = gap(0, 97, 50, 16269)

        assert (float(found.ratio), float(found.ratio_lower)) == (0, 0)
        assert float(found.ratio_upper) == pytest.approx(12.842, abs=1e-3)

    def test_no_events_in_the_reference(self):
        found = gap(5, 100, 0, 100)

        assert (float(found.ratio), float(found.ratio_upper)) == (np.inf, np.inf)
        assert float(found.ratio_lower) > 0

    def test_no_events_at_all_have_no_ratio(self):
        found = gap(0, 100, 0, 100)

        assert np.isnan([float(found.ratio), float(found.ratio_lower)]).all()
        assert float(gap_test(0, 100, 0, 100)) == 1
        assert float(gap_test(0, 100, 0, 100, kind="rate")) == 1
        assert np.isnan(float(gap_change((0, 9, 0, 9), (1, 9, 1, 9)).ratio_change))

    def test_nobody_has_no_gap(self):
        found = gap([0, 5], [0, 10], 5, 10)

        assert np.isnan([found.difference[0], found.ratio[0]]).all()
        assert np.isfinite([found.difference[1], found.ratio[1]]).all()
        assert np.isnan(gap_test([0, 5], [0, 10], 5, 10)).tolist() == [True, False]

    def test_rates_may_have_more_events_than_exposure(self):
        found = gap(30, 10, 20, 10, kind="rate")

        assert float(found.rate) == 3
        assert str(found.ratio_method) == "exact"
        assert float(gap_test(30, 10, 20, 10, kind="rate")) == pytest.approx(2 * binom.cdf(20, 50, 0.5))

    @pytest.mark.parametrize(
        "counts", [(11, 10, 1, 10), (-1, 10, 1, 10), (1, 10, np.nan, 10), (1, np.inf, 1, 10)]
    )
    def test_impossible_counts_get_a_sentence(self, counts):
        with pytest.raises(ValueError, match="numerator`"):
            gap(*counts)

    def test_an_odds_ratio_needs_somebody_with_and_somebody_without(self):
        found = ratios.odds_ratio([0, 10, 5], [10, 10, 10], [0, 10, 2], [10, 10, 10])

        assert np.isnan(found.estimate).tolist() == [True, True, False]
        assert found.lower[2] < found.estimate[2] < found.upper[2]


@properties
@given(side, side)
def test_the_intervals_hold_the_gap(one, other):
    for kind in ("proportion", "rate"):
        found = gap(*one, *other, kind=kind)

        assert found.difference_lower <= found.difference + 1e-12
        assert found.difference <= found.difference_upper + 1e-12
        assert np.isnan(found.ratio) or found.ratio_lower <= found.ratio <= found.ratio_upper


@properties
@given(side, side)
def test_exchanging_the_groups_turns_everything_round(one, other):
    first, second = gap(*one, *other), gap(*other, *one)

    assert float(second.difference_lower) == pytest.approx(-float(first.difference_upper), abs=1e-12)
    assert float(gap_test(*other, *one)) == pytest.approx(float(gap_test(*one, *other)))
    if first.ratio_lower > 0 and first.ratio_upper < np.inf:
        assert float(second.ratio_lower) == pytest.approx(1 / float(first.ratio_upper))


@properties
@given(side, side)
def test_a_difference_stays_between_minus_one_and_one(one, other):
    found = gap(*one, *other)

    assert found.difference_lower >= -1 - 1e-12
    assert found.difference_upper <= 1 + 1e-12


@properties
@given(side, side, side, side)
def test_no_change_is_inside_when_nothing_changed(a, b, c, d):
    same = gap_change((*a, *b), (*a, *b))
    there, back = gap_change((*a, *b), (*c, *d)), gap_change((*c, *d), (*a, *b))

    assert same.difference_lower <= 0 <= same.difference_upper
    assert float(back.difference_lower) == pytest.approx(-float(there.difference_upper), abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("p", "q", "n", "m"), [(0.01, 0.005, 600, 2000), (0.3, 0.2, 80, 150), (0.004, 0.004, 500, 900)]
)
def test_gaps_are_covered(p, q, n, m):
    random, runs = np.random.default_rng(4), 20_000
    found = gap(random.binomial(n, p, runs), n, random.binomial(m, q, runs), m)
    difference = np.mean((found.difference_lower <= p - q) & (p - q <= found.difference_upper))
    known = ~np.isnan(found.ratio_lower)
    ratio = np.mean(((found.ratio_lower <= p / q) & (p / q <= found.ratio_upper))[known])

    assert 0.935 < difference < 0.985
    assert ratio > 0.94  # exact where counts are few: never too narrow there


@pytest.mark.slow
def test_the_change_of_a_gap_is_covered():
    random, runs = np.random.default_rng(6), 20_000
    drawn = [(random.binomial(n, p, runs), n) for p, n in ((0.2, 150), (0.1, 400), (0.15, 160), (0.09, 420))]
    change = gap_change((*drawn[0], *drawn[1]), (*drawn[2], *drawn[3]))
    covered = np.mean((change.difference_lower <= -0.04) & (change.difference_upper >= -0.04))
    relative = (0.15 / 0.09) / (0.2 / 0.1)

    assert covered == pytest.approx(0.95, abs=0.01)
    assert np.mean((change.ratio_lower <= relative) & (relative <= change.ratio_upper)) == pytest.approx(
        0.95, abs=0.01
    )
