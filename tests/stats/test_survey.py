"""Surveys: scores by hand, missing items, units too small to show."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import ttest_1samp

from matneo.stats.survey import percent_agree, respondent_scores, reverse_items, unit_scores, visible_groups

NONE = np.nan
answers = st.tuples(st.integers(1, 12), st.integers(1, 8)).flatmap(
    lambda shape: arrays(np.float64, shape, elements=st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, NONE]))
)
properties = settings(derandomize=True, max_examples=30)


class TestByHand:
    def test_a_score_is_the_mean_of_quarters(self):
        # 5 4 3 2 1 are 100 75 50 25 0.
        assert respondent_scores([[5, 4, 3, 2, 1]]).tolist() == [50]

    def test_reversed_items_count_the_other_way(self):
        assert reverse_items([[1, 5, 3], [2, 4, NONE]], [0, 2])[:, 0].tolist() == [5, 4]
        assert np.isnan(reverse_items([[2, 4, NONE]], [2])[0, 2])
        assert reverse_items([[1, 7]], [1], high=7).tolist() == [[1, 1]]

    def test_agreement_is_of_those_who_answered(self):
        found = percent_agree([[4, 5], [5, NONE], [3, NONE], [2, 1]])

        assert found.answered.tolist() == [4, 2]
        assert found.agreed.tolist() == [2, 1]
        assert found.share.tolist() == [0.5, 0.5]
        assert found.upper[1] - found.lower[1] > found.upper[0] - found.lower[0]

    def test_units_have_means_shares_and_rates(self):
        found = unit_scores(
            [[5, 5], [4, 4], [3, 3], [2, NONE]], ["B", "B", "A", "A"], invited=[4, 2], minimum=5
        )

        assert found.unit.tolist() == ["A", "B"]
        assert found.mean.tolist() == [37.5, 87.5]
        assert found.positive.tolist() == [0, 1]
        assert found.agreed.tolist() == [0, 1]
        assert found.response_rate.tolist() == [0.5, 1]
        assert not found.shown.any()

    def test_the_interval_of_a_mean_is_students(self):
        rows = np.array([[5, 4], [3, 3], [4, 4], [2, 3], [5, 5]])
        found = unit_scores(rows, ["A"] * 5)
        theirs = ttest_1samp(respondent_scores(rows), 0).confidence_interval()

        assert found.mean_lower[0] == pytest.approx(theirs.low)
        assert found.mean_upper[0] == pytest.approx(min(theirs.high, 100))

    def test_fifteen_answers_leave_half_a_scale_open(self):
        rows = np.array([[5]] * 8 + [[1]] * 7)
        found = unit_scores(rows, ["A"] * 15)

        assert found.positive_upper[0] - found.positive_lower[0] > 0.45


class TestMissingItems:
    def test_half_of_the_items_are_needed(self):
        rows = [[5, 5, NONE, NONE], [5, NONE, NONE, NONE], [NONE] * 4]

        assert np.isnan(respondent_scores(rows)).tolist() == [False, True, True]
        assert np.isnan(respondent_scores(rows, least=1)).tolist() == [False, False, True]

    def test_half_of_seven_are_four(self):
        row = np.full((1, 7), 4.0)
        row[0, :4] = NONE

        assert np.isnan(respondent_scores(row)[0])
        row[0, 0] = 4
        assert respondent_scores(row)[0] == 75

    def test_a_sheet_without_a_score_is_a_respondent_all_the_same(self):
        found = unit_scores([[5, 5, 5, 5], [5, NONE, NONE, NONE], [NONE] * 4], ["A"] * 3)

        assert (found.respondents[0], found.scored[0]) == (2, 1)
        assert found.agreed[0] == 1
        assert np.isnan([found.mean_lower[0], found.mean_upper[0]]).all()  # one score has no spread

    def test_a_unit_without_scores_has_none(self):
        found = unit_scores([[NONE, NONE], [4, 4]], ["A", "B"])

        assert np.isnan([found.mean[0], found.positive[0], found.agreed[0]]).all()

    def test_an_item_that_nobody_answered(self):
        found = percent_agree([[4, NONE], [5, NONE]])

        assert np.isnan([found.share[1], found.lower[1], found.upper[1]]).all()


class TestWhatMayBeShown:
    @pytest.mark.parametrize(
        ("groups", "shown"),
        [
            ([30, 12, 4], [True, False, False]),  # 46 - 30 - 12 would tell the 4
            ([30, 12, 4, 7], [True, True, False, False]),  # 11 hide one another
            ([30, 25], [True, True]),
            ([30, 9], [False, False]),  # the 30 is all but 9
            ([9, 8, 7], [False, False, False]),
            ([12], [True]),  # the unit itself
            ([30, 12, 0], [True, True, False]),  # nobody is nobody's complement
        ],
    )
    def test_groups_of_a_unit(self, groups, shown):
        assert visible_groups(groups).tolist() == shown

    def test_those_in_no_group_count_as_well(self):
        assert visible_groups([30, 12], total=45).tolist() == [True, False]
        with pytest.raises(ValueError, match="more than the 40 of the unit"):
            visible_groups([30, 12], total=40)

    def test_the_minimum_can_be_moved_but_not_below_five(self):
        assert visible_groups([30, 6, 5], minimum=5).all()
        for call in (
            lambda: visible_groups([30, 6], minimum=4),
            lambda: unit_scores([[4]], ["A"], minimum=4),
        ):
            with pytest.raises(ValueError, match="fewer than 5"):
                call()

    @properties
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(5, 15), st.integers(0, 20))
    def test_nobody_can_be_worked_out_by_subtraction(self, groups, minimum, outside):
        counts, total = np.array(groups), sum(groups) + outside
        shown = visible_groups(counts, total=total, minimum=minimum)

        assert (counts[shown] >= minimum).all()
        hidden = total - counts[shown].sum()
        assert not shown.any() or hidden == 0 or hidden >= minimum
        for count in counts[shown]:
            assert total - count == 0 or total - count >= minimum


class TestImpossibleInput:
    @pytest.mark.parametrize(
        ("rows", "words"),
        [
            ([[1, 6]], "row 0 has 6 for item 1"),
            ([[1, 2], [0, 3]], "row 1 has 0 for item 0"),
            ([[2.5]], "has 2.5"),
            ([1, 2], "matrix"),
        ],
    )
    def test_an_answer_off_the_scale_is_named(self, rows, words):
        with pytest.raises(ValueError, match=words):
            respondent_scores(rows)

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            (lambda: reverse_items([[1, 2]], [2]), "no item 2"),
            (lambda: respondent_scores([[1, 2]], least=3), "between 1 and 2"),
            (lambda: unit_scores([[1]], ["A", "B"]), "`unit` needs 1 entries"),
            (lambda: unit_scores([[1], [2]], ["A", "A"], invited=[1]), "no fewer than those who responded"),
            (lambda: visible_groups([-1]), "whole number"),
        ],
    )
    def test_other_nonsense_gets_a_sentence(self, call, words):
        with pytest.raises(ValueError, match=words):
            call()


@properties
@given(answers)
def test_reversing_twice_changes_nothing_and_once_turns_scores_round(rows):
    items = list(range(rows.shape[1]))
    turned = reverse_items(rows, items)

    np.testing.assert_array_equal(reverse_items(turned, items), rows)
    np.testing.assert_allclose(respondent_scores(turned), 100 - respondent_scores(rows))


@properties
@given(answers)
def test_scores_stay_on_the_scale(rows):
    scores = respondent_scores(rows)

    assert ((scores[np.isfinite(scores)] >= 0) & (scores[np.isfinite(scores)] <= 100)).all()


@properties
@given(answers, st.randoms(use_true_random=False))
def test_the_order_of_respondents_does_not_matter(rows, random):
    units = np.array(["A", "B", "C"])[np.arange(len(rows)) % 3]
    order = list(range(len(rows)))
    random.shuffle(order)
    one, other = unit_scores(rows, units), unit_scores(rows[order], units[order])

    np.testing.assert_allclose(other.mean, one.mean)
    np.testing.assert_array_equal(other.respondents, one.respondents)
