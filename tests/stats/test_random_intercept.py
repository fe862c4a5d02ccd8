"""Random intercepts: against the integral itself, at no variation, and the truth found again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats._likelihood import FAMILIES, fit_linear
from matneo.stats._site_likelihood import Surface, site_rows
from matneo.stats.random_intercept import fit_random_intercept

FIVE = ([4, 12, 3, 20, 11], [100] * 5, ["A", "B", "C", "D", "E"])


def steady(examples: int = 10):
    return settings(derandomize=True, deadline=None, max_examples=examples)


def sites(seed: int, sd: float, rate: float = 0.05, count: int = 40):
    rng = np.random.default_rng(seed)
    trials = rng.integers(200, 2000, count)
    logit = np.log(rate / (1 - rate)) + rng.normal(0, sd, count)
    return rng.binomial(trials, 1 / (1 + np.exp(-logit))), trials, np.arange(count)


def integral(events, trials, beta: float, sd: float) -> float:
    """The log-likelihood by brute force: one integral a site."""
    from scipy.integrate import quad
    from scipy.stats import binom, norm

    return sum(
        np.log(
            quad(
                lambda u, y=y, n=n: binom.pmf(y, n, 1 / (1 + np.exp(-beta - u))) * norm.pdf(u, 0, sd),
                -8 * sd,
                8 * sd,
            )[0]
        )
        for y, n in zip(events, trials, strict=True)
    )


class TestLikelihood:
    def test_many_points_give_the_integral(self):
        fit = fit_random_intercept(*FIVE, quadrature=25)

        assert fit.loglik == pytest.approx(integral(*FIVE[:2], float(fit.coef[0]), fit.sd), abs=1e-6)

    def test_and_it_is_the_greatest_there(self):
        fit = fit_random_intercept(*FIVE, quadrature=25)

        for beta, sd in ((0.02, 0), (-0.02, 0), (0, 0.02), (0, -0.02)):
            assert integral(*FIVE[:2], float(fit.coef[0]) + beta, fit.sd + sd) < fit.loglik

    @pytest.mark.parametrize("family", ["binomial", "poisson"])
    @pytest.mark.parametrize("points", [1, 2, 7])
    def test_slopes_are_those_of_the_surface(self, family, points):
        rng = np.random.default_rng(1)
        x = rng.normal(size=(60, 2))
        data, _, terms = site_rows(
            FAMILIES[family], rng.binomial(30, 0.2, 60), 30, np.arange(60) // 6, x, None, None
        )
        surface = Surface(
            data, fit_linear(data.family, data.y, data.n, data.design, data.offset, terms), points
        )
        place = np.array([0.3, -0.4, 0.2, 0.5])
        slope = surface.at(place)[1]
        differences = [
            (surface.at(place + 1e-5 * e)[0] - surface.at(place - 1e-5 * e)[0]) / 2e-5 for e in np.eye(4)
        ]

        assert slope == pytest.approx(differences, abs=1e-6)

    def test_equal_to_statsmodels_where_it_has_the_same_model(self):
        # Its Bayesian mixed model, maximised, with a flat prior of the same Laplace form: modes of the site effects.
        from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

        events, trials, group = sites(3, 0.4, rate=0.3, count=12)
        trials, events = np.minimum(trials, 60), np.minimum(events, 60)
        fit = fit_random_intercept(events, trials, group)
        outcome = np.concatenate([np.repeat([1, 0], [y, n - y]) for y, n in zip(events, trials, strict=True)])
        index = np.repeat(np.arange(12), trials)
        model = BinomialBayesMixedGLM(
            outcome,
            np.ones((len(outcome), 1)),
            (index[:, None] == np.arange(12)).astype(float),
            np.zeros(12, int),
            vcp_p=50,
            fe_p=100,
        )
        place = np.concatenate([fit.coef, [np.log(fit.sd)], fit.u])
        gradient = model.logposterior_grad(place)

        assert np.abs(gradient[2:]).max() < 1e-6  # given beta and sd, our modes are theirs

    def test_quadrature_matters_where_events_are_few(self):
        events, trials, group = sites(8, 0.8, rate=0.003, count=60)
        laplace, one = (
            fit_random_intercept(events, trials, group),
            fit_random_intercept(events, trials, group, quadrature=15),
        )
        more = fit_random_intercept(events, trials, group, quadrature=25)

        assert abs(one.sd - more.sd) < abs(laplace.sd - more.sd)
        assert one.sd == pytest.approx(more.sd, rel=1e-4)


class TestNoVariation:
    """sd -> 0: the group rate, reliability 0, and no complaint."""

    @pytest.mark.parametrize("family", ["binomial", "poisson"])
    @pytest.mark.parametrize("quadrature", [1, 10])
    def test_equal_sites(self, family, quadrature):
        fit = fit_random_intercept(
            [10] * 8, [200] * 8, list("ABCDEFGH"), family=family, quadrature=quadrature
        )

        assert fit.sd == 0
        assert fit.u.tolist() == fit.cond_sd.tolist() == fit.reliability.tolist() == [0] * 8
        assert fit.loglik == fit.loglik_without
        assert np.isnan(fit.sd_se)
        rate = np.exp(fit.coef[0])
        assert (rate / (1 + rate) if family == "binomial" else rate) == pytest.approx(0.05)

    def test_less_variation_than_chance_makes_with_covariates(self):
        fit = fit_random_intercept([5] * 12, [50] * 12, np.arange(12), np.tile([0.0, 1.0], 6))

        assert fit.sd == 0
        assert fit.coef[1] == pytest.approx(0, abs=1e-9)
        assert fit.se == pytest.approx(np.sqrt([1 / (300 * 0.09), 2 / (300 * 0.09)]))

    def test_very_little_variation_is_found_and_not_rounded_off(self):
        rng = np.random.default_rng(6)
        trials = np.full(200, 100_000)
        logit = -2 + 0.03 * rng.normal(size=200)
        fit = fit_random_intercept(rng.binomial(trials, 1 / (1 + np.exp(-logit))), trials, np.arange(200))

        assert fit.sd == pytest.approx(0.03, rel=0.15)


class TestProperties:
    @steady()
    @given(st.integers(0, 10**6))
    def test_effects_are_drawn_towards_zero_and_small_sites_most(self, seed):
        events, trials, group = sites(seed, 0.5)
        fit = fit_random_intercept(events, trials, group)
        crude = np.log((events + 0.5) / (trials - events + 0.5)) - fit.coef[0]

        assert fit.converged
        assert (np.abs(fit.u) <= np.abs(crude) + 0.05).all()
        assert (fit.reliability > 0).all()
        assert (fit.reliability < 1).all()
        assert fit.cond_sd == pytest.approx(fit.sd * np.sqrt(1 - fit.reliability))

    @steady()
    @given(st.permutations(range(5)))
    def test_the_order_of_rows_does_not_matter(self, order):
        events, trials, names = (np.array(column)[list(order)] for column in FIVE)
        fit, plain = fit_random_intercept(events, trials, names), fit_random_intercept(*FIVE)

        assert fit.sites.group.tolist() == list("ABCDE")
        assert fit.u == pytest.approx(plain.u, abs=1e-6)

    @steady(5)
    @given(st.integers(0, 10**6))
    def test_patterns_give_what_births_give(self, seed):
        rng = np.random.default_rng(seed)
        trials, smoker = np.full(40, 30), np.tile([0.0, 1.0], 20)
        events = rng.binomial(trials, 0.2 + 0.1 * smoker + np.repeat(rng.uniform(-0.1, 0.1, 20), 2))
        site = np.repeat(np.arange(20), 2)
        together = fit_random_intercept(events, trials, site, smoker)
        each = np.concatenate([np.repeat([1, 0], [y, 30 - y]) for y in events])
        apart = fit_random_intercept(each, 1, np.repeat(site, 30), np.repeat(smoker, 30))

        assert apart.sd == pytest.approx(together.sd, abs=1e-5)
        assert apart.coef == pytest.approx(together.coef, abs=1e-5)
        assert apart.u == pytest.approx(together.u, abs=1e-5)

    def test_an_offset_is_a_known_part_of_the_predictor(self):
        events, trials, group = sites(1, 0.3)
        plain = fit_random_intercept(events, trials, group)
        moved = fit_random_intercept(events, trials, group, offset=np.full(40, 0.7))

        assert moved.coef == pytest.approx(plain.coef - 0.7, abs=1e-6)
        assert moved.sd == pytest.approx(plain.sd, abs=1e-6)

    def test_a_poisson_model_of_expected_events_knows_the_scale(self):
        events, trials, group = sites(2, 0.3)
        plain, scaled = (
            fit_random_intercept(events, trials * k, group, family="poisson") for k in (1.0, 0.05)
        )

        assert scaled.coef[0] == pytest.approx(plain.coef[0] - np.log(0.05), abs=1e-6)
        assert scaled.u == pytest.approx(plain.u, abs=1e-6)

    def test_covariates_explain_what_sites_differ_by(self):
        rng = np.random.default_rng(12)
        deprived = rng.uniform(0, 1, 60)
        trials = np.full(60, 1500)
        events = rng.binomial(trials, 1 / (1 + np.exp(3 - 1.5 * deprived)))
        plain = fit_random_intercept(events, trials, np.arange(60))
        adjusted = fit_random_intercept(events, trials, np.arange(60), deprived, terms=("deprived",))

        assert adjusted.sd < plain.sd / 3
        assert adjusted.coef[1] == pytest.approx(1.5, abs=4 * adjusted.se[1])
        assert adjusted.terms == ("intercept", "deprived")


class TestInput:
    def test_sites_without_births_are_left_out(self):
        fit = fit_random_intercept([4, 0, 12], [100, 0, 100], ["A", "B", "C"])

        assert fit.sites.group.tolist() == ["A", "C"]

    @pytest.mark.parametrize(
        ("arguments", "options", "words"),
        [
            (([1, 5], [10, 3], [0, 1]), {}, "row 1 has 5 of 3"),
            (([1, np.nan], [10, 3], [0, 1]), {}, "row 1 has nan"),
            (([1, 2], [10, 0], [0, 1]), {"family": "poisson"}, "row 1 has 2 of 0"),
            (([0, 0], [10, 3], [0, 1]), {}, "0 of 13 have the outcome"),
            (([10, 3], [10, 3], [0, 1]), {}, "13 of 13 have the outcome"),
            (([1, 2], [10, 3], [0, 0]), {}, "at least two groups"),
            (([1, 2], [10, 3], [0, 1], [1.0]), {}, "`covariates` need 2 rows"),
            (([1, 2], [10, 3], [0, 1], [1.0, np.nan]), {}, "known in every row"),
            (([1, 2, 1], [10, 3, 9], [0, 1, 2], [4.0, 4, 4]), {}, "cannot tell x1"),
            (([1, 2], [10, 3], [0, 1]), {"terms": ("age",)}, "0 covariates and 1 names"),
            (([1, 2], [10, 3], [0, 1]), {"family": "gamma"}, "not 'gamma'"),
            (
                ([1, 2], [10, 3], [0, 1]),
                {"quadrature": 0},
                "`quadrature` must be a whole number of at least 1, and is 0",
            ),
        ],
    )
    def test_what_cannot_be_is_refused(self, arguments, options, words):
        with pytest.raises(ValueError, match=words):
            fit_random_intercept(*arguments, **options)

    def test_sites_that_have_nothing_or_everything_are_too_much(self):
        # The likelihood is greatest at an sd of 16: odds from one to a million and back. Nothing is made of that.
        fit = fit_random_intercept([0, 0, 5, 50, 50], [50] * 5, list("ABCDE"), quadrature=25)

        assert not fit.converged
        with pytest.raises(ValueError, match=r"has not converged \(sd 15.* after 105 events at 5 sites\)"):
            fit.refuse_unless_converged()

    def test_one_event_at_one_of_many_sites_is_no_variation(self):
        assert fit_random_intercept([1, *[0] * 21], [2] * 22, np.arange(22)).sd == 0

    def test_a_covariate_that_separates_the_outcome_does_not_break_it(self):
        fit = fit_random_intercept(
            [0, 0, 0, 9, 8, 9], [9, 8, 9, 9, 8, 9], list("ABCDEF"), [1.0, 2, 3, 400, 500, 600]
        )

        assert np.isfinite(fit.u).all()


@pytest.mark.slow
class TestRecovery:
    @pytest.mark.parametrize(("quadrature", "family"), [(1, "binomial"), (10, "binomial"), (10, "poisson")])
    def test_the_truth_is_found_again(self, quadrature, family):
        sd, covered, effects = [], [], []
        for seed in range(150):
            rng = np.random.default_rng(seed)
            trials, u = rng.integers(300, 3000, 60), rng.normal(0, 0.35, 60)
            p = 1 / (1 + np.exp(3.5 - u)) if family == "binomial" else np.exp(-3.5 + u)
            events = rng.binomial(trials, p) if family == "binomial" else rng.poisson(trials * p)
            fit = fit_random_intercept(events, trials, np.arange(60), family=family, quadrature=quadrature)
            sd.append(fit.sd)
            covered.append(abs(fit.coef[0] + 3.5) < 1.96 * fit.se[0])
            effects.append(np.abs(fit.u - u) < 1.96 * fit.cond_sd)

        # Maximum likelihood divides by sites, not sites - 1: a little low on purpose.
        assert np.mean(sd) == pytest.approx(0.35, rel=0.03)
        assert np.mean(covered) == pytest.approx(0.945, abs=0.05)
        # Intervals of effects take beta and sd as known, which costs about two in a hundred of them.
        assert np.mean(effects) == pytest.approx(0.935, abs=0.012)

    def test_sd_is_zero_about_half_the_time_when_it_is_zero(self):
        found = [fit_random_intercept(*sites(seed, 0.0)).sd for seed in range(200)]

        assert np.mean(np.array(found) == 0) == pytest.approx(0.55, abs=0.12)
