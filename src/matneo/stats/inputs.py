"""Judging the rows of a chart: what is impossible is reported per series, and never stops the others."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats.results import SeriesError
from matneo.stats.segments import Floats, Ints

COUNTED = frozenset({"p", "p_prime", "u", "u_prime"})


def as_floats(values: ArrayLike | None, rows: int) -> Floats:
    """A float array of the right length; None gives missing values."""
    if values is None:
        return np.full(rows, np.nan)
    array = np.asarray(values, np.float64)
    if array.ndim == 0:
        return np.full(rows, float(array))
    if array.shape != (rows,):
        raise ValueError(f"All columns need {rows} entries, and one has the shape {array.shape}.")
    return array


def as_periods(period: ArrayLike) -> Ints:
    """Calendar positions as integers: integers as they are, dates as days since 1970."""
    array = np.asarray(period)
    if array.dtype.kind == "M":
        return array.astype("datetime64[D]").astype(np.int64)
    return array.astype(np.int64)


def find_errors(
    kind: str, series: NDArray[Any], period: Ints, value: Floats, numerator: Floats, denominator: Floats
) -> list[SeriesError]:
    """Everything impossible in the rows, with the series, period and value named."""
    found: list[SeriesError] = []

    def report(code: str, rows: NDArray[Any], shown: Floats, words: str) -> None:
        for row in np.flatnonzero(rows):
            where = f"Series {series[row]}, period {period[row]}"
            found.append(
                SeriesError(
                    code,
                    series[row],
                    int(period[row]),
                    float(shown[row]),
                    f"{where}: {words} ({shown[row]:g}).",
                )
            )

    order = np.lexsort((period, series))
    twice = np.zeros(len(order), bool)
    twice[order[1:]] = (series[order[1:]] == series[order[:-1]]) & (period[order[1:]] == period[order[:-1]])
    report("duplicate_period", twice, period.astype(float), "the period stands there twice")
    if kind in COUNTED:
        report("negative_count", (numerator < 0) | (denominator < 0), numerator, "a count is below zero")
        if kind in {"p", "p_prime"}:
            report(
                "numerator_gt_denominator",
                numerator > denominator,
                numerator,
                "more are counted than there are",
            )
    if kind == "t":
        report("non_positive_time", value <= 0, value, "a time between events must be above zero")
    if kind == "g":
        report("negative_count", value < 0, value, "a count is below zero")
    infinite = np.isinf(value) | np.isinf(numerator) | np.isinf(denominator)
    report("not_finite", infinite, value, "a value is infinite")
    return found
