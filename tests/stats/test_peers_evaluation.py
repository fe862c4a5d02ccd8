"""Beside statsmodels: where it agrees, and the defects that must not reach our numbers.

Slow only because statsmodels takes seconds to import.
"""

from importlib import metadata

import numpy as np
import pytest

from matneo.stats.ar1 import gls_ar1
from matneo.stats.glm import quasi_glm
from matneo.stats.hac import newey_west, robust
from matneo.stats.regression import ols
from matneo.stats.serial_correlation import durbin_watson
from matneo.stats.stepped_wedge import hussey_hughes

pytestmark = pytest.mark.slow

TIME = np.column_stack([np.ones(24), np.arange(24)])
TRIALS = np.random.default_rng(1).integers(200, 500, 24)
EVENTS = np.random.default_rng(2).binomial(TRIALS, np.random.default_rng(3).beta(8, 80, 24))


@pytest.fixture(scope="module")
def sm():
    import statsmodels.api

    return statsmodels.api


def test_least_squares_and_newey_west_agree(sm):
    y = np.random.default_rng(2).normal(size=24).cumsum()
    fit, theirs = ols(y, TIME), sm.OLS(y, TIME).fit()

    assert fit.se == pytest.approx(theirs.bse)
    for adjust in (True, False):
        hac = theirs.get_robustcov_results("HAC", maxlags=3, use_correction=adjust)
        assert newey_west(fit, lag=3, adjust=adjust).se == pytest.approx(hac.bse)
    assert robust(fit).se == pytest.approx(theirs.get_robustcov_results("HC0").bse)
    assert durbin_watson(fit.residuals) == pytest.approx(sm.stats.durbin_watson(theirs.resid))


def test_quasi_binomial_equals_shares_weighted_by_trials(sm, record_testsuite_property):
    """The defect of statsmodels 0.15.0: with two columns, scale="X2" forgets the trials."""
    fit = quasi_glm(EVENTS, TIME, family="binomial", denominator=TRIALS)
    binomial = sm.families.Binomial()

    right = sm.GLM(EVENTS / TRIALS, TIME, family=binomial, var_weights=TRIALS).fit(scale="X2")
    two_columns = sm.GLM(np.column_stack([EVENTS, TRIALS - EVENTS]), TIME, family=binomial).fit(scale="X2")

    assert fit.dispersion > 1.5
    assert fit.dispersion == pytest.approx(right.scale)
    assert fit.coef == pytest.approx(right.params)
    assert fit.se == pytest.approx(right.bse)
    assert right.scale == pytest.approx(right.pearson_chi2 / right.df_resid)
    # Recorded, not relied on: ours is right whether or not this is repaired one day.
    too_small = float(fit.se[0] / two_columns.bse[0])
    record_testsuite_property("statsmodels", metadata.version("statsmodels"))
    record_testsuite_property("two_column_standard_error_too_small_by", round(too_small, 2))
    record_testsuite_property("two_column_defect_present", too_small > 1.01)


def test_quasi_poisson_agrees(sm):
    fit = quasi_glm(EVENTS, TIME, family="poisson", denominator=TRIALS)
    theirs = sm.GLM(EVENTS, TIME, family=sm.families.Poisson(), offset=np.log(TRIALS)).fit(scale="X2")

    assert fit.coef == pytest.approx(theirs.params)
    assert fit.se == pytest.approx(theirs.bse)
    assert fit.deviance == pytest.approx(theirs.deviance)
    hac = sm.GLM(EVENTS, TIME, family=sm.families.Poisson(), offset=np.log(TRIALS)).fit(
        cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": False}
    )
    assert newey_west(fit, lag=3, adjust=False).se == pytest.approx(hac.bse)


def test_glsar_is_not_reml(sm):
    """statsmodels' GLSAR iterates on the residuals, which are too short of correlation; ours maximises the REML likelihood."""
    noise = np.random.default_rng(8).normal(size=36)
    for place in range(1, 36):
        noise[place] += 0.6 * noise[place - 1]
    x = np.column_stack([np.ones(36), np.arange(36), np.arange(36) >= 18, np.maximum(np.arange(36) - 17, 0)])
    fit = gls_ar1(noise, x.astype(float))
    theirs = sm.GLSAR(noise, x, rho=1)
    theirs.iterative_fit(50)

    assert fit.rho > float(np.squeeze(theirs.rho)) + 0.05


def test_hussey_hughes_agrees_with_mixedlm(sm):
    rng = np.random.default_rng(4)
    cluster, period = np.repeat(np.arange(9), 4), np.tile(np.arange(4), 9)
    treated = (period > cluster % 3).astype(float)
    y = rng.normal(size=9)[cluster] + 0.3 * period - 0.8 * treated + rng.normal(size=36) * 0.5
    x = np.column_stack([np.ones(36), *(period == step for step in (1, 2, 3)), treated]).astype(float)

    ours = hussey_hughes(y, cluster, period, treated)
    theirs = sm.MixedLM(y, x, groups=cluster).fit(method="powell")

    assert ours.effect.value == pytest.approx(theirs.fe_params[-1], rel=1e-4)
    assert ours.effect.se == pytest.approx(theirs.bse_fe[-1], rel=1e-3)
    assert ours.var_cluster == pytest.approx(float(theirs.cov_re[0, 0]), rel=1e-2)
