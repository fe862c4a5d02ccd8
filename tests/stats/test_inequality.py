"""Slopes over ordered groups: by hand, beside statsmodels, and what reversing the order must do."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from matneo.stats._end_intervals import _combined
from matneo.stats._rank_regression import Sampled, least_squares
from matneo.stats.inequality import concentration_index, relative_rank, slope_index
from matneo.stats.intervals import garwood, wilson

PEOPLE = np.array([638, 641, 480, 620, 476, 547, 717, 330, 648, 744])
EVENTS = np.array([106, 121, 78, 78, 61, 57, 60, 31, 61, 76])
groups = st.lists(
    st.integers(20, 5000).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))),
    min_size=5,
    max_size=10,
).map(lambda rows: tuple(np.array(column) for column in zip(*rows, strict=True)))
properties = settings(derandomize=True, max_examples=10, deadline=None)


class TestByHand:
    def test_ranks_are_midpoints_of_the_shares(self):
        # Shares 0.1 0.2 0.1 0.4 0.2: they end at 0.1 0.3 0.4 0.8 1.0.
        assert relative_rank([10, 20, 10, 40, 20]) == pytest.approx([0.05, 0.2, 0.35, 0.6, 0.9])

    def test_a_straight_line_is_read_at_both_ends(self):
        # Five equal groups at ranks 0.1 0.3 0.5 0.7 0.9 with rates 9 8 7 6 5 %: a slope of -5 points, from 9.5 to 4.5 %.
        slope = slope_index([90, 80, 70, 60, 50], [1000] * 5)

        assert slope.sii == pytest.approx(-0.05)
        assert slope.most_deprived == pytest.approx(0.095)
        assert slope.rii == pytest.approx(0.045 / 0.095)
        assert slope.slope_se_residual == pytest.approx(0, abs=1e-12)

    def test_a_straight_line_of_logs_is_a_ratio(self):
        rates = 0.2 * np.exp(-1.2 * np.array([0.1, 0.3, 0.5, 0.7, 0.9]))
        slope = slope_index(rates * 1e6, [1e6] * 5, scale="log", family="poisson")

        assert slope.rii == pytest.approx(np.exp(-1.2))
        assert slope.sii == pytest.approx(0.2 * (np.exp(-1.2) - 1))

    def test_everything_with_the_most_deprived_is_nearly_minus_one(self):
        # All events at rank 0.005: C = 2 * 0.005 - 1.
        assert concentration_index([5, 0, 0, 0, 0], [100, 2475, 2475, 2475, 2475]).value == pytest.approx(
            -0.99
        )

    def test_equal_rates_are_no_inequality(self):
        slope, index = slope_index([50] * 5, [1000] * 5), concentration_index([50] * 5, [1000] * 5)

        assert (slope.sii, slope.rii, index.value) == pytest.approx((0, 1, 0), abs=1e-12)
        assert slope.sii_lower == pytest.approx(-slope.sii_upper, rel=1e-6)


class TestPolarity:
    @pytest.mark.parametrize("method", ["wls", "glm"])
    @pytest.mark.parametrize("scale", ["identity", "log", "logit"])
    def test_it_turns_the_difference_and_inverts_the_ratio(self, scale, method):
        one = slope_index(EVENTS, PEOPLE, scale=scale, method=method)
        other = slope_index(EVENTS, PEOPLE, scale=scale, method=method, polarity="most_minus_least")

        assert (other.sii, other.sii_lower, other.sii_upper) == pytest.approx(
            (-one.sii, -one.sii_upper, -one.sii_lower)
        )
        assert (other.rii, other.rii_lower, other.rii_upper) == pytest.approx(
            (1 / one.rii, 1 / one.rii_upper, 1 / one.rii_lower)
        )
        assert (one.polarity, other.polarity) == ("least_minus_most", "most_minus_least")
        assert one.most_deprived == other.most_deprived

    @pytest.mark.parametrize("method", ["wls", "glm"])
    @pytest.mark.parametrize("scale", ["identity", "log", "logit"])
    def test_which_end_comes_first_is_said_and_not_guessed(self, scale, method):
        one = slope_index(EVENTS, PEOPLE, scale=scale, method=method)
        other = slope_index(EVENTS[::-1], PEOPLE[::-1], scale=scale, method=method, first="least_deprived")

        assert other.sii == pytest.approx(one.sii, rel=1e-9)
        assert other.rii_upper == pytest.approx(one.rii_upper, rel=1e-9)

    @properties
    @given(groups, st.sampled_from(["identity", "log", "logit"]))
    def test_reversing_the_order_turns_the_sign(self, rows, scale):
        events, people = rows
        backwards = np.arange(len(people))[::-1]
        one = slope_index(events, people, scale=scale)
        other = slope_index(events, people, backwards, scale=scale)

        assert other.sii == pytest.approx(-one.sii, abs=1e-9)
        assert other.sii_lower == pytest.approx(-one.sii_upper, abs=1e-5)
        assert other.rii == pytest.approx(1 / one.rii, rel=1e-6, nan_ok=True)
        assert concentration_index(events, people, backwards).value == pytest.approx(
            -concentration_index(events, people).value, abs=1e-9
        )

    @properties
    @given(groups, st.randoms(use_true_random=False))
    def test_the_order_of_rows_does_not_matter(self, rows, random):
        events, people = rows
        order = list(range(len(people)))
        random.shuffle(order)
        one = slope_index(events, people)
        other = slope_index(events[order], people[order], order)

        assert (other.sii, other.sii_upper) == pytest.approx((one.sii, one.sii_upper), abs=1e-9)
        assert other.relative_rank == pytest.approx(one.relative_rank[order])


class TestLikelihood:
    @pytest.mark.parametrize(
        ("scale", "family", "link"),
        [
            ("identity", "binomial", sm.families.links.Identity()),
            ("log", "binomial", sm.families.links.Log()),
            ("logit", "binomial", sm.families.links.Logit()),
            ("log", "poisson", sm.families.links.Log()),
            ("identity", "poisson", sm.families.links.Identity()),
        ],
    )
    @pytest.mark.filterwarnings("ignore")  # statsmodels warns of these links, which is why they are wanted
    def test_it_is_that_of_statsmodels(self, scale, family, link):
        made = sm.families.Binomial(link) if family == "binomial" else sm.families.Poisson(link)
        x = sm.add_constant(relative_rank(PEOPLE))
        theirs = sm.GLM(EVENTS / PEOPLE, x, family=made, var_weights=PEOPLE).fit(tol=1e-14)
        ours = slope_index(EVENTS, PEOPLE, scale=scale, method="glm", family=family)

        assert ours.slope == pytest.approx(theirs.params[1], rel=1e-7)
        assert ours.slope_se == pytest.approx(theirs.bse[1], rel=1e-5)

    def test_a_log_binomial_that_does_not_settle_says_what_was_done_instead(self):
        # Nearly everybody at one end: the fitted log rate wants to go above 0.
        slope = slope_index([100, 99, 60, 30, 10], [100] * 5, scale="log", method="glm")

        assert "poisson" in slope.method
        assert slope.rii < 1
        assert slope.rii_lower < slope.rii < slope.rii_upper

    def test_robust_errors_are_those_of_one_row_a_person(self):
        events, people = np.array([100, 99, 60, 30, 10]), np.array([100] * 5)
        x = np.repeat(sm.add_constant(relative_rank(people)), 100, axis=0)
        y = np.concatenate([np.repeat([1, 0], [e, 100 - e]) for e in events])
        theirs = sm.GLM(y, x, family=sm.families.Poisson()).fit(cov_type="HC0")
        ours = slope_index(events, people, scale="log", method="glm")

        assert ours.slope_se == pytest.approx(theirs.bse[1], rel=1e-6)

    def test_a_group_without_events_is_no_obstacle(self):
        slope = slope_index([9, 7, 4, 2, 0], [1000] * 5, scale="log", method="glm", family="poisson")

        assert np.isfinite([slope.rii, slope.rii_lower, slope.rii_upper]).all()

    @pytest.mark.parametrize("family", ["binomial", "poisson"])
    def test_events_at_one_end_only_have_no_slope_of_logs(self, family):
        with pytest.raises(ValueError, match="does not settle"):
            slope_index([0, 0, 0, 0, 1], [500] * 5, scale="log", method="glm", family=family)


class TestImpossibleInput:
    @pytest.mark.parametrize(
        ("arguments", "options", "words"),
        [
            (([1, 2, 3, 4], [10] * 4), {}, "at least 5 ordered groups"),
            (([1] * 5, [10] * 5, [1, 2, 2, 3, 4]), {}, "place of its own"),
            (([1] * 5, [10, 10, 0, 10, 10]), {}, "`population` must be above zero .*; row 2 has 0"),
            (([1, 2, 30, 1, 1], [10] * 5), {}, "row 2 has 30 of 10"),
            (([1, 0, 3, 1, 1], [10] * 5), {"scale": "log"}, "Group 1 has 0 events of 10"),
            (([1, 10, 3, 1, 1], [10] * 5), {"scale": "logit"}, "Group 1 has 10 events of 10"),
            (([1] * 5, [10] * 5), {"scale": "probit"}, "`scale` is one of"),
            (([1] * 5, [10] * 5), {"scale": "logit", "family": "poisson"}, "has no logit"),
            (([1] * 5, [10] * 5), {"first": "richest"}, "`first` is one of"),
            (([1] * 5, [10] * 4), {}, "`population` needs 5 entries"),
        ],
    )
    def test_it_gets_a_sentence(self, arguments, options, words):
        with pytest.raises(ValueError, match=words):
            slope_index(*arguments, **options)

    def test_nobody_cannot_be_concentrated(self):
        with pytest.raises(ValueError, match="Nobody has the event"):
            concentration_index([0] * 5, [10] * 5)

    @pytest.mark.parametrize("method", ["wls", "glm"])
    def test_a_rate_that_may_be_nothing_has_no_largest_ratio(self, method):
        # The most deprived end is about 2 %, give or take more than that.
        slope = slope_index([2, 1, 2, 3, 4], [50] * 5, method=method)

        assert slope.rii > 1
        assert (slope.rii_lower, slope.rii_upper) == (0, np.inf)

    def test_a_fitted_rate_below_nothing_has_no_ratio(self):
        slope = slope_index([1, 0, 1, 3, 4], [50] * 5)

        assert slope.most_deprived < 0
        assert np.isnan([slope.rii, slope.rii_lower, slope.rii_upper]).all()
        assert np.isfinite([slope.sii, slope.sii_lower, slope.sii_upper]).all()


@pytest.mark.parametrize("level", [0.01, 0.025, 0.5, 0.975, 0.99])
def test_quantiles_of_a_skewed_sum_by_its_cumulants(level):
    # Half a gamma variable of shape 30, as a sum of three of shape 10: cumulants 10, 10, 20, 60 each.
    parts = Sampled(np.ones((2, 3)), np.tile([[10.0], [10.0], [20.0], [60.0]], 3))

    assert _combined(parts, np.full(3, 0.5), level) == pytest.approx(gamma.ppf(level, 30) / 2, rel=5e-4)


@properties
@given(groups, st.sampled_from(["identity", "log", "logit"]))
def test_the_interval_holds_the_index(rows, scale):
    slope = slope_index(*rows, scale=scale)

    assert slope.sii_lower <= slope.sii + 1e-9
    assert slope.sii <= slope.sii_upper + 1e-9
    assert np.isnan(slope.rii) or slope.rii_lower <= slope.rii <= slope.rii_upper


@pytest.mark.slow
@pytest.mark.parametrize("family", ["binomial", "poisson"])
def test_the_limits_are_those_a_simulation_converges_to(family):
    """Rates normal on their own scale, the line through each draw: what PHEindicatormethods simulates."""
    slope = slope_index(EVENTS, PEOPLE, family=family)
    limits = wilson(EVENTS, PEOPLE) if family == "binomial" else garwood(EVENTS, PEOPLE)
    there = (lambda p: np.log(p / (1 - p))) if family == "binomial" else np.log
    back = (lambda u: 1 / (1 + np.exp(-u))) if family == "binomial" else np.exp
    se = (there(limits.upper) - there(limits.lower)) / (2 * 1.959964)
    drawn = back(np.random.default_rng(1).normal(there(EVENTS / PEOPLE), se, (400_000, 10)))
    rank = slope.relative_rank - PEOPLE @ slope.relative_rank / PEOPLE.sum()
    b1 = drawn @ (PEOPLE * rank) / (PEOPLE @ rank**2)
    b0 = drawn @ PEOPLE / PEOPLE.sum() - b1 * (PEOPLE @ slope.relative_rank / PEOPLE.sum())
    for values, lower, upper in (
        (b1, slope.sii_lower, slope.sii_upper),
        ((b0 + b1) / b0, slope.rii_lower, slope.rii_upper),
    ):
        low, high = np.quantile(values, [0.025, 0.975])
        assert (lower, upper) == pytest.approx((low, high), abs=0.004 * (high - low))


@pytest.mark.slow
@pytest.mark.parametrize("scale", ["log", "logit"])
def test_curved_scales_too(scale):
    slope = slope_index(EVENTS, PEOPLE, scale=scale)
    random = np.random.default_rng(2)
    line = least_squares(EVENTS.astype(float), PEOPLE.astype(float), slope.relative_rank, scale, "binomial")
    b = random.multivariate_normal(line.b, line.covariance, 400_000)
    rate = np.exp if scale == "log" else lambda u: 1 / (1 + np.exp(-u))
    first, last = rate(b[:, 0]), rate(b.sum(axis=1))
    for values, lower, upper in (
        (last - first, slope.sii_lower, slope.sii_upper),
        (last / first, slope.rii_lower, slope.rii_upper),
    ):
        low, high = np.quantile(values, [0.025, 0.975])
        assert (lower, upper) == pytest.approx((low, high), abs=0.004 * (high - low))


@pytest.mark.slow
@pytest.mark.parametrize(("scale", "method"), [("identity", "wls"), ("identity", "glm"), ("log", "glm")])
def test_true_slopes_are_covered(scale, method):
    random, runs = np.random.default_rng(3), 1000
    rank = relative_rank(PEOPLE)
    rates = 0.2 - 0.1 * rank if scale == "identity" else 0.2 * np.exp(-0.8 * rank)
    hits = np.zeros((runs, 3))
    for run in range(runs):
        events = random.binomial(PEOPLE, rates)
        slope, index = (
            slope_index(events, PEOPLE, scale=scale, method=method),
            concentration_index(events, PEOPLE),
        )
        first, last = (0.2, 0.1) if scale == "identity" else (0.2, 0.2 * np.exp(-0.8))
        truth = 2 * (PEOPLE * rates) @ rank / (PEOPLE @ rates) - 1
        hits[run] = (
            slope.sii_lower <= last - first <= slope.sii_upper,
            slope.rii_lower <= last / first <= slope.rii_upper,
            index.lower <= truth <= index.upper,
        )

    assert hits.mean(axis=0) == pytest.approx([0.95] * 3, abs=3.5 * (0.95 * 0.05 / runs) ** 0.5)
