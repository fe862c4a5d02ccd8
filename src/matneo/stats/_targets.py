"""Targets: one for all rows, one a row, one a series by name, or one a series that changes on a date."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats._arrays import Bools, Floats, Ints
from matneo.stats._rows import as_floats, as_periods
from matneo.stats.results import SeriesError


@dataclass(frozen=True)
class Targets:
    """The target of each row (NaN: none); rows of series that a list of targets leaves out; what could not be placed."""

    value: Floats
    unlisted: Bools
    errors: list[SeriesError]


def of_rows(series: NDArray[Any], period: Ints, target: ArrayLike | Mapping[Any, Any] | None) -> Targets:
    """The target of each row.

    A mapping gives each series by name a number, or a mapping from the period it holds from to a number. A name that is
    no series is reported as `unknown_series_in_target`.

    >>> found = of_rows(np.array(["A"] * 3), np.array([1, 2, 3]), {"A": {1: 5.0, 3: 4.0}})
    >>> found.value.tolist()
    [5.0, 5.0, 4.0]
    """
    rows = len(period)
    if not isinstance(target, Mapping):
        return Targets(as_floats(target, rows), np.zeros(rows, bool), [])
    names, code = np.unique(series, return_inverse=True)
    place = {name: index for index, name in enumerate(names.tolist())}
    errors = [_unknown(name, aim) for name, aim in target.items() if name not in place]
    entries = [
        (place[name], begins, value)
        for name, aim in target.items()
        if name in place
        for begins, value in _dated(aim)
    ]
    listed = np.zeros(len(names), bool)
    listed[[place[name] for name in target if name in place]] = True
    return Targets(_valid(code, period, entries), ~listed[code], errors)


def _dated(aim: Any) -> list[tuple[int, float]]:
    """(first period, target); a target without a date holds from always."""
    if not isinstance(aim, Mapping):
        return [(-(2**40), np.nan if aim is None else float(aim))]
    return [(int(as_periods(np.asarray([begins]))[0]), float(value)) for begins, value in aim.items()]


def _valid(code: Ints, period: Ints, entries: list[tuple[int, int, float]]) -> Floats:
    """For each row the last entry of its series that holds by its period."""
    found = np.full(len(code), np.nan)
    if not entries:
        return found
    owner, begins = (np.array([entry[i] for entry in entries], np.int64) for i in (0, 1))
    value = np.array([entry[2] for entry in entries])
    order = np.lexsort((begins, owner))
    owner, begins, value = owner[order], begins[order], value[order]
    # Ranks instead of dates, so that series and date fit into one number.
    moments = np.unique(begins)
    key = owner * (len(moments) + 1) + np.searchsorted(moments, begins) + 1
    asked = code * (len(moments) + 1) + np.searchsorted(moments, period, side="right")
    last = np.searchsorted(key, asked, side="right") - 1
    there = (last >= 0) & (owner[np.maximum(last, 0)] == code)
    found[there] = value[last[there]]
    return found


def _unknown(name: Any, aim: Any) -> SeriesError:
    value = float("nan") if isinstance(aim, Mapping) or aim is None else float(aim)
    return SeriesError(
        "unknown_series_in_target", name, -1, value, f"There is a target for {name}, and no such series."
    )
