"""Control charts and run charts for any number of series in one call.

Example:
    >>> import numpy as np
    >>> from matneo.stats import spc
    >>> months = np.arange(14)
    >>> waits = np.array([12, 14, 11, 13, 12, 15, 13, 12, 14, 13, 12, 13, 14, 40.0])
    >>> chart = spc.chart(kind="xmr", series=np.repeat("A", 14), period=months, value=waits, direction="decrease")
    >>> str(chart.series.variation[0]), str(chart.series.signal_rule[0])
    ('concern', 'outside')
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _course, _kinds, _plans, _rows, _subgroups, phases
from matneo.stats import _inputs as given
from matneo.stats._plans import Options
from matneo.stats.profiles import Profile, profile_of
from matneo.stats.results import SeriesError
from matneo.stats.spc_results import ControlChart, PhaseColumns, PointColumns, SeriesColumns

KINDS = _kinds.KINDS
DIRECTIONS = _plans.DIRECTIONS


def chart(
    *,
    kind: str,
    series: ArrayLike,
    period: ArrayLike,
    value: ArrayLike | None = None,
    numerator: ArrayLike | None = None,
    denominator: ArrayLike | None = None,
    phase: ArrayLike | None = None,
    exclude: ArrayLike | None = None,
    baseline: ArrayLike | None = None,
    target: ArrayLike | Mapping[Any, Any] | None = None,
    direction: ArrayLike = "increase",
    step: int | None = None,
    bounds: tuple[float, float] | None = None,
    profile: str | Profile = "mdc-2023",
    size: ArrayLike | None = None,
    spread: ArrayLike | None = None,
    centre: ArrayLike | None = None,
    sigma: ArrayLike | None = None,
    rebase: phases.Periods | Mapping[Any, phases.Periods] | None = None,
    baseline_points: int | None = None,
    freeze: Any = None,
    aggregate: str | None = None,
    in_time: bool = True,
    multiply: float = 1.0,
    last_period: Any = None,
) -> ControlChart:
    """Centre lines, limits, rules and icons of a long table.

    All columns have one entry a row, in any order. `series` names the series; `period` is a calendar index (months,
    quarters …) or a date. NaN (or None) is a missing value and never a zero; a denominator of zero is a missing value too.

    What each kind takes:
    `p p_prime p_exact` (proportions) and `u u_prime u_exact` (rates) `numerator` and `denominator`, or `value` and
    `denominator`; `i_prime` the same; `run xmr i_m i_mm mr` `value`, or a numerator over a denominator;
    `c c_exact` counts; `g` cases and `t` time between events; `xbar` and `s` one row an observation with repeated periods,
    or means (`value`, `size`, `spread`) and standard deviations (`value`, `size`) of subgroups.

    Where limits come from: `phase` changes where new limits begin, or `rebase` lists the periods, for all or by series.
    `baseline` marks the rows that set the limits of their phase (the others are judged against them), or
    `baseline_points` takes the first so many of each phase, or `freeze` those up to a period. `exclude` leaves rows out
    of the calculation and the analysis of runs, but judges them. `centre` and `sigma` (of one row) are used as given.

    How it is judged: `target` is a number, one a row (the last one counts), or a mapping from series to a number, or to a
    mapping from the period it holds from to a number. `direction` (increase, decrease, neutral; one, or one a row) says
    what is better. `step` is the usual distance between periods: a larger one is a gap that breaks runs. `in_time=False`
    is for subgroups in no order (sites): p′ and u′ take the standard deviation of z, and only the limits are asked.
    `last_period` is the last one that could be there, for `staleness`.

    What is shown: rows of equal period are put together by `aggregate` (mean, median, sum, sd; numerators and
    denominators add up); `.points` then has one entry a subgroup. `bounds` keeps lines inside two values, after judging.
    `multiply` puts values and lines on another scale at the very end; targets are given on the scale of the value, and
    scaled with it.

    Impossible rows are reported in `.errors` and their series has no reading; the batch goes on: duplicate_period,
    non_numeric, not_finite, negative_count, numerator_gt_denominator, zero_denominator, non_positive_time,
    baseline_too_short, unknown_series_in_target. `.warnings` names what is passed over: rebase_not_in_data, and
    zero_denominator where nothing was counted of nothing. Raises ValueError for columns of different lengths, missing
    columns, unknown kinds, directions or profiles.

    Formula: limits = centre ± 3 sigma. sigma: xmr `mr_constant`/3 × mean |xₜ - xₜ₋₁|; p √(c(1 - c)/n); u √(c/n); c √c;
    g √(m(m + 1)), m the mean; p′ and u′ those of p and u × the sigma of z; I′ mean √(π/2)|xₜ - xₜ₋₁|/√(1/nₜ + 1/nₜ₋₁), over √n.
    xbar ± A₃S, s from B₃S to B₄S, mr from 0 to 3.267 × its mean, t as xmr of x^(1/3.6), the exact kinds as `exact`.
    Source: the profile's own (see `matneo.stats.profiles`); docs/reference/statistics.md compares peers.

    >>> made = chart(kind="p", series=["A"] * 4, period=range(4), numerator=[8, 12, 10, 10], denominator=[100] * 4)
    >>> float(made.points.centre[0]), made.points.ucl.round(3).tolist()  # 0.1 + 3 sqrt(0.1 x 0.9/100)
    (0.1, [0.19, 0.19, 0.19, 0.19])
    """
    rule_set = profile_of(profile)
    given.one_of(kind, "kind", KINDS)
    if phase is not None and rebase is not None:
        raise ValueError("Phases are given as `phase` or as `rebase`, not as both.")
    rows = _rows.read(kind, series, period, value, numerator, denominator, size, spread)
    plan = _plans.read(len(rows), phase, exclude, baseline, direction, centre, sigma)
    options = Options(
        rebase, baseline_points, freeze, target, step, bounds, in_time, multiply, _last_period(last_period)
    )
    if aggregate is None and kind in _kinds.SUBGROUPED and size is None:
        aggregate = "mean"
    told = _course.Told([], [])
    if aggregate is not None:
        rows, plan, options = _course.put_together(kind, rows, plan, options, aggregate, rule_set, told)
    if kind == "s":
        rows = _subgroups.spreads_drawn(rows)
    return _course.answer(kind, rows, plan, options, rule_set, told)


def _last_period(last_period: Any) -> int | None:
    return None if last_period is None else int(_rows.as_periods(np.asarray([last_period]))[0])


__all__ = [
    "KINDS",
    "ControlChart",
    "PhaseColumns",
    "PointColumns",
    "SeriesColumns",
    "SeriesError",
    "chart",
]
