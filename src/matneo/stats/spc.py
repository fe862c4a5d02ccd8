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
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import answers, inputs, kinds, phases, plans, subgroups, targets
from matneo.stats.inputs import Rows
from matneo.stats.limits import Given, Limits, blanked, clipped, multiplied
from matneo.stats.plans import Plan
from matneo.stats.profiles import Profile, changes, profile_of
from matneo.stats.results import ControlChart, PhaseColumns, PointColumns, SeriesColumns, SeriesError
from matneo.stats.rules import judge
from matneo.stats.segments import Bools, Ints, Layout, last_where, lay_out

KINDS = kinds.KINDS
DIRECTIONS = plans.DIRECTIONS


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

    How it is judged: `target` is a number, one a row (the last one counts), or a mapping by series, also by date
    (`matneo.stats.targets`). `direction` (increase, decrease, neutral; one, or one a row) says what is better. `step` is
    the usual distance between periods: a larger one is a gap that breaks runs. `in_time=False` is for subgroups in no
    order (sites): p′ and u′ take the standard deviation of z, and only the limits are asked. `last_period` is the last
    one that could be there, for `staleness`.

    What is shown: rows of equal period are put together by `aggregate` (mean, median, sum, sd; numerators and
    denominators add up); `.points` then has one entry a subgroup. `bounds` keeps lines inside two values, after judging.
    `multiply` puts values and lines on another scale at the very end; targets are given on the scale of the value, and
    scaled with it.

    Impossible rows are reported in `.errors` and their series has no reading; the batch goes on: duplicate_period,
    non_numeric, not_finite, negative_count, numerator_gt_denominator, zero_denominator, non_positive_time,
    baseline_too_short, unknown_series_in_target. `.warnings` names what is passed over: rebase_not_in_data, and
    zero_denominator where nothing was counted of nothing. Raises ValueError for columns of different lengths, missing
    columns, unknown kinds, directions or profiles.

    Source: the profile's own (see `matneo.stats.profiles`); docs/reference/statistics.md compares peers.
    """
    rule_set = profile_of(profile)
    if kind not in KINDS:
        raise ValueError(f"There is no chart kind {kind!r}; there are {', '.join(KINDS)}.")
    if phase is not None and rebase is not None:
        raise ValueError("Phases are given as `phase` or as `rebase`, not as both.")
    rows = inputs.read(kind, series, period, value, numerator, denominator, size, spread)
    plan = plans.read(len(rows), phase, exclude, baseline, direction, centre, sigma)
    found: list[SeriesError] = []
    if aggregate is None and kind in kinds.SUBGROUPED and size is None:
        aggregate = "mean"
    column_target = target
    if aggregate is not None:
        found, _ = inputs.find_errors(kind, rows, lay_out(rows.series, rows.period, None, None), repeats=True)
        joined = subgroups.put_together(rows, aggregate)
        plan, rows = plan.of_subgroups(joined), joined.rows
        if target is not None and not isinstance(target, Mapping):
            column_target = inputs.as_floats(target, len(joined.group))[joined.first]
    if kind == "s":
        rows = subgroups.spreads_drawn(rows)
    return _answer(
        kind,
        rows,
        plan,
        rule_set,
        found,
        rebase=rebase,
        points=baseline_points,
        freeze=freeze,
        target=column_target,
        step=step,
        bounds=bounds,
        in_time=in_time,
        multiply=multiply,
        last_period=None if last_period is None else int(inputs.as_periods(np.asarray([last_period]))[0]),
    )


def _answer(
    kind: str,
    rows: Rows,
    plan: Plan,
    profile: Profile,
    found: list[SeriesError],
    *,
    rebase: Any,
    points: int | None,
    freeze: Any,
    target: Any,
    step: int | None,
    bounds: tuple[float, float] | None,
    in_time: bool,
    multiply: float,
    last_period: int | None,
) -> ControlChart:
    phase, passed = plan.phase, list[SeriesError]()
    if rebase is not None:
        phase, passed = phases.from_rebases(rows.series, rows.period, rebase)
    layout = lay_out(rows.series, rows.period, phase, step)
    aims = targets.of_rows(rows.series, rows.period, target)
    errors, mentioned = inputs.find_errors(kind, rows, layout, repeats=False, zero_time=profile.zero_time)
    errors = found + errors + aims.errors

    baseline = _marked_baseline(rows, plan, freeze)
    bad = _rows_of(rows.series, errors)
    usable = layout.sort(np.isfinite(rows.value) & ~bad)
    excluded = np.zeros(len(rows), bool) if plan.excluded is None else layout.sort(plan.excluded)
    used, short = phases.used_rows(
        layout, usable, excluded, None if baseline is None else layout.sort(baseline), points, profile
    )
    if len(short):
        refused = _too_short(layout, rows, short, profile)
        errors += refused
        usable &= layout.sort(~_rows_of(rows.series, refused))
        used &= usable
    given = _given(layout, rows, plan, usable, used, in_time)
    with np.errstate(invalid="ignore", divide="ignore"):
        made = kinds.compute(kind, layout, given, profile)
        if profile.limits_from:
            made = blanked(made, layout.spread(layout.segment_count(used) < profile.limits_from))
        good = layout.sort(plan.good)
        names = _asked(kind, profile, in_time)
        fired = judge(layout, made, profile, good, ~excluded, names, runs_fair=in_time and kind != "mr")
    scaled = _scaled(made, multiply)
    shown = scaled if bounds is None else _scaled(clipped(made, *bounds), multiply)
    answer = answers.Answer(
        kind, layout, rows, made, scaled, shown, fired, good, used, excluded, aims, profile, multiply
    )
    parameters = {"kind": kind, "step": step, "bounds": bounds, "multiply": multiply, "in_time": in_time}
    parameters |= {"baseline_points": points, "freeze": freeze} | asdict(profile)
    return ControlChart(
        answer.points(),
        answer.phases(),
        answer.series(last_period, step),
        tuple(errors),
        profile.name,
        profile.version,
        parameters,
        tuple(passed + mentioned),
        changes(profile),
    )


def _asked(kind: str, profile: Profile, in_time: bool) -> tuple[str, ...]:
    """The profile's rules that are fair to this chart."""
    if not in_time:
        return tuple(name for name in profile.rules if name == "outside")
    return tuple(name for name in profile.rules if kind != "mr" or name in profile.range_rules)


def _given(layout: Layout, rows: Rows, plan: Plan, usable: Bools, used: Bools, in_time: bool) -> Given:
    sort = layout.sort
    value = np.where(usable, sort(rows.value), np.nan)
    return Given(
        value,
        sort(rows.numerator),
        sort(rows.denominator),
        used,
        sort(rows.size),
        sort(rows.spread),
        sort(plan.centre),
        sort(plan.sigma),
        in_time,
    )


def _scaled(limits: Limits, by: float) -> Limits:
    return limits if by == 1 else multiplied(limits, by)


def _marked_baseline(rows: Rows, plan: Plan, freeze: Any) -> Bools | None:
    if freeze is None:
        return plan.baseline
    frozen = phases.up_to(rows.series, rows.period, freeze)
    return frozen if plan.baseline is None else frozen | plan.baseline


def _rows_of(series: NDArray[Any], errors: list[SeriesError]) -> Bools:
    """Rows of the series that have an error."""
    if not errors:
        return np.zeros(len(series), bool)
    names = np.unique([str(error.series) for error in errors])
    return np.isin(series.astype(str), names)


def _too_short(layout: Layout, rows: Rows, short: Ints, profile: Profile) -> list[SeriesError]:
    names, when = layout.sort(rows.series), layout.sort(rows.period)
    start = layout.segment_start[short]
    least = profile.baseline_minimum
    return [
        SeriesError(
            "baseline_too_short",
            names[row],
            int(when[row]),
            float(least),
            f"Series {names[row]}, period {when[row]}: {profile.name} wants a baseline of at least {least} points.",
        )
        for row in start
    ]


__all__ = [
    "KINDS",
    "ControlChart",
    "PhaseColumns",
    "PointColumns",
    "SeriesColumns",
    "SeriesError",
    "chart",
    "last_where",
]
