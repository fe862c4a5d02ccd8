"""Programmes in waves: effects by hand, cells that have no number, and what must stay true."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matneo.stats.did import group_time_att
from matneo.stats.did_summary import aggregate_att, pre_trend_test
from matneo.stats.two_way import two_way_fixed_effects


def panel(seed=1, waves=(3, 5, 0), size=8, periods=6, effect=0.0, growth=0.0):
    """Long rows of units in waves; `effect` on arrival, `growth` a period more."""
    rng = np.random.default_rng(seed)
    units = len(waves) * size
    start = np.repeat(waves, size)
    unit, period = np.repeat(np.arange(units), periods), np.tile(np.arange(1, periods + 1), units)
    first = start[unit]
    on = (first > 0) & (period >= first)
    y = rng.normal(size=units)[unit] + 0.3 * period + rng.normal(size=len(unit)) * 0.3
    return y + on * (effect + growth * (period - first)), unit, period, first


def cell(table, group, period):
    place = np.flatnonzero((table.cells.group == group) & (table.cells.period == period))
    return int(place[0])


class TestByHand:
    def test_two_by_two(self):
        # Treated A, B: 5 → 2 and 7 → 6, mean change -2; controls C, D: 5 → 4 and 3 → 4, mean change 0.
        # Influence of a treated unit: (change + 2) x 4/2 = -2, 2; of a control: -(change - 0) x 4/2 = 2, -2. se = √16/4 = 1.
        table = group_time_att([5, 2, 7, 6, 5, 4, 3, 4], list("AABBCCDD"), [1, 2] * 4, [2] * 4 + [0] * 4)

        assert table.cells.att.tolist() == [-2]
        assert table.cells.se.tolist() == [1]
        assert table.influence[:, 0].tolist() == [-2, 2, 2, -2]
        assert (table.cells.treated[0], table.cells.controls[0]) == (2, 2)

    def test_weights_count(self):
        # A counts three times: (3 x -3 + 1 x -1)/4 = -2.5; controls 0.
        table = group_time_att(
            [5, 2, 7, 6, 5, 4, 3, 4], list("AABBCCDD"), [1, 2] * 4, [2] * 4 + [0] * 4, weights=[3, 3, 1, 1, 1, 1, 1, 1]
        )  # fmt: skip

        assert table.cells.att[0] == pytest.approx(-2.5)

    def test_a_later_wave_is_a_control_until_it_starts(self):
        # Wave 2 (A) rises by 4 and 5, wave 3 (B) by 1 before its start; nobody stays untreated.
        table = group_time_att([0, 4, 9, 0, 1, 7], list("AAABBB"), [1, 2, 3] * 2, [2] * 3 + [3] * 3)

        assert table.cells.att[cell(table, 2, 2)] == 3  # 4 - 1
        assert not table.cells.identifiable[cell(table, 2, 3)]

    def test_summaries_of_a_programme_without_noise(self):
        # Effect 1 on arrival and 1 more a period; waves 2 and 3 in 4 periods, equal sizes.
        y, unit, period, first = panel(waves=(2, 3, 0), size=2, periods=4)
        y = 0.5 * period + np.where((first > 0) & (period >= first), period - first + 1.0, 0)
        table = group_time_att(y, unit, period, first)

        assert aggregate_att(table, "simple").overall.value == pytest.approx((1 + 2 + 3 + 1 + 2) / 5)
        assert aggregate_att(table, "group").by.att == pytest.approx([2, 1.5])
        assert aggregate_att(table, "group").overall.value == pytest.approx(1.75)
        event = aggregate_att(table, "event")
        assert event.by.key.tolist() == [-1, 0, 1, 2]
        assert event.by.att == pytest.approx([0, 1, 2, 3])
        assert event.by.cells.tolist() == [1, 2, 2, 1]
        assert event.overall.value == pytest.approx(2)
        calendar = aggregate_att(table, "calendar")
        assert calendar.by.key.tolist() == [2, 3, 4]
        assert calendar.by.att == pytest.approx([1, 1.5, 2.5])
        assert calendar.overall.value == pytest.approx(5 / 3)

    def test_a_summary_weighs_waves_by_their_units(self):
        y, unit, period, first = panel(waves=(2, 2, 2, 3, 0), size=2, periods=3)
        y = np.where(first == 2, -4.0, -8.0) * ((first > 0) & (period >= first))

        overall = aggregate_att(group_time_att(y, unit, period, first), "group").overall
        assert overall.value == pytest.approx((6 * -4 + 2 * -8) / 8)

    def test_the_base_before_the_start(self):
        y = np.array([1, 2, 4, 7, 0, 0, 0, 0.0])  # unit A moves by 1, 2, 3; B stands still
        rows = (y, list("AAAABBBB"), [1, 2, 3, 4] * 2, [4] * 4 + [0] * 4)
        varying, universal = (group_time_att(*rows, base=base).cells for base in ("varying", "universal"))

        assert varying.period.tolist() == [2, 3, 4]
        assert varying.att.tolist() == [1, 2, 3]
        assert varying.base.tolist() == [1, 2, 3]
        assert universal.period.tolist() == [1, 2, 3, 4]
        assert universal.att.tolist() == [-3, -2, 0, 3]
        assert set(universal.base) == {3}
        assert np.isnan(universal.se[2])


class TestNotIdentifiable:
    """Cells without a comparison are a flag and a reason, and never a number."""

    def test_after_the_last_wave_nobody_is_left_to_compare_with(self):
        table = group_time_att(*panel(waves=(2, 4, 5), periods=6))
        cells = table.cells

        late = cells.period >= 5
        assert not cells.identifiable[late].any()
        assert np.isnan(cells.att[late]).all()
        assert np.isnan(cells.se[late]).all()
        assert set(cells.reason[late]) == {"nobody is untreated any more"}
        assert (table.influence[:, late] == 0).all()

    def test_the_last_wave_is_the_comparison_of_the_others(self):
        cells = group_time_att(*panel(waves=(2, 4, 5), periods=6)).cells
        own = (cells.group == 5) & (cells.period < 5)

        assert own.any()
        assert not cells.identifiable[own].any()
        assert set(cells.reason[own]) == {"the last wave is the comparison of the others"}

    def test_with_untreated_units_every_cell_has_a_number(self):
        cells = group_time_att(*panel(waves=(2, 4, 0), periods=6)).cells

        assert cells.identifiable.all()
        assert np.isfinite(cells.att).all()
        assert set(cells.reason) == {""}

    def test_never_treated_controls_that_do_not_exist(self):
        table = group_time_att(*panel(waves=(2, 4), periods=6), control="never")
        overall = aggregate_att(table, "simple")

        assert not table.cells.identifiable.any()
        assert set(table.cells.reason) == {"no unit stays untreated"}
        assert not overall.identifiable
        assert np.isnan(overall.overall.value)
        assert len(overall.by.key) == 0

    def test_a_single_wave_of_everybody_has_no_effect_to_show(self):
        table = group_time_att(*panel(waves=(3,), periods=6))

        assert not table.cells.identifiable.any()
        for kind in ("simple", "group", "event", "calendar"):
            assert not aggregate_att(table, kind).identifiable

    def test_summaries_leave_such_cells_out(self):
        table = group_time_att(*panel(waves=(2, 4, 5), periods=6))
        event = aggregate_att(table, "event")

        assert np.isfinite(event.by.att).all()
        assert event.by.key.max() == 2  # wave 2 until period 4

    def test_a_start_after_the_data_is_no_treatment_yet(self):
        y, unit, period, first = panel(waves=(3, 9, 0), periods=6)
        later = group_time_att(y, unit, period, first)
        never = group_time_att(y, unit, period, np.where(first == 9, 0, first))

        assert later.cells.att == pytest.approx(never.cells.att)
        assert set(later.cells.group) == {3}


class TestDropped:
    def test_units_with_a_gap_are_dropped_and_named(self):
        y, unit, period, first = panel()
        y[5] = np.nan
        table = group_time_att(y, unit, period, first)
        without = group_time_att(y[6:], unit[6:], period[6:], first[6:])

        assert table.dropped == (0,)
        assert table.cells.att == pytest.approx(without.cells.att)

    def test_units_treated_from_the_first_period_on_have_no_before(self):
        table = group_time_att(*panel(waves=(1, 3, 0), size=2))

        assert table.dropped == (0, 1)
        assert set(table.cells.group) == {3}


class TestUncertainty:
    def test_each_unit_its_own_cluster_is_no_cluster(self):
        y, unit, period, first = panel()
        alone, named = (
            group_time_att(y, unit, period, first),
            group_time_att(y, unit, period, first, cluster=unit),
        )

        assert named.cells.se == pytest.approx(alone.cells.se)

    def test_copies_in_a_cluster_tell_nothing_new(self):
        y, unit, period, first = panel()
        once = group_time_att(y, unit, period, first)
        twice = group_time_att(
            np.tile(y, 2), np.concatenate([unit, unit + 100]), np.tile(period, 2), np.tile(first, 2), cluster=np.tile(unit, 2)
        )  # fmt: skip

        assert twice.cells.se == pytest.approx(once.cells.se)
        assert twice.df == once.df
        for kind in ("simple", "group", "event", "calendar"):
            assert aggregate_att(twice, kind).overall.se == pytest.approx(
                aggregate_att(once, kind).overall.se
            )

    def test_influence_functions_have_mean_zero(self):
        table = group_time_att(*panel())

        assert table.influence.mean(axis=0) == pytest.approx(np.zeros(len(table.cells.att)), abs=1e-12)

    def test_the_pre_trend_test_sees_a_pre_trend(self):
        y, unit, period, first = panel(waves=(5, 0), size=20)
        quiet = pre_trend_test(group_time_att(y, unit, period, first))
        early = pre_trend_test(group_time_att(y + 0.4 * period * (first == 5), unit, period, first))

        assert quiet.df == early.df == 3
        assert quiet.p_value > 0.05
        assert early.p_value < 0.001
        assert early.p_value > early.p_value_chi2

    def test_one_cell_is_tested_by_t_squared(self):
        table = group_time_att(*panel(waves=(3, 0), periods=3, size=5))
        test = pre_trend_test(table)

        assert test.df == 1
        assert test.statistic == pytest.approx((table.cells.att[0] / table.cells.se[0]) ** 2)

    @pytest.mark.parametrize(
        ("options", "reason"),
        [({"waves": (2, 0)}, "no cell before"), ({"size": 2, "waves": (5, 0)}, "only 4 clusters")],
    )
    def test_it_says_why_nothing_can_be_tested(self, options, reason):
        test = pre_trend_test(group_time_att(*panel(**options)))

        assert np.isnan(test.p_value)
        assert reason in test.reason

    def test_the_slip_of_did_21_concerns_one_standard_error_only(self):
        table = group_time_att(*panel(waves=(3, 5, 5, 0), effect=1, growth=0.5))
        ours, theirs = aggregate_att(table, "group"), aggregate_att(table, "group", compat="did-2.1")

        assert theirs.overall.value == ours.overall.value
        assert theirs.overall.se != ours.overall.se
        assert theirs.by.se == pytest.approx(ours.by.se)
        for kind in ("simple", "event", "calendar"):
            assert (
                aggregate_att(table, kind, compat="did-2.1").overall.se
                == aggregate_att(table, kind).overall.se
            )


class TestAlwaysTrue:
    @settings(derandomize=True, max_examples=8, deadline=None)
    @given(st.integers(0, 10_000), st.randoms(use_true_random=False))
    def test_the_order_of_rows_and_the_names_of_units_are_nothing(self, seed, chance):
        y, unit, period, first = panel(seed)
        order = list(range(len(y)))
        chance.shuffle(order)
        names = np.array([f"trust {name}" for name in chance.sample(range(100, 200), 24)])[unit]
        here = group_time_att(y, unit, period, first)
        there = group_time_att(y[order], names[order], period[order], first[order])

        assert there.cells.att == pytest.approx(here.cells.att, abs=1e-9)
        assert there.cells.se == pytest.approx(here.cells.se)
        assert aggregate_att(there, "event").overall.se == pytest.approx(
            aggregate_att(here, "event").overall.se
        )

    @settings(derandomize=True, max_examples=8, deadline=None)
    @given(st.integers(0, 10_000))
    def test_levels_of_units_and_shocks_of_periods_change_nothing(self, seed):
        y, unit, period, first = panel(seed)
        rng = np.random.default_rng(seed)
        moved = y + rng.normal(size=24)[unit] * 50 + rng.normal(size=7)[period] * 50

        here, there = group_time_att(y, unit, period, first), group_time_att(moved, unit, period, first)
        assert there.cells.att == pytest.approx(here.cells.att, abs=1e-8)
        assert there.cells.se == pytest.approx(here.cells.se, abs=1e-8)

    @settings(derandomize=True, max_examples=8, deadline=None)
    @given(st.integers(0, 10_000), st.floats(-5, 5))
    def test_an_effect_put_in_comes_out_and_only_after_the_start(self, seed, effect):
        none = group_time_att(*panel(seed))
        some = group_time_att(*panel(seed, effect=effect))

        difference = some.cells.att - none.cells.att
        after = none.cells.event_time >= 0
        assert difference[after] == pytest.approx(np.full(after.sum(), effect), abs=1e-9)
        assert difference[~after] == pytest.approx(np.zeros((~after).sum()), abs=1e-9)

    @settings(derandomize=True, max_examples=10, deadline=None)
    @given(st.integers(0, 10_000), st.sampled_from([-3.0, 0.01, 100.0]))
    def test_other_units_of_y_scale_everything(self, seed, factor):
        y, unit, period, first = panel(seed, effect=1)
        here, there = group_time_att(y, unit, period, first), group_time_att(y * factor, unit, period, first)

        for kind in ("simple", "group", "event", "calendar"):
            one, other = aggregate_att(here, kind).overall, aggregate_att(there, kind).overall
            assert other.value == pytest.approx(one.value * factor)
            assert other.se == pytest.approx(one.se * abs(factor))

    @settings(derandomize=True, max_examples=10, deadline=None)
    @given(st.integers(0, 10_000), st.integers(2, 50))
    def test_equal_weights_are_no_weights(self, seed, weight):
        y, unit, period, first = panel(seed)

        plain = group_time_att(y, unit, period, first)
        weighted = group_time_att(y, unit, period, first, weights=np.full(len(y), weight))
        assert weighted.cells.att == pytest.approx(plain.cells.att)
        assert weighted.cells.se == pytest.approx(plain.cells.se)

    def test_periods_may_jump_and_begin_anywhere(self):
        y, unit, period, first = panel()
        calendar = np.array([0, 2011, 2012, 2015, 2016, 2019, 2020])
        here, there = (
            group_time_att(y, unit, period, first),
            group_time_att(y, unit, calendar[period], calendar[first]),
        )

        assert there.cells.att == pytest.approx(here.cells.att)
        assert set(there.cells.group) == {2015, 2019}
        assert set(there.cells.base) <= {2011, 2012, 2015, 2016}

    def test_with_one_wave_and_untreated_units_both_controls_are_the_same(self):
        rows = panel(waves=(3, 0))

        assert group_time_att(*rows, control="never").cells.att == pytest.approx(
            group_time_att(*rows).cells.att
        )


def test_two_way_fixed_effects_agree_in_the_simplest_case_and_mislead_in_waves():
    simple = panel(waves=(2, 0), periods=2, effect=-1)
    assert two_way_fixed_effects(*simple) == pytest.approx(group_time_att(*simple).cells.att[0])

    waves = panel(waves=(3, 5, 7), size=40, periods=8, effect=-0.5, growth=-0.3)
    truth = aggregate_att(group_time_att(*waves), "simple").overall
    assert truth.upper < -0.5
    assert two_way_fixed_effects(*waves) > truth.value + 0.3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows | {"unit": [0, *rows["unit"][1:-1], 0]}, "two rows for period|more than one"),
        (lambda rows: rows | {"first_treated": [9, *rows["first_treated"][1:]]}, "more than one first_treated"),
        (lambda rows: rows | {"period": rows["period"] + 0.5}, "`period` must be a whole number"),
        (lambda rows: rows | {"y": np.where(np.arange(len(rows["y"])) == 3, np.inf, rows["y"])}, "`y` must be finite, or missing; row 3"),
        (lambda rows: rows | {"first_treated": rows["first_treated"] * -1}, "`first_treated` is the first treated period, or 0 for never; row 0 has -3"),
        (lambda rows: rows | {"weights": [0.0] * len(rows["y"])}, "`weights` must be above zero"),
        (lambda rows: rows | {"cluster": np.arange(len(rows["y"]))}, "more than one cluster"),
        (lambda rows: rows | {"cluster": np.zeros(len(rows["y"]))}, "All units are in one cluster"),
        (lambda rows: rows | {"control": "later"}, "not 'later'"),
        (lambda rows: rows | {"base": "last"}, "not 'last'"),
        (lambda rows: rows | {"unit": [1]}, "`unit` needs"),
        (lambda rows: rows | {"first_treated": np.zeros(len(rows["y"]))}, "no effect to estimate"),
        (lambda rows: rows | {"y": np.full(len(rows["y"]), np.nan)}, "0 complete units"),
    ],
)  # fmt: skip
def test_impossible_input_is_refused_in_words(change, words):
    rows = dict(zip(("y", "unit", "period", "first_treated"), panel(), strict=True))

    with pytest.raises(ValueError, match=words):
        group_time_att(**change(rows))


def test_a_summary_of_another_kind_is_refused():
    table = group_time_att(*panel())

    with pytest.raises(ValueError, match="not 'total'"):
        aggregate_att(table, "total")
    with pytest.raises(ValueError, match="not 'stata'"):
        aggregate_att(table, "event", compat="stata")
