"""Alpha, intraclass correlation and agreement: by hand, with constant items, and against theory."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import f

from matneo.stats.reliability import cronbach_alpha, icc, r_wg

ROWS = np.array([[1, 2, 1], [2, 2, 3], [3, 4, 3], [4, 4, 5], [5, 4, 4]], float)
middling = st.tuples(st.integers(4, 15), st.integers(2, 6)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.sampled_from([2.0, 3.0, 4.0]))
)
properties = settings(derandomize=True, max_examples=30)


class TestAlpha:
    def test_by_hand(self):
        # Item variances 5/3 and 4/3, of the sum 17/3: 2 (1 - 3/(17/3)).
        assert cronbach_alpha([[1, 2], [2, 2], [3, 4], [4, 4]]).alpha == pytest.approx(2 * (1 - 9 / 17))

    def test_two_equal_items_are_one_thing(self):
        found = cronbach_alpha([[1, 1], [3, 3], [4, 4], [2, 2]])

        assert (found.alpha, found.standardised) == (pytest.approx(1), pytest.approx(1))
        assert found.item_rest == pytest.approx([1, 1])

    def test_dropping_an_item_is_alpha_of_the_others(self):
        found = cronbach_alpha(ROWS)

        for item in range(3):
            rest = cronbach_alpha(np.delete(ROWS, item, axis=1))
            assert found.if_dropped[item] == pytest.approx(rest.alpha)

    def test_an_item_and_the_rest_correlate_as_numpy_says(self):
        found = cronbach_alpha(ROWS)

        for item in range(3):
            rest = np.delete(ROWS, item, axis=1).sum(axis=1)
            assert found.item_rest[item] == pytest.approx(np.corrcoef(ROWS[:, item], rest)[0, 1])

    def test_feldts_interval_holds_alpha_and_ends_at_one(self):
        found = cronbach_alpha(ROWS)

        assert found.lower < found.alpha < found.upper < 1
        assert (1 - found.alpha) / (1 - found.lower) == pytest.approx(1 / f.ppf(0.975, 4, 8))
        assert (1 - found.alpha) / (1 - found.upper) == pytest.approx(1 / f.ppf(0.025, 4, 8))

    def test_a_zero_variance_item_is_marked_and_has_no_correlation(self):
        found = cronbach_alpha(np.column_stack([ROWS, np.full(5, 4.0)]))
        without = cronbach_alpha(ROWS)

        assert found.no_variance.tolist() == [False, False, False, True]
        assert np.isnan(found.item_rest).tolist() == [False, False, False, True]
        assert found.item_rest[:3] == pytest.approx(without.item_rest)
        assert found.alpha == pytest.approx(without.alpha * (4 / 3) / (3 / 2))
        assert found.if_dropped[3] == pytest.approx(without.alpha)
        assert found.standardised == pytest.approx(without.standardised)

    def test_answers_that_are_all_alike_have_no_alpha(self):
        found = cronbach_alpha([[3, 4], [3, 4], [3, 4]])

        assert np.isnan([found.alpha, found.lower, found.standardised]).all()
        assert np.isnan(found.item_rest).all()

    def test_missing_items_leave_the_row_out_and_are_counted(self):
        rows = np.vstack([ROWS, [5, np.nan, 5]])
        found = cronbach_alpha(rows)

        assert (found.respondents, found.left_out) == (5, 1)
        assert found.alpha == cronbach_alpha(ROWS).alpha

    def test_two_items_cannot_lose_one(self):
        assert np.isnan(cronbach_alpha(ROWS[:, :2]).if_dropped).all()

    @pytest.mark.parametrize(
        ("rows", "words"), [([[1], [2]], "One item"), ([[1, 2], [1, np.nan]], "at least two respondents")]
    )
    def test_too_little_gets_a_sentence(self, rows, words):
        with pytest.raises(ValueError, match=words):
            cronbach_alpha(rows)

    @properties
    @given(middling, st.data())
    def test_shifting_items_changes_nothing(self, rows, data):
        shift = np.array(
            data.draw(st.lists(st.sampled_from([-1, 0, 1]), min_size=rows.shape[1], max_size=rows.shape[1]))
        )
        one, other = cronbach_alpha(rows), cronbach_alpha(rows + shift)

        assert other.alpha == pytest.approx(one.alpha, nan_ok=True)
        assert other.upper == pytest.approx(one.upper, nan_ok=True)
        assert other.item_rest == pytest.approx(one.item_rest, nan_ok=True)

    @properties
    @given(middling)
    def test_reversing_every_item_changes_nothing(self, rows):
        assert cronbach_alpha(6 - rows).alpha == pytest.approx(cronbach_alpha(rows).alpha, nan_ok=True)

    @pytest.mark.slow
    def test_feldts_interval_covers_for_parallel_items(self):
        """Items are a common part and noise of equal variance, cut into no more than five answers by nothing."""
        from matneo.stats.reliability import _alpha, _feldt

        random, runs, people, items = np.random.default_rng(8), 4000, 40, 6
        truth = items * 1 / (1 + (items - 1) * 1 / 2) / 2  # common variance 1, noise 1: correlation 1/2
        hits = 0
        for _ in range(runs):
            drawn = random.normal(size=(people, 1)) + random.normal(size=(people, items))
            lower, upper = _feldt(_alpha(np.cov(drawn, rowvar=False)), people, items, 0.95)
            hits += lower <= truth <= upper

        assert hits / runs == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / runs) ** 0.5)


class TestIcc:
    def test_by_hand(self):
        # Means 2 and 8 around 5: MSB = 2 (9 + 9) = 36; MSW = 2: ICC(1) 34/38, ICC(2) 34/36.
        found = icc([1, 3, 7, 9], ["A", "A", "B", "B"])

        assert (found.icc1, found.icc2, found.f) == pytest.approx((34 / 38, 34 / 36, 18))
        assert (found.df_between, found.df_within) == (1, 2)
        assert found.icc1_lower < found.icc1 < found.icc1_upper
        assert found.aggregate

    def test_unequal_units_have_two_usual_sizes(self):
        scores, units = [1, 2, 3, 4, 5, 9, 9], ["A"] * 5 + ["B"] * 2

        assert icc(scores, units).size == 3.5
        assert icc(scores, units, group_size="k0").size == pytest.approx(7 - 29 / 7)

    def test_units_that_agree_no_more_than_strangers_are_below_zero(self):
        found = icc([1, 9, 1, 9], ["A", "A", "B", "B"])

        assert found.icc1 == -1
        assert found.icc2 == -np.inf
        assert not found.aggregate

    def test_units_of_one_mind_are_one(self):
        found = icc([1, 1, 5, 5], ["A", "A", "B", "B"])

        assert (found.icc1, found.icc2, found.f, found.p_value) == (1, 1, np.inf, 0)

    def test_scores_that_are_all_alike_have_none(self):
        found = icc([450 / 7] * 7, list("AAAABBB"))

        assert np.isnan([found.icc1, found.icc2, found.f]).all()

    def test_missing_scores_are_left_out(self):
        assert icc([1, 3, np.nan, 7, 9], list("AAABB")).icc1 == icc([1, 3, 7, 9], list("AABB")).icc1

    @pytest.mark.parametrize(
        ("scores", "units", "words"),
        [
            ([1, 2], ["A", "A"], "cannot tell"),
            ([1, 2], ["A", "B"], "cannot tell"),
            ([1], ["A", "B"], "`unit` needs 1 entries"),
        ],
    )
    def test_too_little_gets_a_sentence(self, scores, units, words):
        with pytest.raises(ValueError, match=words):
            icc(scores, units)

    @properties
    @given(
        arrays(np.float64, 12, elements=st.floats(0, 100).map(lambda x: round(x, 1))),
        st.floats(-50, 50),
        st.floats(0.1, 10),
    )
    def test_shift_and_scale_change_nothing(self, scores, shift, scale):
        assume(np.ptp(scores) > 1)
        units = np.repeat(list("ABC"), 4)
        one, other = icc(scores, units), icc(scale * scores + shift, units)

        assert other.icc1 == pytest.approx(one.icc1, abs=1e-9)

    @pytest.mark.slow
    def test_the_interval_covers_and_the_estimate_is_right(self):
        random, runs, units = np.random.default_rng(9), 3000, np.repeat(np.arange(20), 8)
        found = [
            icc(0.5 * random.normal(size=20)[units] + random.normal(size=160), units) for _ in range(runs)
        ]
        covered = np.mean([one.icc1_lower <= 0.2 <= one.icc1_upper for one in found])

        assert covered == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / runs) ** 0.5)


class TestWithinGroupAgreement:
    def test_by_hand(self):
        # Variances 1/3 and 8 beside (25 - 1)/12 = 2 by chance; one answer has none.
        found = r_wg([4, 4, 5, 1, 5, 3], list("AAABBC"))

        assert found.r_wg[:2] == pytest.approx([1 - 1 / 6, 0])
        assert np.isnan(found.r_wg[2])

    def test_an_item_has_at_least_two_answers(self):
        with pytest.raises(ValueError, match="`options` must be a whole number of at least 2"):
            r_wg([1, 1], ["A", "A"], options=1)
