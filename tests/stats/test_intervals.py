"""Intervals: known answers, the ends at none and all, and how often they hold the truth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.distributions import Binomial, Poisson
from matneo.stats.intervals import (
    byar,
    clopper_pearson,
    garwood,
    jeffreys,
    midp_proportion,
    midp_rate,
    wilson,
)

PROPORTIONS = (wilson, clopper_pearson, jeffreys, midp_proportion)
RATES = (garwood, byar, midp_rate)
counts_of = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def ends(interval) -> tuple[float, float]:
    return float(interval.lower), float(interval.upper)


class TestTextbooks:
    def test_wilson_gives_the_textbook_answer(self):
        # Newcombe (1998), Statistics in Medicine 17:857, table I: 81 of 263 is 0.2553 to 0.3662.
        assert ends(wilson(81, 263)) == pytest.approx((0.2553, 0.3662), abs=5e-5)

    def test_clopper_pearson_and_mid_p_give_the_textbook_answers(self):
        # The same table: 0 of 20 is 0 to 0.1684 exactly, and 0 to 0.1391 by mid-p; 1 of 29 is 0.0009 to 0.1776 exactly.
        assert ends(clopper_pearson(0, 20)) == pytest.approx((0, 0.1684), abs=5e-5)
        assert ends(midp_proportion(0, 20)) == pytest.approx((0, 0.1391), abs=5e-5)
        assert ends(clopper_pearson(1, 29)) == pytest.approx((0.0009, 0.1776), abs=5e-5)

    def test_garwood_gives_the_textbook_answer(self):
        # Ten events: 4.795 to 18.39.
        assert ends(garwood(10)) == pytest.approx((4.795, 18.391), abs=1e-3)

    def test_no_events_are_ruled_out_by_hand(self):
        # exp(-m) = .025 gives 3.689; with half of it, exp(-m)/2 = .025, 2.996: the rule of three.
        assert float(garwood(0).upper) == pytest.approx(-np.log(0.025))
        assert float(midp_rate(0).upper) == pytest.approx(-np.log(0.05))

    def test_equal_to_statsmodels(self):
        from statsmodels.stats.proportion import proportion_confint

        for ours, theirs in ((wilson, "wilson"), (clopper_pearson, "beta"), (jeffreys, "jeffreys")):
            assert ends(ours(17, 90, 0.9)) == pytest.approx(proportion_confint(17, 90, 0.1, method=theirs))


class TestDuality:
    """An end of an exact interval is where the test against it has just the probability that the level leaves."""

    @settings(derandomize=True, deadline=None, max_examples=8)
    @given(counts_of, st.sampled_from([0.8, 0.95, 0.998]))
    def test_proportions(self, counts, level):
        x, n = counts
        tail = (1 - level) / 2
        exact, mid = clopper_pearson(x, n, level), midp_proportion(x, n, level)
        if x > 0:
            assert float(Binomial(n, float(exact.lower)).more_than(x - 1)) == pytest.approx(tail, rel=1e-6)
            assert float(Binomial(n, float(mid.lower)).mid_p(x).above) == pytest.approx(tail, rel=1e-6)
        if x < n:
            assert float(Binomial(n, float(exact.upper)).at_most(x)) == pytest.approx(tail, rel=1e-6)
            assert float(Binomial(n, float(mid.upper)).mid_p(x).below) == pytest.approx(tail, rel=1e-6)

    @settings(derandomize=True, deadline=None, max_examples=8)
    @given(st.integers(0, 3000), st.sampled_from([0.8, 0.95, 0.998]))
    def test_rates(self, events, level):
        tail = (1 - level) / 2
        exact, mid = garwood(events, 1.0, level), midp_rate(events, 1.0, level)
        assert float(Poisson(float(exact.upper)).at_most(events)) == pytest.approx(tail, rel=1e-6)
        assert float(Poisson(float(mid.upper)).mid_p(events).below) == pytest.approx(tail, rel=1e-6)
        if events:
            assert float(Poisson(float(exact.lower)).more_than(events - 1)) == pytest.approx(tail, rel=1e-6)
            assert float(Poisson(float(mid.lower)).mid_p(events).above) == pytest.approx(tail, rel=1e-6)


class TestShape:
    @pytest.mark.parametrize("interval", PROPORTIONS)
    @settings(derandomize=True, deadline=None, max_examples=8)
    @given(counts=counts_of)
    def test_it_holds_the_estimate_and_counting_the_others_turns_it_round(self, interval, counts):
        x, n = counts
        ours, others = interval(x, n), interval(n - x, n)

        assert 0 <= ours.lower <= x / n <= ours.upper <= 1
        assert ends(ours) == pytest.approx((1 - float(others.upper), 1 - float(others.lower)), abs=1e-9)

    @pytest.mark.parametrize("interval", RATES)
    @settings(derandomize=True, deadline=None, max_examples=8)
    @given(events=st.integers(0, 5000), exposure=st.floats(0.01, 1e6))
    def test_a_rate_is_a_count_over_its_exposure(self, interval, events, exposure):
        count, rate = interval(events), interval(events, exposure)

        assert 0 <= count.lower <= events <= count.upper
        assert ends(rate) == pytest.approx((float(count.lower) / exposure, float(count.upper) / exposure))

    @settings(derandomize=True, deadline=None, max_examples=8)
    @given(counts_of)
    def test_mid_p_lies_inside_exact(self, counts):
        x, n = counts
        exact, mid = clopper_pearson(x, n), midp_proportion(x, n)

        assert exact.lower <= mid.lower + 1e-12
        assert mid.upper <= exact.upper + 1e-12

    @settings(derandomize=True, deadline=None, max_examples=8)
    @given(st.integers(5, 5000))
    def test_byar_is_close_to_the_exact_interval(self, events):
        assert ends(byar(events)) == pytest.approx(ends(garwood(events)), rel=0.02)


class TestEdges:
    @pytest.mark.parametrize("interval", PROPORTIONS)
    def test_none_and_all_have_exact_ends(self, interval):
        assert interval(0, 20).lower == 0
        assert interval(20, 20).upper == 1

    @pytest.mark.parametrize("interval", [*PROPORTIONS, *RATES])
    def test_nothing_counted_and_nothing_known_have_no_interval(self, interval):
        lower, upper = ends(interval(0, 0))
        assert np.isnan([lower, upper]).all()
        assert np.isnan(ends(interval(np.nan, 10))).all()

    @pytest.mark.parametrize("interval", RATES)
    def test_no_events_begin_at_zero(self, interval):
        assert interval(0, 5.0).lower == 0

    def test_byar_is_never_below_zero(self):
        assert byar(1, 1.0, 0.998).lower == 0  # the formula says -0.003

    @pytest.mark.parametrize("interval", PROPORTIONS)
    def test_more_than_there_are_is_refused(self, interval):
        with pytest.raises(ValueError, match="row 1 has 11 of 10"):
            interval([3, 11], 10)

    @pytest.mark.parametrize("interval", RATES)
    def test_counts_below_zero_are_refused(self, interval):
        with pytest.raises(ValueError, match="below zero; row 0 has -1 of 10"):
            interval(-1, 10)

    def test_a_level_outside_0_to_1_is_refused(self):
        with pytest.raises(ValueError, match="and is 95"):
            wilson(1, 10, 95)


class TestCoverage:
    """Exactly, by adding up the probabilities of the counts whose interval holds the truth."""

    @staticmethod
    def of_proportions(interval, n):
        shares = np.linspace(0.02, 0.98, 97)
        x = np.arange(n + 1)
        made = interval(x, n)
        holds = (made.lower <= shares[:, None]) & (shares[:, None] <= made.upper)
        return (Binomial(n, shares[:, None]).probability(x) * holds).sum(axis=1)

    @pytest.mark.parametrize("n", [10, 30, 100])
    def test_clopper_pearson_never_covers_less_than_it_says(self, n):
        assert self.of_proportions(clopper_pearson, n).min() >= 0.95

    @pytest.mark.parametrize("interval", [wilson, jeffreys, midp_proportion])
    @pytest.mark.parametrize("n", [10, 30, 100])
    def test_the_others_cover_what_they_say_on_average(self, interval, n):
        assert self.of_proportions(interval, n).mean() == pytest.approx(0.95, abs=0.016)

    def test_rates(self):
        means = np.linspace(1, 60, 237)
        x = np.arange(150)
        probability = Poisson(means[:, None]).probability(x)

        def covered(interval):
            made = interval(x)
            holds = (made.lower <= means[:, None]) & (means[:, None] <= made.upper)
            return (probability * holds).sum(axis=1)

        assert covered(garwood).min() >= 0.95
        assert covered(midp_rate).mean() == pytest.approx(0.95, abs=0.01)
        assert covered(midp_rate).mean() < covered(byar).mean()
