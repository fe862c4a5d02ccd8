"""Run-chart medians that move to each sustained run: a baseline median, and a new one from the start of every long run.

Example:
    >>> from matneo.stats import run_medians
    >>> found = run_medians.medians(series=["A"] * 8, period=range(8), value=[1, 2, 3, 9, 8, 9, 8, 9], points=3, run=4)
    >>> found.median.tolist(), found.first_period.tolist()
    ([2.0, 8.5], [0, 3])
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, Ints, Signed, Texts
from matneo.stats._rows import as_floats, as_periods
from matneo.stats._segments import Layout, grouped_median, lay_out, run_places
from matneo.stats.results import Columns

DIRECTIONS = {"above": (1,), "below": (-1,), "both": (1, -1)}


@dataclass(frozen=True)
class RunMedians(Columns):
    """One entry a median, in time order inside each series."""

    series: NDArray[Any]
    median: Floats
    first_period: Ints  # of the baseline, or of the run
    last_period: Ints
    extends_to: Ints  # the start of the next median, or the last period
    kind: Texts  # baseline or sustained
    side: Signed  # of the median before: +1 above, -1 below; 0 for a baseline


def medians(
    *,
    series: ArrayLike,
    period: ArrayLike,
    value: ArrayLike,
    points: int = 13,
    run: int = 9,
    direction: str = "both",
    until: int | None = None,
) -> RunMedians:
    """Medians of the first `points` rows of each series, and of every run of `run` points on one side that follows.

    After the baseline, points on the median in force are passed over. `run` points in a row above or below it (`direction`:
    above, below, both) are a sustained run: their median is in force from the run's first point, and the search goes on
    behind its last. Series of fewer than `points` + `run` rows keep their baseline; those of fewer than `points` have none
    yet. Missing values are passed over. `until` is where the last median of each series extends to (its own last period if
    not given).

    Raises ValueError for lengths below one and unknown directions.

    Rule: the median of the first `points` rows; then each `run` points in a row on one side of the median in force give a new
    one, from the first of them on.
    Source: runcharter 0.2, as it answers.

    >>> medians(series=["A"] * 5, period=range(5), value=[3, 1, 2, 5, 5], points=3, run=2).median.tolist()
    [2.0, 5.0]
    """
    given.one_of(direction, "direction", DIRECTIONS)
    given.whole(points, "points")
    given.whole(run, "run")
    layout = lay_out(np.asarray(series), as_periods(period), None, None)
    when, values = layout.sort(as_periods(period)), layout.sort(as_floats(value, layout.rows))
    baseline = run_places(layout.begins) <= points
    there = baseline & np.isfinite(values)
    middle = grouped_median(values[there], layout.series[there], len(layout.series_start))
    enough = np.flatnonzero(layout.series_size >= points)
    begins = layout.series_start[enough]
    none = np.zeros(len(enough), np.int8)
    found = [_Found(enough, middle[enough], begins, begins + points - 1, none)]
    current = np.where(layout.series_size >= points + run, middle, np.nan)
    last = layout.series_start + points - 1
    while len((following := _next_runs(layout, values, current, last, run, direction)).series):
        found.append(following)
        current = np.full(len(current), np.nan)  # where nothing was found there is nothing more to find
        current[following.series] = following.median
        last[following.series] = following.last
    return _table(layout, when, found, until)


@dataclass(frozen=True)
class _Found:
    series: Ints
    median: Floats
    first: Ints  # rows
    last: Ints
    side: Signed


def _next_runs(
    layout: Layout, value: Floats, current: Floats, last: Ints, run: int, direction: str
) -> _Found:
    """The next sustained run of each series, behind its last median."""
    rows = np.arange(layout.rows)
    gap = value - current[layout.series]
    useful = np.flatnonzero((rows > last[layout.series]) & np.isfinite(gap) & (gap != 0))
    side = np.sign(gap[useful]).astype(np.int8)
    owner = layout.series[useful]
    breaks = np.ones(len(useful), bool)
    breaks[1:] = (side[1:] != side[:-1]) | (owner[1:] != owner[:-1])
    complete = np.flatnonzero((run_places(breaks) == run) & np.isin(side, DIRECTIONS[direction]))
    series, place = np.unique(owner[complete], return_index=True)
    ends = complete[place]
    members = ends[:, None] + np.arange(1 - run, 1)
    middle = np.median(value[useful[members]], axis=1) if len(ends) else np.zeros(0)
    return _Found(series, middle, useful[ends - run + 1], useful[ends], side[ends])


def _table(layout: Layout, when: Ints, found: list[_Found], until: int | None) -> RunMedians:
    owner = np.concatenate([part.series for part in found])
    first = np.concatenate([part.first for part in found])
    order = np.lexsort((first, owner))
    owner, first = owner[order], first[order]

    def joined(name: str) -> NDArray[Any]:
        return np.concatenate([getattr(part, name) for part in found])[order]

    side = joined("side")
    final = (
        when[layout.series_start + layout.series_size - 1][owner]
        if until is None
        else np.full(len(owner), until)
    )
    extends = final.copy()
    same = owner[1:] == owner[:-1]
    extends[:-1][same] = when[first[1:]][same]
    return RunMedians(
        layout.series_names[owner],
        joined("median"),
        when[first],
        when[joined("last")],
        extends,
        np.where(side == 0, "baseline", "sustained"),
        side,
    )
