"""Regression of counts by hand, its dispersion, and the designs that have no answer."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.glm import quasi_glm
from matneo.stats.hac import newey_west, robust

ONES = np.ones((4, 1))
BEFORE_AFTER = np.column_stack([np.ones(4), [0, 0, 1, 1]])


def drawn(seed, n=24):
    rng = np.random.default_rng(seed)
    trials = rng.integers(50, 200, n)
    return rng.binomial(trials, 0.2), trials, np.column_stack([np.ones(n), np.arange(n) / n])


class TestByHand:
    def test_an_intercept_is_the_pooled_share_and_rate(self):
        events, base = [10, 20, 30, 20], [100, 100, 100, 100]
        share = quasi_glm(events, ONES, family="binomial", denominator=base)
        rate = quasi_glm(events, ONES, family="poisson", denominator=base)

        assert share.coef[0] == pytest.approx(np.log(0.2 / 0.8))
        assert rate.coef[0] == pytest.approx(np.log(0.2))

    def test_before_and_after_is_the_odds_ratio(self):
        # 30 of 200 before, 60 of 200 after: odds 30/170 and 60/140.
        fit = quasi_glm([10, 20, 30, 30], BEFORE_AFTER, family="binomial", denominator=[100] * 4)

        assert np.exp(fit.coef[1]) == pytest.approx((60 / 140) / (30 / 170))
        assert fit.bread[1, 1] == pytest.approx(1 / 30 + 1 / 170 + 1 / 60 + 1 / 140)  # Woolf's variance

    def test_dispersion_is_pearsons(self):
        # Counts 10, 20, 30, 20 around 20: (100 + 0 + 100 + 0)/20 = 10, over 3 degrees of freedom.
        fit = quasi_glm([10, 20, 30, 20], ONES, family="poisson")

        assert fit.dispersion == pytest.approx(10 / 3)
        assert fit.se[0] == pytest.approx(np.sqrt(10 / 3 / 80))

    def test_deviance_of_a_perfect_fit_is_zero(self):
        assert quasi_glm([20, 20, 20, 20], ONES, family="poisson").deviance == pytest.approx(0, abs=1e-12)

    def test_an_offset_moves_the_intercept(self):
        base = np.array([100, 200, 300, 400.0])
        with_exposure = quasi_glm([10, 22, 28, 41], ONES, family="poisson", denominator=base)
        with_offset = quasi_glm([10, 22, 28, 41], ONES, family="poisson", offset=np.log(base))

        assert with_offset.coef == pytest.approx(with_exposure.coef)
        assert with_offset.se == pytest.approx(with_exposure.se)


class TestDispersionBelowOne:
    """phi < 1 is reported as it is, and does not narrow an interval."""

    def test_counts_more_even_than_chance(self):
        even = quasi_glm([20, 21, 19, 20], ONES, family="poisson")

        assert even.dispersion == pytest.approx(2 / 20 / 3)
        assert even.scale == 1
        assert even.se[0] == pytest.approx(np.sqrt(1 / 80))

    def test_rs_quasi_families_are_a_parameter_away(self):
        even = quasi_glm([20, 21, 19, 20], ONES, family="poisson", dispersion_floor=0)

        assert even.se[0] == pytest.approx(np.sqrt(2 / 60 / 80))
        assert even.parameters == {"dispersion_floor": 0}


class TestNoAnswer:
    """Separation: a part without events has no finite estimate, and a standard error of thousands is no answer."""

    @pytest.mark.parametrize("family", ["binomial", "poisson"])
    def test_no_event_after_the_change(self, family):
        with pytest.raises(ValueError, match="run off to infinity"):
            quasi_glm([4, 6, 0, 0], BEFORE_AFTER, family=family, denominator=[50] * 4)

    def test_nothing_but_events_after_the_change(self):
        with pytest.raises(ValueError, match="run off to infinity"):
            quasi_glm([40, 36, 50, 50], BEFORE_AFTER, family="binomial", denominator=[50] * 4)

    def test_no_events_at_all(self):
        with pytest.raises(ValueError, match="run off to infinity"):
            quasi_glm([0, 0, 0, 0], ONES, family="poisson")

    def test_one_event_is_enough(self):
        fit = quasi_glm([4, 6, 0, 1], BEFORE_AFTER, family="binomial", denominator=[50] * 4)

        assert np.exp(fit.coef[1]) == pytest.approx((1 / 99) / (10 / 90))

    def test_very_rare_events_are_no_separation(self):
        fit = quasi_glm([1, 0, 2, 1], ONES, family="binomial", denominator=[1_000_000] * 4)

        assert fit.coef[0] == pytest.approx(np.log(1e-6), abs=1e-5)


class TestAlwaysTrue:
    @settings(derandomize=True, max_examples=20, deadline=None)
    @given(st.integers(0, 10_000))
    def test_counting_the_others_turns_the_sign(self, seed):
        events, trials, x = drawn(seed)
        yes = quasi_glm(events, x, family="binomial", denominator=trials)
        no = quasi_glm(trials - events, x, family="binomial", denominator=trials)

        assert no.coef == pytest.approx(-yes.coef, abs=1e-8)
        assert no.dispersion == pytest.approx(yes.dispersion)
        assert newey_west(no, lag=3).se == pytest.approx(newey_west(yes, lag=3).se)

    @settings(derandomize=True, max_examples=20, deadline=None)
    @given(st.integers(0, 10_000), st.permutations(range(24)))
    def test_the_order_of_rows_is_nothing(self, seed, order):
        events, trials, x = drawn(seed)
        before = quasi_glm(events, x, family="poisson", denominator=trials)
        after = quasi_glm(events[order], x[order], family="poisson", denominator=trials[order])

        assert after.coef == pytest.approx(before.coef, abs=1e-9)
        assert robust(after).se == pytest.approx(robust(before).se)

    @settings(derandomize=True, max_examples=20, deadline=None)
    @given(st.integers(0, 10_000), st.sampled_from([0.01, 1000.0]))
    def test_the_unit_of_exposure_moves_only_the_intercept(self, seed, unit):
        events, trials, x = drawn(seed)
        before = quasi_glm(events, x, family="poisson", denominator=trials)
        after = quasi_glm(events, x, family="poisson", denominator=trials * unit)

        assert after.coef - before.coef == pytest.approx([-np.log(unit), 0], abs=1e-8)
        assert after.se == pytest.approx(before.se)

    @settings(derandomize=True, max_examples=20, deadline=None)
    @given(st.integers(0, 10_000))
    def test_fitted_and_observed_events_are_as_many(self, seed):
        events, trials, x = drawn(seed)
        fit = quasi_glm(events, x, family="binomial", denominator=trials)

        assert fit.fitted.sum() == pytest.approx(events.sum())
        assert fit.scores.sum(axis=0) == pytest.approx([0, 0], abs=1e-6)

    @settings(derandomize=True, max_examples=20, deadline=None)
    @given(st.integers(0, 10_000), st.integers(2, 9))
    def test_a_month_split_into_equal_parts_tells_the_same(self, seed, parts):
        events, trials, x = drawn(seed)
        whole = quasi_glm(events * parts, x, family="binomial", denominator=trials * parts)
        split = quasi_glm(
            np.repeat(events, parts), np.repeat(x, parts, axis=0), family="binomial", denominator=np.repeat(trials, parts)
        )  # fmt: skip

        assert split.coef == pytest.approx(whole.coef, abs=1e-8)
        assert split.bread == pytest.approx(whole.bread)


@pytest.mark.parametrize(
    ("events", "base", "family", "words"),
    [
        ([1, 2, 3, 4], None, "binomial", "needs a `denominator`"),
        ([1, 2, 3, 5], [4, 4, 4, 4], "binomial", "row 3 has 5 of 4"),
        ([1, -2, 3, 4], [9, 9, 9, 9], "poisson", "row 1 has -2 of 9"),
        ([1, 2, 3, 4], [9, 9, 0, 9], "poisson", "`denominator` must be above zero; row 2 has 0"),
        ([1, 2, np.nan, 4], [9, 9, 9, 9], "poisson", "row 2 has nan"),
        ([1, 2, 3, 4], [9, 9, 9, 9], "gamma", "not 'gamma'"),
    ],
)
def test_impossible_counts_are_refused(events, base, family, words):
    with pytest.raises(ValueError, match=words):
        quasi_glm(events, ONES, family=family, denominator=base)
