"""Case mix: odds ratios by hand, the sums that must come out, and levels that cannot be estimated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.casemix import (
    factor,
    fit_case_mix,
    numeric,
    observed_expected,
    odds_ratios,
    pool_levels,
)

steady = settings(derandomize=True, deadline=None, max_examples=15)


def births(seed: int, rows: int = 600):
    rng = np.random.default_rng(seed)
    age, smoker = rng.normal(30, 5, rows), rng.choice(["no", "yes"], rows, p=[0.85, 0.15])
    logit = -2 + 0.05 * (age - 30) + 0.7 * (smoker == "yes")
    return age, smoker, (rng.uniform(size=rows) < 1 / (1 + np.exp(-logit))).astype(float)


class TestByHand:
    def test_a_two_by_two_table_gives_its_odds_ratio(self):
        # 30/70 against 10/90: 3.857; variance 1/30 + 1/70 + 1/10 + 1/90.
        fit = fit_case_mix([30, 10], factor("smoker", [1, 0]), trials=[100, 100])

        assert np.exp(fit.coef[1]) == pytest.approx(30 * 90 / (70 * 10))
        assert fit.se[1] == pytest.approx(np.sqrt(1 / 30 + 1 / 70 + 1 / 10 + 1 / 90))
        assert fit.coef[0] == pytest.approx(np.log(10 / 90))
        assert fit.deviance == pytest.approx(0, abs=1e-9)

    def test_odds_ratios_have_wald_limits(self):
        fit = fit_case_mix([30, 10], factor("smoker", [1, 0]), trials=[100, 100])
        made = odds_ratios(fit)

        assert made.estimate[0] == pytest.approx(30 * 90 / (70 * 10))
        assert made.lower[0] * made.upper[0] == pytest.approx(made.estimate[0] ** 2)

    def test_observed_beside_expected(self):
        made = observed_expected([1, 0, 0, 0], [0.5, 0.3, 0.1, 0.1], ["A", "A", "B", "B"], per=1000)

        assert made.observed.tolist() == [1, 0]
        assert made.expected == pytest.approx([0.8, 0.2])
        assert made.variance == pytest.approx([0.25 + 0.21, 0.09 + 0.09])
        assert made.z == pytest.approx([0.2 / np.sqrt(0.46), -0.2 / np.sqrt(0.18)])
        assert made.adjusted_rate == pytest.approx([1.25 * 250, 0])


class TestProperties:
    @steady
    @given(st.integers(0, 10**6))
    def test_expected_events_add_up_to_the_observed(self, seed):
        age, smoker, outcome = births(seed)
        fit = fit_case_mix(outcome, numeric("age", age - 30) + factor("smoker", smoker))

        assert fit.risk.sum() == pytest.approx(outcome.sum())
        assert fit.risk[smoker == "yes"].sum() == pytest.approx(outcome[smoker == "yes"].sum())
        assert fit.converged

    @steady
    @given(st.integers(0, 10**6))
    def test_patterns_give_what_births_give(self, seed):
        _, smoker, outcome = births(seed)
        each = fit_case_mix(outcome, factor("smoker", smoker))
        is_yes = smoker == "yes"
        together = fit_case_mix(
            [outcome[~is_yes].sum(), outcome[is_yes].sum()],
            factor("smoker", ["no", "yes"]),
            trials=[(~is_yes).sum(), is_yes.sum()],
        )

        assert together.coef == pytest.approx(each.coef, abs=1e-8)
        assert together.se == pytest.approx(each.se, rel=1e-6)
        assert together.c_statistic == pytest.approx(each.c_statistic)

    def test_another_reference_moves_the_constant_and_no_risk(self):
        _, smoker, outcome = births(1)
        one, other = (fit_case_mix(outcome, factor("s", smoker, reference=base)) for base in ("no", "yes"))

        assert one.risk == pytest.approx(other.risk)
        assert one.coef[1] == pytest.approx(-other.coef[1])

    def test_equal_to_statsmodels(self):
        import statsmodels.api as sm

        age, smoker, outcome = births(7, 2000)
        terms = numeric("age", age - 30) + numeric("age2", (age - 30) ** 2) + factor("smoker", smoker)
        ours = fit_case_mix(outcome, terms)
        theirs = sm.GLM(outcome, sm.add_constant(terms.matrix), family=sm.families.Binomial()).fit(tol=1e-12)

        assert ours.coef == pytest.approx(theirs.params, rel=1e-7)
        assert ours.se == pytest.approx(theirs.bse, rel=1e-6)
        assert ours.deviance == pytest.approx(theirs.deviance)
        assert ours.loglik == pytest.approx(theirs.llf)


class TestSeparation:
    """A level in which nobody has the outcome: its coefficient runs away, and is named."""

    LEVELS = np.repeat(["W", "A", "rare"], [200, 100, 8])
    OUTCOME = np.concatenate([np.tile([1, 0, 0, 0], 50), np.tile([1, 0, 0, 0, 0], 20), np.zeros(8)])

    def test_it_is_found(self):
        fit = fit_case_mix(self.OUTCOME, factor("eth", self.LEVELS, reference="W"))

        assert fit.separated == ("ethrare",)
        assert fit.coef[1] == pytest.approx(
            np.log((20 / 80) / (50 / 150))
        )  # the others are as if it were not there

    def test_pooling_the_level_ends_it(self):
        pooled = pool_levels(self.LEVELS, ("A", "rare"))
        fit = fit_case_mix(self.OUTCOME, factor("eth", pooled, reference="W"))

        assert fit.terms == ("intercept", "ethother")
        assert fit.separated == ()

    def test_an_outcome_that_a_number_divides_is_found_too(self):
        fit = fit_case_mix([0, 0, 0, 1, 1, 1], numeric("x", [1, 2, 3, 4, 5, 6]))

        assert "x" in fit.separated


class TestInput:
    def test_missing_is_a_level_of_its_own(self):
        terms = factor("imd", [1, 2, np.nan, None, 1])

        assert terms.names == ("imd2", "imdmissing")
        assert terms.matrix[:, 1].tolist() == [0, 0, 1, 1, 0]

    def test_whole_floats_and_integers_are_the_same_level(self):
        assert factor("imd", [1.0, 2.0]).names == factor("imd", [1, 2]).names == ("imd2",)

    def test_prediction_wants_the_same_terms(self):
        age, smoker, outcome = births(3)
        terms = numeric("age", age) + factor("smoker", smoker)
        fit = fit_case_mix(outcome, terms)

        assert fit.predict(terms) == pytest.approx(fit.risk)
        with pytest.raises(ValueError, match="has the terms age, smokeryes; it was given age"):
            fit.predict(numeric("age", age))

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda: numeric("age", [30, np.nan]), "'age' has 1 missing or infinite"),
            (lambda: factor("eth", ["A"], reference="W"), "'eth' has no level 'W'; it has A"),
            (lambda: fit_case_mix([0, 2], factor("a", [0, 1])), "row 1 has 2 of 1"),
            (lambda: fit_case_mix([0, 0], factor("a", [0, 1])), "0 of 2 have the outcome"),
            (lambda: fit_case_mix([1, 0], factor("a", [0, 1, 1])), "2 outcomes and 3 rows"),
            (
                lambda: fit_case_mix([1, 0, 1], numeric("same", [4, 4, 4])),
                "cannot tell same from the terms before",
            ),
            (
                lambda: fit_case_mix([1, 0, 1, 0], numeric("a", [1, 2, 3, 5]) + numeric("b", [2, 4, 6, 10])),
                "cannot tell b from",
            ),
            (
                lambda: fit_case_mix([1, 0], numeric("a", [1, 2]) + numeric("b", [1, 5])),
                "3 coefficients .* 2 rows",
            ),
            (lambda: observed_expected([1], [1.2], ["A"]), "row 0 has 1.2"),
            (lambda: observed_expected([0], [0.2], ["A"], trials=[0]), "no births"),
        ],
    )
    def test_what_cannot_be_is_refused(self, make, words):
        with pytest.raises(ValueError, match=words):
            make()


@pytest.mark.slow
def test_wald_intervals_cover_what_they_say():
    truth, inside = np.array([-2, 0.05, 0.7]), []
    for seed in range(300):
        age, smoker, outcome = births(seed, 1500)
        fit = fit_case_mix(outcome, numeric("age", age - 30) + factor("smoker", smoker))
        inside.append(np.abs(fit.coef - truth) < 1.96 * fit.se)

    assert np.mean(inside) == pytest.approx(0.95, abs=0.022)
