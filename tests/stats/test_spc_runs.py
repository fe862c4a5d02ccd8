"""Runs of a phase as a whole: Anhøj's rules, the boxes, and the number of runs."""

from itertools import combinations, pairwise, product

import numpy as np
import pytest

from matneo.stats import spc
from matneo.stats.boxes import SPECIFICITY, border, crossings_and_longest_run
from matneo.stats.runs import run_count_limits, runs_limits


def shape(sides):
    """Crossings and longest run of a sequence of sides, counted one by one."""
    crossings, longest, run = 0, 1, 1
    for one, other in pairwise(sides):
        run = run + 1 if one == other else 1
        crossings += one != other
        longest = max(longest, run)
    return crossings, longest


@pytest.mark.parametrize("above", [0.5, 0.8])
def test_the_joint_distribution_is_that_of_every_sequence(above):
    n = 9
    counted = np.zeros((n, n + 1))
    for sides in product((0, 1), repeat=n):
        counted[shape(sides)] += above ** sum(sides) * (1 - above) ** (n - sum(sides))

    assert crossings_and_longest_run(n, above) == pytest.approx(counted, abs=1e-14)


def test_a_hundred_points_still_add_up_to_one():
    assert crossings_and_longest_run(100).sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("n", [10, 17, 24, 40])
def test_boxes_hold_as_many_steady_series_as_promised(n):
    chances = crossings_and_longest_run(n)
    held = {}
    for box in ("best_box", "cut_box"):
        inside = np.arange(n + 1)[None, :] <= border(n, box)[:, None]
        held[box] = chances[inside].sum()

    assert held["best_box"] >= held["cut_box"] >= SPECIFICITY


def test_boxes_are_known_where_they_were_published():
    with pytest.raises(ValueError, match="10 to 100 useful points, not for 9"):
        border(9, "best_box")


def test_the_number_of_runs_has_the_limits_of_every_arrangement():
    above, below = 6, 5
    counts = []
    for places in combinations(range(above + below), above):
        sides = np.zeros(above + below, int)
        sides[list(places)] = 1
        counts.append(int(np.sum(sides[1:] != sides[:-1])) + 1)
    counts = np.array(counts)
    fewest, most = run_count_limits(above, below)

    assert (counts < fewest).mean() <= 0.025 < (counts <= fewest).mean()
    assert (counts > most).mean() <= 0.025 < (counts >= most).mean()


def test_points_that_all_lie_on_one_side_have_no_test_of_runs():
    assert run_count_limits(8, 0) == (1, 1)


def test_limits_of_runs_for_no_points_are_zero():
    longest, crossings = runs_limits(np.array([0, 1]))

    assert (longest.tolist(), crossings.tolist()) == ([0, 3], [0, 0])


def run_chart(values, profile, **options):
    rows = len(values)
    return spc.chart(
        kind="run", series=["A"] * rows, period=np.arange(rows), value=values, profile=profile, **options
    )


class TestOnPoints:
    def test_the_long_run_is_marked_where_it_is(self):
        values = [1.0, 9, 2, 8, 1, 9, 2, 8, 1, 1, 1, 1] + [
            9.0
        ] * 12  # 24 points: a run of 12 where 8 are usual
        chart = run_chart(values, "anhoej", centre=5.0)

        assert np.flatnonzero(chart.points.rules["long_run"]).tolist() == list(range(12, 24))
        assert chart.series.signal_rule[0] == "long_run"
        assert chart.series.variation[0] == "improvement"
        assert chart.phases.runs_signal.all()

    def test_few_crossings_say_that_something_is_unusual_and_not_on_which_side(self):
        values = (
            [1.0] * 6 + [9.0] * 6 + [1.0] * 6 + [9.0] * 6
        )  # three crossings where eight are usual; runs of six
        chart = run_chart(values, "anhoej", centre=5.0)

        assert chart.phases.few_crossings.tolist() == [True]
        assert chart.phases.long_run.tolist() == [False]
        assert chart.series.signal_rule[0] == "few_crossings"
        assert chart.series.variation[0] == "neutral_high"

    def test_below_ten_useful_points_nothing_is_said(self):
        assert not run_chart([9.0] * 9, "anhoej", centre=5.0).phases.runs_signal.any()
        assert run_chart([9.0] * 10, "anhoej", centre=5.0).phases.runs_signal.all()

    def test_too_many_runs_are_unusual_too(self):
        chart = run_chart([1.0, 9.0] * 10, "ihi-run", centre=5.0)

        assert chart.phases.run_count[0] == 20 > chart.phases.run_count_max[0]
        assert chart.phases.run_count_signal.all()

    def test_points_left_out_take_no_part_in_the_analysis(self):
        values = np.tile([1.0, 9.0], 6)
        chart = run_chart(values, "anhoej", centre=5.0, exclude=values < 5)

        assert chart.phases.useful[0] == chart.phases.longest_run[0] == 6
        assert chart.phases.n_rows[0] == 6

    def test_the_cut_box_catches_what_either_rule_alone_lets_pass(self):
        # Fifteen points, longest run 7 and five crossings: usual each by itself, unusual together.
        values = [1.0] * 7 + [9.0, 1, 9, 9, 1, 1, 9, 9]
        signals = {
            name: bool(run_chart(values, name, centre=5.0).phases.runs_signal[0])
            for name in ("anhoej", "anhoej-best-box", "anhoej-cut-box")
        }

        assert signals == {"anhoej": False, "anhoej-best-box": False, "anhoej-cut-box": True}
