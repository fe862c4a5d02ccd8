"""Which rows set the limits of their phase: frozen baselines, and rows left out."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats._arrays import Bools, Ints
from matneo.stats._rows import as_periods
from matneo.stats._segments import Layout, run_places
from matneo.stats.profiles import Profile


def used_rows(
    layout: Layout,
    usable: Bools,
    excluded: Bools,
    baseline: Bools | None,
    points: int | None,
    profile: Profile,
) -> tuple[Bools, Ints]:
    """Rows that set centre and limits: usable, not left out, and of the baseline where their phase has one.

    `baseline` marks rows; `points` takes the first so many rows of each phase. Also the phases (segments) whose baseline
    is shorter than the profile accepts.
    """
    used = usable & ~excluded
    marked = np.zeros(layout.rows, bool) if baseline is None else baseline
    if points is not None:
        marked = marked | _first_points(layout, usable, points, profile)
    asked = layout.segment_count(marked)
    if not asked.any():
        return used, np.zeros(0, np.int64)
    asked_for = asked if points is None else np.full(layout.segments, points)
    short = np.flatnonzero((asked > 0) & (asked_for < profile.baseline_minimum))
    return used & (marked | layout.spread(asked == 0)), short


def _first_points(layout: Layout, usable: Bools, points: int, profile: Profile) -> Bools:
    if profile.missing == "skips":
        seen: Ints = np.cumsum(usable)
        before: Ints = seen - usable
        place = seen - layout.spread(before[layout.segment_start])
        first: Bools = usable & (place <= points)
        return first
    begins: Bools = run_places(layout.begins) <= points
    return begins


def up_to(series: NDArray[Any], period: Ints, freeze: Any) -> Bools:
    """Rows up to a last baseline period: one for all, or one for each series by name (others have no baseline)."""
    if not isinstance(freeze, Mapping):
        marked: Bools = period <= as_periods(np.asarray([freeze]))[0]
        return marked
    names, code = np.unique(series, return_inverse=True)
    far_past = np.iinfo(np.int64).min
    last = np.array(
        [as_periods(np.asarray([freeze[n]]))[0] if n in freeze else far_past for n in names.tolist()],
        np.int64,
    )
    within: Bools = period <= last[code]
    return within
