"""Stepped wedges: against the likelihood written out, growing effects, and a variance of zero."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.glm import quasi_glm
from matneo.stats.regression import ols
from matneo.stats.stepped_wedge import hussey_hughes, stepped_wedge_logit


def wedge(seed=1, clusters=9, periods=4, effect=-1.0, growth=0.0, between=1.0):
    rng = np.random.default_rng(seed)
    cluster, period = np.repeat(np.arange(clusters), periods), np.tile(np.arange(periods), clusters)
    start = 1 + np.arange(clusters) % (periods - 1)
    exposure = np.maximum(period - start[cluster] + 1, 0)
    treated = (exposure > 0).astype(float)
    y = between * rng.normal(size=clusters)[cluster] + 0.2 * period + rng.normal(size=len(cluster)) * 0.3
    return y + treated * effect + growth * np.maximum(exposure - 1, 0), cluster, period, treated


def births(seed=1, **options):
    y, cluster, period, treated = wedge(seed, between=0.3, effect=-0.5, **options)
    rng = np.random.default_rng(seed)
    trials = rng.integers(80, 200, len(y))
    return rng.binomial(trials, 1 / (1 + np.exp(1.5 - y))), trials, cluster, period, treated


def written_out(y, x, cluster, var_cluster, var_residual, weights=None):
    w = np.ones(len(y)) if weights is None else weights
    v = var_cluster * (cluster[:, None] == cluster) + var_residual * np.diag(1 / w)
    inverse = np.linalg.inv(v)
    information = x.T @ inverse @ x
    b = np.linalg.solve(information, x.T @ inverse @ y)
    rest = y - x @ b
    free = len(y) - x.shape[1]
    loglik = (
        -(
            free * np.log(2 * np.pi)
            + np.linalg.slogdet(v)[1]
            + np.linalg.slogdet(information)[1]
            + rest @ inverse @ rest
        )
        / 2
    )
    return loglik, b, np.linalg.inv(information)


def design(period, treated):
    return np.column_stack(
        [np.ones(len(period)), *(period == step for step in np.unique(period)[1:]), treated]
    ).astype(float)


class TestAgainstTheFormula:
    @pytest.mark.parametrize("weighted", [False, True])
    def test_likelihood_coefficients_and_errors(self, weighted):
        y, cluster, period, treated = wedge()
        weights = np.linspace(50, 150, len(y)) if weighted else None
        answer = hussey_hughes(y, cluster, period, treated, weights=weights)
        variances = (answer.var_cluster, answer.var_residual)
        loglik, b, covariance = written_out(y, design(period, treated), cluster, *variances, weights)

        assert answer.loglik == pytest.approx(loglik)
        assert answer.fit.coef == pytest.approx(b)
        assert answer.fit.covariance == pytest.approx(covariance)
        for factor in ((0.9, 1), (1.1, 1), (1, 0.9), (1, 1.1)):
            other = np.multiply(variances, factor)
            assert written_out(y, design(period, treated), cluster, *other, weights)[0] < answer.loglik

    def test_the_share_between_clusters(self):
        answer = hussey_hughes(*wedge())

        assert answer.icc == pytest.approx(answer.var_cluster / (answer.var_cluster + answer.var_residual))
        assert answer.effect.df == 9 - 2

    def test_with_one_wave_of_two_periods_it_is_the_difference_of_changes(self):
        # Treated A, B change by -3 and -1 (mean -2), controls C, D by -1 and +1 (mean 0). Clusters so far apart tell nothing by level.
        answer = hussey_hughes(
            [5, 2, 2007, 2006, 4005, 4004, 6003, 6004], list("AABBCCDD"), [1, 2] * 4, [0, 1, 0, 1, 0, 0, 0, 0]
        )

        assert answer.effect.value == pytest.approx(-2, abs=0.001)
        assert answer.effect.se == pytest.approx(np.sqrt(2), abs=0.005)  # changes vary by 2; √(2/2 + 2/2)


class TestNoVarianceBetween:
    """A flat end of the likelihood: zero is a candidate, and an answer without error."""

    def test_the_linear_model_becomes_least_squares(self):
        y, cluster, period, treated = wedge(between=0.0)
        y = (
            y - ols(y, (np.arange(9) == cluster[:, None]).astype(float)).fitted
        )  # clusters more alike than chance would have them
        answer = hussey_hughes(y, cluster, period, treated)
        plain = ols(y, design(period, treated))

        assert answer.var_cluster == 0
        assert answer.icc == 0
        assert answer.effect.value == pytest.approx(plain.coef[-1])
        assert answer.effect.se == pytest.approx(plain.se[-1])

    def test_the_logistic_model_becomes_a_logistic_regression(self):
        events = np.resize([20, 21, 19, 20], 36)
        _, cluster, period, treated = wedge()
        answer = stepped_wedge_logit(events, np.full(36, 100), cluster, period, treated)
        plain = quasi_glm(events, design(period, treated), family="binomial", denominator=np.full(36, 100))

        assert answer.model.sd == 0
        assert answer.model.converged
        assert answer.model.coef == pytest.approx(plain.coef)
        assert answer.model.se == pytest.approx(np.sqrt(np.diag(plain.bread)))
        assert (answer.model.u == 0).all()

    def test_almost_all_variance_between_clusters(self):
        answer = hussey_hughes(*wedge(between=1000.0))

        assert answer.icc > 0.999
        assert answer.effect.value == pytest.approx(-1, abs=0.6)


class TestExposure:
    def test_effects_that_grow_are_seen_and_averaged(self):
        rows = wedge(clusters=60, effect=-0.5, growth=-0.5)
        by = hussey_hughes(*rows, effect="exposure_time")

        assert by.by_exposure.exposure.tolist() == [1, 2, 3]
        assert by.by_exposure.effect == pytest.approx([-0.5, -1, -1.5], abs=0.25)
        assert by.effect.value == pytest.approx(by.by_exposure.effect.mean())
        assert by.effect.upper < hussey_hughes(*rows).effect.value  # the constant model understates it

    def test_the_logistic_model_has_them_too(self):
        events, trials, *where = births(clusters=30)
        answer = stepped_wedge_logit(events, trials, *where, effect="exposure_time")

        assert len(answer.by_exposure.effect) == 3
        assert answer.effect.value == pytest.approx(answer.by_exposure.effect.mean())

    def test_a_constant_effect_has_one_row(self):
        answer = hussey_hughes(*wedge())

        assert answer.by_exposure.exposure.tolist() == [0]
        assert answer.by_exposure.effect[0] == answer.effect.value

    def test_treatment_that_stops_has_no_length(self):
        y, cluster, period, treated = wedge()
        treated = np.where((cluster == 0) & (period == 2), 0, treated)

        with pytest.raises(ValueError, match="stops again"):
            hussey_hughes(y, cluster, period, treated, effect="exposure_time")


class TestLogistic:
    def test_laplace_is_close_to_the_integral(self):
        events, trials, cluster, period, treated = births(3)
        fit = stepped_wedge_logit(events, trials, cluster, period, treated).model
        nodes, weights = np.polynomial.hermite_e.hermegauss(60)
        eta = (design(period, treated) @ fit.coef)[:, None] + fit.sd * nodes
        from scipy.stats import binom

        rows = binom.logpmf(events[:, None], trials[:, None], 1 / (1 + np.exp(-eta)))
        each = np.array([rows[cluster == name].sum(axis=0) for name in range(9)])
        exact = np.log(np.exp(each) @ (weights / np.sqrt(2 * np.pi))).sum()

        assert fit.loglik == pytest.approx(exact, abs=0.02)

    def test_lme4s_printed_errors_are_a_thousandth_off_and_no_more(self):
        events, trials, *where = births(5)
        exact = stepped_wedge_logit(events, trials, *where).model
        theirs = stepped_wedge_logit(events, trials, *where, covariance="lme4").model

        assert theirs.coef == pytest.approx(exact.coef)
        assert theirs.se == pytest.approx(exact.se, rel=5e-3)
        assert (theirs.se != exact.se).all()

    def test_a_part_of_the_design_without_events_is_refused(self):
        events, trials, cluster, period, treated = births(5)

        with pytest.raises(ValueError, match="run off to infinity"):
            stepped_wedge_logit(np.where(treated == 1, 0, events), trials, cluster, period, treated)

    def test_a_sixth_of_the_clusters_without_events_is_fine(self):
        events, trials, cluster, period, treated = births(2)
        events = np.where(cluster == 0, 0, events)
        answer = stepped_wedge_logit(events, trials, cluster, period, treated)

        assert answer.model.converged
        assert answer.model.sd > 0.5


class TestAlwaysTrue:
    @settings(derandomize=True, max_examples=10, deadline=None)
    @given(st.integers(0, 10_000), st.floats(-1000, 1000))
    def test_a_constant_added_shifts_only_the_intercept(self, seed, constant):
        y, *where = wedge(seed)
        before, after = hussey_hughes(y, *where), hussey_hughes(y + constant, *where)

        assert after.effect.value == pytest.approx(before.effect.value, abs=1e-5)
        assert after.fit.coef[0] - before.fit.coef[0] == pytest.approx(constant, abs=1e-4)

    @settings(derandomize=True, max_examples=10, deadline=None)
    @given(st.integers(0, 10_000), st.permutations(range(36)))
    def test_the_order_of_rows_and_the_names_of_clusters_are_nothing(self, seed, order):
        y, cluster, period, treated = wedge(seed)
        names = np.array(list("hgfedcbai"))[cluster]
        here = hussey_hughes(y, cluster, period, treated)
        there = hussey_hughes(y[order], names[order], period[order], treated[order])

        assert there.effect.value == pytest.approx(here.effect.value, abs=1e-6)
        assert there.effect.se == pytest.approx(here.effect.se, rel=1e-5)

    @settings(derandomize=True, max_examples=5, deadline=None)
    @given(st.integers(0, 10_000))
    def test_counting_the_others_turns_the_sign(self, seed):
        events, trials, *where = births(seed)
        yes, no = (
            stepped_wedge_logit(events, trials, *where),
            stepped_wedge_logit(trials - events, trials, *where),
        )

        assert no.effect.value == pytest.approx(-yes.effect.value, abs=1e-5)
        assert no.effect.se == pytest.approx(yes.effect.se, rel=1e-4)
        assert no.model.loglik == pytest.approx(yes.model.loglik)

    @settings(derandomize=True, max_examples=10, deadline=None)
    @given(st.integers(0, 10_000), st.floats(-3, 3))
    def test_an_effect_put_in_comes_out(self, seed, effect):
        none, some = hussey_hughes(*wedge(seed, effect=0)), hussey_hughes(*wedge(seed, effect=effect))

        assert some.effect.value - none.effect.value == pytest.approx(effect, abs=1e-5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cluster": [0] * 18 + [1] * 18}, "at least 3 clusters"),
        ({"treated": [0.5] * 36}, "`treated` is 0 or 1; row 0 has 0.5"),
        ({"treated": [0] * 36}, "cannot tell treated"),
        ({"period": [1, 2]}, "`period` needs 36 entries, one a row"),
        ({"effect": "linear"}, "not 'linear'"),
        ({"weights": [0] * 36}, "`weights` must be above zero"),
        ({"y": [np.nan] * 36}, "`y` needs a finite number in every row; row 0 has nan"),
    ],
)
def test_impossible_input_is_refused_in_words(change, words):
    rows = dict(zip(("y", "cluster", "period", "treated"), wedge(), strict=True))

    with pytest.raises(ValueError, match=words):
        hussey_hughes(**(rows | change))
