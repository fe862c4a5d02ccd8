"""Phases, baselines, targets and what cannot be read: by hand."""

from datetime import date

import numpy as np
import pytest

from matneo.stats import _targets, phases, spc

STEADY = [10, 12, 11, 13, 9, 12, 10, 11, 12, 13, 11, 10, 12.0]


def one(values, kind="xmr", **options):
    return spc.chart(
        kind=kind, series=["A"] * len(values), period=np.arange(len(values)), value=values, **options
    )


class TestRebases:
    def test_a_rebase_begins_a_phase_and_one_that_is_not_there_is_named(self):
        chart = one([1.0, 2, 1, 9, 8, 9], rebase={"A": [3, 77], "Z": [1]})

        assert chart.points.phase.tolist() == [0, 0, 0, 1, 1, 1]
        assert [(w.code, w.series, w.period) for w in chart.warnings] == [
            ("rebase_not_in_data", "A", 77), ("rebase_not_in_data", "Z", -1)
        ]  # fmt: skip
        assert chart.errors == ()

    def test_one_list_holds_for_every_series_that_has_the_period(self):
        phase, passed = phases.from_rebases(["A", "A", "B", "B"], [1, 2, 2, 3], [2])

        assert (phase.tolist(), passed) == ([0, 1, 1, 1], [])

    def test_rows_may_come_in_any_order_and_periods_as_dates(self):
        days = [date(2025, 3, 1), date(2025, 1, 1), date(2025, 2, 1)]
        phase, _ = phases.from_rebases(["A"] * 3, days, {"A": ["2025-02-01"]})

        assert phase.tolist() == [1, 0, 1]

    def test_no_rows_have_no_phases(self):
        phase, _ = phases.from_rebases([], np.zeros(0, int), [1])

        assert phase.tolist() == []


class TestBaselines:
    def test_the_first_points_the_last_period_and_a_mask_say_the_same(self):
        values = [*STEADY, 20, 21, 22]
        limits = [
            one(values, baseline_points=13).points.ucl,
            one(values, freeze=12).points.ucl,
            one(values, freeze={"A": 12}).points.ucl,
            one(values, baseline=np.arange(16) < 13).points.ucl,
        ]

        assert all(np.array_equal(limits[0], other) for other in limits)
        assert limits[0][0] == one(STEADY).points.ucl[0]

    def test_each_phase_has_a_baseline_of_its_own(self):
        chart = one(
            [*STEADY, *[value + 20 for value in STEADY], 90.0], phase=[0] * 13 + [1] * 14, baseline_points=13
        )

        assert chart.phases.n_used.tolist() == [13, 13]
        assert chart.phases.centre[1] == pytest.approx(chart.phases.centre[0] + 20)
        assert chart.series.signal_rule[0] == "outside"

    def test_series_without_a_freeze_use_all_their_points(self):
        chart = spc.chart(
            kind="xmr",
            series=["A"] * 3 + ["B"] * 3,
            period=[0, 1, 2] * 2,
            value=[1.0, 2, 9, 1, 2, 9],
            freeze={"A": 1},
        )

        assert chart.points.in_baseline.tolist() == [True, True, False, True, True, True]

    def test_a_baseline_shorter_than_the_rules_accept_is_refused_with_a_sentence(self):
        chart = one(STEADY, baseline_points=8, profile="nhsr-0.2.2")

        assert [error.code for error in chart.errors] == ["baseline_too_short"]
        assert "wants a baseline of at least 12 points" in chart.errors[0].sentence
        assert np.isnan(chart.points.centre).all()


class TestTargets:
    def test_a_target_may_change_on_a_date(self):
        found = _targets.of_rows(np.array(["A"] * 4 + ["B"]), np.arange(5), {"A": {1: 5.0, 3: 4.0}, "B": 7})

        assert np.isnan(found.value[0])
        assert found.value[1:].tolist() == [5, 5, 4, 7]

    def test_a_target_of_no_series_is_named(self):
        chart = one([1.0, 2, 3], target={"A": 2.0, "Ghost": 4.0})

        assert [(error.code, error.series) for error in chart.errors] == [
            ("unknown_series_in_target", "Ghost")
        ]
        assert np.isfinite(chart.points.value).all()

    def test_a_series_left_out_of_the_targets_has_no_assurance_but_in_the_peer(self):
        given = {
            "kind": "xmr", "series": np.repeat(["A", "B"], 13), "period": np.tile(np.arange(13), 2),
            "value": STEADY * 2, "target": {"A": 30.0},
        }  # fmt: skip

        assert spc.chart(**given).series.assurance.tolist() == ["fail", "none"]
        assert spc.chart(**given, profile="nhsr-0.2.2").series.assurance.tolist() == ["fail", "inconsistent"]


class TestErrors:
    def codes(self, **columns):
        kind = columns.pop("kind")
        rows = len(next(iter(columns.values())))
        chart = spc.chart(kind=kind, series=["A"] * rows, period=np.arange(rows), **columns)
        return [error.code for error in chart.errors]

    def test_every_impossible_row_has_its_code(self):
        assert self.codes(kind="p", numerator=[3, 9], denominator=[5, 5]) == ["numerator_gt_denominator"]
        assert self.codes(kind="u", numerator=[3, 1], denominator=[5, 0]) == ["zero_denominator"]
        assert self.codes(kind="u", numerator=[3, -1], denominator=[5, 5]) == ["negative_count"]
        assert self.codes(kind="c", value=[3, -1]) == ["negative_count"]
        assert self.codes(kind="t", value=[3.0, 0.0]) == ["non_positive_time"]
        assert self.codes(kind="xmr", value=[3.0, np.inf]) == ["not_finite"]
        assert self.codes(kind="xmr", value=["3", "three", None]) == ["non_numeric"]

    def test_an_impossible_observation_is_found_before_it_disappears_in_a_sum(self):
        chart = spc.chart(
            kind="p",
            series=["A"] * 3,
            period=[1, 1, 2],
            numerator=[7, 1, 2],
            denominator=[5, 9, 9],
            aggregate="sum",
        )

        assert [error.code for error in chart.errors] == ["numerator_gt_denominator"]

    def test_the_same_fault_of_a_subgroup_is_told_once(self):
        chart = spc.chart(
            kind="p",
            series=["A"] * 3,
            period=[1, 1, 2],
            numerator=[7, 9, 2],
            denominator=[5, 9, 9],
            aggregate="sum",
        )

        assert len(chart.errors) == 1

    def test_nothing_of_nothing_is_mentioned_and_no_error(self):
        chart = spc.chart(kind="u", series=["A"] * 2, period=[0, 1], numerator=[0, 4], denominator=[0, 5])

        assert chart.errors == ()
        assert [warning.code for warning in chart.warnings] == ["zero_denominator"]

    def test_the_sentence_names_series_period_and_value(self):
        chart = spc.chart(kind="c", series=["Ward 7"] * 2, period=[202501, 202502], value=[4.0, -2.0])

        assert chart.errors[0].sentence == "Series Ward 7, period 202502: a count is below zero (-2)."

    def test_a_bad_series_stops_no_other(self):
        chart = spc.chart(kind="c", series=["A", "A", "B", "B"], period=[0, 1, 0, 1], value=[4.0, -2, 3, 5])

        assert np.isnan(chart.points.value[:2]).all()
        assert chart.series.variation.tolist() == ["too_few", "too_few"]
        assert chart.points.centre[2] == 4

    def test_columns_of_other_lengths_are_refused(self):
        with pytest.raises(ValueError, match="All columns need 2 entries"):
            spc.chart(kind="xmr", series=["A", "A"], period=[0, 1], value=[1.0])
        with pytest.raises(ValueError, match="2 series names and 1 periods"):
            spc.chart(kind="xmr", series=["A", "A"], period=[0], value=[1.0, 2])


class TestStatus:
    def statuses(self, values, **options):
        chart = one(values, **options)
        return str(chart.phases.limits_status[0]), str(chart.phases.limits_reason[0])

    def test_limits_say_how_they_came_about(self):
        assert self.statuses(STEADY) == ("ok", "")
        assert self.statuses(STEADY[:5]) == ("trial", "few_points")
        assert self.statuses([5.0] * 20) == ("constant", "no_movement")
        assert self.statuses([0.0] * 12 + [5.0] + [0.0] * 12) == ("screen_fallback", "screening_left_nothing")
        assert self.statuses([5.0] * 20, profile="nhsr-0.2.2") == ("undefined", "no_usual_range")
        assert self.statuses([5.0]) == ("too_few", "one_value")
        assert self.statuses([np.nan] * 3) == ("too_few", "no_values")
        assert self.statuses(STEADY, exclude=[True] * 13) == ("too_few", "all_excluded")

    def test_nothing_counted_of_nothing_is_a_reason(self):
        chart = spc.chart(
            kind="p", series=["A"] * 3, period=[0, 1, 2], numerator=[0] * 3, denominator=[0] * 3
        )

        assert chart.phases.limits_reason[0] == chart.series.limits_reason[0] == "zero_denominator"

    def test_excel_shows_no_limits_before_thirteen_points(self):
        assert np.isnan(one(STEADY[:12], profile="excel-mdc").points.ucl).all()
        assert np.isfinite(one(STEADY, profile="excel-mdc").points.ucl).all()

    def test_screening_is_counted_and_can_be_left_out(self):
        values = [*STEADY, 40.0, 11.0, 10.0]

        assert one(values).phases.screened[0] == 2
        assert one(values, profile="excel-mdc").points.ucl[0] > one(values).points.ucl[0]


class TestLines:
    def test_staleness_counts_periods_since_the_last_value(self):
        values = [*STEADY, np.nan, np.nan]

        assert one(values, last_period=14).series.staleness[0] == 2
        assert one(values, last_period=18, step=3).series.staleness[0] == 2
        assert one(values).series.staleness[0] == -1

    def test_staleness_takes_dates(self):
        chart = spc.chart(
            kind="xmr", series=["A"] * 2, period=[date(2025, 1, 1), date(2025, 2, 1)], value=[1.0, 2.0],
            last_period=date(2025, 4, 2), step=31,
        )  # fmt: skip

        assert chart.series.staleness[0] == 1  # sixty days behind are one whole month of 31 days

    def test_a_line_says_which_way_is_good_and_on_which_side_the_signal_lies(self):
        line = one([*STEADY, 40.0], direction="decrease").series

        assert (line.direction[0], line.signal_side[0], line.variation[0]) == ("decrease", 1, "concern")
        assert line.phase_points[0] == 14

    def test_a_line_says_how_often_a_steady_series_shows_as_much(self):
        line = one([*STEADY, 40.0]).series

        assert 0.05 < line.false_alarm_rule[0] < 0.07  # a point outside, of fourteen
        assert 0.08 < line.false_alarm_any[0] < 0.10
        assert 0.01 < line.false_alarm_last[0] < 0.02

    def test_chances_are_only_told_of_rules_and_lengths_that_were_simulated(self):
        from dataclasses import replace

        from matneo.stats.profiles import PROFILES

        changed = one([*STEADY, 40.0], profile=replace(PROFILES["mdc-2023"], shift=6)).series
        steady = one(STEADY).series

        assert np.isnan(changed.false_alarm_any[0])
        assert np.isnan(steady.false_alarm_rule[0])
        assert np.isfinite(steady.false_alarm_any[0])
        assert np.isnan(one(STEADY[:5]).series.false_alarm_any[0])


def test_a_rebase_before_1970_that_is_not_there_is_named_by_its_series_and_period():
    _, passed = phases.from_rebases(
        ["A"] * 2, np.array(["1969-01", "1969-02"], "M8[M]"), {"A": [np.datetime64("1968-01")]}
    )

    assert passed[0].sentence.startswith("Series A, period -")
