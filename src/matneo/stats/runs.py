"""Runs of a phase as a whole: the longest run, crossings of the centre, and how many of either chance would give."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from matneo.stats import boxes
from matneo.stats.profiles import Profile
from matneo.stats.segments import Bools, Floats, Ints, Layout, Signed

UNUSUAL = 0.025  # each tail of the test on the number of runs


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


def runs_limits(useful: Ints) -> tuple[Ints, Ints]:
    """Largest usual longest run round(log2 n) + 3, and least usual number of crossings: the 5 % quantile of
    Binomial(n - 1, 1/2). Zero where there are no useful points.

    >>> longest, crossings = runs_limits(np.array([24]))
    >>> int(longest[0]), int(crossings[0])
    (8, 8)
    """
    some = useful > 0
    longest = np.zeros(len(useful), np.int64)
    longest[some] = np.round(np.log2(useful[some])).astype(np.int64) + 3
    most = int(useful.max()) if len(useful) else 0
    known = np.bincount(useful, minlength=most + 1) > 0 if len(useful) else np.zeros(0, bool)
    fewest = np.array(
        [_five_percent_quantile(max(n - 1, 0)) if there else 0 for n, there in enumerate(known)], np.int64
    )
    return longest, np.where(some, fewest[useful] if len(useful) else 0, 0)


@lru_cache(maxsize=4096)
def _five_percent_quantile(trials: int) -> int:
    """Smallest k with at least 5 % of Binomial(trials, 1/2) at or below it. scipy.special is enough, and loads fast."""
    from scipy.special import bdtr

    chances = bdtr(np.arange(trials + 1, dtype=float), trials, 0.5)
    return int(np.argmax(chances >= 0.05))


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


@lru_cache(maxsize=65536)
def run_count_limits(above: int, below: int) -> tuple[int, int]:
    """Fewest and most runs that are still usual, for so many points above and below the centre, in random order.

    With R runs, P(R < fewest) and P(R > most) are each at most 2.5 %, by the exact distribution (Swed and Eisenhart 1943,
    Annals of Mathematical Statistics 14:66). Printed tables round for a number of points alone and differ by one here and
    there. (1, 1) where all points lie on one side: their number of runs says nothing.

    >>> run_count_limits(5, 5)
    (3, 9)
    """
    from scipy.special import gammaln

    if not above or not below:
        return 1, 1
    runs = np.arange(2, above + below + 1)

    def ways(parts: Ints, points: int) -> Floats:
        fine = (parts >= 1) & (parts <= points)
        k = np.where(fine, parts, 1)
        return np.where(fine, gammaln(points) - gammaln(k) - gammaln(points - k + 1), -np.inf)

    half, other = runs // 2, (runs + 1) // 2
    total = gammaln(above + below + 1) - gammaln(above + 1) - gammaln(below + 1)
    chance = np.exp(ways(half, above) + ways(other, below) - total)
    chance += np.exp(ways(other, above) + ways(half, below) - total)
    at_most = np.cumsum(chance)
    at_least = np.cumsum(chance[::-1])[::-1]
    usual = runs[(at_most > UNUSUAL) & (at_least > UNUSUAL)]
    return int(usual[0]), int(usual[-1])
