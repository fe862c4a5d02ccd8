"""One line a series: icons, since when, how much, and how sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats._arrays import Bools, Floats, Ints, Signed, Texts, ratio
from matneo.stats._limits import Limits
from matneo.stats._rules import WITHOUT_DIRECTION
from matneo.stats._segments import Layout, last_where
from matneo.stats.chances import false_alarm_chances
from matneo.stats.profiles import Profile
from matneo.stats.spc_results import SeriesColumns

SIGNALS = np.array(["common", "improvement", "concern", "neutral_high", "neutral_low"])
_WAYS = np.array(["decrease", "neutral", "increase"])


@dataclass(frozen=True)
class Judged:
    """Sorted rows with their signals (index into SIGNALS) and the rules that won (index into `names`)."""

    layout: Layout
    limits: Limits
    signal: Signed
    winner: Ints
    names: tuple[str, ...]
    fired: Mapping[str, Signed]  # per rule, whichever won: -1, 0, +1
    side: Signed
    good: Ints
    target: Floats
    unlisted: Bools
    period: Ints
    numerator: Floats
    denominator: Floats
    pooled: bool  # the mean of a stretch is a sum over a sum
    kind: str
    status: Texts  # per segment
    reason: Texts  # per segment
    profile: Profile


def summarise(judged: Judged, last_period: int | None, step: int | None) -> SeriesColumns:
    """Icons and stretches. Series without any value are `too_few` throughout."""
    layout, limits, profile = judged.layout, judged.limits, judged.profile
    valued = np.isfinite(limits.value)
    last = last_where(layout, valued)
    some = last >= 0
    here = np.where(some, last, layout.series_start)
    shown = here if profile.icon_row == "valued" else layout.series_start + layout.series_size - 1
    phase_points = layout.segment_count(valued)[layout.segment[shown]]
    enough = (phase_points >= profile.minimum_points) & (some | (profile.minimum_points == 0))
    signal = judged.signal[shown]
    marked = enough & (signal != 0)
    stretch = _stretch(judged, valued, here)
    last_target = _last_target(layout, judged.target)
    rule = np.array([*judged.names, ""])[np.where(marked, judged.winner[shown], -1)]
    chances = false_alarm_chances(profile, phase_points, rule, judged.kind)
    return SeriesColumns(
        series=layout.series_names,
        n_points=_per_series(layout, valued),
        first_period=judged.period[layout.series_start],
        last_period=np.where(some, judged.period[here], -1),
        last_value=np.where(some, limits.value[here], np.nan),
        variation=np.where(enough, SIGNALS[signal], "too_few"),
        assurance=_assurance(judged, shown, enough, last_target),
        limits_status=np.where(some, judged.status[layout.segment[here]], "too_few"),
        centre=limits.centre[here],
        lcl=limits.lower[here],
        ucl=limits.upper[here],
        target=last_target,
        signal_rule=rule,
        signal_since=np.where(marked, judged.period[stretch.since], -1),
        signal_length=np.where(marked, stretch.length, 0),
        now_value=np.where(marked, stretch.now, np.nan),
        before_value=np.where(marked, stretch.before, np.nan),
        last_signal_age=_age(layout, valued, judged.signal, here),
        signal_side=np.where(marked, judged.side[shown], 0).astype(np.int8),
        direction=_WAYS[judged.good[here] + 1],
        phase_points=phase_points,
        limits_reason=judged.reason[layout.segment[here]],
        staleness=_staleness(judged.period[here], some, last_period, step),
        false_alarm_rule=chances.rule,
        false_alarm_last=chances.last,
        false_alarm_any=chances.any,
    )


def _per_series(layout: Layout, where: Bools) -> Ints:
    if not layout.rows:
        return np.zeros(0, np.int64)
    return np.add.reduceat(where, layout.series_start, dtype=np.int64)


def _staleness(last: Ints, some: Bools, asked: int | None, step: int | None) -> Ints:
    if asked is None:
        return np.full(len(last), -1)
    return np.where(some, np.maximum(asked - last, 0) // (step or 1), -1)


def _assurance(judged: Judged, here: Ints, enough: Bools, target: Floats) -> NDArray[np.str_]:
    """Whether limits lie wholly on one side of the target, strictly; a constant series is compared itself."""
    limits, good = judged.limits, judged.good[here]
    lower, upper, centre = limits.lower[here], limits.upper[here], limits.centre[here]
    up = good > 0
    constant = lower == upper
    passes = np.where(up, target < lower, target > upper) | (
        constant & np.where(up, centre >= target, centre <= target)
    )
    fails = np.where(up, target > upper, target < lower) & ~passes
    words = np.select([passes, fails], ["pass", "fail"], "inconsistent")
    words = np.where(enough, words, "too_few")
    nothing = (good == 0) | np.isnan(target) | np.full(len(here), judged.kind == "run")
    words = np.where(nothing, "none", words)
    left_out = judged.unlisted[here] & (good != 0) & (judged.profile.unlisted_target == "inconsistent")
    return np.where(left_out, "inconsistent", words)


def _last_target(layout: Layout, target: Floats) -> Floats:
    last = last_where(layout, np.isfinite(target))
    return np.where(last >= 0, target[np.maximum(last, 0)], np.nan) if layout.rows else np.zeros(0)


@dataclass(frozen=True)
class _Stretch:
    since: Ints
    length: Ints
    now: Floats
    before: Floats


def _stretch(judged: Judged, valued: Bools, here: Ints) -> _Stretch:
    """The run of the present signal (`_run_start`): its first row, length, and mean beside the mean of the rows of the
    phase before it (or, where the phase begins with it, of the phase before)."""
    layout = judged.layout
    if not layout.rows:
        nothing = np.zeros(0, np.int64)
        return _Stretch(nothing, nothing, np.zeros(0), np.zeros(0))
    since = _run_start(judged, valued, here)
    inside = valued & (np.arange(layout.rows) >= np.repeat(since, layout.series_size))
    earlier = valued & ~inside
    segment = np.repeat(layout.segment[here], layout.series_size)
    top, bottom = (judged.numerator, judged.denominator) if judged.pooled else (judged.limits.value, None)

    def mean(where: Bools) -> Floats:
        upper = np.add.reduceat(np.where(where, top, 0.0), layout.series_start)
        lower = where if bottom is None else np.where(where, bottom, 0.0)
        return ratio(upper, np.add.reduceat(lower, layout.series_start, dtype=float))

    before = mean(earlier & (layout.segment == segment))
    if np.isnan(before).any():
        before = np.where(np.isnan(before), mean(earlier & (layout.segment == segment - 1)), before)
    return _Stretch(since, _per_series(layout, inside), mean(inside), before)


def _run_start(judged: Judged, valued: Bools, here: Ints) -> Ints:
    """The first row of the run that fired and is still in force: the one "since" of every sentence.

    Rule: back from the newest value, through every value of its phase at which some rule fired in the direction of the
    present signal. It is no matter which rule gave a point its colour: points that fall for seven months while they stay
    above the mean still belong to the run above the mean. Of two of three, the third point between the two belongs to it.
    A missing month ends a pattern, and not what both sides of it say: the run steps over it. A new phase ends the run.
    """
    layout = judged.layout

    def spread(per_series: Ints | Signed) -> NDArray[Any]:
        return np.repeat(per_series, layout.series_size)

    present = valued & (layout.segment == spread(layout.segment[here]))
    fires = _fires(judged, here, spread(judged.side[here]))
    at = np.flatnonzero(present)
    if "two_three" in judged.fired and len(at) > 2:
        two = judged.fired["two_three"][at] * spread(judged.side[here])[at] > 0
        together = layout.series[at[:-2]] == layout.series[at[2:]]
        fires[at[1:-1]] |= two[:-2] & two[2:] & together
    ended = spread(last_where(layout, present & ~fires))
    rows = np.arange(layout.rows)
    first = np.minimum.reduceat(np.where(present & (rows > ended), rows, layout.rows), layout.series_start)
    return np.where(first < layout.rows, first, here)


def _fires(judged: Judged, here: Ints, way: Signed) -> Bools:
    """Whether some rule fired in the direction of the present signal; a pattern without a direction is itself alone."""
    found = np.zeros(judged.layout.rows, bool)
    winner = np.repeat(judged.winner[here], judged.layout.series_size)
    for place, (name, column) in enumerate(judged.fired.items()):
        if name in WITHOUT_DIRECTION:
            found |= (winner == place) & (column != 0)
        else:
            found |= column * way > 0
    return found


def _age(layout: Layout, valued: Bools, signal: NDArray[Any], here: Ints) -> Ints:
    counter = np.cumsum(valued)
    marked = last_where(layout, valued & (signal != 0))
    return (
        np.where(marked >= 0, counter[here] - counter[np.maximum(marked, 0)], -1) if layout.rows else marked
    )
