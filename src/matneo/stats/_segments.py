"""Sorted long tables and their segments: the tools of one pass over any number of series."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats._arrays import Bools, Floats, Ints, ratio


@dataclass(frozen=True)
class Layout:
    """Rows sorted by series and period. `order` leads from sorted rows to the rows as given."""

    order: Ints
    in_order: bool  # the rows were given sorted: nothing needs to be moved
    series: Ints  # 0, 1, … per sorted row
    series_names: NDArray[np.generic]
    segment: Ints  # one number per series and phase
    segment_start: Ints  # first row of each segment
    series_start: Ints  # first row of each series
    begins: Bools  # True where a segment begins
    fresh: Bools  # True where a row does not follow the row before: new segment, or a gap in the calendar
    gap_before: Bools

    @property
    def rows(self) -> int:
        return len(self.order)

    @property
    def segments(self) -> int:
        return len(self.segment_start)

    @cached_property
    def segment_size(self) -> Ints:
        return np.diff(np.append(self.segment_start, self.rows))

    @cached_property
    def series_size(self) -> Ints:
        return np.diff(np.append(self.series_start, self.rows))

    @cached_property
    def segment_end(self) -> Ints:
        """Last row of each segment."""
        return self.segment_start + self.segment_size - 1

    @cached_property
    def phase_of_segment(self) -> Ints:
        """0, 1, … inside each series, per segment."""
        first = self.segment[self.series_start]
        numbers: Ints = np.arange(self.segments) - first[self.series[self.segment_start]]
        return numbers

    def sort(self, column: NDArray[Any]) -> NDArray[Any]:
        """From the order given to sorted rows."""
        return column if self.in_order else column[self.order]

    def unsort(self, column: NDArray[Any]) -> NDArray[Any]:
        """From sorted rows to the order the caller gave."""
        if self.in_order:
            return column
        as_given = np.empty_like(column)
        as_given[self.order] = column
        return as_given

    def spread(self, per_segment: NDArray[Any]) -> NDArray[Any]:
        """One entry a segment becomes one entry a row."""
        return np.repeat(per_segment, self.segment_size)

    def segment_sum(self, values: Floats, where: Bools) -> Floats:
        return _reduced(np.where(where, values, 0.0), self.segment_start)

    def segment_count(self, where: Bools) -> Ints:
        if not self.rows:
            return np.zeros(0, np.int64)
        return np.add.reduceat(where, self.segment_start, dtype=np.int64)

    def segment_mean(self, values: Floats, where: Bools) -> Floats:
        """Mean of the chosen rows of each segment in two passes (exact for large offsets); NaN where there are none."""
        count = self.segment_count(where)
        first = ratio(self.segment_sum(values, where), count)
        rest = ratio(self.segment_sum(values - self.spread(first), where), count)
        return first + rest

    def segment_median(self, values: Floats, where: Bools) -> Floats:
        return grouped_median(values[where], self.segment[where], self.segments)


def grouped_median(values: Floats, group: Ints, groups: int) -> Floats:
    """Median of the values of each group 0 … groups - 1; NaN where a group has none."""
    by_value = np.lexsort((values, group))
    count = np.bincount(group, minlength=groups)
    start = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64)
    middle = np.full(groups, np.nan)
    some = count > 0
    low = values[by_value[(start + (count - 1) // 2)[some]]]
    high = values[by_value[(start + count // 2)[some]]]
    middle[some] = (low + high) / 2
    return middle


def lay_out(series: NDArray[np.generic], period: Ints, phase: Ints | None, step: int | None) -> Layout:
    """Sort by series and period. A calendar gap is a distance of more than `step` (None: distances are not judged)."""
    in_order = _is_sorted(series, period)
    if in_order:
        # Sorting is the dearest step of a large batch, and most tables come sorted.
        order, when = np.arange(len(period)), period
        new_series = changes(series)
        names = series[new_series]
        code = np.cumsum(new_series) - 1
    else:
        names, code = np.unique(series, return_inverse=True)
        order = np.lexsort((period, code))
        code, when = code[order], period[order]
        new_series = changes(code)
    new_segment = new_series
    if phase is not None:
        new_segment = new_series | changes(phase if in_order else phase[order])
    gap = np.zeros(len(order), bool)
    if step is not None:
        gap[1:] = (np.diff(when) > step) & ~new_series[1:]
    return Layout(
        order,
        in_order,
        code,
        names,
        np.cumsum(new_segment) - 1,
        np.flatnonzero(new_segment),
        np.flatnonzero(new_series),
        new_segment,
        new_segment | gap,
        gap,
    )


def _is_sorted(series: NDArray[Any], period: Ints) -> bool:
    if series.dtype.kind == "O":
        return False
    same = series[1:] == series[:-1]
    later = series[1:] > series[:-1]
    return bool(np.all(later | (same & (period[1:] >= period[:-1]))))


def changes(codes: NDArray[Any]) -> Bools:
    """True where a sorted column begins a new value."""
    new = np.ones(len(codes), bool)
    new[1:] = codes[1:] != codes[:-1]
    return new


def _reduced(values: Floats, start: Ints) -> Floats:
    total: Floats = np.add.reduceat(values, start) if len(values) else np.zeros(0)
    return total


def run_lengths(breaks: Bools) -> tuple[Ints, Ints]:
    """Run number and run length of every row; a new run begins wherever `breaks` is True."""
    first = np.flatnonzero(breaks)
    if not len(breaks):
        return first, first
    if not len(first) or first[0] != 0:
        first = np.concatenate([[0], first])
    length = np.diff(np.append(first, len(breaks)))
    return np.repeat(np.arange(len(first)), length), np.repeat(length, length)


def run_places(breaks: Bools) -> Ints:
    """1, 2, … inside each run; a new run begins wherever `breaks` is True."""
    rows = np.arange(len(breaks))
    places: Ints = rows - np.maximum.accumulate(np.where(breaks, rows, 0)) + 1
    return places


def last_where(layout: Layout, where: Bools) -> Ints:
    """For each series the last row where `where` holds, or -1."""
    marked = np.where(where, np.arange(layout.rows), -1)
    if not len(layout.series_start):
        return np.zeros(0, np.int64)
    return np.maximum.reduceat(marked, layout.series_start)
