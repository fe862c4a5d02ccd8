"""From rows, plan and options to a judged batch: the course of one `spc.chart` call."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats import _answers, _baselines, _kinds, _rows, _subgroups, _targets, phases
from matneo.stats._arrays import Bools, Ints
from matneo.stats._limits import Given, Limits, blanked, clipped, multiplied
from matneo.stats._plans import Options, Plan
from matneo.stats._rows import Rows
from matneo.stats._rules import judge
from matneo.stats._segments import Layout, lay_out
from matneo.stats.profiles import Profile, changes
from matneo.stats.results import SeriesError
from matneo.stats.spc_results import ControlChart


@dataclass(frozen=True)
class Told:
    """What cannot be used, and what is passed over, collected on the way."""

    errors: list[SeriesError]
    warnings: list[SeriesError]

    def add(self, errors: list[SeriesError], warnings: list[SeriesError]) -> None:
        """Each once: a row put together from impossible ones may be impossible again."""
        known = {(error.code, str(error.series), error.period) for error in self.errors}
        self.errors.extend(e for e in errors if not known or (e.code, str(e.series), e.period) not in known)
        self.warnings.extend(warnings)


def put_together(
    kind: str, rows: Rows, plan: Plan, options: Options, manner: str, profile: Profile, told: Told
) -> tuple[Rows, Plan, Options]:
    """One row a series and period; impossible observations are found before they disappear in a sum."""
    layout = lay_out(rows.series, rows.period, None, None)
    errors, _ = _rows.find_errors(kind, rows, layout, repeats=True, zero_time=profile.zero_time)
    told.add(errors, [])
    joined = _subgroups.put_together(rows, manner)
    target = options.target
    if target is not None and not isinstance(target, Mapping):
        target = _rows.as_floats(target, len(rows))[joined.first]
    return joined.rows, plan.of_subgroups(joined), replace(options, target=target)


def answer(kind: str, rows: Rows, plan: Plan, options: Options, profile: Profile, told: Told) -> ControlChart:
    phase = plan.phase
    if options.rebase is not None:
        phase, passed = phases.from_rebases(rows.series, rows.period, options.rebase)
        told.add([], passed)
    layout = lay_out(rows.series, rows.period, phase, options.step)
    aims = _targets.of_rows(rows.series, rows.period, options.target)
    told.add(aims.errors, [])
    told.add(*_rows.find_errors(kind, rows, layout, repeats=False, zero_time=profile.zero_time))
    excluded = np.zeros(len(rows), bool) if plan.excluded is None else layout.sort(plan.excluded)
    usable, used = _usable_and_used(layout, rows, plan, options, profile, excluded, told)
    good = layout.sort(plan.good)
    with np.errstate(invalid="ignore", divide="ignore"):
        made = _kinds.compute(kind, layout, _given(layout, rows, plan, usable, used, options), profile)
        if profile.limits_from:
            made = blanked(made, layout.spread(layout.segment_count(used) < profile.limits_from))
        names, fair = _asked(kind, profile, options.in_time), options.in_time and kind != "mr"
        fired = judge(layout, made, profile, good, ~excluded, names, runs_fair=fair)
    scaled, shown = _drawn(made, options)
    found = _answers.Answer(
        kind, layout, rows, made, scaled, shown, fired, good, used, excluded, aims, profile, options.multiply
    )
    return ControlChart(
        found.points(),
        found.phases(),
        found.series(options.last_period, options.step),
        tuple(told.errors),
        profile.name,
        profile.version,
        {"kind": kind} | options.said() | asdict(profile),
        tuple(told.warnings),
        changes(profile),
    )


def _usable_and_used(
    layout: Layout, rows: Rows, plan: Plan, options: Options, profile: Profile, excluded: Bools, told: Told
) -> tuple[Bools, Bools]:
    """Rows that have a value to judge, and those that set limits."""
    baseline = _marked_baseline(rows, plan, options.freeze)
    usable = layout.sort(np.isfinite(rows.value) & ~_rows_of(rows.series, told.errors))
    used, short = _baselines.used_rows(
        layout,
        usable,
        excluded,
        None if baseline is None else layout.sort(baseline),
        options.baseline_points,
        profile,
    )
    if not len(short):
        return usable, used
    refused = _too_short(layout, rows, short, profile)
    told.add(refused, [])
    good = layout.sort(~_rows_of(rows.series, refused))
    return usable & good, used & good


def _drawn(made: Limits, options: Options) -> tuple[Limits, Limits]:
    """The limits on the scale shown, and the same kept inside the bounds."""
    scaled = _scaled(made, options.multiply)
    if options.bounds is None:
        return scaled, scaled
    return scaled, _scaled(clipped(made, *options.bounds), options.multiply)


def _asked(kind: str, profile: Profile, in_time: bool) -> tuple[str, ...]:
    """The profile's rules that are fair to this chart."""
    if not in_time:
        return tuple(name for name in profile.rules if name == "outside")
    return tuple(name for name in profile.rules if kind != "mr" or name in profile.range_rules)


def _given(layout: Layout, rows: Rows, plan: Plan, usable: Bools, used: Bools, options: Options) -> Given:
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
        options.in_time,
    )


def _scaled(limits: Limits, by: float) -> Limits:
    return limits if by == 1 else multiplied(limits, by)


def _marked_baseline(rows: Rows, plan: Plan, freeze: Any) -> Bools | None:
    if freeze is None:
        return plan.baseline
    frozen = _baselines.up_to(rows.series, rows.period, freeze)
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
