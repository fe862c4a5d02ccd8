"""CUSUM paths by hand, and what must stay true of every one of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matneo.stats.cusum import (
    bernoulli_cusum,
    bernoulli_weights,
    poisson_cusum,
    risk_at_odds,
    weighted_cusum,
)
from matneo.stats.vlad import vlad

proven = settings(derandomize=True, max_examples=20, deadline=None)
steps = st.integers(1, 80).flatmap(
    lambda n: arrays(float, n, elements=st.integers(-9, 9).map(lambda x: x / 4))
)


def step_by_step(weights, limit, reset=True, start=0.0):
    """The textbook recursion, one row after the other."""
    statistic, signal, now = [], [], start
    for weight in weights:
        now = max(0.0, now + weight)
        statistic.append(now)
        signal.append(now >= limit)
        if reset and now >= limit:
            now = 0.0
    return statistic, signal


class TestByHand:
    def test_an_event_adds_and_a_quiet_birth_takes_a_little(self):
        # Risk 0.1, odds ratio 2: a quiet birth weighs -ln 1.1 = -0.0953, an event ln 2 - ln 1.1 = 0.5978.
        chart = bernoulli_cusum([0, 1, 0, 1], 0.1, odds_ratio=2, limit=2.0)

        assert chart.points.statistic == pytest.approx([0, 0.5978, 0.5025, 1.1003], abs=1e-4)
        assert not chart.points.signal.any()

    def test_the_sum_restarts_in_the_case_after_a_signal_and_shows_the_value_that_crossed(self):
        chart = bernoulli_cusum([1, 1, 1], 0.5, odds_ratio=2, limit=0.5)  # each event weighs ln(4/3) = 0.2877

        assert chart.points.statistic == pytest.approx([0.2877, 0.5754, 0.2877], abs=1e-4)
        assert chart.points.signal.tolist() == [False, True, False]

    def test_without_reset_it_goes_on(self):
        chart = bernoulli_cusum([1, 1, 1], 0.5, odds_ratio=2, limit=0.5, reset=False)

        assert chart.points.statistic == pytest.approx([0.2877, 0.5754, 0.8630], abs=1e-4)
        assert chart.points.signal.tolist() == [False, True, True]

    def test_a_chart_for_improvement_rises_when_events_stay_away(self):
        # Risk 0.5, odds ratio 1/2: a quiet birth weighs -ln 0.75 = 0.2877, an event ln 0.5 - ln 0.75 = -0.4055.
        chart = bernoulli_cusum([0, 0, 1, 0], 0.5, odds_ratio=0.5, limit=5)

        assert chart.points.statistic == pytest.approx([0.2877, 0.5754, 0.1699, 0.4576], abs=1e-4)

    def test_a_weight_is_the_log_likelihood_ratio_of_the_two_risks(self):
        # Odds of 0.1 are 1/9; doubled 2/11 of all, halved 1/19.
        more, fewer = risk_at_odds(0.1, 2), risk_at_odds(0.1, 0.5)

        assert (more, fewer) == pytest.approx((2 / 11, 1 / 19))
        assert bernoulli_weights([1, 0], 0.1, 2) == pytest.approx(np.log([more / 0.1, (1 - more) / 0.9]))
        assert bernoulli_weights([1, 0], 0.1, 0.5) == pytest.approx(np.log([fewer / 0.1, (1 - fewer) / 0.9]))

    def test_two_charts_watch_both_ways(self):
        quiet = bernoulli_cusum([0] * 100, 0.1, odds_ratio=0.5, limit=3.5).points.signal
        needed = int(np.ceil(3.5 / np.log((18 / 19) / 0.9)))

        assert int(np.argmax(quiet)) == needed - 1
        assert not bernoulli_cusum([0] * 100, 0.1, odds_ratio=2, limit=3.5).points.signal.any()

    def test_a_head_start_lets_a_chart_that_was_just_mended_signal_sooner(self):
        months = poisson_cusum([2, 2, 2], k=1, limit=3, head_start=1.5)

        assert months.points.statistic.tolist() == [2.5, 3.5, 1.0]
        assert poisson_cusum([2, 2, 2], k=1, limit=3).points.signal.tolist() == [False, False, True]

    def test_a_missing_month_is_no_zero(self):
        chart = poisson_cusum([2, np.nan, 2], k=0.5, limit=3)

        assert chart.points.statistic[[0, 2]].tolist() == [1.5, 3.0]  # nothing was taken away in between
        assert np.isnan(chart.points.statistic[1])
        assert chart.points.signal.tolist() == [False, False, True]

    def test_reference_values_and_limits_may_change_from_row_to_row(self):
        chart = poisson_cusum([2, 2, 2], k=[1, 0.5, 0.5], limit=[9, 2.5, 9])

        assert chart.points.statistic.tolist() == [1.0, 2.5, 1.5]
        assert chart.points.signal.tolist() == [False, True, False]

    def test_sites_do_not_touch_each_other(self):
        chart = poisson_cusum([2, 0, 2, 5], k=1, limit=9, series=["B", "A", "B", "A"])

        assert chart.points.statistic.tolist() == [1, 0, 2, 4]

    def test_no_rows_give_no_points(self):
        assert len(bernoulli_cusum([], [], limit=3).points.statistic) == 0
        assert len(poisson_cusum([], k=1, limit=3, series=np.array([], str)).points.signal) == 0

    def test_the_answer_says_how_it_was_made(self):
        chart = bernoulli_cusum([0, 1], 0.1, odds_ratio=2, limit=3)

        assert chart.method == "bernoulli-cusum/1"
        assert chart.parameters["odds_ratio"] == 2
        assert set(chart.points.columns()) == {"weight", "statistic", "limit", "signal"}


class TestTraps:
    def test_a_sum_of_thirds_reaches_a_whole_limit(self):
        # In memory 0.7 + 0.1 + 0.1 + 0.1 is 0.9999999999999999: on paper it has reached 1.
        weights = [0.7, 0.1, 0.1, 0.1]
        assert sum(weights) < 1

        assert weighted_cusum(weights, limit=1.0).points.signal.tolist() == [False, False, False, True]

    def test_a_limit_missed_by_more_than_rounding_is_missed(self):
        assert not weighted_cusum([0.999_999_99], limit=1.0).points.signal.any()

    def test_a_single_score_may_leap_over_the_limit(self):
        chart = bernoulli_cusum([1, 1], [0.001, 0.001], odds_ratio=3, limit=0.2)

        assert chart.points.signal.tolist() == [True, True]
        assert chart.points.statistic[0] == pytest.approx(np.log(3 / 1.002))

    def test_a_reference_value_of_zero_is_refused(self):
        with pytest.raises(ValueError, match=r"`k` must be above zero.*row 0 has 0"):
            poisson_cusum([1, 0], k=0, limit=3)

    @pytest.mark.parametrize("risk", [0.0, 1.0])
    def test_a_risk_of_none_or_all_has_a_finite_weight(self, risk):
        assert np.isfinite(bernoulli_weights([0, 1], [risk, risk], 2.0)).all()

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"risk": 1.2}, "`risk` is a probability.*row 0 has 1.2"),
            ({"outcome": [0, 2]}, "`outcome` is 0 or 1; row 1 has 2"),
            ({"odds_ratio": 1}, "`odds_ratio` must differ from 1"),
            ({"odds_ratio": -2}, "`odds_ratio` must be above 0"),
            ({"limit": 0}, "`limit` must be above zero"),
            ({"head_start": 3}, "`head_start` must lie between 0 and the limit"),
            ({"series": ["A"]}, "`series` needs 2 entries"),
            ({"risk": [0.1, 0.1, 0.1]}, "`risk` needs 2 entries"),
        ],
    )
    def test_impossible_input_gets_a_sentence(self, change, words):
        call = {"risk": 0.1, "outcome": [0, 1], "odds_ratio": 2, "limit": 3} | change

        with pytest.raises(ValueError, match=words):
            bernoulli_cusum(call.pop("outcome"), call.pop("risk"), **call)

    def test_a_negative_count_is_refused(self):
        with pytest.raises(ValueError, match=r"`counts` is a number of events.*row 1 has -1"):
            poisson_cusum([0, -1], k=1, limit=3)


class TestProperties:
    @proven
    @given(steps, st.sampled_from([0.75, 1.5, 3.0]), st.booleans())
    def test_blocks_give_what_the_recursion_gives(self, weights, limit, reset):
        points = weighted_cusum(weights, limit=limit, reset=reset).points

        statistic, signal = step_by_step(weights, limit, reset)
        np.testing.assert_allclose(points.statistic, statistic, atol=1e-12)
        assert points.signal.tolist() == signal

    def test_so_they_do_over_many_blocks_and_resets(self):
        chance = np.random.default_rng(11)
        risk = chance.beta(2, 200, 30_000)
        weights = bernoulli_weights((chance.random(30_000) < risk).astype(float), risk, 2.0)

        for limit in (1.0, 2.5, np.inf):
            statistic, signal = step_by_step(weights, limit)
            points = weighted_cusum(weights, limit=limit).points
            np.testing.assert_allclose(points.statistic, statistic, atol=1e-11)
            assert points.signal.tolist() == signal

    @proven
    @given(steps, steps)
    def test_appending_never_changes_the_past(self, first, later):
        short = weighted_cusum(first, limit=2.0).points
        long = weighted_cusum(np.concatenate([first, later]), limit=2.0).points

        assert long.statistic[: len(first)].tolist() == short.statistic.tolist()
        assert long.signal[: len(first)].tolist() == short.signal.tolist()

    def test_appending_to_a_long_path_does_not_move_a_bit_of_it(self):
        chance = np.random.default_rng(5)
        weights = chance.normal(-0.01, 0.1, 20_000)

        for rows in (511, 512, 513, 7_000):
            short = weighted_cusum(weights[:rows], limit=2.0).points.statistic
            assert np.array_equal(weighted_cusum(weights, limit=2.0).points.statistic[:rows], short)

    @proven
    @given(steps, st.sampled_from([0.5, 2.0, 8.0]))
    def test_scaling_weights_and_limit_scales_the_path(self, weights, by):
        here = weighted_cusum(weights, limit=2.0).points
        there = weighted_cusum(weights * by, limit=2.0 * by).points

        np.testing.assert_allclose(there.statistic, here.statistic * by, rtol=1e-12)
        assert there.signal.tolist() == here.signal.tolist()

    @proven
    @given(st.lists(steps, min_size=1, max_size=5), st.randoms(use_true_random=False))
    def test_one_call_equals_many_in_any_order_of_sites(self, several, chance):
        names = np.concatenate([[f"s{i}"] * len(one) for i, one in enumerate(several)])
        place = np.concatenate([np.arange(len(one)) for one in several])
        mixed = np.array(sorted(range(len(names)), key=lambda row: (place[row], chance.random())))
        together = weighted_cusum(np.concatenate(several)[mixed], limit=2.0, series=names[mixed]).points

        for i, one in enumerate(several):
            alone = weighted_cusum(one, limit=2.0).points
            mine = names[mixed] == f"s{i}"
            assert together.statistic[mine].tolist() == alone.statistic.tolist()
            assert together.signal[mine].tolist() == alone.signal.tolist()

    @proven
    @given(steps)
    def test_the_statistic_is_never_negative_and_one_event_more_never_lowers_it(self, weights):
        here = weighted_cusum(weights).points.statistic
        more = weights.copy()
        more[0] += 1

        assert (here >= 0).all()
        assert (weighted_cusum(more).points.statistic >= here - 1e-12).all()


class TestVlad:
    def test_it_adds_the_risk_and_takes_the_event(self):
        lives = vlad([0, 1, 0], [0.2, 0.2, 0.5])  # 0.2, then 0.2 + 0.2 - 1, then half a life more

        assert lives.expected_minus_observed == pytest.approx([0.2, -0.6, -0.1])
        assert lives.observed_minus_expected == pytest.approx([-0.2, 0.6, 0.1])

    def test_sites_are_apart_and_a_missing_outcome_waits(self):
        lives = vlad([0, 1, np.nan, 0], 0.5, series=["A", "B", "A", "A"])

        assert lives.expected_minus_observed[[0, 1, 3]].tolist() == [0.5, -0.5, 1.0]
        assert np.isnan(lives.expected_minus_observed[2])

    @proven
    @given(arrays(float, 30, elements=st.integers(0, 3).map(float)))
    def test_its_end_is_the_total_expected_less_the_total_observed(self, events):
        end = vlad(events, 0.7).expected_minus_observed[-1]

        assert end == pytest.approx(0.7 * 30 - events.sum())

    def test_a_negative_expectation_is_refused(self):
        with pytest.raises(ValueError, match="`expected`"):
            vlad([0], [-0.1])
