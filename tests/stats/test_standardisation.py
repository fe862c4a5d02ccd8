"""Standardised rates: the sums by hand, and what must not change them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.standardisation import direct_standardise, indirect_standardise

steady = settings(derandomize=True, deadline=None, max_examples=25)


class TestIndirect:
    def test_by_hand(self):
        # Site A: 1000 births at .010 and 500 at .030: 10 + 15 = 25 expected, 35 seen: 1.4. Site B: 200 x .010 = 2, 1 seen.
        made = indirect_standardise(
            [20, 15, 1], [1000, 500, 200], [0.01, 0.03, 0.01], ["A", "A", "B"], overall_rate=0.015, per=1000
        )

        assert made.group.tolist() == ["A", "B"]
        assert made.expected == pytest.approx([25, 2])
        assert made.ratio == pytest.approx([1.4, 0.5])
        assert made.rate == pytest.approx([21, 7.5])
        assert made.lower == pytest.approx(made.ratio_lower * 15)

    def test_a_group_that_is_the_reference_has_the_ratio_1(self):
        events, people = np.array([7, 30, 11.0]), np.array([500, 900, 100.0])
        made = indirect_standardise(
            events, people, events / people, ["all"] * 3, overall_rate=events.sum() / people.sum()
        )

        assert made.ratio == pytest.approx([1])
        assert made.rate == pytest.approx([48 / 1500])

    @steady
    @given(st.permutations(range(6)))
    def test_the_order_of_rows_does_not_matter(self, order):
        columns = np.array(
            [[3, 1, 4, 1, 5, 9], [100, 90, 80, 70, 60, 50], [0.02, 0.03, 0.04, 0.02, 0.03, 0.04]]
        )
        site = np.array(["B", "A", "B", "A", "A", "B"])
        plain = indirect_standardise(*columns, site, overall_rate=0.03)
        shuffled = indirect_standardise(*columns[:, order], site[order], overall_rate=0.03)

        assert shuffled.ratio == pytest.approx(plain.ratio)

    def test_impossible_rows_are_refused(self):
        with pytest.raises(ValueError, match="row 0 has -1"):
            indirect_standardise([-1], [10], [0.1], ["A"], overall_rate=0.1)
        with pytest.raises(ValueError, match="below zero or missing; row 0 has nan"):
            indirect_standardise([1], [10], [np.nan], ["A"], overall_rate=0.1)
        with pytest.raises(
            ValueError, match=r"`observed` needs 2 entries, one a row, and has the shape \(3,\)"
        ):
            indirect_standardise([1, 2, 3], [10, 10], [0.1, 0.1], ["A", "A"], overall_rate=0.1)


class TestDirect:
    def test_by_hand(self):
        # .02 x 3/4 + .03 x 1/4 = .0225; variance (.75/1000)^2 x 20 + (.25/500)^2 x 15 = 1.5e-5.
        made = direct_standardise([20, 15], [1000, 500], [3, 1], ["A", "A"])
        stretch = np.sqrt(1.5e-5 / 35)

        assert made.rate == pytest.approx([0.0225])
        assert made.lower == pytest.approx([0.0225 + stretch * (24.379 - 35)], rel=1e-4)
        assert made.upper == pytest.approx([0.0225 + stretch * (48.677 - 35)], rel=1e-4)

    @pytest.mark.parametrize("method", ["dobson", "gamma"])
    def test_one_stratum_is_a_plain_rate_with_the_exact_interval(self, method):
        from matneo.stats.intervals import garwood

        made, exact = direct_standardise([12], [480], [1], ["A"], method=method), garwood(12, 480)

        assert made.lower == pytest.approx([float(exact.lower)])
        assert made.upper == pytest.approx([float(exact.upper)])

    @steady
    @given(st.floats(0.1, 1000))
    def test_only_the_shares_of_the_standard_matter(self, scale):
        weights = np.array([5.0, 3, 2])
        plain, scaled = (
            direct_standardise([5, 8, 2], [100, 300, 90], w, ["A"] * 3, method="gamma")
            for w in (weights, weights * scale)
        )

        assert scaled.rate == pytest.approx(plain.rate)
        assert scaled.upper == pytest.approx(plain.upper)

    def test_no_events_have_an_upper_end_by_gamma_only(self):
        dobson, gamma = (
            direct_standardise([0, 0], [100, 300], [1, 1], ["A", "A"], method=m) for m in ("dobson", "gamma")
        )

        assert dobson.rate[0] == dobson.lower[0] == gamma.lower[0] == 0
        assert np.isnan(dobson.upper[0])
        assert gamma.upper[0] == pytest.approx(3.689 * 0.5 / 100, rel=1e-3)

    def test_an_empty_stratum_leaves_no_rate(self):
        assert np.isnan(direct_standardise([1, 0], [100, 0], [1, 1], ["A", "A"]).rate[0])

    def test_unknown_methods_are_named(self):
        with pytest.raises(ValueError, match="not 'bootstrap'"):
            direct_standardise([1], [10], [1], ["A"], method="bootstrap")


@pytest.mark.slow
def test_the_gamma_interval_covers_what_it_says():
    rng = np.random.default_rng(11)
    people, rates, weights = np.array([900, 400, 150.0]), np.array([0.01, 0.03, 0.08]), np.array([5, 3, 2.0])
    draws = 3000
    events = rng.poisson(people * rates, (draws, 3))
    made = direct_standardise(
        events.ravel(),
        np.tile(people, draws),
        np.tile(weights, draws),
        np.repeat(np.arange(draws), 3),
        method="gamma",
    )
    truth = (rates * weights).sum() / weights.sum()

    assert 0.95 <= np.mean((made.lower <= truth) & (truth <= made.upper)) < 0.985
