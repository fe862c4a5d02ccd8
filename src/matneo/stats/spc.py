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

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import inputs, limits, rules
from matneo.stats.profiles import Profile, profile_of
from matneo.stats.results import ControlChart, PhaseColumns, PointColumns, SeriesColumns, SeriesError
from matneo.stats.segments import Bools, Floats, Ints, Layout, last_where, lay_out, ratio
from matneo.stats.summary import summarise

KINDS = limits.KINDS
DIRECTIONS = {"increase": 1, "decrease": -1, "neutral": 0}
_STATUS = np.array(["ok", "constant", "screen_fallback", "undefined"])


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
    target: ArrayLike | None = None,
    direction: ArrayLike = "increase",
    step: int | None = None,
    bounds: tuple[float, float] | None = None,
    profile: str | Profile = "mdc-2023",
) -> ControlChart:
    """Centre lines, limits, rules and icons of a long table.

    All columns have one entry a row, in any order. `series` names the series; `period` is a calendar index (months,
    quarters …) or a date. Proportions (`p`, `p_prime`) and rates (`u`, `u_prime`) take `numerator` and `denominator`,
    the others `value`. NaN is a missing value and never a zero; a denominator of zero is a missing value too.

    `phase` changes where new limits begin. `baseline` marks the rows that set the limits of their phase (the others
    are judged against them); `exclude` leaves rows out of the calculation but judges them. `target` may change by row:
    the last one counts. `direction` (increase, decrease, neutral; one, or one a row) says what is better. `step` is the
    usual distance between periods: a larger one is a gap that breaks runs. `bounds` keeps the limits shown inside two
    values, after judging.

    Impossible rows are reported in `.errors` and their series has no reading; the batch goes on. Raises ValueError for
    columns of different lengths, unknown kinds, directions or profiles.

    Source: the profile's own (see `matneo.stats.profiles`); docs/reference/statistics.md compares peers.
    """
    rule_set = profile_of(profile)
    if kind not in KINDS:
        raise ValueError(f"There is no chart kind {kind!r}; there are {', '.join(KINDS)}.")
    names = np.asarray(series)
    rows = len(names)
    when = inputs.as_periods(period)
    top, bottom = inputs.as_floats(numerator, rows), inputs.as_floats(denominator, rows)
    given = inputs.as_floats(value, rows)
    if kind in inputs.COUNTED:
        given = ratio(np.where(np.isnan(bottom), np.nan, top), np.where(np.isnan(bottom), 0.0, bottom))
    errors = inputs.find_errors(kind, names, when, given, top, bottom)
    names_of_bad = np.unique([str(error.series) for error in errors]) if errors else np.zeros(0, str)
    bad = np.isin(names.astype(str), names_of_bad) if len(names_of_bad) else np.zeros(rows, bool)

    layout = lay_out(names, when, None if phase is None else np.asarray(phase), step)
    order = layout.order
    usable = np.isfinite(given) & ~bad
    used = _used_rows(layout, usable[order], exclude, baseline, rows)
    sorted_rows = limits.Given(np.where(usable, given, np.nan)[order], top[order], bottom[order], used)
    with np.errstate(invalid="ignore"):
        made = limits.compute(kind, layout, sorted_rows, rule_set)
        fired = rules.judge(layout, made, rule_set)
    good = _directions(direction, rows)[order]
    aim = inputs.as_floats(target, rows)[order]
    signal = _signals(fired.side, good)
    reason = np.array([*rule_set.rules, ""])[fired.winner]
    shown = made if bounds is None else limits.clipped(made, *bounds)
    points = _points(layout, made, shown, fired, signal, reason, used, aim)
    phases = _phases(layout, made, used, when[order], names[order], rule_set)
    summary = summarise(
        layout=layout,
        limits=made,
        signal=signal,
        reason=reason,
        good=good,
        target=aim,
        period=when[order],
        numerator=top[order],
        denominator=bottom[order],
        pooled=kind in inputs.COUNTED,
        kind=kind,
        status=phases.limits_status,
        minimum=rule_set.minimum_points,
    )
    parameters = {
        "kind": kind,
        "step": step,
        "bounds": bounds,
        "shift": rule_set.shift,
        "trend": rule_set.trend,
        "mr_constant": rule_set.mr_constant,
        "screen": rule_set.screen,
    }
    return ControlChart(points, phases, summary, tuple(errors), rule_set.name, rule_set.version, parameters)


def _used_rows(
    layout: Layout, usable: Bools, exclude: ArrayLike | None, baseline: ArrayLike | None, rows: int
) -> Bools:
    """Rows that set centre and limits: usable, not excluded, and of the baseline where their phase has one."""
    used = usable.copy()
    if exclude is not None:
        used &= ~np.asarray(exclude, bool)[layout.order]
    if baseline is not None:
        marked = np.asarray(baseline, bool)[layout.order]
        has_one = layout.segment_count(marked) > 0
        used &= marked | ~has_one[layout.segment]
    return used


def _directions(direction: ArrayLike, rows: int) -> Ints:
    words = np.asarray(direction)
    kinds, codes = np.unique(words, return_inverse=True)
    unknown = [str(word) for word in kinds if str(word) not in DIRECTIONS]
    if unknown:
        raise ValueError(f"A direction is increase, decrease or neutral, not {', '.join(unknown)}.")
    signs = np.array([DIRECTIONS[str(word)] for word in kinds])[codes.reshape(words.shape)]
    return np.broadcast_to(signs, (rows,)).astype(np.int64)


def _signals(side: NDArray[np.int8], good: Ints) -> NDArray[np.str_]:
    """common, improvement, concern, neutral_high or neutral_low."""
    words = np.array(["common", "improvement", "concern", "neutral_high", "neutral_low"])
    agree = side * good
    code = np.select([side == 0, agree > 0, agree < 0, side > 0], [0, 1, 2, 3], 4)
    named: NDArray[np.str_] = words[code]
    return named


def _points(
    layout: Layout,
    made: limits.Limits,
    shown: limits.Limits,
    fired: rules.Fired,
    signal: NDArray[np.str_],
    reason: NDArray[np.str_],
    used: Bools,
    target: Floats,
) -> PointColumns:
    part = (
        layout.segment - layout.segment[layout.series_start][layout.series] if layout.rows else layout.segment
    )
    sorted_columns = {
        "value": made.value,
        "centre": shown.centre,
        "lcl": shown.lower,
        "ucl": shown.upper,
        "lwl": shown.lower_warning,
        "uwl": shown.upper_warning,
        "sigma": made.sigma,
        "moving_range": made.moving_range,
        "phase": part,
        "in_baseline": used,
        "gap_before": layout.gap_before,
        "r_outside": fired.columns["outside"],
        "r_trend": fired.columns["trend"],
        "r_two_three": fired.columns["two_three"],
        "r_shift": fired.columns["shift"],
        "reason": reason,
        "side": fired.side,
        "signal": signal,
        "run_id": fired.run_id,
        "run_length": fired.run_length,
        "target": target,
    }
    return PointColumns(**{name: _back(layout, column) for name, column in sorted_columns.items()})


def _back(layout: Layout, column: NDArray[Any]) -> NDArray[Any]:
    """From sorted rows to the order the caller gave."""
    as_given = np.empty_like(column)
    as_given[layout.order] = column
    return as_given


def _phases(
    layout: Layout, made: limits.Limits, used: Bools, when: Ints, names: NDArray[Any], profile: Profile
) -> PhaseColumns:
    start = layout.segment_start
    end = np.append(start[1:], layout.rows)[: len(start)] - 1
    valued = np.isfinite(made.value)
    count, n_used = layout.segment_count(valued), layout.segment_count(used)
    runs = rules.runs_analysis(layout, made.value, made.centre, valued)
    status = _STATUS[made.status] if len(start) else np.zeros(0, _STATUS.dtype)
    status = np.where(n_used < 2, "too_few", status)
    status = np.where((status == "ok") & (n_used < profile.minimum_points), "trial", status)
    first_segment = layout.segment[layout.series_start][layout.series[start]] if len(start) else start
    return PhaseColumns(
        series=names[start],
        phase=np.arange(len(start)) - first_segment,
        first_period=when[start],
        last_period=when[end],
        n=count,
        n_used=n_used,
        centre=made.centre[end],
        lcl=made.lower[end],
        ucl=made.upper[end],
        spread_factor=made.spread_factor,
        screened=made.screened,
        limits_status=status,
        useful=runs.useful,
        longest_run=runs.longest_run,
        longest_run_max=runs.longest_run_max,
        crossings=runs.crossings,
        crossings_min=runs.crossings_min,
        runs_signal=runs.signal,
    )


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
