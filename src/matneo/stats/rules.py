"""Special-cause rules: for every row -1 (low or falling), 0, or +1 (high or rising). All series at once.

Sources: Making Data Count; NHSRplotthedots 0.2.2; Anhøj and Olesen (2014) for runs. Everything is run-length logic on
sorted rows, so series of any length cost the same per row.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from matneo.stats.limits import Limits
from matneo.stats.profiles import Profile
from matneo.stats.segments import Bools, Floats, Ints, Layout, run_lengths

Signed = NDArray[np.int8]


@dataclass(frozen=True)
class Fired:
    """Per row and rule: -1, 0, +1; the winning rule (index into `names`, -1 for none) and its direction."""

    names: tuple[str, ...]
    columns: dict[str, Signed]
    winner: Ints
    side: Signed
    run_id: Ints
    run_length: Ints


def judge(layout: Layout, limits: Limits, profile: Profile) -> Fired:
    """Run every rule of the profile; the first of its rules that fires gives the reason."""
    run_id, run_length, sides = _runs_about_centre(layout, limits, profile)
    columns: dict[str, Signed] = {
        "outside": outside(limits),
        "trend": trend(layout, limits.value, profile.trend),
        "two_three": two_in_three(layout, limits, profile.two_in_three),
        "shift": np.where(run_length >= profile.shift, sides, 0).astype(np.int8),
    }
    winner = np.full(layout.rows, -1, np.int64)
    side = np.zeros(layout.rows, np.int8)
    for index, name in reversed(list(enumerate(profile.rules))):
        fired = columns[name] != 0
        winner[fired] = index
        side[fired] = columns[name][fired]
    return Fired(profile.rules, columns, winner, side, run_id, run_length)


def outside(limits: Limits) -> Signed:
    """Strictly beyond a limit; an undefined limit is never crossed."""
    above = limits.value > limits.upper
    below = limits.value < limits.lower
    return above.astype(np.int8) - below.astype(np.int8)


def trend(layout: Layout, value: Floats, length: int) -> Signed:
    """`length` points that rise or fall at every step. Equal neighbours, gaps and missing points break a trend."""
    if layout.rows < 2:
        return np.zeros(layout.rows, np.int8)
    step = np.zeros(layout.rows)
    step[1:] = np.sign(value[1:] - value[:-1])
    step[layout.fresh | ~np.isfinite(step)] = 0
    breaks = np.ones(layout.rows, bool)
    breaks[1:] = (step[1:] != step[:-1]) | (step[1:] == 0)
    _, steps = run_lengths(breaks)
    in_trend = (step != 0) & (steps >= length - 1)  # the step that leads to this row belongs to a trend
    leaves = np.append(in_trend[1:], False)
    member = in_trend | leaves
    # A peak shared by a rise and a fall counts as falling: a point goes where its next step goes,
    # as long as the next point belongs to a trend too.
    onwards = np.append(member[1:] & ~layout.fresh[1:] & (step[1:] != 0), False)
    following = np.append(step[1:], 0)
    return np.where(member, np.where(onwards, following, step), 0).astype(np.int8)


def two_in_three(layout: Layout, limits: Limits, zone: str) -> Signed:
    """Of three neighbours on one side of the centre, two or more in the outer third; only those are marked."""
    if layout.rows < 3:
        return np.zeros(layout.rows, np.int8)
    side = _side(limits)
    far = _in_outer_third(limits, zone)
    follows = ~layout.fresh
    window = follows[1:-1] & follows[2:]
    same = (side[2:] == side[1:-1]) & (side[1:-1] == side[:-2]) & (side[2:] != 0)
    enough = far[2:].astype(int) + far[1:-1] + far[:-2] >= 2
    hit = window & same & enough
    marked = np.zeros(layout.rows, bool)
    for offset in range(3):
        marked[offset : layout.rows - 2 + offset] |= hit
    return np.where(marked & far, side, 0).astype(np.int8)


@dataclass(frozen=True)
class RunsAnalysis:
    """Anhøj's runs analysis per segment. NaN-free: segments without useful points have zeros."""

    useful: Ints
    longest_run: Ints
    longest_run_max: Ints
    crossings: Ints
    crossings_min: Ints
    signal: Bools


def runs_analysis(layout: Layout, value: Floats, centre: Floats, included: Bools) -> RunsAnalysis:
    """Longest run and crossings of the points off the centre line (Anhøj and Olesen 2014, PLoS ONE 9(11) e113825)."""
    side = np.sign(value - centre)
    useful = included & np.isfinite(side) & (side != 0)
    segments = len(layout.segment_start)
    count = layout.segment_count(useful)
    where, sides = layout.segment[useful], side[useful]
    breaks = np.ones(len(where), bool)
    breaks[1:] = (where[1:] != where[:-1]) | (sides[1:] != sides[:-1])
    _, lengths = run_lengths(breaks)
    longest = np.zeros(segments, np.int64)
    np.maximum.at(longest, where, lengths)
    crossings = np.bincount(where[breaks], minlength=segments) - (count > 0)
    longest_max, crossings_min = runs_limits(count)
    signal = (count > 0) & ((longest > longest_max) | (crossings < crossings_min))
    return RunsAnalysis(count, longest, longest_max, crossings, crossings_min, signal)


def runs_limits(useful: Ints) -> tuple[Ints, Ints]:
    """Largest usual longest run round(log2 n) + 3, and least usual number of crossings: the 5 % quantile of
    Binomial(n - 1, 1/2). Zero where there are no useful points."""
    some = useful > 0
    longest = np.zeros(len(useful), np.int64)
    longest[some] = np.round(np.log2(useful[some])).astype(np.int64) + 3
    sizes, back = np.unique(np.maximum(useful - 1, 0), return_inverse=True)
    fewest = np.array([_five_percent_quantile(int(size)) for size in sizes], np.int64)
    return longest, np.where(some, fewest[back] if len(sizes) else 0, 0)


@lru_cache(maxsize=4096)
def _five_percent_quantile(trials: int) -> int:
    """Smallest k with at least 5 % of Binomial(trials, 1/2) at or below it. scipy.special is enough, and loads fast."""
    from scipy.special import bdtr

    chances = bdtr(np.arange(trials + 1, dtype=float), trials, 0.5)
    return int(np.argmax(chances >= 0.05))


def _side(limits: Limits) -> Signed:
    with np.errstate(invalid="ignore"):
        side = np.sign(limits.value - limits.centre)
    return np.where(np.isfinite(side), side, 0).astype(np.int8)


def _in_outer_third(limits: Limits, zone: str) -> Bools:
    far = (limits.value > limits.upper_warning) | (limits.value < limits.lower_warning)
    if zone == "between":
        far &= outside(limits) == 0
    return far


def _runs_about_centre(layout: Layout, limits: Limits, profile: Profile) -> tuple[Ints, Ints, Signed]:
    """Runs on one side of the centre: number, length and side of each row's run."""
    side = _side(limits)
    if profile.centre == "skips":
        side = _carried(layout, limits, side)
    breaks = np.ones(layout.rows, bool)
    breaks[1:] = (side[1:] != side[:-1]) | (side[1:] == 0) | layout.fresh[1:]
    run, length = run_lengths(breaks)
    return run, np.where(side == 0, 0, length), side


def _carried(layout: Layout, limits: Limits, side: Signed) -> Signed:
    """Points on the centre take the side before them, so that they neither count as a crossing nor break a run."""
    rows = np.arange(layout.rows)
    settled = (side != 0) | layout.fresh | ~np.isfinite(limits.value)
    return side[np.maximum.accumulate(np.where(settled, rows, 0))]
