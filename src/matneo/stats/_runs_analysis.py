"""The runs of each phase as a whole, beside what chance would give."""

from dataclasses import dataclass

import numpy as np

from matneo.stats import boxes
from matneo.stats._arrays import Bools, Ints, Signed
from matneo.stats._segments import Layout
from matneo.stats.profiles import Profile
from matneo.stats.runs import run_count_limits, runs_limits


@dataclass(frozen=True)
class RunsAnalysis:
    """Per segment; segments without useful points have zeros. `run_count_*` are zero where the profile does not ask."""

    useful: Ints
    longest_run: Ints
    longest_run_max: Ints
    crossings: Ints
    crossings_min: Ints
    long_run: Bools  # a run is longer than chance gives
    few_crossings: Bools
    signal: Bools  # either, by the profile's method
    longest_allowed: Ints  # per segment: runs longer than this are the signal
    run_count: Ints
    run_count_min: Ints
    run_count_max: Ints
    run_count_signal: Bools


def runs_analysis(
    layout: Layout, side: Signed, included: Bools, profile: Profile, *, fair: bool = True
) -> RunsAnalysis:
    """Longest run and crossings of the included points off the centre (Anhøj and Olesen 2014, PLoS ONE 9(11) e113825).

    `side` is -1, 0 or +1 a row; points on the centre and rows that are not included are left out, and their neighbours
    become neighbours. By the profile's method a phase signals if its longest run exceeds round(log2 n) + 3 or its
    crossings fall below the 5 % quantile of Binomial(n - 1, 1/2), or if the pair lies outside the best or cut box.
    Nothing signals where the question is not `fair`: no order in time, or neighbours that share a point.
    """
    rows = np.flatnonzero(included & (side != 0))
    where, sides = layout.segment[rows], side[rows]
    count = np.bincount(where, minlength=layout.segments)
    new_segment = np.ones(len(rows), bool)
    new_segment[1:] = where[1:] != where[:-1]
    starts = np.ones(len(rows), bool)
    starts[1:] = new_segment[1:] | (sides[1:] != sides[:-1])
    first = np.flatnonzero(starts)
    lengths = np.diff(np.append(first, len(rows)))
    longest = np.zeros(layout.segments, np.int64)
    crossings = np.zeros(layout.segments, np.int64)
    if len(rows):
        begins = np.flatnonzero(new_segment[first])
        here = where[first[begins]]
        longest[here] = np.maximum.reduceat(lengths, begins)
        crossings[here] = np.diff(np.append(begins, len(first))) - 1
    longest_max, crossings_min = runs_limits(count)
    judged = (count >= max(profile.minimum_useful, 1)) & fair
    allowed, few = _outside(count, crossings, longest_max, crossings_min, profile)
    long = judged & (longest > allowed) & (allowed > 0)
    few &= judged
    counted = _run_counts(layout, side, rows, crossings, profile, judged)
    return RunsAnalysis(
        count, longest, longest_max, crossings, crossings_min, long, few, long | few, allowed, *counted
    )


def _outside(
    count: Ints, crossings: Ints, longest_max: Ints, crossings_min: Ints, profile: Profile
) -> tuple[Ints, Bools]:
    """The longest run allowed, and whether crossings alone are a signal."""
    few = crossings < crossings_min
    if profile.runs_method == "anhoej":
        return longest_max, few
    boxed = (count >= boxes.SMALLEST) & (count <= boxes.LARGEST)
    allowed = longest_max.copy()
    for n in np.unique(count[boxed]):
        mine = count == n
        allowed[mine] = boxes.border(int(n), profile.runs_method)[crossings[mine]]
    return np.where(boxed & (allowed == 0), longest_max, allowed), np.where(boxed, allowed == 0, few)


def _run_counts(
    layout: Layout, side: Signed, rows: Ints, crossings: Ints, profile: Profile, judged: Bools
) -> tuple[Ints, Ints, Ints, Bools]:
    nothing = np.zeros(layout.segments, np.int64)
    if "run_count" not in profile.rules:
        return nothing, nothing, nothing, np.zeros(layout.segments, bool)
    where = layout.segment[rows]
    above = np.bincount(where[side[rows] > 0], minlength=layout.segments)
    below = np.bincount(where[side[rows] < 0], minlength=layout.segments)
    limits = np.array([run_count_limits(int(a), int(b)) for a, b in zip(above, below, strict=True)]).reshape(
        -1, 2
    )
    count = np.where(above + below > 0, crossings + 1, 0)
    unusual = judged & ((count < limits[:, 0]) | (count > limits[:, 1]))
    return count, limits[:, 0], limits[:, 1], unusual
