"""One line a series: icons, since when, and how much."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats.limits import Limits
from matneo.stats.results import SeriesColumns
from matneo.stats.segments import Bools, Floats, Ints, Layout, last_where, ratio


def summarise(
    *,
    layout: Layout,
    limits: Limits,
    signal: NDArray[np.str_],
    reason: NDArray[np.str_],
    good: Ints,
    target: Floats,
    period: Ints,
    numerator: Floats,
    denominator: Floats,
    pooled: bool,
    kind: str,
    status: NDArray[np.str_],
    minimum: int,
) -> SeriesColumns:
    """Icons and stretches from sorted rows. Series without any value are `too_few` throughout."""
    valued = np.isfinite(limits.value)
    last = last_where(layout, valued)
    some = last >= 0
    here = np.where(some, last, layout.series_start)
    phase_size = layout.segment_count(valued)[layout.segment[here]]
    enough = some & (phase_size >= minimum)
    variation = np.where(enough, signal[here], "too_few")
    since, length, now, before = _stretch(
        layout, limits.value, valued, signal, here, numerator, denominator, pooled
    )
    marked = enough & (signal[here] != "common")
    last_target = _last_target(layout, target)
    return SeriesColumns(
        series=layout.series_names,
        n_points=np.bincount(layout.series[valued], minlength=len(last)),
        first_period=period[layout.series_start],
        last_period=np.where(some, period[here], -1),
        last_value=np.where(some, limits.value[here], np.nan),
        variation=variation,
        assurance=_assurance(limits, here, enough, last_target, good[here], kind),
        limits_status=np.where(some, status[layout.segment[here]], "too_few"),
        centre=limits.centre[here],
        lcl=limits.lower[here],
        ucl=limits.upper[here],
        target=last_target,
        signal_rule=np.where(marked, reason[here], ""),
        signal_since=np.where(marked, period[since], -1),
        signal_length=np.where(marked, length, 0),
        now_value=np.where(marked, now, np.nan),
        before_value=np.where(marked, before, np.nan),
        last_signal_age=_age(layout, valued, signal, here),
    )


def _assurance(
    limits: Limits, here: Ints, enough: Bools, target: Floats, good: Ints, kind: str
) -> NDArray[np.str_]:
    """Whether limits lie wholly on one side of the target, strictly; a constant series is compared itself."""
    lower, upper, centre = limits.lower[here], limits.upper[here], limits.centre[here]
    up = good > 0
    constant = lower == upper
    passes = np.where(up, target < lower, target > upper) | (
        constant & np.where(up, centre >= target, centre <= target)
    )
    fails = np.where(up, target > upper, target < lower) & ~passes
    words = np.select([passes, fails], ["pass", "fail"], "inconsistent")
    words = np.where(enough, words, "too_few")
    nothing = (good == 0) | np.isnan(target) | np.full(len(here), kind == "run")
    return np.where(nothing, "none", words)


def _last_target(layout: Layout, target: Floats) -> Floats:
    last = last_where(layout, np.isfinite(target))
    return np.where(last >= 0, target[np.maximum(last, 0)], np.nan) if layout.rows else np.zeros(0)


def _stretch(
    layout: Layout,
    value: Floats,
    valued: Bools,
    signal: NDArray[np.str_],
    here: Ints,
    numerator: Floats,
    denominator: Floats,
    pooled: bool,
) -> tuple[Ints, Ints, Floats, Floats]:
    """The present stretch of equal signals that ends at the last value: its first row, length, and mean beside the
    mean of the rows of the phase before it (or, where the phase begins with it, of the phase before)."""
    rows = np.flatnonzero(valued)
    if not len(rows):
        nothing = np.zeros(len(here), np.int64)
        return here, nothing, np.full(len(here), np.nan), np.full(len(here), np.nan)
    new = np.ones(len(rows), bool)
    new[1:] = (signal[rows[1:]] != signal[rows[:-1]]) | (layout.series[rows[1:]] != layout.series[rows[:-1]])
    stretch = np.cumsum(new) - 1
    first = rows[new]
    stretch_of_row = np.full(layout.rows, -1)
    stretch_of_row[rows] = stretch
    mine = np.maximum(stretch_of_row[here], 0)
    since = first[mine]
    length = np.bincount(stretch)[mine]
    inside = (
        valued
        & (np.arange(layout.rows) >= since[layout.series])
        & (np.arange(layout.rows) <= here[layout.series])
    )
    segment = layout.segment[here]
    earlier = valued & (np.arange(layout.rows) < since[layout.series])
    same_phase = earlier & (layout.segment == segment[layout.series])
    phase_before = earlier & (layout.segment == segment[layout.series] - 1)
    top, bottom = (numerator, denominator) if pooled else (value, np.ones(layout.rows))

    def mean(where: Bools) -> Floats:
        count = len(here)
        upper = np.bincount(layout.series, np.where(where, top, 0.0), minlength=count)
        return ratio(upper, np.bincount(layout.series, np.where(where, bottom, 0.0), minlength=count))

    before = mean(same_phase)
    return since, length, mean(inside), np.where(np.isnan(before), mean(phase_before), before)


def _age(layout: Layout, valued: Bools, signal: NDArray[Any], here: Ints) -> Ints:
    counter = np.cumsum(valued)
    marked = last_where(layout, valued & (signal != "common"))
    return (
        np.where(marked >= 0, counter[here] - counter[np.maximum(marked, 0)], -1) if layout.rows else marked
    )
