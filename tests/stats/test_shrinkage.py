"""Stabilised rates: where they lie, how sure they are, and what small sites may be said to be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.shrinkage import bands, fit_random_intercept, stabilised_rates

FIVE = ([4, 12, 3, 20, 11], [100] * 5, ["A", "B", "C", "D", "E"])
steady = settings(derandomize=True, deadline=None, max_examples=10)


def fitted(seed=1, quadrature=1, family="binomial"):
    rng = np.random.default_rng(seed)
    trials = rng.integers(100, 3000, 30)
    p = 1 / (1 + np.exp(4 - rng.normal(0, 0.5, 30)))
    return fit_random_intercept(
        rng.binomial(trials, p), trials, np.arange(30), quadrature=quadrature, family=family
    )


class TestByHand:
    def test_the_rate_is_the_comparators_times_the_sites_ratio(self):
        fit = fit_random_intercept(*FIVE)
        made = stabilised_rates(fit, 0.2)
        odds = np.exp(fit.coef[0])
        with_effect = odds * np.exp(fit.u[3])
        ratio = (with_effect / (1 + with_effect)) / (odds / (1 + odds))

        assert made.sites.ratio[3] == pytest.approx(ratio)
        assert made.sites.rate[3] == pytest.approx(0.2 * ratio)

    def test_by_default_the_comparator_is_a_site_without_effect(self):
        fit = fit_random_intercept(*FIVE)
        odds = np.exp(fit.coef[0] + fit.u)

        assert stabilised_rates(fit).sites.rate == pytest.approx(odds / (1 + odds))

    def test_each_site_may_have_its_own_comparator(self):
        fit = fit_random_intercept(*FIVE)
        made = stabilised_rates(fit, [0.1, 0.1, 0.2, 0.2, 0.2])

        assert made.sites.rate[2] == pytest.approx(0.2 * made.sites.ratio[2])

    def test_bands_are_data(self):
        # 2015 births: over 10 % lower, up to 10 % lower, up to 10 % higher, over 10 % higher.
        assert bands([0.89, 0.95, 1.05, 1.11], [1.0] * 4).tolist() == [0, 1, 2, 3]
        assert bands([0.8, 0.94, 1.0, 1.2], [1.0] * 4, edges=(0.85, 0.95, 1.05)).tolist() == [0, 1, 2, 3]

    def test_a_site_too_small_to_tell_has_no_band(self):
        assert bands([0.99, 1.5], [0.29, 0.3]).tolist() == [-1, 3]


class TestNoVariation:
    @pytest.mark.parametrize("quadrature", [1, 10])
    def test_every_site_has_the_group_rate_and_reliability_0(self, quadrature):
        fit = fit_random_intercept([10] * 8, [200] * 8, list("ABCDEFGH"), quadrature=quadrature)
        made = stabilised_rates(fit, 0.07, above=1.1).sites

        assert made.rate == pytest.approx([0.07] * 8)
        assert made.lower.tolist() == made.upper.tolist() == made.rate.tolist()
        assert made.reliability.tolist() == [0] * 8
        assert made.probability_above.tolist() == [0] * 8
        assert bands(made.ratio, made.reliability).tolist() == [-1] * 8


class TestProperties:
    @steady
    @given(st.integers(0, 10**6), st.sampled_from(["normal", "posterior"]))
    def test_rates_lie_between_the_crude_rate_and_the_comparator(self, seed, interval):
        fit = fitted(seed)
        made = stabilised_rates(fit, method=interval).sites
        comparator = made.expected / made.trials
        low, high = np.minimum(made.crude_rate, comparator), np.maximum(made.crude_rate, comparator)

        assert (made.rate >= low - 1e-9).all()
        assert (made.rate <= high + 1e-9).all()
        assert (made.lower <= made.rate + 1e-12).all()
        assert (made.rate <= made.upper + 1e-12).all()

    @pytest.mark.parametrize("family", ["binomial", "poisson"])
    def test_percentiles_of_the_posterior_are_near_the_normal_ones(self, family):
        fit = fitted(2, quadrature=10, family=family)
        normal, posterior = (stabilised_rates(fit, method=way).sites for way in ("normal", "posterior"))

        assert posterior.lower == pytest.approx(normal.lower, rel=0.12)
        assert posterior.upper == pytest.approx(normal.upper, rel=0.12)
        assert stabilised_rates(fit).parameters["interval"] == "posterior"

    def test_percentiles_are_those_of_the_density(self):
        from scipy.integrate import quad

        fit = fit_random_intercept(*FIVE, quadrature=10)
        made = stabilised_rates(fit, confidence=0.9).sites

        def density(u, y=3, n=100):
            return np.exp(
                y * (fit.coef[0] + u) - n * np.log1p(np.exp(fit.coef[0] + u)) - u**2 / (2 * fit.sd**2) + 20
            )

        ratio = made.upper[2] / (made.rate[2] / made.ratio[2])  # site C: 3 of 100
        p = ratio * np.exp(fit.coef[0]) / (1 + np.exp(fit.coef[0]))
        u = np.log(p / (1 - p)) - fit.coef[0]

        assert quad(density, -6, u)[0] / quad(density, -6, 6)[0] == pytest.approx(0.95, abs=2e-4)

    @pytest.mark.parametrize("interval", ["normal", "posterior"])
    def test_the_chance_of_being_above_agrees_with_the_interval(self, interval):
        fit = fitted(3, quadrature=10)
        made = stabilised_rates(fit, method=interval, confidence=0.9).sites
        at_lower_end = made.lower[7] / made.rate[7] * made.ratio[7]
        chance = stabilised_rates(fit, method=interval, above=at_lower_end).sites.probability_above[7]

        assert chance == pytest.approx(0.95, abs=2e-3)
        assert (stabilised_rates(fit, above=1e9).sites.probability_above == 0).all()

    def test_small_sites_are_pulled_further(self):
        fit = fit_random_intercept([2, 200, 50, 60, 40], [20, 2000, 1000, 1000, 1000], list("ABCDE"))
        made = stabilised_rates(fit).sites

        assert made.crude_rate[0] == made.crude_rate[1] == 0.1
        assert made.rate[0] < made.rate[1]
        assert made.reliability[0] < made.reliability[1]


class TestInput:
    @pytest.mark.parametrize(
        ("options", "words"),
        [
            ({"method": "credible"}, "not 'credible'"),
            ({"comparator_rate": [0.1, 0.2]}, "`comparator_rate` needs 5 entries"),
            ({"comparator_rate": -0.1}, "below zero or missing; row 0 has -0.1"),
            ({"confidence": 2.0}, "and is 2"),
        ],
    )
    def test_what_cannot_be_is_refused(self, options, words):
        with pytest.raises(ValueError, match=words):
            stabilised_rates(fit_random_intercept(*FIVE), **options)

    def test_a_covariate_that_separates_leaves_nothing_to_compare_with(self):
        # Events only where x is 1: its coefficient runs to some 30, and at x = -60 a chance of exp(-1800) is 0 to a float.
        fit = fit_random_intercept([0, 5, 0, 0, 6], [10] * 5, list("ABCDE"), [-60.0, 1, 0, 0, 1])
        with pytest.raises(ValueError, match="Site A has no event to expect"):
            stabilised_rates(fit)

    def test_edges_must_rise(self):
        with pytest.raises(ValueError, match=r"they are 1\.1, 0\.9"):
            bands([1.0], [1.0], edges=(1.1, 0.9))

    def test_a_rate_says_how_it_was_made(self):
        made = stabilised_rates(fit_random_intercept(*FIVE), 0.1, above=1.2)

        assert made.method == "stabilised-rates/1"
        assert made.parameters == {
            "family": "binomial", "quadrature": 1, "of": "random-intercept-laplace/1", "confidence": 0.95, "interval": "normal", "above": 1.2,
        }  # fmt: skip


@pytest.mark.slow
def test_stabilised_rates_are_nearer_to_the_truth_than_crude_ones():
    crude, stabilised = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        trials, u = rng.integers(200, 4000, 125), rng.normal(0, 0.25, 125)
        truth = 1 / (1 + np.exp(5.2 - u))
        events = rng.binomial(trials, truth)
        made = stabilised_rates(fit_random_intercept(events, trials, np.arange(125))).sites
        crude.append(np.mean((made.crude_rate - truth) ** 2))
        stabilised.append(np.mean((made.rate - truth) ** 2))

    assert np.mean(stabilised) < np.mean(crude) / 3
