"""Meta-regression: by hand, beside pooling, and beside weighted least squares of another program."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.heterogeneity import estimate_tau2
from matneo.stats.meta import random_effects_meta
from matneo.stats.meta_regression import meta_regression

Y = np.array([0.12, 0.55, 0.31, 0.80, 0.62, 1.10, 0.70])
V = np.array([0.02, 0.05, 0.03, 0.04, 0.02, 0.06, 0.03])
X = np.array([0.0, 1.0, 0.5, 2.0, 1.5, 3.0, 1.0])


def test_a_straight_line_is_found_and_leaves_nothing_between_projects():
    found = meta_regression([0.1, 0.3, 0.5, 0.7], [0.01] * 4, [0, 1, 2, 3], ci="z")

    assert found.coef == pytest.approx([0.1, 0.2])
    assert found.se[1] == pytest.approx((0.01 / 5) ** 0.5)  # variance over the sum of squares about 1.5
    assert (found.tau2, found.r2) == (0, 1)
    assert found.terms == ("intercept", "x1")


def test_a_perfect_line_leaves_hartung_knapp_nothing_to_test_against():
    found = meta_regression([0.0, 0.5, 1.0, 1.5], [0.01] * 4, [0, 1, 2, 3], ci="hk")

    assert found.se == pytest.approx([0, 0], abs=1e-12)
    assert np.isfinite(found.coef).all()


@pytest.mark.parametrize("tau2", ["REML", "PM", "DL", "SJ", "fixed"])
def test_coefficients_are_those_of_weighted_least_squares_at_the_same_tau2(tau2):
    ours = meta_regression(Y, V, X, tau2=tau2, ci="hk")
    theirs = sm.WLS(Y, sm.add_constant(X), weights=1 / (V + ours.tau2)).fit()

    assert ours.coef == pytest.approx(theirs.params)
    assert ours.se == pytest.approx(theirs.bse)  # their scale is Hartung and Knapp's factor
    assert ours.coefficients().p_value == pytest.approx(theirs.pvalues)
    assert ours.qm_p_value == pytest.approx(theirs.f_pvalue)


@pytest.mark.parametrize("tau2", ["REML", "PM", "DL", "SJ"])
def test_an_intercept_alone_is_pooling(tau2):
    pooled = random_effects_meta(Y, V, tau2=tau2, ci="hk")
    found = meta_regression(Y, V, np.ones(len(Y)), intercept=False, tau2=tau2, ci="hk")

    assert found.coef[0] == pytest.approx(pooled.estimate)
    assert (found.coefficients().lower[0], found.coefficients().upper[0]) == pytest.approx(
        (pooled.lower, pooled.upper)
    )
    assert found.tau2 == pytest.approx(pooled.tau2)
    assert np.isnan(found.r2)


def test_moderators_on_a_wild_scale_lose_no_digits():
    years = 2000 + X
    plain, wild = meta_regression(Y, V, X), meta_regression(Y, V, np.column_stack([years, 1e-6 * X**2]))

    assert meta_regression(Y, V, years).coef[1] == pytest.approx(plain.coef[1], rel=1e-9)
    assert np.isfinite(wild.coef).all()
    assert estimate_tau2(Y, V, design=np.column_stack([np.ones(7), years])) == pytest.approx(
        plain.tau2, abs=1e-10
    )


@settings(derandomize=True, max_examples=15)
@given(st.floats(-5, 5), st.floats(0.01, 50))
def test_shifting_and_scaling_a_moderator_changes_its_units_only(shift, scale):
    one, other = meta_regression(Y, V, X), meta_regression(Y, V, scale * (X + shift))

    assert other.coef[1] == pytest.approx(one.coef[1] / scale, rel=1e-7)
    assert other.coefficients().p_value[1] == pytest.approx(one.coefficients().p_value[1], rel=1e-7)
    assert other.tau2 == pytest.approx(one.tau2, abs=1e-9)


@pytest.mark.parametrize(
    ("moderators", "words"),
    [
        (np.ones(7), "cannot tell"),
        (np.column_stack([X, 2 * X]), "cannot tell"),
        (np.ones((7, 0)), "one row a project"),
        (np.full(7, np.nan), "finite numbers"),
        (np.arange(49.0).reshape(7, 7) ** 2, "more are needed"),
    ],
)
def test_impossible_moderators_get_a_sentence(moderators, words):
    with pytest.raises(ValueError, match=words):
        meta_regression(Y, V, moderators)


def test_names_go_with_moderators():
    assert meta_regression(Y, V, X, terms=["dose"]).terms == ("intercept", "dose")
    with pytest.raises(ValueError, match="1 moderators and 2 names"):
        meta_regression(Y, V, X, terms=["dose", "year"])
    with pytest.raises(ValueError, match="`ci` is one of"):
        meta_regression(Y, V, X, ci="auto")
