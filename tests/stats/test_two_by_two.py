"""Tables of before and after: by hand, with cells of 0, and beside statsmodels."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.contingency_tables import StratifiedTable

from matneo.stats.two_by_two import effect_sizes, mantel_haenszel

counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
tables = st.lists(st.tuples(counts, counts), min_size=1, max_size=6).map(
    lambda rows: [
        np.array(column, float) for column in zip(*((*one, *other) for one, other in rows), strict=True)
    ]
)
properties = settings(derandomize=True, max_examples=15)


def test_the_three_effects_of_a_table():
    # 10 of 100 after, 20 of 100 before: odds 1/9 and 1/4, risks 0.1 and 0.2.
    sizes = {measure: effect_sizes(10, 100, 20, 100, measure=measure) for measure in ("OR", "RR", "RD")}

    assert sizes["OR"].estimate[0] == pytest.approx(np.log(4 / 9))
    assert sizes["OR"].variance[0] == pytest.approx(1 / 10 + 1 / 90 + 1 / 20 + 1 / 80)
    assert sizes["RR"].estimate[0] == pytest.approx(np.log(0.5))
    assert sizes["RR"].variance[0] == pytest.approx(1 / 10 - 1 / 100 + 1 / 20 - 1 / 100)
    assert sizes["RD"].estimate[0] == pytest.approx(-0.1)
    assert sizes["RD"].variance[0] == pytest.approx(0.1 * 0.9 / 100 + 0.2 * 0.8 / 100)


def test_half_an_event_goes_only_where_a_cell_is_empty():
    sizes = effect_sizes([0, 10, 5], [50, 100, 5], [4, 20, 2], [50, 100, 10], measure="OR")

    assert sizes.corrected.tolist() == [True, False, True]  # none of 50; neither; all of 5
    assert sizes.estimate[0] == pytest.approx(np.log(0.5 * 46.5 / (50.5 * 4.5)))
    assert sizes.estimate[1] == pytest.approx(np.log(4 / 9))


def test_one_table_pools_to_itself():
    for measure in ("OR", "RR", "RD"):
        single = effect_sizes(10, 100, 20, 120, measure=measure).estimate[0]
        assert mantel_haenszel(10, 100, 20, 120, measure=measure).estimate == pytest.approx(single)


def test_tables_without_events_leave_a_ratio_as_it_is():
    with_empty = mantel_haenszel([10, 0], [100, 40], [20, 0], [100, 30], measure="OR")

    assert with_empty.estimate == pytest.approx(mantel_haenszel(10, 100, 20, 100, measure="OR").estimate)


@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_a_side_without_any_event_has_no_ratio(measure):
    found = mantel_haenszel([0, 0], [50, 60], [3, 2], [50, 60], measure=measure)

    assert np.isnan([found.estimate, found.se]).all()


def test_one_event_in_all_is_no_negative_variance():
    found = mantel_haenszel([0, 0], [50, 60], [1, 0], [50, 60], measure="RD")

    assert found.se >= 0


def test_the_odds_ratio_is_that_of_statsmodels():
    events, n, before, m = [10, 5, 8], [100, 50, 60], [20, 10, 9], [100, 60, 70]
    theirs = StratifiedTable(
        [[[a, t - a], [c, u - c]] for a, t, c, u in zip(events, n, before, m, strict=True)]
    )
    ours = mantel_haenszel(events, n, before, m, measure="OR")

    assert ours.estimate == pytest.approx(theirs.logodds_pooled)
    assert ours.se == pytest.approx(theirs.logodds_pooled_se)


@pytest.mark.parametrize(
    ("given_counts", "words"),
    [
        ((1, 0, 1, 10), "`denominator` must be at least one; row 0 has 0"),
        (([1, 11], [10, 10], 1, 10), "row 1 has 11 of 10"),
        ((1, 10, -1, 10), "`reference_numerator` must lie .* row 0 has -1 of 10"),
        ((np.nan, 10, 1, 10), "row 0 has nan"),
    ],
)
def test_impossible_tables_get_a_sentence(given_counts, words):
    with pytest.raises(ValueError, match=words):
        effect_sizes(*given_counts)


def test_unknown_measures_are_named():
    with pytest.raises(ValueError, match="not 'HR'"):
        mantel_haenszel(1, 10, 1, 10, measure="HR")


@properties
@given(tables)
def test_exchanging_the_groups_turns_every_effect_round(rows):
    a, n, c, m = rows
    for measure in ("OR", "RR", "RD"):
        one, other = effect_sizes(a, n, c, m, measure=measure), effect_sizes(c, m, a, n, measure=measure)
        assert other.estimate == pytest.approx(-one.estimate, abs=1e-12)
        assert other.variance == pytest.approx(one.variance)
        assert np.isfinite(one.estimate).all()
        assert (one.variance > 0).all()
        assert mantel_haenszel(c, m, a, n, measure=measure).estimate == pytest.approx(
            -mantel_haenszel(a, n, c, m, measure=measure).estimate, abs=1e-12, nan_ok=True
        )


@properties
@given(tables)
def test_counting_non_events_turns_the_odds_ratio_round(rows):
    a, n, c, m = rows

    assert effect_sizes(n - a, n, m - c, m).estimate == pytest.approx(-effect_sizes(a, n, c, m).estimate)


@pytest.mark.slow
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_the_common_effect_of_sparse_tables_is_covered(measure):
    random, runs = np.random.default_rng(5), 3000
    n, m = np.array([80, 120, 60, 100] * 3), np.array([90, 100, 80, 70] * 3)
    before = np.tile([0.04, 0.06, 0.10, 0.05], 3)
    after = {
        "OR": (odds := 0.6 * before / (1 - before)) / (1 + odds),
        "RR": 0.6 * before,
        "RD": before - 0.02,
    }
    truth = {"OR": np.log(0.6), "RR": np.log(0.6), "RD": -0.02}[measure]
    found = [
        mantel_haenszel(random.binomial(n, after[measure]), n, random.binomial(m, before), m, measure=measure)
        for _ in range(runs)
    ]
    covered = np.mean([one.lower <= truth <= one.upper for one in found])

    assert covered == pytest.approx(0.95, abs=3 * (0.95 * 0.05 / runs) ** 0.5 + 0.005)
