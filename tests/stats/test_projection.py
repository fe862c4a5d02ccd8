"""Projection to a target: by hand, with everything uncertain, and the refusals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.projection import project_to_target
from matneo.stats.regression import TooFewPoints

YEARS = np.arange(2010, 2021)


def falling(rate=5.0, a_year=0.97, births=600_000, years=YEARS):
    return rate / 1000 * a_year ** (years - years[0]) * births, np.full(len(years), births)


def ahead(events=None, births=None, year=YEARS, **options):
    if events is None:
        events, births = falling()
    return project_to_target(
        events, births, year, **({"target": 0.0025, "target_year": 2025, "seed": 1, "draws": 4000} | options)
    )


class TestByHand:
    def test_the_paths_to_half_in_fifteen_years(self):
        # Half in 15 years: 2^(-1/15) = .9548 a year, 4.5 % less each; or a thirtieth of the start each year.
        path = ahead().path

        assert path.year.tolist() == list(range(2010, 2026))
        assert path.geometric[1] / path.geometric[0] == pytest.approx(0.95484, abs=1e-5)
        assert path.linear[0] - path.linear[1] == pytest.approx(0.005 / 30)
        assert path.geometric[[0, -1]] == pytest.approx([0.005, 0.0025])
        assert path.linear[[0, -1]] == pytest.approx([0.005, 0.0025])

    def test_three_per_cent_a_year_arrive_in_the_twenty_third_year(self):
        # .97^n ≤ .5 first at n = 23 (22.76), so in 2033.
        answer = ahead()

        assert answer.annual_change.value == pytest.approx(-0.03, abs=1e-6)
        assert answer.arrival_year == 2033
        assert answer.fan.year.tolist() == [2021, 2022, 2023, 2024, 2025]
        assert answer.fan.expected[-1] == pytest.approx(0.005 * 0.97**15, rel=1e-6)
        assert answer.p_meet_target == 0

    def test_what_it_would_take_from_now(self):
        # From 5 x .97^10 = 3.687 to 2.5 in five years: (2.5/3.687)^(1/5) - 1 = -7.5 % a year.
        assert ahead().needed_change == pytest.approx((2.5 / (5 * 0.97**10)) ** 0.2 - 1, rel=1e-6)

    def test_lives_short_of_the_path_are_summed_after_the_baseline(self):
        answer = ahead()
        events, births = falling()
        share = 2.0 ** (-np.arange(16) / 15)
        seen = np.sum(events[1:] - 0.005 * share[1:11] * births[0])
        coming = np.sum(0.005 * 0.97 ** np.arange(11, 16) * births[0] - 0.005 * share[11:] * births[0])

        assert answer.shortfall_geometric.observed == pytest.approx(seen)
        assert answer.shortfall_geometric.to_come == pytest.approx(coming, rel=0.05)
        assert answer.shortfall_geometric.total == pytest.approx(seen + coming, rel=0.05)
        assert (
            answer.shortfall_geometric.lower
            < answer.shortfall_geometric.total
            < answer.shortfall_geometric.upper
        )
        assert (
            answer.shortfall_linear.observed < answer.shortfall_geometric.observed
        )  # the straight path asks less at first

    def test_it_carries_its_label_and_parameters(self):
        answer = ahead()

        assert answer.label == "if nothing changes"
        assert answer.method == "project-to-target/1"
        assert answer.parameters["seed"] == 1
        assert answer.parameters["draws"] == 4000


class TestTrend:
    def test_a_break_changes_the_slope_that_is_carried_on(self):
        rate = 0.005 * np.where(YEARS <= 2015, 1.0, 0.9 ** (YEARS - 2015))
        answer = ahead(rate * 600_000, [600_000] * 11, change_year=2015)

        assert answer.annual_change.value == pytest.approx(-0.1, abs=1e-6)
        assert answer.arrival_year == 2022  # .9^n ≤ .5 first at n = 7
        assert answer.fan.expected[0] == pytest.approx(0.005 * 0.9**6, rel=1e-6)

    def test_a_year_apart_does_not_bend_the_line(self):
        events, births = falling()
        events[YEARS == 2020] *= 1.4
        apart = ahead(events, births, years_apart=[2020])

        assert apart.annual_change.value == pytest.approx(-0.03, abs=1e-6)
        assert np.exp(apart.fit.coef[-1]) == pytest.approx(1.4)
        assert apart.fan.expected[0] == pytest.approx(0.005 * 0.97**11, rel=1e-6)
        assert apart.needed_change == pytest.approx(ahead().needed_change, rel=1e-6)
        assert ahead(events, births).annual_change.value > -0.03

    def test_earlier_years_than_the_baseline_are_not_used(self):
        events, births = falling()
        events[:3] *= 3

        assert ahead(events, births, baseline_year=2013).annual_change.value == pytest.approx(-0.03, abs=1e-6)

    def test_a_rising_rate_never_arrives(self):
        answer = ahead(*falling(a_year=1.02))

        assert np.isnan(answer.arrival_year)
        assert np.isinf(answer.arrival_upper)
        assert answer.p_meet_target == 0

    def test_more_can_be_better(self):
        events, births = falling(rate=200, a_year=1.02, births=10_000)
        answer = ahead(events, births, target=0.25, direction="increase")
        # 200 x 1.02^n ≥ 250 first at n = 12: 2022

        assert answer.arrival_year == 2022
        assert answer.p_meet_target > 0.9
        assert answer.shortfall_geometric.total < 0


class TestUncertainty:
    def test_the_same_seed_gives_the_same_figures(self):
        one, two, other = ahead(seed=7), ahead(seed=7), ahead(seed=8)

        assert one.fan.lower_95.tolist() == two.fan.lower_95.tolist()
        assert one.fan.lower_95.tolist() != other.fan.lower_95.tolist()

    def test_a_generator_will_do(self):
        assert ahead(seed=np.random.default_rng(7)).fan.median.tolist() == ahead(seed=7).fan.median.tolist()

    def test_the_fan_opens(self):
        fan = ahead(*falling(births=60_000)).fan

        assert (fan.lower_95 < fan.lower_80).all()
        assert (fan.lower_80 < fan.median).all()
        assert (fan.upper_80 < fan.upper_95).all()
        width = np.log(fan.upper_95 / fan.lower_95)
        assert width[-1] > width[0]

    def test_fewer_births_are_less_certain(self):
        small, large = (ahead(*falling(births=births)).fan for births in (20_000, 600_000))

        assert small.upper_95[-1] - small.lower_95[-1] > 3 * (large.upper_95[-1] - large.lower_95[-1])

    def test_with_even_counts_the_fan_is_as_wide_as_poisson_makes_it(self):
        # φ is 0 here, so 1 is used: variance of the log count ahead = x'(X'WX)⁻¹x + 1/μ.
        events, births = falling()
        answer = ahead(events, births, draws=40_000)
        x = np.column_stack([np.ones(11), YEARS - 2010])
        ahead_x = np.array([1, 15])
        variance = ahead_x @ np.linalg.inv(x.T @ (events[:, None] * x)) @ ahead_x + 1 / (
            0.005 * 0.97**15 * 600_000
        )

        half = np.log(answer.fan.upper_95[-1] / answer.fan.lower_95[-1]) / 2
        assert half == pytest.approx(1.96 * np.sqrt(variance), rel=0.03)

    def test_a_target_on_the_trend_is_a_coin_toss(self):
        answer = ahead(target=0.005 * 0.97**15)

        assert answer.p_meet_target == pytest.approx(0.5, abs=0.03)

    def test_not_knowing_the_dispersion_widens_the_fan(self):
        events, births = falling(years=np.arange(2010, 2016))
        scattered = events * [1.05, 0.93, 1.04, 0.98, 1.06, 0.94]
        drawn, fixed = (
            ahead(scattered, births, np.arange(2010, 2016), target_year=2018, fixed_dispersion=known) for known in (False, True)
        )  # fmt: skip

        assert drawn.dispersion > 1
        assert drawn.fan.upper_95[-1] > fixed.fan.upper_95[-1]

    @settings(derandomize=True, max_examples=10, deadline=None)
    @given(st.floats(0.001, 0.005), st.floats(1.0001, 2))
    def test_an_easier_target_is_never_less_likely(self, target, easier):
        assert ahead(target=target * easier).p_meet_target >= ahead(target=target).p_meet_target

    @settings(derandomize=True, max_examples=5, deadline=None)
    @given(st.permutations(range(11)))
    def test_the_order_of_rows_is_nothing(self, order):
        events, births = falling()

        assert ahead(events[order], births[order], YEARS[order]).fan.median == pytest.approx(
            ahead().fan.median
        )

    def test_the_unit_of_exposure_is_nothing_to_the_chance(self):
        events, births = falling()
        per_thousand = ahead(events, births / 1000, target=2.8)

        assert per_thousand.p_meet_target == pytest.approx(ahead(target=0.0028).p_meet_target, abs=1e-9)
        assert per_thousand.fan.median == pytest.approx(ahead(target=0.0028).fan.median * 1000, rel=1e-6)


class TestRefusals:
    @pytest.mark.parametrize("n", [1, 3, 4])
    def test_fewer_than_five_years(self, n):
        events, births = falling(years=YEARS[:n])

        with pytest.raises(TooFewPoints, match=f"There are {n} years; a projection needs at least 5"):
            ahead(events, births, YEARS[:n])

    def test_fewer_than_five_years_from_the_baseline_on(self):
        with pytest.raises(TooFewPoints, match="4 years from 2017 on"):
            ahead(baseline_year=2017)

    def test_five_years_carry_a_line_and_no_more(self):
        events, births = falling(years=YEARS[:5])
        assert ahead(events, births, YEARS[:5], target_year=2016).fan.year.tolist() == [2015, 2016]

        with pytest.raises(TooFewPoints, match="5 years cannot carry a trend of 4 terms"):
            ahead(events, births, YEARS[:5], target_year=2016, change_year=2012, years_apart=[2013])

    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"target_year": 2020}, "2020 is not after the last year with data, 2020"),
            ({"target": 0}, "`target` must be above 0, and is 0"),
            ({"baseline_year": 2009}, "2009 is not among the years 2010 to 2020"),
            ({"direction": "down"}, "not 'down'"),
            ({"draws": 0}, "`draws` must be a whole number"),
            ({"future_exposure": 0}, "`future_exposure` must be above 0, and is 0"),
            ({"year": YEARS / 1.0}, "whole numbers"),
            ({"year": [2010, *YEARS[:-1]]}, "2010 stands there twice"),
            ({"years_apart": [2030]}, "cannot tell year 2030"),
        ],
    )
    def test_impossible_input_in_words(self, options, words):
        with pytest.raises(ValueError, match=words):
            ahead(**options)

    def test_a_baseline_without_events_has_no_path(self):
        events, births = falling()
        events[0] = 0

        with pytest.raises(ValueError, match="2010 has no events"):
            ahead(events, births)
