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
