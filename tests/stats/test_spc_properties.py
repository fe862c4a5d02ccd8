"""What must stay true of every chart kind and every profile."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matneo.stats import spc
from matneo.stats._kinds import COUNTED, SUBGROUPED, WEIGHTED
from matneo.stats._rules import WITHOUT_DIRECTION
from matneo.stats.profiles import PROFILES

EASY = settings(derandomize=True, max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
profiles = st.sampled_from(sorted(PROFILES))
lengths = st.integers(2, 40)
values = lengths.flatmap(lambda n: arrays(float, n, elements=st.integers(0, 40).map(float)))
LINES = ("centre", "lcl", "ucl", "lwl", "uwl")


def one(data, profile="mdc-2023", kind="xmr", **options):
    rows = len(data)
    return spc.chart(
        kind=kind, series=["A"] * rows, period=np.arange(rows), value=data, profile=profile, **options
    )


def columns_of(kind, data):
    if kind in WEIGHTED:
        return {"numerator": data, "denominator": data + 20}
    if kind in SUBGROUPED:
        return {"value": data, "size": data % 5 + 2, "spread": data + 1}
    return {"value": data + 1}


@EASY
@given(values, profiles, st.integers(-100, 100))
def test_shifting_the_data_shifts_the_lines(data, profile, by):
    here, there = one(data, profile), one(data + by, profile)

    for name in LINES:
        np.testing.assert_allclose(getattr(there.points, name), getattr(here.points, name) + by, atol=1e-9)


@EASY
@given(values, profiles)
def test_doubling_the_data_doubles_the_lines_and_keeps_every_signal(data, profile):
    here, there = one(data, profile), one(2 * data, profile)

    for name in LINES:
        np.testing.assert_array_equal(getattr(there.points, name), 2 * getattr(here.points, name))
    assert there.points.signal.tolist() == here.points.signal.tolist()


@EASY
@given(values, profiles)
def test_mirroring_the_data_mirrors_every_rule(data, profile):
    here, there = one(data, profile), one(-data, profile)
    settled = (
        here.points.value != here.points.centre
    )  # a point on the centre is called high where it must be called

    for name, column in here.points.rules.items():
        if name == "trend":
            continue  # a point shared by a rise and a fall goes with what follows, in the mirror too
        keep = settled if name in WITHOUT_DIRECTION else slice(None)
        assert there.points.rules[name][keep].tolist() == (-column[keep]).tolist(), name


@EASY
@given(values, profiles)
def test_the_other_direction_turns_improvements_into_concerns(data, profile):
    up, down = (one(data, profile, direction=way).points.signal for way in ("increase", "decrease"))
    if PROFILES[profile].conflict == "improvement":
        return
    turned = {"improvement": "concern", "concern": "improvement"}

    assert [turned.get(word, word) for word in up.tolist()] == down.tolist()


@EASY
@given(
    st.lists(values, min_size=1, max_size=4),
    st.sampled_from(spc.KINDS),
    profiles,
    st.randoms(use_true_random=False),
)
def test_one_call_equals_many_calls_in_any_order_of_rows(several, kind, profile, chance):
    name = np.concatenate([[f"s{i}"] * len(data) for i, data in enumerate(several)])
    period = np.concatenate([np.arange(len(data)) for data in several])
    shuffled = np.array(chance.sample(range(len(name)), len(name)))
    whole = {
        key: np.concatenate([columns_of(kind, data)[key] for data in several])
        for key in columns_of(kind, several[0])
    }
    together = spc.chart(
        kind=kind, series=name[shuffled], period=period[shuffled], profile=profile,
        **{key: column[shuffled] for key, column in whole.items()},
    )  # fmt: skip

    for i, data in enumerate(several):
        rows = np.flatnonzero(name[shuffled] == f"s{i}")
        rows = rows[np.argsort(period[shuffled][rows])]
        alone = spc.chart(
            kind=kind,
            series=[f"s{i}"] * len(data),
            period=np.arange(len(data)),
            profile=profile,
            **columns_of(kind, data),
        )
        for key, column in alone.points.columns().items():
            if key == "run_id":
                continue
            mine = together.points.columns()[key][rows]
            if column.dtype.kind == "f":
                np.testing.assert_allclose(mine, column, rtol=1e-12, atol=1e-12, err_msg=key)
            else:
                assert mine.tolist() == column.tolist(), key
        for key, column in alone.series.columns().items():
            assert repr(together.series.columns()[key][i]) == repr(column[0]) or np.isclose(
                together.series.columns()[key][i], column[0], rtol=1e-12, equal_nan=True
            )


@EASY
@given(values, values, st.sampled_from(sorted(set(spc.KINDS) - SUBGROUPED)))
def test_appending_never_moves_frozen_limits(first, later, kind):
    grown = np.concatenate([first, later])
    rows = len(grown)
    whole = spc.chart(
        kind=kind,
        series=["A"] * rows,
        period=np.arange(rows),
        baseline_points=len(first),
        **columns_of(kind, grown),
    )
    start = spc.chart(
        kind=kind, series=["A"] * len(first), period=np.arange(len(first)), **columns_of(kind, first)
    )

    for name in LINES:
        ours, before = getattr(whole.points, name)[: len(first)], getattr(start.points, name)
        np.testing.assert_allclose(ours, before, rtol=1e-12, atol=1e-12)


@EASY
@given(values, st.sampled_from(spc.KINDS), profiles)
def test_lines_stand_in_order_and_rules_are_signed(data, kind, profile):
    rows = len(data)
    chart = spc.chart(
        kind=kind, series=["A"] * rows, period=np.arange(rows), profile=profile, **columns_of(kind, data)
    )
    p = chart.points
    known = np.isfinite(p.lcl) & np.isfinite(p.ucl) & np.isfinite(p.lwl)

    assert (p.lcl[known] <= p.lwl[known] + 1e-12).all()
    assert (p.uwl[known] <= p.ucl[known] + 1e-12).all()
    assert not any(column.any() for name, column in p.rules.items() if np.isnan(p.value).all())
    assert set(np.unique(p.side)) <= {-1, 0, 1}
    assert ((p.side != 0) == (p.reason != "")).all()


@EASY
@given(values, st.data(), profiles)
def test_missing_points_are_the_same_as_absent_ones_where_gaps_are_told(data, drawn, profile):
    gone = np.array(drawn.draw(st.lists(st.booleans(), min_size=len(data), max_size=len(data))))
    if gone.all():
        return
    empty = one(np.where(gone, np.nan, data), profile)
    kept = np.flatnonzero(~gone)
    absent = spc.chart(
        kind="xmr", series=["A"] * len(kept), period=kept, value=data[kept], step=1, profile=profile
    )

    np.testing.assert_allclose(empty.points.ucl[kept], absent.points.ucl, rtol=1e-12, atol=1e-12)
    for name, column in absent.points.rules.items():
        assert empty.points.rules[name][kept].tolist() == column.tolist(), name


@pytest.mark.parametrize("kind", spc.KINDS)
def test_no_rows_give_an_empty_answer_of_every_kind(kind):
    nothing = {key: np.zeros(0) for key in columns_of(kind, np.zeros(0))}
    chart = spc.chart(kind=kind, series=np.zeros(0, str), period=np.zeros(0, int), **nothing)

    for table in (chart.points, chart.phases, chart.series):
        assert {len(column) for column in table.columns().values()} == {0}


@pytest.mark.parametrize("kind", sorted(COUNTED))
def test_large_counts_keep_their_digits(kind):
    # Ten million of a hundred million, a few apart: centre and limits still tell them from each other.
    bottom = np.full(12, 1e8)
    top = 1e7 + np.arange(12.0)
    chart = spc.chart(kind=kind, series=["A"] * 12, period=np.arange(12), numerator=top, denominator=bottom)

    assert chart.points.centre[0] == pytest.approx(top.sum() / bottom.sum(), rel=1e-15)


def test_a_large_offset_does_not_swallow_the_spread():
    data = np.tile([0.0, 1.0], 10)

    assert one(data + 1e9).points.ucl[0] - 1e9 == pytest.approx(one(data).points.ucl[0], rel=1e-6)


@EASY
@given(values, profiles, st.integers(1, 39))
def test_a_signal_began_in_its_own_phase_with_a_point_that_fired(data, profile, cut):
    """Whatever the rules, the first point of the run carries a rule, and belongs to the phase of the newest point."""
    phase = (np.arange(len(data)) >= cut).astype(int)
    chart = one(data, profile, phase=phase)
    since, length = int(chart.series.signal_since[0]), int(chart.series.signal_length[0])
    if since < 0:
        assert length == 0
        return

    assert phase[since] == phase[-1]
    assert length == len(data) - since
    assert any(getattr(chart.points, f"r_{name}")[since] for name in chart.points.rules)
