"""Interrupted time series: by hand, refusals, seasons, gaps, and what must stay true."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.ar1 import gls_ar1
from matneo.stats.glm import quasi_glm
from matneo.stats.interruption import fourier, segmented_design
from matneo.stats.its import segmented_regression
from matneo.stats.regression import TooFewPoints, ols

WAVE = np.tile([0.3, -0.1, -0.2, 0.2, -0.3, 0.1], 8)  # a little noise without trend: 48 months


def stepped(n=48, start=24, level=-4.0, trend=0.0, slope=0.1, noise=WAVE):
    time = np.arange(n)
    after = time >= start
    return 20 + slope * time + after * (level + trend * (time - start + 1)) + np.resize(noise, n)


def counts(seed, n=48, base=400):
    rng = np.random.default_rng(seed)
    births = rng.integers(base - 50, base + 50, n)
    return rng.binomial(births, 0.12), births


class TestTheDesign:
    def test_level_and_trend_begin_with_the_change(self):
        plan = segmented_design([1, 2, 3, 4], 3)

        assert plan.terms == ("intercept", "time", "level", "trend")
        assert plan.design[:, 2].tolist() == [0, 0, 1, 1]
        assert plan.design[:, 3].tolist() == [0, 0, 1, 2]
        assert plan.counterfactual[-1].tolist() == [1, 4, 0, 0]

    def test_a_phase_in_belongs_to_neither_side(self):
        plan = segmented_design(range(6), 2, phase_in=2)

        assert plan.phase_in.tolist() == [False, False, True, True, False, False]
        assert plan.after.tolist() == [False, False, False, False, True, True]
        assert plan.design[:, 3].tolist() == [0, 0, 0, 0, 1, 2]

    def test_seasons_come_in_pairs(self):
        columns = fourier(np.arange(12), 2, 12)

        assert list(columns) == ["sin1", "cos1", "sin2", "cos2"]
        assert columns["sin1"][3] == 1
        assert columns["cos2"][6] == pytest.approx(1)

    @pytest.mark.parametrize(("start", "phase_in"), [(0, 0), (6, 0), (4, 2), (-1, 0)])
    def test_there_must_be_points_on_both_sides(self, start, phase_in):
        with pytest.raises(ValueError, match="points before"):
            segmented_design(range(6), start, phase_in=phase_in)


class TestRankDeficientFourier:
    """Fewer than 12 points a year: the sine at half the points of a year is zero everywhere."""

    def test_quarters_carry_two_pairs_in_three_columns(self):
        plan = segmented_design(range(32), 16, seasonality=2, points_per_year=4)

        assert plan.terms[4:] == ("sin1", "cos1", "cos2")
        assert np.linalg.matrix_rank(plan.design) == plan.design.shape[1]

    def test_three_pairs_of_quarters_are_refused(self):
        with pytest.raises(ValueError, match="4 points a year can carry at most 2 pairs"):
            segmented_regression(stepped(32, 16), start=16, seasonality=3, points_per_year=4)

    def test_one_point_a_year_has_no_season(self):
        with pytest.raises(ValueError, match="at most 0 pairs"):
            fourier(range(30), 1, 1)

    def test_quarterly_data_are_fitted(self):
        season = np.resize([3, 0, -3, 0], 32)
        change = segmented_regression(stepped(32, 16) + season, start=16, seasonality=1, points_per_year=4)
        flat = segmented_regression(stepped(32, 16), start=16, seasonality=1, points_per_year=4)

        assert change.level.value == pytest.approx(flat.level.value, abs=0.05)
        assert change.coefficients.estimate[-1] - flat.coefficients.estimate[-1] == pytest.approx(3, abs=0.05)

    def test_seasons_the_used_points_cannot_tell_apart_are_named(self):
        only_two_months = np.where(np.isin(np.arange(96) % 12, (0, 6)), stepped(96, 48), np.nan)
        plenty = np.where(np.isin(np.arange(192) % 12, (0, 6)), stepped(192, 96), np.nan)

        with pytest.raises(TooFewPoints):
            segmented_regression(only_two_months, start=48, seasonality=1)
        with pytest.raises(ValueError, match="cannot tell sin1"):
            segmented_regression(plenty, start=96, seasonality=1)


class TestByHand:
    def test_two_straight_lines_give_back_what_they_were_made_of(self):
        # 20 + .1 t before; from month 24 on 4 lower and falling by .05 a month more. At month 47 that is -4 - .05 x 24 = -5.2.
        change = segmented_regression(stepped(level=-4, trend=-0.05, noise=[0.0]), start=24)

        assert change.level.value == pytest.approx(-4)
        assert change.trend.value == pytest.approx(-0.05)
        assert change.effect_at_end.difference.value == pytest.approx(-5.2)
        assert change.effect_at_end.counterfactual == pytest.approx(20 + 4.7)
        assert change.effect_at_end.relative.value == pytest.approx(-5.2 / 24.7)
        # -4 - .05 j for j = 1 … 24: -96 - .05 x 300
        assert change.cumulative_effect.value == pytest.approx(-111)

    def test_events_prevented_are_counted_with_the_denominator(self):
        # A share of .2 before and .1 after, in 24 months of 100 births: 240 events instead of 480.
        events = np.array([20, 20] * 12 + [10, 10] * 12)
        change = segmented_regression(events, [100] * 48, 24, family="binomial", error="none")

        assert change.cumulative_effect.value == pytest.approx(-240, rel=1e-6)
        assert change.effect_at_end.difference.value == pytest.approx(-0.1, rel=1e-6)
        assert change.effect_at_end.relative.value == pytest.approx(-0.5, rel=1e-6)

    def test_rates_halve_in_the_same_way(self):
        change = segmented_regression([20] * 24 + [10] * 24, [100] * 48, 24, family="poisson", error="none")

        assert np.exp(change.level.value) == pytest.approx(0.5)
        assert change.cumulative_effect.value == pytest.approx(-240, rel=1e-6)


class TestAgainstItsParts:
    def test_values_are_the_autoregressive_fit(self):
        y = stepped(noise=np.random.default_rng(1).normal(size=48))
        change = segmented_regression(y, start=24, seasonality=1)
        plan = segmented_design(np.arange(48), 24, seasonality=1)
        fit = gls_ar1(y, plan.design)

        assert change.fit.coef == pytest.approx(fit.coef)
        assert (change.rho, change.df) == (fit.rho, fit.df)

    def test_counts_without_correlation_are_the_quasi_likelihood_fit(self):
        events, births = counts(3)
        plan = segmented_design(np.arange(48), 24)
        change = segmented_regression(events, births, 24, family="binomial", error="none")
        fit = quasi_glm(events, plan.design, family="binomial", denominator=births)

        assert change.fit.coef == pytest.approx(fit.coef)
        assert change.dispersion == fit.dispersion

    @pytest.mark.parametrize("family", ["binomial", "poisson"])
    def test_the_autoregressive_fit_of_counts_solves_its_own_equations(self, family):
        events, births = counts(4)
        change = segmented_regression(events, births, 24, family=family)
        plan = segmented_design(np.arange(48), 24)
        share = change.points.fitted
        weight = births * share * ((1 - share) if family == "binomial" else 1)
        v = change.rho ** np.abs(np.subtract.outer(np.arange(48), np.arange(48)))
        v = v * np.sqrt(np.outer(weight, weight))
        slope = weight[:, None] * plan.design

        assert slope.T @ np.linalg.solve(v, events - births * share) == pytest.approx(np.zeros(4), abs=1e-3)

    def test_all_three_answers_stand_side_by_side(self):
        events, births = counts(5)
        change = segmented_regression(events, births, 24, family="binomial")
        alone = segmented_regression(events, births, 24, family="binomial", error="newey_west", lag=3)

        table = change.sensitivity
        assert table.error.tolist() == ["ar1_reml", "newey_west", "none"]
        assert table.level[0] == change.level.value
        assert table.level_se[1] == pytest.approx(alone.level.se)
        assert alone.sensitivity.error.tolist() == ["newey_west", "ar1_reml", "none"]
        assert alone.sensitivity.level_se[1] == pytest.approx(change.level.se)
        assert {len(column) for column in table.columns().values()} == {3}

    def test_a_delta_interval_agrees_with_draws_of_the_coefficients(self):
        events, births = counts(6)
        change = segmented_regression(events, births, 24, family="binomial")
        plan = segmented_design(np.arange(48), 24)
        draws = np.random.default_rng(1).multivariate_normal(change.fit.coef, change.fit.covariance, 40_000)

        def share(x):
            return 1 / (1 + np.exp(-(draws @ x.T)))

        prevented = ((share(plan.design[24:]) - share(plan.counterfactual[24:])) * births[24:]).sum(axis=1)
        ratio = np.log(share(plan.design[-1:]) / share(plan.counterfactual[-1:]))
        assert np.std(prevented) == pytest.approx(change.cumulative_effect.se, rel=0.05)
        relative = change.effect_at_end.relative
        assert np.std(ratio) == pytest.approx(relative.se / (1 + relative.value), rel=0.05)


class TestRefusals:
    """Below 24 points, or 8 on a side, there is no inference; a run chart can be read."""

    @pytest.mark.parametrize(("n", "start"), [(23, 12), (20, 10), (40, 7), (40, 33)])
    def test_too_few_points_in_words(self, n, start):
        with pytest.raises(TooFewPoints, match="needs 24 in all and 8 on each side"):
            segmented_regression(stepped(n, start), start=start)

    def test_exactly_enough_is_enough(self):
        assert segmented_regression(stepped(24, 8), start=8).parameters["before"] == 8

    def test_months_without_a_value_do_not_count(self):
        y = stepped(26, 13)
        y[[3, 5, 20]] = np.nan

        with pytest.raises(TooFewPoints, match="11 points before the change and 12 after"):
            segmented_regression(y, start=13)

    def test_phase_in_points_do_not_count(self):
        with pytest.raises(TooFewPoints, match="12 points before the change and 9 after"):
            segmented_regression(stepped(24, 12), start=12, phase_in=3)

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"start": None}, "`start` is needed"),
            ({"family": "binomial"}, "needs a `denominator`"),
            ({"family": "logit"}, "not 'logit'"),
            ({"error": "garch"}, "not 'garch'"),
            ({"denominator": [100] * 47}, "`denominator` needs 48 entries"),
            (
                {"denominator": [-1] + [100] * 47, "family": "poisson"},
                "`denominator` is never below zero; row 0 has -1",
            ),
            ({"time": [*range(47), 46]}, "`time` must rise"),
            ({"time": np.arange(48) / 2, "start": 12}, "whole numbers"),
            ({"phase_in": -1}, "0 points or more"),
            ({"covariates": {"level": [0] * 48}}, "name of its own"),
            ({"covariates": {"covid": [0] * 47}}, "`covid` needs 48 entries"),
            ({"covariates": {"twice": np.arange(48) * 2}}, "cannot tell twice"),
        ],
    )
    def test_impossible_input_in_words(self, options, words):
        with pytest.raises(ValueError, match=words):
            segmented_regression(stepped(), **({"start": 24} | options))

    def test_lines_that_leave_the_counts_are_refused(self):
        # Events that have nothing to do with their denominators: near ρ = 1 the likelihood has a second, senseless top.
        rng = np.random.default_rng(0)
        births, events = rng.integers(150, 600, 48), rng.poisson(30, 48)

        with pytest.raises(ValueError, match="scatter too unevenly for an autoregressive fit"):
            segmented_regression(events, births, 24, family="poisson")
        change = segmented_regression(events, births, 24, family="poisson", error="none")
        assert np.isnan(change.sensitivity.level[1])
        assert np.isfinite(change.level.se)

    def test_more_events_than_births_are_named(self):
        events, births = counts(1)
        events[5] = births[5] + 1

        with pytest.raises(ValueError, match="row 5 has"):
            segmented_regression(events, births, 24, family="binomial")


class TestGaps:
    def test_a_month_without_births_is_left_out_and_the_calendar_stays(self):
        events, births = counts(7)
        births[10], events[10] = 0, 0
        change = segmented_regression(events, births, 24, family="binomial")
        without = np.delete(np.arange(48), 10)
        same = segmented_regression(events[without], births[without], 24, family="binomial", time=without)

        assert not change.points.used[10]
        assert np.isnan(change.points.observed[10])
        assert change.level.value == pytest.approx(same.level.value)
        assert change.rho == pytest.approx(same.rho)

    def test_a_phase_in_gap_leaves_its_points_out_of_fit_and_sum(self):
        y = stepped(level=-4, noise=[0.0])
        y[24:30] = 999  # whatever happens while the change arrives
        change = segmented_regression(y, start=24, phase_in=6)

        assert change.level.value == pytest.approx(-4)
        assert change.cumulative_effect.value == pytest.approx(-4 * 18)
        assert np.isnan(change.points.fitted[24:30]).all()
        assert np.isfinite(change.points.counterfactual[24:30]).all()
        assert change.parameters["after"] == 18

    def test_a_known_disturbance_can_be_a_covariate(self):
        y = stepped()
        y[30:34] += 9
        disturbed = (np.arange(48) >= 30) & (np.arange(48) < 34)
        change = segmented_regression(y, start=24, covariates={"pandemic": disturbed})

        assert change.fit.estimate("pandemic").value == pytest.approx(9, abs=0.3)
        assert change.level.value == pytest.approx(-4, abs=0.3)


class TestCautions:
    def test_even_counts_are_not_narrowed(self):
        events = np.resize([40, 41, 39, 40], 48)
        change = segmented_regression(events, [400] * 48, 24, family="binomial", error="none")

        assert change.dispersion < 1
        assert "not narrowed" in change.cautions[0]
        assert change.fit.covariance == pytest.approx(change.fit.bread)

    def test_rare_events_are_better_joined(self):
        events = np.resize([0, 1, 0, 0], 48)
        change = segmented_regression(events, [500] * 48, 24, family="poisson", error="none")

        assert any("join months to quarters" in line for line in change.cautions)

    def test_a_random_walk_is_called_one(self):
        walk = np.random.default_rng(3).normal(size=96).cumsum()
        change = segmented_regression(walk, start=48)

        assert change.rho > 0.8
        assert any("copies of one another" in line for line in change.cautions)

    def test_an_exact_series_cannot_tell_its_correlation(self):
        assert "cannot tell" in segmented_regression(stepped(noise=[0.0]), start=24).cautions[0]

    def test_a_lag_that_does_not_fit_leaves_its_row_empty_and_not_the_answer(self):
        change = segmented_regression(stepped(), start=24, lag=60)

        assert np.isnan(change.sensitivity.level_se[1])
        assert np.isfinite(change.level.se)

    def test_a_counterfactual_below_zero_has_no_relative_effect(self):
        change = segmented_regression(stepped() - 60, start=24)

        assert np.isnan(change.effect_at_end.relative.value)
        assert np.isfinite(change.effect_at_end.difference.value)


class TestAlwaysTrue:
    @settings(derandomize=True, max_examples=10, deadline=None)
    @given(st.integers(0, 10_000), st.floats(-1000, 1000))
    def test_a_constant_added_shifts_only_the_intercept(self, seed, constant):
        y = stepped(noise=np.random.default_rng(seed).normal(size=48))
        before, after = (segmented_regression(values, start=24) for values in (y, y + constant))

        assert after.level.value == pytest.approx(before.level.value, abs=1e-4)
        assert after.level.se == pytest.approx(before.level.se, rel=1e-3)
        assert after.coefficients.estimate[0] - before.coefficients.estimate[0] == pytest.approx(
            constant, abs=1e-3
        )
        assert after.cumulative_effect.value == pytest.approx(before.cumulative_effect.value, abs=1e-2)

    @settings(derandomize=True, max_examples=10, deadline=None)
    @given(st.integers(0, 10_000), st.integers(-500, 700))
    def test_the_calendar_may_begin_anywhere(self, seed, first):
        events, births = counts(seed)
        here = segmented_regression(events, births, 24, family="binomial")
        there = segmented_regression(
            events, births, 24 + first, family="binomial", time=np.arange(48) + first
        )

        assert there.level.value == pytest.approx(here.level.value, abs=1e-5)
        assert there.level.se == pytest.approx(here.level.se, rel=1e-4)
        assert there.effect_at_end.difference.value == pytest.approx(
            here.effect_at_end.difference.value, abs=1e-6
        )

    @settings(derandomize=True, max_examples=10, deadline=None)
    @given(st.integers(0, 10_000), st.sampled_from([0.001, 1000.0]))
    def test_the_unit_of_a_rate_changes_no_ratio(self, seed, unit):
        events, births = counts(seed)
        one, other = (
            segmented_regression(events, base, 24, family="poisson") for base in (births, births * unit)
        )

        assert other.level.value == pytest.approx(one.level.value, abs=1e-6)
        assert other.effect_at_end.relative.lower == pytest.approx(one.effect_at_end.relative.lower, abs=1e-5)
        assert other.cumulative_effect.value == pytest.approx(one.cumulative_effect.value, rel=1e-4)

    @settings(derandomize=True, max_examples=10, deadline=None)
    @given(st.integers(0, 10_000), st.floats(-5, 5))
    def test_an_effect_put_in_comes_out(self, seed, effect):
        y = stepped(level=0, noise=np.random.default_rng(seed).normal(size=48))
        before = segmented_regression(y, start=24)
        after = segmented_regression(y + effect * (np.arange(48) >= 24), start=24)

        assert after.level.value - before.level.value == pytest.approx(effect, abs=1e-4)
        assert after.level.se == pytest.approx(before.level.se, rel=1e-4)

    @settings(derandomize=True, max_examples=20, deadline=None)
    @given(st.integers(0, 10**9))
    def test_wild_counts_get_a_finite_answer_or_a_sentence(self, seed):
        rng = np.random.default_rng(seed)
        n = int(rng.integers(24, 60))
        births = rng.integers(1, 10 ** int(rng.integers(1, 5)), n)
        events = np.minimum(rng.poisson(10 ** rng.uniform(-1, 3), n), births).astype(float)
        events[rng.integers(0, n, 2)] = np.nan

        try:
            change = segmented_regression(
                events, births, n // 2, family=str(rng.choice(["binomial", "poisson"]))
            )
        except ValueError:
            return
        assert np.isfinite([change.level.se, change.trend.se, change.cumulative_effect.se]).all()
        assert np.abs(np.log(change.points.fitted[change.points.used])).max() < 30

    def test_the_first_seasonal_phase_does_not_matter(self):
        y = stepped(noise=np.random.default_rng(9).normal(size=48)) + np.sin(np.arange(48) * np.pi / 6)
        here = segmented_regression(y, start=24, seasonality=1)
        there = segmented_regression(y, start=31, seasonality=1, time=np.arange(48) + 7)

        assert there.level.value == pytest.approx(here.level.value, abs=1e-5)

    def test_points_stand_as_given(self):
        events, births = counts(2)
        change = segmented_regression(events, births, 24, family="binomial")
        points = change.points

        assert points.observed == pytest.approx(events / births)
        assert points.fitted[:24] == pytest.approx(points.counterfactual[:24])
        assert (points.counterfactual_lower < points.counterfactual).all()
        assert (points.counterfactual < points.counterfactual_upper).all()
        assert change.method == "segmented-regression/1"
        assert change.parameters["error"] == "ar1_reml"


def test_values_with_weights_are_weighted_least_squares():
    y, weights = stepped(), np.linspace(50, 150, 48)
    plan = segmented_design(np.arange(48), 24)
    change = segmented_regression(y, weights, 24, error="none")

    assert change.fit.coef == pytest.approx(ols(y, plan.design, weights=weights).coef)
