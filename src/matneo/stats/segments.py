"""Sorted long tables and their segments: the tools of one pass over any number of series."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Layout:
    """Rows sorted by series and period. `order` leads from sorted rows to the rows as given."""

    order: Ints
    series: Ints  # 0, 1, … per sorted row
    series_names: NDArray[np.generic]
    segment: Ints  # one number per series and phase
    segment_start: Ints  # first row of each segment
    series_start: Ints  # first row of each series
    fresh: Bools  # True where a row does not follow the row before: new segment, or a gap in the calendar
    gap_before: Bools

    @property
    def rows(self) -> int:
        return len(self.order)

    def segment_sum(self, values: Floats, where: Bools) -> Floats:
        total = np.bincount(self.segment, np.where(where, values, 0.0), minlength=len(self.segment_start))
        return total.astype(np.float64, copy=False)

    def segment_count(self, where: Bools) -> Ints:
        return np.bincount(self.segment[where], minlength=len(self.segment_start))

    def segment_mean(self, values: Floats, where: Bools) -> Floats:
        """Mean of the chosen rows of each segment in two passes (exact for large offsets); NaN where there are none."""
        count = self.segment_count(where)
        first = ratio(self.segment_sum(values, where), count)
        rest = ratio(self.segment_sum(values - np.where(where, first[self.segment], 0.0), where), count)
        return first + rest

    def segment_median(self, values: Floats, where: Bools) -> Floats:
        chosen = np.flatnonzero(where)
        by_value = chosen[np.lexsort((values[chosen], self.segment[chosen]))]
        count = self.segment_count(where)
        start = np.concatenate([[0], np.cumsum(count)[:-1]])
        middle = np.full(len(count), np.nan)
        some = count > 0
        low = values[by_value[(start + (count - 1) // 2)[some]]]
        high = values[by_value[(start + count // 2)[some]]]
        middle[some] = (low + high) / 2
        return middle


def ratio(top: Floats | Ints, bottom: Floats | Ints) -> Floats:
    """top / bottom; nothing divided by nothing is no value."""
    result: Floats = np.full(np.broadcast(top, bottom).shape, np.nan)
    np.divide(top, bottom, out=result, where=np.asarray(bottom) != 0)
    return result


def lay_out(series: NDArray[np.generic], period: Ints, phase: Ints | None, step: int | None) -> Layout:
    """Sort by series and period. A calendar gap is a distance of more than `step` (None: distances are not judged)."""
    names, code = np.unique(series, return_inverse=True)
    order = np.lexsort((period, code))
    code, when = code[order], period[order]
    new_series = _changes(code)
    part = np.zeros(len(order), np.int64) if phase is None else np.asarray(phase, np.int64)[order]
    new_segment = new_series | _changes(part)
    gap = np.zeros(len(order), bool)
    if step is not None:
        gap[1:] = (np.diff(when) > step) & ~new_series[1:]
    segment = np.cumsum(new_segment) - 1 if len(order) else np.zeros(0, np.int64)
    return Layout(
        order,
        code,
        names,
        segment,
        np.flatnonzero(new_segment),
        np.flatnonzero(new_series),
        new_segment | gap,
        gap,
    )


def _changes(codes: Ints) -> Bools:
    new = np.ones(len(codes), bool)
    new[1:] = codes[1:] != codes[:-1]
    return new


def run_lengths(breaks: Bools) -> tuple[Ints, Ints]:
    """Run number and run length of every row; a new run begins wherever `breaks` is True."""
    run: Ints = np.cumsum(breaks, dtype=np.int64) - 1
    if not len(run):
        return run, run
    run = run - run[0]
    return run, np.bincount(run)[run]


def last_where(layout: Layout, where: Bools) -> Ints:
    """For each series the last row where `where` holds, or -1."""
    marked = np.where(where, np.arange(layout.rows), -1)
    if not len(layout.series_start):
        return np.zeros(0, np.int64)
    return np.maximum.reduceat(marked, layout.series_start)
