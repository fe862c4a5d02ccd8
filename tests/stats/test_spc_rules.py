"""Rules by hand: what each looks at, what breaks it, and what it marks."""

from dataclasses import replace

import numpy as np
import pytest

from matneo.stats import spc
from matneo.stats._rules import RULES
from matneo.stats.profiles import PROFILES, changes, profile_of


def judged(values, profile, centre=0.0, sigma=1.0, **options):
    """Values around a given centre and sigma: distances are sigmas."""
    rows = len(values)
    return spc.chart(
        kind="xmr", series=["A"] * rows, period=np.arange(rows), value=values, centre=centre, sigma=sigma,
        profile=profile, **options,
    ).points  # fmt: skip


def marked(values, rule, profile, **options):
    return np.flatnonzero(judged(values, profile, **options).rules[rule]).tolist()


class TestShift:
    def test_a_point_on_the_centre_breaks_it_for_nelson(self):
        assert marked([0.1] * 5 + [0.0] + [0.1] * 5, "shift", "nelson") == []

    def test_a_point_on_the_centre_is_passed_over_by_ihi_and_marked_inside(self):
        values = [-0.1, 0.1, 0.1, 0.1, 0.0, 0.1, 0.1, 0.1, 0.0, -0.1]
        ihi = replace(PROFILES["ihi-run"], shift=6)

        assert marked(values, "shift", ihi) == [
            1,
            2,
            3,
            4,
            5,
            6,
            7,
        ]  # six above; the one on the centre within them

    def test_a_point_on_the_centre_does_not_count(self):
        assert marked([0.1, 0.1, 0.0, 0.1, 0.1, 0.1], "shift", "ihi-run") == []

    def test_completing_rules_mark_from_the_last_point_of_the_pattern(self):
        assert marked([-0.1] + [0.1] * 9, "shift", "western-electric") == [8, 9]

    def test_a_missing_point_breaks_it_or_is_passed_over(self):
        values = [0.1, 0.1, 0.1, np.nan, 0.1, 0.1, 0.1, 0.1]

        assert marked(values, "shift", "mdc-2023") == []
        assert marked(values, "shift", "powerbi") == [0, 1, 2, 4, 5, 6, 7]

    def test_a_missing_month_that_has_no_row_is_the_same_as_an_empty_one(self):
        months = [0, 1, 2, 4, 5, 6, 7]
        for profile, expected in (("mdc-2023", 0), ("powerbi", 7)):
            chart = spc.chart(
                kind="xmr",
                series=["A"] * 7,
                period=months,
                value=[0.1] * 7,
                centre=0.0,
                sigma=1.0,
                step=1,
                profile=profile,
            )
            assert int((chart.points.rules["shift"] != 0).sum()) == expected


class TestTrend:
    def test_equal_neighbours_break_it_or_are_passed_over(self):
        values = [0.1, 0.2, 0.3, 0.3, 0.4, 0.5]

        assert marked(values, "trend", replace(PROFILES["mdc-2023"], trend=5)) == []
        assert marked(values, "trend", "ihi-run") == [0, 1, 2, 3, 4, 5]

    def test_six_points_are_five_steps(self):
        rising = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]

        assert marked(rising, "trend", "provost-murray") == [0, 1, 2, 3, 4, 5]
        assert marked(rising[:5], "trend", "provost-murray") == []
        assert marked(rising, "trend", "nelson") == [5]

    def test_a_peak_shared_by_a_rise_and_a_fall_is_falling(self):
        points = judged([1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1.0], "mdc-2023", centre=4.0, sigma=9.0)

        assert points.r_trend.tolist() == [1] * 6 + [-1] * 7


class TestZones:
    def test_the_third_point_on_the_other_side(self):
        values = [0.1, 2.5, -0.1, 2.5]

        assert marked(values, "two_three", "mdc-2023") == []
        assert marked(values, "two_three", "provost-murray") == [1, 3]
        assert marked(values, "two_three", "western-electric") == [3]

    def test_signs_cancel_only_for_powerbi(self):
        values = [2.5, -2.5, 2.5]

        assert marked(values, "two_three", "powerbi") == []
        assert marked(values, "two_three", "provost-murray") == [0, 2]

    def test_a_point_beyond_the_limit_counts_since_2023(self):
        values = [2.5, 3.5, 0.5]

        assert marked(values, "two_three", "mdc-2023") == [0, 1]
        assert marked(values, "two_three", "nhsr-0.2.2") == []

    def test_the_point_that_completes_must_lie_beyond_itself(self):
        assert marked([2.5, 2.5, 0.1], "two_three", "western-electric") == []

    def test_four_of_five_beyond_one_sigma(self):
        assert marked([1.5, 1.5, 0.1, 1.5, 1.5], "four_five", "nelson") == [4]
        assert marked([1.5, 1.5, 0.1, -1.5, 1.5], "four_five", "nelson") == []

    def test_fifteen_near_the_centre(self):
        assert marked([0.5, -0.5] * 8, "fifteen_inner", "nelson") == [14, 15]
        assert marked([0.5, -0.5] * 8, "fifteen_inner", "provost-murray") == list(range(16))
        assert marked([0.5, -0.5] * 7, "fifteen_inner", "nelson") == []

    def test_eight_far_out_must_be_on_both_sides(self):
        assert marked([1.5, -1.5] * 4, "eight_outer", "nelson") == [7]
        assert marked([1.5] * 8, "eight_outer", "nelson") == []

    def test_fourteen_points_that_zigzag(self):
        assert marked([0.1, -0.2] * 7, "alternating", "nelson") == [13]
        assert marked([0.1, -0.2] * 6 + [0.1], "alternating", "nelson") == []

    def test_windows_do_not_reach_over_a_gap(self):
        for values in ([2.5, np.nan, 2.5], [2.5, 2.5, np.nan]):
            assert marked(values, "two_three", "provost-murray") == []

    def test_limits_that_step_are_those_of_the_last_point_for_completing_rules(self):
        # Shares .3 .3 of 100 and 25 around .2: two-sigma lines .28 and .36. The first lies beyond its own line only.
        given = {"numerator": np.array([30.0, 30.0, 9.0]), "denominator": np.array([100.0, 100.0, 25.0])}
        points = {
            name: spc.chart(
                kind="p", series=["A"] * 3, period=[0, 1, 2], centre=0.2, profile=name, **given
            ).points
            for name in ("western-electric", "provost-murray")
        }

        assert points["provost-murray"].rules["two_three"].tolist() == [1, 1, 0]
        assert points["western-electric"].rules["two_three"].tolist() == [0, 0, 0]


class TestReasons:
    def test_the_first_rule_of_the_profile_speaks_and_the_others_stay(self):
        points = judged([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 3.5], "mdc-2023")

        assert points.reason[-1] == "outside"
        assert points.r_shift[-1] == points.r_trend[-1] == 1

    def test_excel_lets_an_improvement_speak_first(self):
        # Falling, and still above the centre: a trend down and a shift up.
        values = np.linspace(0.9, 0.1, 13)
        kinds = {name: judged(values, name, direction="increase") for name in ("mdc-2023", "excel-mdc")}

        assert (kinds["mdc-2023"].reason[-1], kinds["mdc-2023"].signal[-1]) == ("trend", "concern")
        assert (kinds["excel-mdc"].reason[-1], kinds["excel-mdc"].signal[-1]) == ("shift", "improvement")

    def test_a_pattern_without_direction_is_neither_good_nor_bad(self):
        points = judged([0.5, -0.5] * 8, "nelson", direction="increase")

        assert points.reason[-1] in ("alternating", "fifteen_inner")
        assert points.signal[-1] == "neutral_low"

    def test_every_rule_of_every_profile_exists_and_has_a_signed_column(self):
        chance = np.random.default_rng(7)
        for name, profile in PROFILES.items():
            points = judged(chance.normal(size=60), name)
            assert set(profile.rules) <= set(RULES)
            assert tuple(points.rules) == profile.rules
            for rule, column in points.rules.items():
                assert column.dtype == np.int8
                assert set(np.unique(column)) <= {-1, 0, 1}
                assert points.columns()[f"r_{rule}"] is column

    def test_the_four_fixed_columns_are_there_for_every_profile(self):
        for name in PROFILES:
            columns = judged(np.zeros(5), name).columns()
            assert {"r_outside", "r_trend", "r_two_three", "r_shift", "z"} <= set(columns)
            assert len({len(column) for column in columns.values()}) == 1


class TestProfiles:
    def test_a_result_says_which_rules_made_it(self):
        changed = replace(PROFILES["mdc-2023"], shift=8)
        chart = spc.chart(kind="xmr", series=["A"] * 3, period=[0, 1, 2], value=[1.0, 2, 3], profile=changed)

        assert (chart.profile, chart.version, chart.changes) == ("mdc-2023", "1", {"shift": 8})
        assert chart.parameters["shift"] == 8
        assert chart.parameters["mr_constant"] == 2.66

    def test_equal_rules_have_equal_fingerprints_whatever_the_data(self):
        def fingerprint(values, **options):
            return spc.chart(
                kind="xmr", series=["A"] * 3, period=[0, 1, 2], value=values, **options
            ).fingerprint

        assert fingerprint([1.0, 2, 3]) == fingerprint([5.0, 5, 9])
        assert fingerprint([1.0, 2, 3]) != fingerprint([1.0, 2, 3], profile="nelson")

    def test_an_unknown_profile_names_those_there_are(self):
        with pytest.raises(ValueError, match=r"'mdc-2023', .*not 'mdc-1999'"):
            profile_of("mdc-1999")

    def test_a_published_profile_differs_in_nothing_from_itself(self):
        assert all(changes(profile) == {} for profile in PROFILES.values())
