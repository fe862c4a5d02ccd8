"""Moving run-chart medians by hand."""

import numpy as np
import pytest

from matneo.stats.run_medians import medians


def one(values, **options):
    given = {"points": 5, "run": 4} | options
    return medians(series=["A"] * len(values), period=np.arange(len(values)), value=values, **given)


BASE = [1.0, 2, 3, 4, 5]  # median 3


def test_a_run_moves_the_median_from_its_first_point():
    found = one([*BASE, 2, 7, 9, 8, 6, 7])

    assert found.kind.tolist() == ["baseline", "sustained"]
    assert found.median.tolist() == [3, 7.5]  # 6 7 8 9
    assert (found.first_period.tolist(), found.last_period.tolist()) == ([0, 6], [4, 9])
    assert found.extends_to.tolist() == [6, 10]


def test_points_on_the_median_are_passed_over_and_do_not_count():
    found = one([*BASE, 7, 3, 9, 3, 8, 6])

    assert found.first_period.tolist() == [0, 5]
    assert found.last_period[1] == 10
    assert found.median[1] == 7.5


def test_the_search_goes_on_behind_a_run_around_its_median():
    found = one([*BASE, 7, 9, 8, 6, 9, 9, 9, 9])

    assert found.median.tolist() == [3, 7.5, 9]
    assert found.side.tolist() == [0, 1, 1]


def test_only_the_side_asked_for_counts():
    values = [*BASE, 1, 1, 1, 1, 9, 9, 9, 9]

    assert one(values, direction="above").first_period.tolist() == [0, 9]
    assert one(values, direction="below").first_period.tolist() == [0, 5]
    assert one(values, direction="both").first_period.tolist() == [0, 5, 9]


def test_short_series_keep_their_baseline_or_have_none():
    assert one([*BASE, 9, 9, 9]).kind.tolist() == ["baseline"]
    assert one(BASE[:4]).kind.tolist() == []


def test_series_are_searched_together_as_if_alone_in_any_order_of_rows():
    chance = np.random.default_rng(2)
    values = chance.normal(np.repeat([0, 2, 5], 20), 1, (6, 60))
    name, period = np.repeat(np.arange(6), 60), np.tile(np.arange(60), 6)
    mixed = chance.permutation(360)
    together = medians(series=name[mixed], period=period[mixed], value=values.ravel()[mixed])

    for i in range(6):
        alone = medians(series=["A"] * 60, period=np.arange(60), value=values[i])
        mine = together.series == i
        assert together.median[mine].tolist() == alone.median.tolist()
        assert together.first_period[mine].tolist() == alone.first_period.tolist()
        assert together.extends_to[mine].tolist() == alone.extends_to.tolist()


def test_impossible_questions_are_refused():
    with pytest.raises(ValueError, match="not 'up'"):
        one(BASE, direction="up")
    with pytest.raises(ValueError, match="whole number of at least 1"):
        one(BASE, run=0)
