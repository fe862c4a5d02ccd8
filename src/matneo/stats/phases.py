"""Where new limits begin: the phase of each row from the dates of rebases."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats._arrays import Ints
from matneo.stats._rows import as_periods
from matneo.stats.results import SeriesError

Periods = Sequence[Any] | NDArray[Any]


def from_rebases(
    series: ArrayLike, period: ArrayLike, rebases: Periods | Mapping[Any, Periods]
) -> tuple[Ints, list[SeriesError]]:
    """The phase number of each row: how many rebases of its series have come by its period.

    `rebases` lists periods for every series, or for each series by name. A phase begins at a rebase that stands among the
    periods of the series; one on the first period makes the first phase number 1. A rebase of a named series that does
    not stand there is passed over and reported as `rebase_not_in_data`. `series` and `period` have one entry a row.

    Rule: the phase is the number of rebases of the series, at or before the period, that stand among its periods.
    Source: NHSRplotthedots 0.2.2; the report of absent rebases is ours.

    >>> phase, passed = from_rebases(["A"] * 4, [1, 2, 3, 4], {"A": [3, 9]})
    >>> phase.tolist(), passed[0].code
    ([0, 0, 1, 1], 'rebase_not_in_data')
    """
    names, code = np.unique(np.asarray(series), return_inverse=True)
    when = as_periods(period)
    wanted_series, wanted_period, named = _wanted(names, rebases)
    key, wanted = _keys(code, when, wanted_series, wanted_period)
    starts = np.isin(key, wanted)
    order = np.lexsort((when, code))
    total = np.cumsum(starts[order])
    first = np.searchsorted(code[order], np.arange(len(names)))
    offset = np.where(first > 0, total[first - 1], 0) if len(total) else np.zeros(0, np.int64)
    phase = np.empty(len(when), np.int64)
    phase[order] = total - offset[code[order]]
    absent: Ints = np.flatnonzero(~np.isin(wanted, key) & named)
    passed = [_absent(names[wanted_series[row]], wanted_period[row]) for row in absent]
    unknown = [name for name in rebases if name not in names] if isinstance(rebases, Mapping) else []
    return phase, passed + [_absent(name, None) for name in unknown]


def _wanted(names: NDArray[Any], rebases: Periods | Mapping[Any, Periods]) -> tuple[Ints, Ints, bool]:
    if not isinstance(rebases, Mapping):
        days = as_periods(np.asarray(rebases)) if len(rebases) else np.zeros(0, np.int64)
        return np.repeat(np.arange(len(names)), len(days)), np.tile(days, len(names)), False
    place = {name: index for index, name in enumerate(names.tolist())}
    pairs = [
        (place[name], day)
        for name, listed in rebases.items()
        if name in place and len(listed)
        for day in as_periods(np.asarray(listed)).tolist()
    ]
    whole = np.array(pairs, np.int64).reshape(-1, 2)
    return whole[:, 0], whole[:, 1], True


def _keys(code: Ints, when: Ints, wanted_code: Ints, wanted: Ints) -> tuple[Ints, Ints]:
    """Series and period as one number each."""
    every = np.concatenate([when, wanted])
    low = int(every.min()) if len(every) else 0
    span = int(every.max()) - low + 1 if len(every) else 1
    return code * span + (when - low), wanted_code * span + (wanted - low)


def _absent(name: Any, day: int | None) -> SeriesError:
    what = (
        f"Series {name}, period {day}: no row to begin a phase with"
        if day is not None
        else f"There is no series {name}"
    )
    return SeriesError(
        "rebase_not_in_data",
        name,
        -1 if day is None else int(day),
        float("nan"),
        f"{what}; the rebase was passed over.",
    )
