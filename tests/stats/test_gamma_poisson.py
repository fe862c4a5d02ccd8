"""The gamma-Poisson model: its arithmetic, its likelihood, and the truth found again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.gamma_poisson import gamma_poisson

steady = settings(derandomize=True, deadline=None, max_examples=15)


def counts(seed, shape=8.0, sites=60):
    rng = np.random.default_rng(seed)
    expected = rng.uniform(2, 40, sites)
    return rng.poisson(expected * rng.gamma(shape, 1 / shape, sites)), expected


def test_the_posterior_by_hand():
    # Shape 3.15 and mean 1: (3.15 + 4)/(3.15 + 10) = .54 for the first; its own ratio weighs 10/(10 + 3.15).
    made = gamma_poisson([4, 12, 3, 20, 11], [10] * 5)

    assert made.mean == pytest.approx(1, abs=1e-6)
    assert made.sites.ratio == pytest.approx((made.shape + np.array([4, 12, 3, 20, 11])) / (made.shape + 10))
    weight = 10 / (10 + made.shape)
    assert made.sites.reliability == pytest.approx([weight] * 5)
    assert made.sites.ratio[0] == pytest.approx(weight * 0.4 + (1 - weight) * 1)


@steady
@given(st.integers(0, 10**6))
def test_it_is_the_greatest_likelihood_of_the_negative_binomial(seed):
    from scipy.stats import nbinom

    observed, expected = counts(seed)
    made = gamma_poisson(observed, expected)

    def loglik(shape, mean):
        return nbinom.logpmf(observed, shape, shape / (shape + mean * expected)).sum()

    if np.isfinite(made.shape):
        assert made.converged
        assert made.loglik == pytest.approx(loglik(made.shape, made.mean))
        for shape, mean in ((1.02, 1), (0.98, 1), (1, 1.01), (1, 0.99)):
            assert loglik(made.shape * shape, made.mean * mean) < made.loglik


@steady
@given(st.integers(0, 10**6), st.floats(0.05, 20))
def test_the_scale_of_the_expected_numbers_goes_into_the_mean(seed, scale):
    observed, expected = counts(seed)
    plain, scaled = gamma_poisson(observed, expected), gamma_poisson(observed, expected * scale)

    assert scaled.shape == pytest.approx(plain.shape, rel=1e-4)
    assert scaled.mean == pytest.approx(plain.mean / scale, rel=1e-5)
    assert scaled.sites.reliability == pytest.approx(plain.sites.reliability, rel=1e-3)


def test_percentiles_and_chances_agree():
    observed, expected = counts(1)
    made = gamma_poisson(observed, expected, confidence=0.9)

    assert (made.sites.lower < made.sites.ratio).all()
    assert (made.sites.ratio < made.sites.upper).all()
    assert made.probability_above(float(made.sites.lower[5]))[5] == pytest.approx(0.95)
    assert made.probability_above(0.0).tolist() == [1.0] * 60
    assert made.sd == pytest.approx(made.mean / np.sqrt(made.shape))


def test_no_more_variation_than_chance_makes_is_none():
    made = gamma_poisson([10] * 6, [10.0] * 6)

    assert made.shape == np.inf
    assert made.sd == 0
    assert made.sites.ratio.tolist() == made.sites.lower.tolist() == [1.0] * 6
    assert made.sites.reliability.tolist() == [0] * 6
    assert made.probability_above(1.2).tolist() == [0] * 6
    assert made.probability_above(0.9).tolist() == [1] * 6


def test_hardly_more_variation_than_chance_makes_keeps_its_digits():
    rng = np.random.default_rng(5)
    expected = np.full(400, 5000.0)
    made = gamma_poisson(rng.poisson(expected * rng.gamma(1e4, 1e-4, 400)), expected)

    assert made.converged
    assert made.sd == pytest.approx(0.01, rel=0.25)


def test_a_site_with_nothing_expected_has_the_common_ratio():
    observed, expected = counts(2)
    made = gamma_poisson(np.append(observed, 0), np.append(expected, 0.0))

    assert made.sites.ratio[-1] == pytest.approx(made.mean)
    assert made.sites.reliability[-1] == 0
    assert np.isnan(made.sites.crude_ratio[-1])


@pytest.mark.parametrize(
    ("observed", "expected", "options", "words"),
    [
        ([1, -2], [3, 3], {}, "never below zero; row 1 has -2"),
        ([1, 2], [3, 0], {}, r"row . has 2 of 0"),
        ([1, np.nan], [3, 3], {}, "row 1 has"),
        ([1], [3], {}, "at least two sites"),
        ([0, 0], [3, 3], {}, "No events were observed"),
        ([1, 2], [3, 3], {"group": ["A"]}, "`group` needs 2 entries"),
        ([1, 2], [3, 3], {"confidence": 1.0}, "and is 1"),
    ],
)
def test_what_cannot_be_is_refused(observed, expected, options, words):
    with pytest.raises(ValueError, match=words):
        gamma_poisson(observed, expected, **options)


@pytest.mark.slow
def test_the_truth_is_found_again():
    sd, covered = [], []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        expected, ratio = rng.uniform(5, 60, 100), rng.gamma(10, 0.1, 100)
        made = gamma_poisson(rng.poisson(expected * ratio), expected)
        sd.append(made.sd)
        covered.append(np.mean((made.sites.lower <= ratio) & (ratio <= made.sites.upper)))

    assert np.mean(sd) == pytest.approx(np.sqrt(0.1), rel=0.03)
    assert np.mean(covered) == pytest.approx(0.945, abs=0.01)
