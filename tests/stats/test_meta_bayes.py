"""Pooling a handful with a prior: beside brute-force integration, and calibrated where the prior holds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from matneo.stats.meta import random_effects_meta
from matneo.stats.meta_bayes import bayesian_meta

Y, V = np.array([-0.17, -0.67, 0.10]), np.array([0.025, 0.044, 0.09])
projects = st.lists(st.tuples(st.floats(-2, 2), st.floats(0.005, 1)), min_size=2, max_size=5).map(
    lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True))
)
properties = settings(derandomize=True, max_examples=6, deadline=None)


def grid_posterior(y, v, scale):
    """The joint posterior of mean and tau on a fine grid, by nothing but its definition."""
    mean = np.linspace(-6, 6, 1501)
    tau = (np.arange(800) + 0.5) * (6 * scale / 800)
    log = norm.logpdf(tau, 0, scale)[None, :] + sum(
        norm.logpdf(one, mean[:, None], np.sqrt(var + tau[None, :] ** 2))
        for one, var in zip(y, v, strict=True)
    )
    weight = np.exp(log - log.max())
    return mean, tau, weight / weight.sum()


def up_to(weight):
    """The probability below the middle of every cell."""
    return np.cumsum(weight) - weight / 2


def test_it_equals_the_integral_by_brute_force():
    mean, tau, weight = grid_posterior(Y, V, 0.5)
    of_mean, of_tau = weight.sum(axis=1), weight.sum(axis=0)
    ours = bayesian_meta(Y, V)

    assert ours.estimate == pytest.approx(of_mean @ mean, abs=1e-5)
    assert ours.se == pytest.approx(np.sqrt(of_mean @ (mean - of_mean @ mean) ** 2), abs=1e-4)
    assert ours.lower == pytest.approx(np.interp(0.025, up_to(of_mean), mean), abs=1e-3)
    assert ours.upper == pytest.approx(np.interp(0.975, up_to(of_mean), mean), abs=1e-3)
    assert ours.tau == pytest.approx(np.interp(0.5, up_to(of_tau), tau), abs=1e-3)
    assert ours.probability_below == pytest.approx(np.interp(0, mean, up_to(of_mean)), abs=1e-3)
    own = tau**2 / (tau**2 + V[0])
    drawn = (weight * (own[None, :] * Y[0] + (1 - own[None, :]) * mean[:, None])).sum()
    assert ours.effects[0] == pytest.approx(drawn, abs=1e-4)


def test_a_prior_close_to_zero_is_the_fixed_effect():
    ours, fixed = bayesian_meta(Y, V, prior_scale=1e-6), random_effects_meta(Y, V, tau2="fixed")

    assert (ours.lower, ours.upper) == pytest.approx((fixed.lower, fixed.upper), abs=1e-6)
    assert ours.effects == pytest.approx(fixed.estimate, abs=1e-6)


def test_two_projects_are_wider_than_normal_and_narrower_than_hartung_knapp():
    y, v = [-0.17, -0.67], [0.025, 0.044]
    ours, normal = bayesian_meta(y, v), random_effects_meta(y, v, tau2="fixed")
    knapp = random_effects_meta(y, v, ci="hk")

    assert normal.upper - normal.lower < ours.upper - ours.lower < knapp.upper - knapp.lower


def test_variances_far_below_the_prior_are_resolved():
    # The posterior of tau runs over six powers of ten; more nodes change nothing.
    one = bayesian_meta([0.0, 0.0, 1e-6], [1e-12, 1e-12, 1e-10], points=120)
    other = bayesian_meta([0.0, 0.0, 1e-6], [1e-12, 1e-12, 1e-10])

    assert one.tau == pytest.approx(other.tau, rel=1e-6)
    assert one.upper == pytest.approx(other.upper, rel=1e-6)


@pytest.mark.parametrize("option", [{"prior_scale": 0}, {"prior_scale": np.inf}, {"points": 5}])
def test_impossible_options_get_a_sentence(option):
    with pytest.raises(ValueError, match=r"above 0|at least 20"):
        bayesian_meta(Y, V, **option)


@properties
@given(projects)
def test_the_prediction_holds_the_mean_and_the_mean_lies_between_the_parts(rows):
    found = bayesian_meta(*rows)

    assert found.prediction_lower <= found.lower <= found.estimate <= found.upper <= found.prediction_upper
    assert rows[0].min() - 1e-9 <= found.estimate <= rows[0].max() + 1e-9
    assert found.tau_lower < found.tau < found.tau_upper
    assert found.tau_probability.sum() == pytest.approx(1)


@properties
@given(projects)
def test_turning_effects_round_turns_the_posterior_round(rows):
    one, other = bayesian_meta(*rows), bayesian_meta(-rows[0], rows[1])

    assert other.lower == pytest.approx(-one.upper, abs=1e-8)
    assert other.probability_below == pytest.approx(1 - one.probability_below, abs=1e-8)


@pytest.mark.slow
@pytest.mark.parametrize("k", [2, 4])
def test_intervals_are_exact_where_tau_comes_from_the_prior(k):
    """With a flat prior on a location, the interval covers 95 % on average over the prior of tau: for any mean."""
    random, runs = np.random.default_rng(k), 600
    v, hits = np.array([0.02, 0.05, 0.1, 0.2])[:k], np.zeros((runs, 3))
    for run in range(runs):
        tau = abs(random.normal(0, 0.5))
        y = 1.3 + random.normal(0, np.sqrt(v + tau**2))
        next_one = 1.3 + random.normal(0, tau)
        found = bayesian_meta(y, v, points=80)
        hits[run] = (
            found.lower <= 1.3 <= found.upper,
            found.prediction_lower <= next_one <= found.prediction_upper,
            found.tau_lower <= tau <= found.tau_upper,
        )

    assert hits.mean(axis=0) == pytest.approx([0.95] * 3, abs=3 * (0.95 * 0.05 / runs) ** 0.5)
