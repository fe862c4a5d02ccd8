"""What two releases tell together that neither tells alone.

Example:
    >>> from matneo.stats.differencing import Release, audit_releases
    >>> north, all_trusts = [[1, 1, 0]], [[1, 1, 1]]  # two groupings of three trusts
    >>> found = audit_releases([Release(north, [57]), Release(all_trusts, [60])], threshold=5)
    >>> found.lower.tolist(), found.upper.tolist(), found.disclosed.tolist()
    ([0.0, 0.0, 3.0], [57.0, 57.0, 3.0], [False, False, True])

Pieces are the finest parts that any release adds up: trusts, groups, or "in the old region and not in the new one". Keep
what was shown, and audit the next release against it before it goes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats._feasible import Known, NotSolved, ranges
from matneo.stats.disclosure import rounded_range


@dataclass(frozen=True)
class Release:
    """Figures that went out, or are about to: which pieces each adds up, and what was shown (NaN: hidden)."""

    members: ArrayLike  # one row a figure, one column a piece; 1 where the piece is in the figure
    shown: ArrayLike
    rounding: Literal["exact", "rule_a"] = "exact"


@dataclass(frozen=True)
class DifferencingAudit:
    """What a reader of all releases knows of each piece (or target)."""

    lower: Floats
    upper: Floats
    disclosed: Bools  # known to be small, more closely than the threshold allows
    safe: bool
    threshold: int


def audit_releases(
    releases: Sequence[Release],
    *,
    threshold: int,
    targets: ArrayLike | None = None,
    zeros: Literal["shown", "hidden"] = "shown",
) -> DifferencingAudit:
    """The range of every piece that agrees with all releases, which must come from the same counts.

    `targets` are sums of pieces to protect (rows as in `Release.members`; default: every piece). A target is disclosed
    where its range is narrower than the threshold and begins below it: that something is large and exactly known is what
    statistics are for. A certain 0 counts only with `zeros="hidden"`. Rounded figures (`rule_a`) are known as the range
    their rounding leaves.

    Raises ValueError where shapes differ, or where no counts agree with all releases: they then come from different data,
    and `small_changes` is the question to ask; and where the solver gives no answer.

    Method: the smallest and largest whole number each target can be, given members × pieces = shown (or within its rounding)
    and pieces ≥ 0, by linear programming, whole-number programming where the best point is not whole.
    Source: ours; SciPy's HiGHS solves the programmes.

    >>> both = [Release([[1, 1]], [20]), Release([[1, 0]], [17])]  # a total, and one of its two parts
    >>> found = audit_releases(both, threshold=5)
    >>> found.lower.tolist(), found.upper.tolist(), found.safe
    ([17.0, 3.0], [17.0, 3.0], False)
    """
    given.one_of(zeros, "zeros", ("shown", "hidden"))
    pieces = {np.atleast_2d(np.asarray(release.members)).shape[1] for release in releases}
    if len(pieces) != 1:
        raise ValueError(f"All releases add up the same pieces, and these have {sorted(pieces)}.")
    n = pieces.pop()
    wanted = np.eye(n) if targets is None else np.atleast_2d(np.asarray(targets, float))
    rows, low, high = _known(releases)
    lower, upper = _target_ranges(rows, low, high, wanted)
    certain_zero = (upper == 0) & (zeros == "shown")
    disclosed = (upper - lower < threshold) & (lower < threshold) & ~certain_zero
    return DifferencingAudit(lower, upper, disclosed, not disclosed.any(), threshold)


def small_changes(before: ArrayLike, after: ArrayLike, *, threshold: int) -> Bools:
    """Cells shown twice whose difference is below the threshold and not 0: the people who came between two releases.

    Late records and revisions are such people. NaN (hidden) at either time tells nothing by itself. Arrays broadcast. Raises
    ValueError for counts that are not whole.

    Rule: 0 < |after - before| < threshold.
    Source: ours; the difference of two releases is a count as any other.

    >>> small_changes([57, 60, float("nan")], [58, 80, 12], threshold=5).tolist()
    [True, False, False]
    """
    first, second = np.broadcast_arrays(
        given.whole_counts(before, "before"), given.whole_counts(after, "after")
    )
    change = np.abs(second - first)
    return np.asarray((change > 0) & (change < threshold))


def _known(releases: Sequence[Release]) -> tuple[Floats, Floats, Floats]:
    """All figures shown: their rows, and the smallest and largest sum each can be."""
    rows, lows, highs = [], [], []
    for release in releases:
        members = np.atleast_2d(np.asarray(release.members, float))
        shown = np.atleast_1d(given.whole_counts(release.shown, "shown"))
        if len(members) != len(shown):
            raise ValueError(f"A release has {len(members)} rows of members and {len(shown)} figures.")
        seen = ~np.isnan(shown)
        low, high = rounded_range(shown[seen]) if release.rounding == "rule_a" else (shown[seen], shown[seen])
        rows.append(members[seen])
        lows.append(low)
        highs.append(high)
    return np.vstack(rows), np.concatenate(lows), np.concatenate(highs)


def _target_ranges(rows: Floats, low: Floats, high: Floats, wanted: Floats) -> tuple[Floats, Floats]:
    """Each target becomes an unknown of its own, tied to its pieces, so that one audit serves both."""
    n, extra = rows.shape[1], len(wanted)
    certain = low == high
    wide = np.hstack([rows, np.zeros((len(rows), extra))])
    equal = np.vstack([wide[certain], np.hstack([wanted, -np.eye(extra)])])
    known = Known(
        equal,
        np.concatenate([low[certain], np.zeros(extra)]),
        np.vstack([wide[~certain], -wide[~certain]]),
        np.concatenate([high[~certain], -low[~certain]]),
    )
    try:
        return ranges(known, np.arange(n, n + extra, dtype=np.int64))
    except NotSolved as reason:
        raise ValueError(
            f"No counts agree with all releases, or none were found: they come from different data. {reason}"
        ) from reason
