"""Every chart kind on a table one can check by hand."""

import numpy as np
import pytest

from matneo.stats import spc
from matneo.stats.constants import a3, b3, b4, c4
from matneo.stats.exact import ONE_SIGMA, THREE_SIGMA, TWO_SIGMA, binomial_limits, poisson_limits


def one(values, kind="xmr", **options):
    rows = len(options.get("numerator", values if values is not None else []))
    return spc.chart(kind=kind, series=["A"] * rows, period=np.arange(rows), value=values, **options)


class TestIndividuals:
    def test_a_median_centre_keeps_the_mean_range(self):
        chart = one(
            [10, 12, 11, 13, 30.0], kind="i_m", profile="powerbi"
        )  # ranges 2, 1, 2, 17: mean 5.5; 17 < 3.267 x 5.5

        assert chart.points.centre[0] == 12
        assert chart.points.ucl[0] == pytest.approx(12 + 3 * 5.5 / 1.128)

    def test_a_median_range_is_divided_by_its_own_constant(self):
        chart = one(
            [10, 12, 11, 13, 30.0], kind="i_mm", profile="powerbi"
        )  # median range 2; 17 > 3.267 x 2 is screened

        assert chart.points.ucl[0] == pytest.approx(12 + 3 * 2 / 0.954)
        assert chart.phases.screened[0] == 1

    def test_moving_ranges_have_a_chart_of_their_own(self):
        chart = one([10, 12, 11, 13, 9.0], kind="mr")  # ranges 2, 1, 2, 4: mean 2.25

        assert chart.points.value[1:].tolist() == [2, 1, 2, 4]
        assert np.isnan(chart.points.value[0])
        assert chart.points.ucl[0] == pytest.approx(3.267 * 2.25)
        assert chart.points.lcl[0] == 0

    def test_moving_ranges_are_only_asked_for_limits(self):
        # Neighbouring ranges share a point: runs of them mean nothing.
        assert set(one([1.0, 2] * 10, kind="mr").points.rules) == {"outside"}

    def test_i_prime_steps_with_the_denominator(self):
        n = np.array([100.0, 400, 100, 400])
        chart = one(None, kind="i_prime", numerator=np.array([10.0, 48, 8, 40]), denominator=n)
        # Shares .10 .12 .08 .10; differences .02 .04 .02; each times sqrt(pi/2) / sqrt(1/100 + 1/400): mean of 2 4 2 is 8/3.
        unit = np.sqrt(np.pi / 2) / np.sqrt(1 / 100 + 1 / 400) * 0.08 / 3

        assert chart.points.centre[0] == pytest.approx(106 / 1000)
        assert chart.points.ucl == pytest.approx(0.106 + 3 * unit / np.sqrt(n))

    def test_a_time_between_events_has_no_limit_below_zero(self):
        chart = one([1.0, 40, 2, 60, 1, 90, 3, 55], kind="t")

        assert (chart.points.lcl == 0).all()
        assert np.isfinite(chart.points.lwl).all()


class TestCounts:
    def test_a_c_chart_is_the_mean_and_three_roots_of_it(self):
        chart = one([7.0, 9, 11, 9], kind="c")

        assert (chart.points.centre[0], chart.points.ucl[0], chart.points.lcl[0]) == (9, 18, 0)

    def test_a_g_chart_shows_the_median_and_reckons_with_the_mean(self):
        chart = one([0.0, 2, 10], kind="g")  # mean 4: sigma sqrt(4 x 5)

        assert (chart.points.centre[0], chart.points.mean[0]) == (2, 4)
        assert chart.points.ucl[0] == pytest.approx(4 + 3 * np.sqrt(20))

    def test_a_rate_may_come_with_its_denominator_instead_of_a_count(self):
        counted = one(None, kind="u", numerator=np.array([3.0, 5, 4]), denominator=np.array([10.0, 20, 10]))
        given = one([0.3, 0.25, 0.4], kind="u", denominator=np.array([10.0, 20, 10]))

        assert given.points.ucl == pytest.approx(counted.points.ucl)

    def test_sites_in_no_order_take_the_standard_deviation_of_z(self):
        top, bottom = np.array([10.0, 30, 10, 30]), np.full(4, 100.0)
        chart = one(None, kind="p_prime", numerator=top, denominator=bottom, in_time=False)
        z = (top / bottom - 0.2) / 0.04

        assert chart.phases.spread_factor[0] == pytest.approx(np.std(z, ddof=1))
        assert set(chart.points.rules) == {"outside"}
        assert not chart.phases.runs_signal.any()


class TestExactLimits:
    def test_a_small_proportion_gets_a_limit_that_keeps_its_promise(self):
        # Ten of a hundred expected of 20 rows of 100: P(X > 20) = 0.0008, P(X > 19) = 0.0020 of Binomial(100, 0.1).
        chart = one(None, kind="p_exact", numerator=np.full(20, 10.0), denominator=np.full(20, 100.0))

        assert chart.points.ucl[0] == pytest.approx(0.20)
        assert chart.points.lcl[0] == pytest.approx(0.02)

    @pytest.mark.parametrize("tail", [ONE_SIGMA, TWO_SIGMA, THREE_SIGMA])
    def test_limits_are_the_quantiles_of_the_distributions(self, tail):
        from scipy.stats import binom, poisson

        chance = np.random.default_rng(4)
        share, n = chance.uniform(0, 1, 500) ** 3, chance.integers(1, 3000, 500).astype(float)
        found = binomial_limits(share, n, tail)
        low, high = np.round(found.lower * n), np.round(found.upper * n)

        assert (binom.cdf(low - 1, n, share) <= tail + 1e-12).all()
        assert (binom.cdf(low, n, share) > tail).all()
        assert (binom.sf(high, n, share) <= tail + 1e-12).all()
        assert ((binom.sf(high - 1, n, share) > tail) | (high == 0)).all()

        events = poisson_limits(share, n, tail)
        top = np.round(events.upper * n)
        assert (poisson.sf(top, share * n) <= tail + 1e-12).all()
        assert ((poisson.sf(top - 1, share * n) > tail) | (top == 0)).all()

    def test_nothing_and_everything_have_limits_on_themselves(self):
        found = binomial_limits([0.0, 1.0], [50, 50])

        assert found.lower.tolist() == found.upper.tolist() == [0.0, 1.0]

    def test_no_denominator_has_no_limits(self):
        assert np.isnan(binomial_limits(0.1, 0).upper)
        assert np.isnan(poisson_limits(2.0, 0).lower)


class TestSubgroups:
    def observations(self, kind, **options):
        # Day 1: 1 3; day 2: 4 6; day 3: 2 4. Means 2 5 3, standard deviations all sqrt(2).
        return spc.chart(
            kind=kind, series=["A"] * 6, period=[1, 1, 2, 2, 3, 3], value=[1.0, 3, 4, 6, 2, 4], **options
        )

    def test_observations_of_a_day_become_their_mean(self):
        chart = self.observations("xbar")

        assert chart.points.value.tolist() == [2, 5, 3]
        assert chart.points.period.tolist() == [1, 2, 3]
        assert chart.points.size.tolist() == [2, 2, 2]
        assert chart.points.centre[0] == pytest.approx(10 / 3)
        assert chart.points.ucl[0] == pytest.approx(10 / 3 + float(a3(2)) * np.sqrt(2))

    def test_their_standard_deviations_have_a_chart(self):
        chart = self.observations("s")

        assert chart.points.value == pytest.approx([np.sqrt(2)] * 3)
        assert chart.points.ucl[0] == pytest.approx(float(b4(2)) * np.sqrt(2))
        assert chart.points.lcl[0] == 0

    def test_means_with_sizes_and_spreads_give_the_same(self):
        rows = self.observations("xbar")
        given = spc.chart(
            kind="xbar",
            series=["A"] * 3,
            period=[1, 2, 3],
            value=[2.0, 5, 3],
            size=[2, 2, 2],
            spread=[np.sqrt(2)] * 3,
        )

        assert given.points.ucl == pytest.approx(rows.points.ucl)

    def test_unequal_subgroups_pool_by_degrees_of_freedom(self):
        chart = spc.chart(kind="s", series=["A"] * 2, period=[1, 2], value=[2.0, 4.0], size=[3, 9])

        assert chart.points.centre[0] == pytest.approx(np.sqrt((2 * 4 + 8 * 16) / 10))

    def test_a_single_observation_has_no_limits(self):
        chart = spc.chart(kind="xbar", series=["A"] * 5, period=[1, 1, 2, 2, 3], value=[1.0, 3, 4, 6, 2])

        assert np.isfinite(chart.points.ucl).tolist() == [True, True, False]

    def test_rows_of_one_date_are_put_together_only_when_asked(self):
        given = {"kind": "run", "series": ["A"] * 4, "period": [1, 1, 1, 2], "value": [1.0, 2, 9, 4]}

        assert [error.code for error in spc.chart(**given).errors] == ["duplicate_period"] * 2
        assert spc.chart(**given, aggregate="median").points.value.tolist() == [2, 4]
        assert spc.chart(**given, aggregate="sum").points.value.tolist() == [12, 4]

    def test_constants_are_the_published_ones(self):
        # Montgomery (2013), appendix VI, n = 2, 5, 10, 25.
        n = np.array([2, 5, 10, 25])

        assert c4(n).round(4).tolist() == [0.7979, 0.9400, 0.9727, 0.9896]
        assert a3(n).round(3).tolist() == [2.659, 1.427, 0.975, 0.606]
        assert b3(n).round(3).tolist() == [0, 0, 0.284, 0.565]
        assert b4(n).round(3).tolist() == [3.267, 2.089, 1.716, 1.435]

    def test_a_subgroup_of_a_hundred_thousand_does_not_overflow(self):
        assert float(c4(100_000)) == pytest.approx(1 - 1 / (4 * 100_000), rel=1e-9)


class TestGiven:
    def test_a_given_centre_and_sigma_are_taken_as_they_are(self):
        chart = one([1.0, 2, 3], centre=10.0, sigma=2.0)

        assert (chart.points.lcl[0], chart.points.centre[0], chart.points.ucl[0]) == (4, 10, 16)

    def test_multiplying_changes_the_scale_and_no_signal(self):
        counts = {"numerator": np.array([10.0] * 13 + [40]), "denominator": np.full(14, 100.0)}
        plain, percent = (
            one(None, kind="p", **counts, target=0.2),
            one(None, kind="p", **counts, target=0.2, multiply=100),
        )

        assert percent.points.ucl == pytest.approx(100 * plain.points.ucl)
        assert percent.series.now_value == pytest.approx(100 * plain.series.now_value)
        assert percent.series.target[0] == 20
        assert percent.points.signal.tolist() == plain.points.signal.tolist()

    def test_bounds_clip_what_is_drawn_and_not_what_is_judged(self):
        values = [99.0, 95, 99, 90, 99, 97, 99, 92, 99, 96, 99, 91, 99]
        plain, bounded = one(values, target=101), one(values, target=101, bounds=(0, 100))

        assert plain.points.ucl[0] > 101 > bounded.points.ucl[0] == 100
        assert bounded.series.assurance[0] == plain.series.assurance[0] == "inconsistent"

    def test_columns_a_kind_must_have_are_asked_for(self):
        with pytest.raises(ValueError, match="A p chart needs a denominator"):
            one([0.1, 0.2], kind="p")
        with pytest.raises(ValueError, match="needs values"):
            spc.chart(kind="xmr", series=["A"], period=[1])
        with pytest.raises(ValueError, match="not 'pie'"):
            one([1.0], kind="pie")
        with pytest.raises(ValueError, match="not as both"):
            one([1.0, 2], phase=[0, 1], rebase=[1])
