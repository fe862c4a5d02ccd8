"""One figure for the variation between sites, and its trend."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.random_intercept import fit_random_intercept
from matneo.stats.variation import component_trend, systematic_component, variation_index, variation_trend


def steady(examples: int = 8):
    return settings(derandomize=True, deadline=None, max_examples=examples)


def fitted(seed, sd=0.3, count=40, rate=-3.0, **options):
    rng = np.random.default_rng(seed)
    trials = rng.integers(300, 3000, count)
    events = rng.binomial(trials, 1 / (1 + np.exp(-rate - rng.normal(0, sd, count))))
    return fit_random_intercept(events, trials, np.arange(count), **options)


class TestIndex:
    def test_by_hand(self):
        # sd .3: exp(.9539 x .3) = 1.33 and exp(2.563 x .3) = 2.16.
        index = variation_index(fitted(1))

        assert np.log(index.median_odds_ratio.value) == pytest.approx(0.9539 * index.sd.value, rel=1e-4)
        assert np.log(index.p90_p10.value) == pytest.approx(2.5631 * index.sd.value, rel=1e-4)

    def test_the_median_odds_ratio_is_the_median_of_pairs_of_sites(self):
        rng = np.random.default_rng(2)
        one, other = rng.normal(0, 0.3, (2, 200_000))

        assert np.median(np.exp(np.abs(one - other))) == pytest.approx(
            np.exp(np.sqrt(2) * 0.6745 * 0.3), rel=0.005
        )

    @steady()
    @given(st.integers(0, 10**6), st.sampled_from([1, 7]))
    def test_the_ends_are_where_the_profile_has_fallen_far_enough(self, seed, quadrature):
        from matneo.stats.variation import _profile

        fit = fitted(seed, quadrature=quadrature)
        index = variation_index(fit, confidence=0.9)
        profile = _profile(fit)

        assert index.sd.lower < index.sd.value < index.sd.upper
        assert fit.loglik - profile(index.sd.upper) == pytest.approx(1.6449**2 / 2, abs=1e-3)
        if index.sd.lower > 0:
            assert fit.loglik - profile(index.sd.lower) == pytest.approx(1.6449**2 / 2, abs=1e-3)
        else:
            assert fit.loglik - fit.loglik_without <= 1.6449**2 / 2

    def test_no_variation(self):
        index = variation_index(fit_random_intercept([10] * 8, [200] * 8, list("ABCDEFGH")))

        assert (index.sd.value, index.sd.lower, index.median_odds_ratio.value, index.sd.p_value) == (
            0,
            0,
            1,
            1,
        )
        assert 0 < index.sd.upper < 0.5
        assert index.scv < 0

    def test_the_test_of_none_halves_its_p_value_at_the_border(self):
        fit = fitted(4, sd=0.15, count=15)
        from scipy.stats import chi2

        twice = 2 * (fit.loglik - fit.loglik_without)
        assert variation_index(fit).sd.p_value == pytest.approx(chi2.sf(twice, 1) / 2)

    def test_adjusting_and_wider_levels(self):
        rng = np.random.default_rng(3)
        x, trials = np.repeat(rng.uniform(0, 1, 30), 2), np.full(60, 800)
        events = rng.binomial(trials, 1 / (1 + np.exp(2 - x)))
        fit = fit_random_intercept(events, trials, np.repeat(np.arange(30), 2), x)

        assert variation_index(fit, confidence=0.99).sd.upper > variation_index(fit, confidence=0.9).sd.upper

    def test_it_says_how_it_was_made(self):
        index = variation_index(fitted(1))

        assert index.parameters == {
            "family": "binomial",
            "quadrature": 1,
            "confidence": 0.95,
            "of": "random-intercept-laplace/1",
        }


class TestSystematicComponent:
    def test_by_hand(self):
        # (4 - 10)^2/100 = .36 twice, less 1/10 by chance.
        assert systematic_component([4, 16], [10, 10]) == pytest.approx(0.26)

    def test_merging_sites_lowers_what_is_seen_of_them(self):
        # Why it never is a range: two pairs of opposite sites become two average ones.
        assert systematic_component([8, 32], [20, 20]) > 0 > systematic_component([40], [40])

    def test_sites_with_nothing_expected_are_left_out(self):
        assert systematic_component([4, 16, 0], [10, 10, 0]) == pytest.approx(0.26)
        assert np.isnan(systematic_component([0], [0]))

    def test_counts_below_zero_are_refused(self):
        with pytest.raises(ValueError, match="below zero"):
            systematic_component([-1], [2])

    @pytest.mark.slow
    def test_it_is_the_variance_of_the_sites_ratios(self):
        rng = np.random.default_rng(8)
        expected = rng.uniform(5, 50, (4000, 80))
        observed = rng.poisson(expected * rng.gamma(20, 1 / 20, (4000, 80)))
        found = [systematic_component(o, e) for o, e in zip(observed, expected, strict=True)]

        assert np.mean(found) == pytest.approx(0.05, abs=4 * np.std(found) / np.sqrt(4000))


class TestTrend:
    YEARS = [2019, 2020, 2021, 2022]

    def test_a_steady_fall_by_hand(self):
        # A tenth less each year.
        sd = 0.4 * 0.9 ** np.arange(4)
        made = variation_trend(self.YEARS, sd, [0.05] * 4)

        assert made.ratio.value == pytest.approx(0.9)
        assert made.slope.lower < np.log(0.9) < made.slope.upper

    def test_years_known_well_count_for_more(self):
        well, badly = (
            variation_trend(self.YEARS, [0.4, 0.4, 0.4, 0.2], [0.02, 0.02, 0.02, se]).slope.value
            for se in (0.01, 0.2)
        )

        assert well < badly < 0

    def test_scatter_beyond_the_standard_errors_widens_the_interval(self):
        calm, wild = (
            variation_trend(self.YEARS, sd, [0.02] * 4)
            for sd in ([0.4, 0.39, 0.38, 0.37], [0.4, 0.2, 0.55, 0.3])
        )

        assert calm.parameters["scatter"] == 1
        assert wild.parameters["scatter"] > 10
        assert wild.slope.p_value > calm.slope.p_value

    @pytest.mark.parametrize(
        ("years", "sd", "words"),
        [
            ([1, 2], [0.3, 0.3], "at least three periods, and there are 2"),
            ([1, 2, 3], [0.3, 0.0, 0.3], "Period 2 has a site sd of 0"),
            ([1, 1, 1], [0.3, 0.2, 0.3], "All periods are the same one"),
        ],
    )
    def test_what_has_no_trend_is_refused(self, years, sd, words):
        with pytest.raises(ValueError, match=words):
            variation_trend(years, sd, 0.05)


class TestComponentTrend:
    @staticmethod
    def sites(seed, sds, count=60):
        rng = np.random.default_rng(seed)
        expected = rng.uniform(20, 100, (count, len(sds)))
        lasting = rng.normal(0, 1, (count, 1))
        return rng.poisson(expected * np.exp(lasting * np.array(sds))), expected

    def test_sites_that_come_closer_have_a_falling_component(self):
        observed, expected = self.sites(1, [0.5, 0.4, 0.3, 0.2, 0.1])
        made = component_trend(observed, expected, np.arange(5), seed=2)

        assert made.slope.upper < 0
        assert made.slope.p_value < 0.01
        assert made.values[0] > made.values[-1]

    def test_the_same_seed_gives_the_same_answer(self):
        observed, expected = self.sites(1, [0.3] * 4)
        one, other = (component_trend(observed, expected, np.arange(4), seed=3) for _ in range(2))

        assert one.slope == other.slope

    def test_a_year_that_a_site_lacks_is_no_zero(self):
        observed, expected = self.sites(4, [0.3] * 3, count=12)
        without = observed.astype(float)
        without[0, 1] = np.nan
        made = component_trend(without, expected, [1, 2, 3], seed=1, draws=100)

        assert made.values[1] == pytest.approx(systematic_component(observed[1:, 1], expected[1:, 1]))

    def test_too_little_is_refused(self):
        with pytest.raises(ValueError, match="at least ten sites and three periods"):
            component_trend(np.ones((4, 3)), np.ones((4, 3)), [1, 2, 3], seed=1)
        gap = np.where(np.arange(3) == 1, np.nan, np.ones((12, 3)))
        with pytest.raises(ValueError, match="Period 2 has no site"):
            component_trend(gap, np.ones((12, 3)), [1, 2, 3], seed=1)


@pytest.mark.slow
class TestCoverage:
    def test_profile_intervals_of_sd(self):
        inside = []
        for seed in range(120):
            index = variation_index(fitted(seed, sd=0.3))
            inside.append(index.sd.lower <= 0.3 <= index.sd.upper)

        assert np.mean(inside) == pytest.approx(0.94, abs=0.05)

    def test_the_border_test_keeps_its_level(self):
        p = [variation_index(fitted(seed, sd=0.0)).sd.p_value for seed in range(120)]

        assert np.mean(np.array(p) < 0.05) == pytest.approx(0.045, abs=0.05)

    def test_no_trend_is_rarely_called_one(self):
        p = []
        for seed in range(200):
            observed, expected = TestComponentTrend.sites(seed, [0.3] * 4)
            p.append(component_trend(observed, expected, np.arange(4), seed=seed, draws=300).slope.p_value)

        assert np.mean(np.array(p) < 0.05) == pytest.approx(0.06, abs=0.05)
