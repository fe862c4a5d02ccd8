"""Control charts by hand, and what must stay true of every one of them."""

import numpy as np
import pytest

from matneo.stats import spc


def one(values, kind="xmr", **options):
    return spc.chart(
        kind=kind, series=["A"] * len(values), period=np.arange(len(values)), value=values, **options
    )


class TestByHand:
    def test_limits_are_the_mean_and_266_mean_moving_ranges(self):
        chart = one([10, 12, 11, 13, 9.0])  # mean 11; moving ranges 2, 1, 2, 4: mean 2.25

        assert chart.points.centre[0] == 11
        assert chart.points.ucl[0] == pytest.approx(11 + 2.66 * 2.25)
        assert chart.points.lcl[0] == pytest.approx(11 - 2.66 * 2.25)

    def test_a_p_chart_pools_counts_and_steps_with_the_denominator(self):
        chart = spc.chart(
            kind="p", series=["A"] * 3, period=[0, 1, 2], numerator=[10, 10, 40], denominator=[100, 100, 400]
        )

        assert chart.points.centre[0] == pytest.approx(60 / 600)
        assert chart.points.ucl == pytest.approx(0.1 + 3 * np.sqrt(0.09 / np.array([100, 100, 400])))

    def test_seven_on_one_side_are_a_shift_and_six_are_not(self):
        base = [0, 1, 0, 1, 0, 1, 0]
        assert not one([*base, *[0.6] * 6, 0]).points.r_shift[7:].any()
        assert one([*base, *[0.9] * 7]).points.r_shift[7:].tolist() == [1] * 7

    def test_a_missing_month_is_no_zero_and_breaks_a_shift(self):
        values = [0, 1, 0, 1, 0, 1, 0, 0.9, 0.9, 0.9, np.nan, 0.9, 0.9, 0.9, 0.9]
        chart = one(values)

        assert not chart.points.r_shift[7:].any()
        assert np.isnan(chart.points.value[10])
        assert chart.series.n_points[0] == 14

    def test_a_gap_in_the_calendar_breaks_a_shift(self):
        values = np.array([0, 1, 0, 1, 0, 1, 0] + [0.9] * 7)
        months = np.array([*range(11), 13, 14, 15])

        with_calendar = spc.chart(kind="xmr", series=["A"] * 14, period=months, value=values, step=1)
        without = spc.chart(kind="xmr", series=["A"] * 14, period=months, value=values)

        assert not with_calendar.points.r_shift.any()
        assert without.points.r_shift.any()

    def test_a_constant_series_is_steady_and_meets_its_own_value(self):
        chart = one([100.0] * 20, target=np.full(20, 100.0))

        assert chart.series.variation[0] == "common"
        assert chart.series.assurance[0] == "pass"
        assert chart.series.limits_status[0] == "constant"

    def test_one_event_among_zeros_does_not_collapse_the_limits(self):
        chart = one([0.0] * 12 + [5.0] + [0.0] * 12)

        assert chart.series.limits_status[0] == "screen_fallback"
        assert (chart.points.r_outside != 0).sum() == 1

    def test_there_is_no_icon_before_thirteen_points(self):
        assert one([1.0, 2.0] * 6).series.variation[0] == "too_few"
        assert one([1.0, 2.0] * 6 + [1.5]).series.variation[0] == "common"

    def test_direction_decides_what_is_an_improvement(self):
        values = [5.0, 6.0] * 7 + [20.0]
        signals = [
            str(one(values, direction=way).series.variation[0]) for way in ("increase", "decrease", "neutral")
        ]

        assert signals == ["improvement", "concern", "neutral_high"]

    def test_a_phase_has_limits_of_its_own(self):
        values = [10, 12, 11, 13, 9, 12, 30, 32, 31, 33, 29, 32.0]
        chart = one(values, phase=[0] * 6 + [1] * 6)

        assert not (chart.points.reason != "").any()
        assert chart.phases.centre.tolist() == pytest.approx([67 / 6, 187 / 6])

    def test_a_frozen_baseline_keeps_its_limits_when_points_arrive(self):
        first = [10, 12, 11, 13, 9, 12, 10, 11, 12, 13, 11, 10, 12.0]
        later = [*first, 20, 21, 22]
        short, long = one(first), one(later, baseline=[True] * 13 + [False] * 3)

        assert long.points.ucl[0] == short.points.ucl[0]
        assert long.series.variation[0] == "improvement"

    def test_the_stretch_says_since_when_and_from_what(self):
        counts = np.array([50, 52, 48, 51, 49, 50, 52, 48, 51, 49, 50, 50] + [80] * 8, float)
        chart = spc.chart(kind="p", series=["A"] * 20, period=np.arange(20), numerator=counts, denominator=np.full(20, 100),
                          baseline=np.arange(20) < 12)  # fmt: skip

        assert chart.series.signal_since[0] == 12
        assert chart.series.now_value[0] == pytest.approx(0.8)
        assert chart.series.before_value[0] == pytest.approx(0.5)

    def test_since_is_the_first_point_of_the_run_and_not_of_its_last_colour(self):
        """Twelve months about 0.5, then ten above it. Seven of the ten fall, and are coloured as falling: the run above
        the mean is still in force, and it began with the first of the ten."""
        steady = [1.0, 0.0] * 6
        above = [2.0, 2.9, 2.6, 2.3, 2.0, 1.7, 1.4, 1.1, 1.3, 1.2]
        chart = one([*steady, *above], baseline=[True] * 12 + [False] * 10, direction="increase")

        assert set(chart.points.reason[13:20]) <= {"outside", "trend"}
        assert chart.points.r_trend[13:20].tolist() == [-1] * 7
        assert (chart.series.signal_rule[0], chart.series.variation[0]) == ("shift", "improvement")
        assert (chart.series.signal_since[0], chart.series.signal_length[0]) == (12, 10)
        assert chart.series.now_value[0] == pytest.approx(np.mean(above))
        assert chart.series.before_value[0] == pytest.approx(0.5)

    def test_of_two_of_three_the_third_between_them_belongs_to_the_run(self):
        """Two thirds of the way to the limit is 0.5 + 2/3 × 2.66 = 2.27: the first and the last of the three lie beyond."""
        chart = one(
            [*[0.0, 1.0] * 6, 0.0, 2.5, 1.0, 2.5],
            baseline=[True] * 13 + [False] * 3,
            direction="increase",
        )

        assert chart.points.r_two_three[-3:].tolist() == [1, 0, 1]
        assert (chart.series.signal_since[0], chart.series.signal_length[0]) == (13, 3)

    def test_a_trend_that_follows_another_begins_where_the_second_does(self):
        """Only the second is still in force; the peak between them goes the other way."""
        first, second = np.arange(1.0, 8.0), np.arange(3.0, 6.5, 0.5)
        chart = one([5.0, 6.0] * 6 + [*first, *second], baseline=[True] * 12 + [False] * 14)

        assert chart.points.r_trend[-14:].tolist() == [*[1] * 6, -1, *[1] * 7]
        assert (chart.series.signal_rule[0], chart.series.signal_since[0]) == ("trend", 19)

    def test_a_run_steps_over_a_missing_month_that_both_sides_agree_on(self):
        """Eight months above the mean, one missing, seven above it: since the first of the eight. Where the first three of
        four say nothing by themselves, since the first of the seven."""
        steady, frozen = [0.0, 1.0] * 5 + [1.0, 0.0], [True] * 12
        long = [*steady, *[2.0] * 8, np.nan, *[2.1] * 7]
        short = [*steady, *[2.0] * 3, np.nan, *[2.1] * 7]
        both = [one(v, baseline=frozen + [False] * (len(v) - 12)).series for v in (long, short)]

        assert [(s.signal_since[0], s.signal_length[0]) for s in both] == [(12, 15), (16, 7)]

    def test_impossible_rows_are_named_and_the_others_go_on(self):
        chart = spc.chart(
            kind="p",
            series=["A", "A", "B", "B"],
            period=[1, 2, 1, 2],
            numerator=[5, 3, 9, 3],
            denominator=[4, 4, 10, 10],
        )

        assert [error.code for error in chart.errors] == ["numerator_gt_denominator"]
        assert "Series A, period 1" in chart.errors[0].sentence
        assert np.isnan(chart.points.value[:2]).all()
        assert chart.points.value[2:].tolist() == [0.9, 0.3]

    def test_a_zero_denominator_is_no_value(self):
        chart = spc.chart(
            kind="p", series=["A"] * 3, period=[0, 1, 2], numerator=[1, 0, 2], denominator=[10, 0, 10]
        )

        assert np.isnan(chart.points.value[1])
        assert np.isnan(chart.points.ucl[1])

    def test_no_rows_give_an_empty_answer(self):
        chart = spc.chart(kind="xmr", series=np.array([], str), period=np.array([], int), value=[])

        assert len(chart.points.value) == len(chart.series.series) == len(chart.phases.series) == 0
