"""Several rows of one series and period become one: the subgroups of X-bar and S charts, and repeated dates elsewhere."""

from dataclasses import dataclass, replace

import numpy as np

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats, Ints, ratio
from matneo.stats._rows import Rows
from matneo.stats._segments import grouped_median

MANNERS = ("mean", "median", "sum", "sd")


@dataclass(frozen=True)
class Subgroups:
    """`first`: for each subgroup the row its other facts are taken from; `group`: the subgroup of each row."""

    rows: Rows
    first: Ints
    group: Ints

    def any(self, marked: Bools) -> Bools:
        """Subgroups with a marked row."""
        return np.bincount(self.group[marked], minlength=len(self.first)) > 0


def put_together(rows: Rows, manner: str) -> Subgroups:
    """One row a series and period, sorted. Missing observations are left out; a subgroup without any is missing.

    Numerators and denominators add up, row by row where both are there. Values become their mean, median, sum or
    standard deviation (`manner`), with the number of observations as `size` and their standard deviation as `spread`.
    """
    given.one_of(manner, "aggregate", MANNERS)
    _, code = np.unique(rows.series, return_inverse=True)
    order = np.lexsort((rows.period, code))
    begins = np.ones(len(order), bool)
    begins[1:] = (code[order][1:] != code[order][:-1]) | (np.diff(rows.period[order]) != 0)
    group = np.empty(len(order), np.int64)
    group[order] = np.cumsum(begins) - 1
    first = order[begins]
    count = len(first)
    counted = np.isfinite(rows.denominator)
    if counted.any():
        made = _summed(rows, group, count)
    else:
        made = _described(rows, group, count, manner)
    value, top, bottom, size, spread = made
    unreadable = np.bincount(group[rows.unreadable], minlength=count) > 0
    joined = Rows(rows.series[first], rows.period[first], value, top, bottom, size, spread, unreadable)
    return Subgroups(joined, first, group)


def _summed(rows: Rows, group: Ints, count: int) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    both = np.isfinite(rows.numerator) & np.isfinite(rows.denominator)
    size: Floats = np.bincount(group[both], minlength=count).astype(float)
    missing = np.where(size > 0, 0.0, np.nan)
    top = missing + np.bincount(group[both], rows.numerator[both], minlength=count).astype(np.float64)
    bottom = missing + np.bincount(group[both], rows.denominator[both], minlength=count).astype(np.float64)
    return ratio(top, np.nan_to_num(bottom)), top, bottom, size, np.full(count, np.nan)


def _described(
    rows: Rows, group: Ints, count: int, manner: str
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    there = np.isfinite(rows.value)
    mine, values = group[there], rows.value[there]
    size = np.bincount(mine, minlength=count).astype(float)
    total = np.where(size > 0, np.bincount(mine, values, minlength=count), np.nan)
    mean = ratio(total, size)
    # In two passes, so that large values keep their small differences.
    mean = mean + ratio(np.bincount(mine, values - mean[mine], minlength=count), size)
    squares = np.bincount(mine, (values - mean[mine]) ** 2, minlength=count)
    spread = np.sqrt(ratio(squares, np.maximum(size - 1, 0)))
    shown = {
        "mean": mean,
        "median": grouped_median(values, mine, count) if manner == "median" else mean,
        "sum": total,
        "sd": spread,
    }[manner]
    return shown, total, np.full(count, np.nan), size, spread


def spreads_drawn(rows: Rows) -> Rows:
    """The rows of an S chart: what is drawn is each subgroup's standard deviation, which may be the value itself."""
    spread = rows.spread if np.isfinite(rows.spread).any() else rows.value
    return replace(rows, value=spread, spread=spread)
