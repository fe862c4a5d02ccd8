"""Judging the rows of a chart: what is impossible is reported per series, and never stops the others."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats._arrays import Bools, Floats, Ints, ratio
from matneo.stats._kinds import COUNTED, PROPORTIONS, WEIGHTED, WHOLE
from matneo.stats._segments import Layout
from matneo.stats.results import SeriesError


@dataclass(frozen=True)
class Rows:
    """The table as numbers. NaN is a missing value; `unreadable` rows held something that is no number."""

    series: NDArray[Any]
    period: Ints
    value: Floats
    numerator: Floats
    denominator: Floats
    size: Floats
    spread: Floats
    unreadable: Bools

    def __len__(self) -> int:
        return len(self.period)


def read(
    kind: str,
    series: ArrayLike,
    period: ArrayLike,
    value: ArrayLike | None,
    numerator: ArrayLike | None,
    denominator: ArrayLike | None,
    size: ArrayLike | None,
    spread: ArrayLike | None,
) -> Rows:
    """The columns of a chart as numbers, and the plotted value worked out. ValueError for a column a kind must have."""
    if value is None and numerator is None:
        raise ValueError(f"A {kind} chart needs values, or a numerator.")
    if kind in WEIGHTED and denominator is None:
        raise ValueError(f"A {kind} chart needs a denominator.")
    names = np.asarray(series)
    when = as_periods(period)
    rows = len(names)
    if when.shape != (rows,):
        raise ValueError(f"There are {rows} series names and {len(when)} periods; every row needs both.")
    found = [_numbers(column, rows) for column in (value, numerator, denominator, size, spread)]
    unreadable = np.zeros(rows, bool)
    for _, strange in found:
        if strange is not None:
            unreadable |= strange
    numbers = [column for column, _ in found]
    plotted, top = _plotted(value is not None, denominator is not None, numbers[0], numbers[1], numbers[2])
    bottom, sizes, spreads = numbers[2:]
    return Rows(names, when, plotted, top, bottom, sizes, spreads, unreadable)


def _plotted(
    has_value: bool, has_denominator: bool, value: Floats, top: Floats, bottom: Floats
) -> tuple[Floats, Floats]:
    """What is drawn, and the numerator that stands for it."""
    if has_value:
        return value, value * bottom if has_denominator else top
    if not has_denominator:
        return top, top
    # A missing numerator or denominator takes the other with it; nothing of nothing is no value.
    return ratio(np.where(np.isnan(bottom), np.nan, top), np.nan_to_num(bottom)), top


def as_floats(values: ArrayLike | None, rows: int) -> Floats:
    """A float array of the right length; None gives missing values."""
    numbers, strange = _numbers(values, rows)
    if strange is not None:
        raise ValueError(f"A column holds something that is no number, in row {int(np.argmax(strange))}.")
    return numbers


def _numbers(values: ArrayLike | None, rows: int) -> tuple[Floats, Bools | None]:
    if values is None:
        return np.full(rows, np.nan), None
    strange = None
    try:
        array = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        array, strange = _one_by_one(values)
    if array.ndim == 0:
        return np.full(rows, float(array)), strange
    if array.shape != (rows,):
        raise ValueError(f"All columns need {rows} entries, and one has the shape {array.shape}.")
    return array, strange


def _one_by_one(values: ArrayLike) -> tuple[Floats, Bools]:
    """Numbers where there are some: only a table with something else in it comes here."""
    cells = list(np.asarray(values, object).ravel())
    numbers, strange = np.full(len(cells), np.nan), np.zeros(len(cells), bool)
    for place, cell in enumerate(cells):
        try:
            numbers[place] = np.nan if cell is None else float(cell)
        except (TypeError, ValueError):
            strange[place] = True
    return numbers, strange


def as_periods(period: ArrayLike) -> Ints:
    """Calendar positions as integers: integers as they are, dates (also written 2025-01-31) as days since 1970."""
    array = np.asarray(period)
    if array.dtype.kind == "O" and array.size and isinstance(array.flat[0], date):
        array = array.astype("datetime64[D]")
    if array.dtype.kind == "U":
        array = array.astype("datetime64[D]")
    if array.dtype.kind == "M":
        return array.astype("datetime64[D]").astype(np.int64)
    return array.astype(np.int64, copy=False)


def find_errors(
    kind: str, rows: Rows, layout: Layout, *, repeats: bool, zero_time: bool = False
) -> tuple[list[SeriesError], list[SeriesError]]:
    """Everything impossible in the rows, with the series, period and value named; and what is only passed over.

    `repeats`: equal periods are one subgroup, and no error. `zero_time`: events may follow each other at once.
    """
    found: list[SeriesError] = []
    passed: list[SeriesError] = []
    value, top, bottom = rows.value, rows.numerator, rows.denominator

    def report(code: str, where: NDArray[Any], shown: Floats, words: str) -> None:
        found.extend(described(code, rows, where, shown, words))

    if not repeats:
        report(
            "duplicate_period",
            _twice(rows, layout),
            rows.period.astype(float),
            "the period stands there twice",
        )
    report("non_numeric", rows.unreadable, value, "something that is no number")
    if kind in COUNTED:
        negative = (top < 0) | (bottom < 0)
        report("negative_count", negative, np.where(bottom < 0, bottom, top), "a count is below zero")
        report_zero(kind, rows, found, passed)
        if kind in PROPORTIONS:
            report("numerator_gt_denominator", top > bottom, top, "more are counted than there are")
    if kind == "t":
        impossible = value < 0 if zero_time else value <= 0
        report("non_positive_time", impossible, value, "a time between events must be above zero")
    if kind in WHOLE:
        report("negative_count", value < 0, value, "a count is below zero")
    infinite = np.isinf(value) | np.isinf(top) | np.isinf(bottom)
    report("not_finite", infinite, value, "a value is infinite")
    return found, passed


def report_zero(kind: str, rows: Rows, found: list[SeriesError], passed: list[SeriesError]) -> None:
    """Something counted of nothing is impossible; nothing of nothing is no value, and is mentioned."""
    nothing = rows.denominator == 0
    if not nothing.any():
        return
    if kind not in PROPORTIONS:  # there it is already more than there are
        some = nothing & (rows.numerator > 0)
        found += described(
            "zero_denominator", rows, some, rows.numerator, "counted, and the denominator is zero"
        )
    empty = nothing & (rows.numerator == 0)
    passed += described(
        "zero_denominator", rows, empty, rows.denominator, "no value, the denominator is zero"
    )


def described(code: str, rows: Rows, where: NDArray[Any], shown: Floats, words: str) -> list[SeriesError]:
    """One error for each marked row."""
    return [
        SeriesError(
            code,
            rows.series[row],
            int(rows.period[row]),
            float(shown[row]),
            f"Series {rows.series[row]}, period {rows.period[row]}: {words} ({shown[row]:g}).",
        )
        for row in np.flatnonzero(where)
    ]


def _twice(rows: Rows, layout: Layout) -> Bools:
    """Rows whose period stood in the series before."""
    when = layout.sort(rows.period)
    twice = np.zeros(len(when), bool)
    twice[1:] = (when[1:] == when[:-1]) & (layout.series[1:] == layout.series[:-1])
    return layout.unsort(twice)
