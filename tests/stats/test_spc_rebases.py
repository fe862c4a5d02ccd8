"""Suggested phases by hand: shifts that stay, and those that do not."""

import numpy as np
import pytest

from matneo.stats import spc
from matneo.stats.rebases import suggest

STEADY = [10, 12, 11, 13, 12, 10, 11, 13, 10, 12, 12, 11.0]


def one(values, **options):
    return suggest(
        kind="xmr", series=["A"] * len(values), period=np.arange(len(values)), value=values, **options
    )


def raised(by, times=1):
    return [value + by for value in STEADY] * times


def test_a_steady_series_has_nothing_to_suggest():
    assert len(one(STEADY * 3).series) == 0


def test_a_shift_that_stays_is_suggested_with_what_it_would_change():
    found = one(STEADY * 2 + raised(20))

    assert (found.verdict.tolist(), found.start.tolist(), found.side.tolist()) == (["suggested"], [24], [1])
    assert found.points.tolist() == [12]
    assert found.after_centre[0] - found.before_centre[0] == pytest.approx(20)
    assert (found.marked_now[0], found.marked_then[0]) == (12, 0)
    assert (found.variation_now[0], found.variation_then[0]) == ("improvement", "too_few")


def test_two_shifts_are_two_suggestions():
    found = one(STEADY + raised(20) + raised(-10))

    assert found.start.tolist() == [12, 24]
    assert found.side.tolist() == [1, -1]
    assert found.points.tolist() == [12, 12]


def test_a_shift_that_is_too_young_waits():
    assert one(STEADY * 2 + raised(20)[:8]).verdict.tolist() == ["too_few_points"]


def test_a_shift_that_came_back_is_no_phase():
    assert one(STEADY + raised(20)[:9] + raised(-20)[:8]).verdict.tolist() == ["came_back"]


def test_a_series_that_goes_on_rising_has_not_settled():
    assert one(STEADY + [15 + 2.0 * i for i in range(16)]).verdict.tolist() == ["not_settled"]


def test_only_the_current_phase_is_searched():
    values = STEADY + raised(20) + raised(20)

    assert len(one(values, phase=[0] * 12 + [1] * 24).series) == 0


def test_many_series_at_once_are_the_same_as_one_by_one():
    chance = np.random.default_rng(3)
    several = [list(chance.normal(10 * (np.arange(60) > 12 * i), 1)) for i in range(5)]
    together = suggest(
        kind="xmr",
        series=np.repeat(np.arange(5), 60),
        period=np.tile(np.arange(60), 5),
        value=np.concatenate(several),
    )

    for i, values in enumerate(several):
        alone = one(values)
        mine = together.series == i
        assert together.start[mine].tolist() == alone.start.tolist()
        assert together.verdict[mine].tolist() == alone.verdict.tolist()


def test_applying_a_suggestion_is_the_caller_s_own_act():
    values = STEADY * 2 + raised(20)
    found = one(values)
    chart = spc.chart(
        kind="xmr", series=["A"] * 36, period=np.arange(36), value=values, rebase={"A": found.start.tolist()}
    )

    assert chart.points.phase[-1] == 1
    assert int((chart.points.side[24:] != 0).sum()) == found.marked_then[0]


def test_counts_are_searched_as_their_chart_judges_them():
    top = np.array([50.0, 52, 48, 51, 49, 50] * 2 + [80.0, 78, 82, 79, 81, 80] * 2)
    found = suggest(
        kind="p",
        series=["A"] * 24,
        period=np.arange(24),
        numerator=top,
        denominator=np.full(24, 100.0),
        direction="decrease",
    )

    assert found.start.tolist() == [12]
    assert found.after_centre[0] == pytest.approx(0.8)


def test_no_rows_have_no_suggestions():
    assert len(suggest(kind="xmr", series=[], period=np.zeros(0, int), value=[]).series) == 0


def test_lengths_below_two_are_refused():
    with pytest.raises(ValueError, match="`shift` must be a whole number of at least 2, and is 1"):
        one(STEADY, shift=1)
