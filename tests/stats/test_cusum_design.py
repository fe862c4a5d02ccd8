"""Run lengths, false alarms and limits of Bernoulli CUSUMs: by hand, by theory, and against each other."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats._chains import chain_of, fine_step
from matneo.stats.cusum import bernoulli_cusum, weighted_cusum
from matneo.stats.cusum_design import bernoulli_cusum_arl, false_alarm_probability
from matneo.stats.cusum_limits import bernoulli_cusum_limit
from matneo.stats.dynamic_limits import dynamic_limits

few = settings(derandomize=True, max_examples=6, deadline=None)
risks = st.lists(st.floats(0.02, 0.4), min_size=1, max_size=4)


class TestByHand:
    def test_where_the_first_event_signals_the_run_length_is_geometric(self):
        # Risk 0.02: an event weighs ln 2 - ln 1.02 = 0.673, above the limit. So one over the risk.
        assert bernoulli_cusum_arl(0.02, 0.5).average == pytest.approx(50)
        assert false_alarm_probability(0.02, 0.5, horizon=10).probability == pytest.approx(1 - 0.98**10)

    def test_a_walk_up_and_down_one_step_has_its_textbook_run_length(self):
        # Steps +1 and -1 with chance 1/2, signal at 3, reflected at 0. From 0: E0 = 1 + E0/2 + E1/2,
        # E1 = 1 + E0/2 + E2/2, E2 = 1 + E1/2. So E0 = 2 + E1, E2 = 1 + E1/2, and E1 = 10, E0 = 12.
        walk = chain_of(np.array([1.0, -1.0]), np.array([0.5, 0.5]), 3.0, 1.0)

        assert walk.average_run_length() == pytest.approx(12)
        assert walk.average_run_length(1.0) == pytest.approx(10)
        assert walk.average_run_length(2.0) == pytest.approx(6)
        # No signal within 3 steps: all but up, up, up.
        assert walk.survival(3).tolist() == pytest.approx([1, 1, 7 / 8])

    def test_the_horizon_of_one_case_is_the_chance_of_one_score_above_the_limit(self):
        assert false_alarm_probability([0.1, 0.3], 0.45, horizon=1).probability == pytest.approx(0.05)
        # Of risks 0.1 (weight 0.598) and 0.3 (0.431) only an event at the lower risk reaches 0.45: 1/2 x 0.1.

    def test_another_truth_changes_chances_and_not_scores(self):
        # The odds 1/49 doubled are 2/49: risk 2/51, and one event signals.
        assert bernoulli_cusum_arl(0.02, 0.5, true_odds_ratio=2).average == pytest.approx(51 / 2)


class TestTraps:
    def test_a_single_score_above_the_limit_does_not_break_the_chain(self):
        """vlad 0.2.2 crashes here: rare events, low target."""
        low = bernoulli_cusum_arl(0.0005, 0.01, odds_ratio=3)

        assert low.average == pytest.approx(2000)

    def test_mixed_risks_of_which_only_some_leap_over_the_limit(self):
        # At limit 0.6 an event at risk 0.01 (0.683) signals alone, one at risk 0.4 (0.357) does not.
        arl = bernoulli_cusum_arl([0.01, 0.4], 0.6).average

        assert (
            bernoulli_cusum_arl([0.01, 0.4], 0.3).average
            < arl
            < bernoulli_cusum_arl([0.01, 0.4], 0.9).average
        )

    def test_a_chart_that_cannot_signal_is_refused(self):
        with pytest.raises(ValueError, match="can never signal"):
            bernoulli_cusum_arl(0.0, 1.0)

    def test_a_target_below_every_limit_is_refused(self):
        with pytest.raises(ValueError, match="lowest limit already errs more seldom"):
            bernoulli_cusum_limit(0.01, target_arl=20)  # even the first event comes only every 100 births

    def test_the_chain_keeps_what_falls_short_of_the_limit_by_a_hair(self):
        # Two scores of 0.5 reach the limit 1 exactly; two of 0.4999 do not.
        exactly = chain_of(np.array([0.5, -0.1]), np.array([0.5, 0.5]), 1.0, 0.1).survival(2)
        short = chain_of(np.array([0.4999, -0.1]), np.array([0.5, 0.5]), 1.0, 0.1).survival(2)

        assert exactly.tolist() == pytest.approx([1, 0.75])
        assert short.tolist() == pytest.approx([1, 1])

    def test_a_risk_of_zero_in_the_mix_only_adds_cases(self):
        with_zero, without = (bernoulli_cusum_arl(risk, 2.0).average for risk in ([0.1, 0.0], 0.1))

        assert with_zero == pytest.approx(2 * without, rel=2e-3)

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"risk": [0.1, np.nan]}, "none of them may be missing"),
            ({"risk": []}, "at least one value"),
            ({"probability": [0.5, -0.5]}, "`probability` is never below zero"),
            ({"probability": [0, 0]}, "some risk must be possible"),
            ({"head_start": 5}, "`head_start`"),
            ({"limit": -1}, "`limit` must be above 0"),
            ({"true_odds_ratio": 0}, "`true_odds_ratio`"),
        ],
    )
    def test_impossible_input_gets_a_sentence(self, change, words):
        call = {"risk": [0.1, 0.2], "limit": 2} | change

        with pytest.raises(ValueError, match=words):
            bernoulli_cusum_arl(call.pop("risk"), call.pop("limit"), **call)

    def test_one_target_is_asked_for_and_not_two(self):
        with pytest.raises(ValueError, match="either `target_arl` or `target_false_alarm`"):
            bernoulli_cusum_limit(0.1, target_arl=100, target_false_alarm=0.1, horizon=10)
        with pytest.raises(ValueError, match="needs a `horizon`"):
            bernoulli_cusum_limit(0.1, target_false_alarm=0.1)


class TestProperties:
    @few
    @given(risks, st.floats(0.5, 3), st.sampled_from([1.5, 2.0, 3.0, 0.5]))
    def test_the_run_length_grows_with_the_limit(self, risk, limit, odds_ratio):
        low, high = (
            bernoulli_cusum_arl(risk, h, odds_ratio=odds_ratio).average for h in (limit, limit + 0.3)
        )

        assert low < high

    @few
    @given(risks, st.floats(0.5, 3))
    def test_a_worse_truth_is_seen_sooner(self, risk, limit):
        arls = [bernoulli_cusum_arl(risk, limit, true_odds_ratio=truth).average for truth in (0.7, 1, 2)]

        assert arls == sorted(arls, reverse=True)

    @few
    @given(risks, st.floats(0.5, 3), st.floats(0.1, 0.9))
    def test_a_head_start_shortens_every_run(self, risk, limit, part):
        assert bernoulli_cusum_arl(risk, limit, head_start=part * limit).average <= bernoulli_cusum_arl(
            risk, limit
        ).average * (1 + 1e-9)

    @few
    @given(risks, st.floats(0.5, 1.5))
    def test_run_length_and_false_alarms_tell_the_same_story(self, risk, limit):
        """The mean of a count of cases is the sum of its survival: ARL = 1 + P(no signal in 1) + P(… in 2) + …"""
        arl = bernoulli_cusum_arl(risk, limit).average
        chances = false_alarm_probability(risk, limit, horizon=max(round(30 * arl), 50)).by_case

        assert (np.diff(chances) >= -1e-12).all()
        assert 1 + (1 - chances).sum() == pytest.approx(arl, rel=1e-6)

    @settings(derandomize=True, max_examples=2, deadline=None)
    @given(st.lists(st.floats(0.02, 0.4), min_size=2, max_size=4, unique=True), st.floats(200, 5000))
    def test_the_limit_for_a_run_length_has_that_run_length(self, risk, target):
        made = bernoulli_cusum_limit(risk, target_arl=target)

        # The run length leaps a little where the statistic has few values, and the lattice changes with the limit.
        assert target * (1 - 2e-3) < made.arl_in_control < target * 1.05

    def test_with_one_risk_the_run_length_leaps_and_the_limit_lies_above_the_leap(self):
        made = bernoulli_cusum_limit(0.02, target_arl=200)

        assert made.arl_in_control >= 200 * (1 - 1e-3)

    def test_the_limit_for_a_false_alarm_chance_has_that_chance(self):
        made = bernoulli_cusum_limit([0.05, 0.2], target_false_alarm=0.1, horizon=400)

        assert made.false_alarm_probability == pytest.approx(0.1, abs=1e-3)
        assert false_alarm_probability([0.05, 0.2], made.limit, horizon=400).probability == pytest.approx(
            0.1, abs=1e-3
        )

    def test_a_head_start_asks_for_a_higher_limit(self):
        plain = bernoulli_cusum_limit(0.1, target_arl=300)
        fast = bernoulli_cusum_limit(0.1, target_arl=300, head_start_share=0.5)

        assert fast.limit > plain.limit
        assert fast.parameters["head_start"] == pytest.approx(fast.limit / 2)

    @pytest.mark.parametrize("risk", [0.002, pytest.param([0.01, 0.03, 0.2], marks=pytest.mark.slow)])
    def test_a_finer_lattice_says_the_same(self, risk):
        usual = bernoulli_cusum_arl(risk, 2.5).average

        assert usual == pytest.approx(bernoulli_cusum_arl(risk, 2.5, lattice=1200).average, rel=2e-3)

    def test_one_risk_for_all_is_not_rounded_at_all(self):
        scores, chances = np.array([-np.log1p(0.002), np.log(2) - np.log1p(0.002)]), np.array([0.998, 0.002])
        step = fine_step(scores, chances, 4.0)

        assert scores[0] / step == pytest.approx(-1, abs=1e-3)

    def test_a_sample_of_risks_and_their_frequencies_are_one_question(self):
        sample = bernoulli_cusum_arl([0.1, 0.1, 0.1, 0.3], 2.0).average

        assert bernoulli_cusum_arl([0.1, 0.3], 2.0, probability=[3, 1]).average == pytest.approx(sample)


class TestDynamicLimits:
    def test_the_first_limit_lies_just_above_one_event(self):
        # An event at risk 0.1 weighs 0.5978 and has chance 0.1, ten times what is allowed.
        made = dynamic_limits([0.1, 0.1], alarm_probability=0.01).points

        assert 0.5978 < made.limit[0] < 0.6
        assert made.alarm_probability[0] == 0

    def test_no_case_has_more_than_its_share_and_later_ones_nearly_all_of_it(self):
        risk = np.random.default_rng(2).beta(2, 30, 800)
        made = dynamic_limits(risk, alarm_probability=0.002).points

        assert made.alarm_probability.max() <= 0.002
        assert made.alarm_probability[300:].mean() > 0.0018

    @pytest.mark.slow
    def test_limits_settle_where_the_fixed_limit_of_that_run_length_is(self):
        moving = dynamic_limits([0.05] * 1500, alarm_probability=1 / 500).points.limit[-300:]
        fixed = bernoulli_cusum_limit(0.05, target_arl=500).limit

        assert moving.mean() == pytest.approx(fixed, abs=0.15)

    def test_limits_do_not_know_the_future_and_fit_a_chart(self):
        risk = np.random.default_rng(3).beta(2, 20, 200)
        whole, part = (dynamic_limits(r, alarm_probability=0.01).points.limit for r in (risk, risk[:120]))
        chart = bernoulli_cusum(np.ones(200), risk, limit=whole)

        assert whole[:120].tolist() == part.tolist()
        assert chart.points.signal[:5].any()

    @pytest.mark.parametrize(
        ("risk", "options", "words"),
        [
            ([0.1, np.nan], {"alarm_probability": 0.1}, "must be known for every case; row 1"),
            ([0.1], {"alarm_probability": 0}, "`alarm_probability` must lie between 0 and 1"),
            ([0.1], {"alarm_probability": 0.1, "head_start": 99}, "`head_start`"),
        ],
    )
    def test_impossible_input_gets_a_sentence(self, risk, options, words):
        with pytest.raises(ValueError, match=words):
            dynamic_limits(risk, **options)


@pytest.mark.slow
class TestSimulations:
    """Paths of `cusum` drawn at random, against the chain. Four standard errors are allowed."""

    @pytest.mark.parametrize(
        ("odds_ratio", "limit", "truth"), [(2, 3.0, 1), (2, 3.0, 2), (0.5, 2.5, 1), (3, 1.0, 1)]
    )
    def test_signals_come_as_far_apart_as_the_run_length_says(self, odds_ratio, limit, truth):
        chance = np.random.default_rng(20)
        kinds = np.array([0.005, 0.02, 0.1])
        risk = chance.choice(kinds, 3_000_000)
        happens = truth * risk / (1 + (truth - 1) * risk)
        path = bernoulli_cusum(
            (chance.random(len(risk)) < happens).astype(float), risk, odds_ratio=odds_ratio, limit=limit
        )
        gaps = np.diff(np.flatnonzero(path.points.signal))

        expected = bernoulli_cusum_arl(kinds, limit, odds_ratio=odds_ratio, true_odds_ratio=truth).average

        assert len(gaps) > 200
        assert abs(gaps.mean() - expected) < 4 * gaps.std() / np.sqrt(len(gaps))

    def test_false_alarms_within_a_year_are_as_many_as_said(self):
        chance = np.random.default_rng(21)
        cases, runs = 400, 5000
        site = np.repeat(np.arange(runs), cases)
        risk = chance.choice([0.01, 0.05], len(site))
        path = bernoulli_cusum((chance.random(len(site)) < risk).astype(float), risk, limit=2.5, series=site)
        share = path.points.signal.reshape(runs, cases).any(axis=1).mean()

        expected = false_alarm_probability([0.01, 0.05], 2.5, horizon=cases).probability

        assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / runs)

    def test_dynamic_limits_keep_their_promise_when_the_mix_drifts(self):
        chance = np.random.default_rng(22)
        cases, runs, alpha = 600, 5000, 1 / 1500
        risk = np.clip(0.02 + 0.1 * np.linspace(0, 1, cases) + chance.normal(0, 0.01, cases), 0.001, 0.5)
        made = dynamic_limits(risk, alarm_probability=alpha).points
        outcome = (chance.random((runs, cases)) < risk).astype(float)
        path = bernoulli_cusum(
            outcome.ravel(), np.tile(risk, runs), limit=np.tile(made.limit, runs), series=np.repeat(np.arange(runs), cases)
        )  # fmt: skip
        share = path.points.signal.reshape(runs, cases).any(axis=1).mean()

        expected = 1 - np.prod(1 - made.alarm_probability)

        assert expected <= 1 - (1 - alpha) ** cases
        assert abs(share - expected) < 4 * np.sqrt(expected * (1 - expected) / runs)

    def test_weights_of_any_kind_follow_their_chain(self):
        chance = np.random.default_rng(23)
        scores, chances = np.array([-0.3, 0.17, 0.9]), np.array([0.6, 0.3, 0.1])
        path = weighted_cusum(chance.choice(scores, 1_000_000, p=chances), limit=2.0)
        gaps = np.diff(np.flatnonzero(path.points.signal))

        expected = chain_of(scores, chances, 2.0, 1 / 1000).average_run_length()

        assert abs(gaps.mean() - expected) < 4 * gaps.std() / np.sqrt(len(gaps))
