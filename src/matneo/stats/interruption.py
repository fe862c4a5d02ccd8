"""The design of an interrupted time series: a line before, a change of level and of trend after, the seasons."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats

ROUNDING = 1e-12


@dataclass(frozen=True)
class SegmentedDesign:
    """Columns intercept, time, level, trend, seasons, covariates; and the same as if nothing had changed."""

    terms: tuple[str, ...]
    design: Floats  # (n, k)
    counterfactual: Floats  # (n, k): level and trend are zero
    after: Bools  # from the first point of the new segment on
    phase_in: Bools  # points of the gap, which belong to neither segment


def segmented_design(
    time: ArrayLike,
    start: float,
    *,
    phase_in: float = 0,
    seasonality: int = 0,
    points_per_year: float = 12,
    covariates: Mapping[str, ArrayLike] | None = None,
) -> SegmentedDesign:
    """Terms of a segmented regression on whole-number times (Wagner 2002).

    `level` is 1 and `trend` counts 1, 2, … from the first point after the change: `start`, or `start + phase_in` when the
    change took that long to arrive (the points between are marked, to be left out). `seasonality` pairs sin and cos of
    2πj·time/points_per_year. At half the points of a year a sine is zero everywhere, so quarterly data with two pairs get
    three columns; more pairs than that are refused: they would be sums of the others. ValueError: no point before or after
    the change, too many pairs, a covariate of another length.

    Formula: columns 1, t, [t ≥ T], (t - T + 1)[t ≥ T], T = start + phase_in, then seasons and covariates.
    Source: Wagner, Soumerai, Zhang, Ross-Degnan 2002, J Clin Pharm Ther 27:299.

    >>> segmented_design([1, 2, 3, 4], 3).design.tolist()
    [[1.0, 1.0, 0.0, 0.0], [1.0, 2.0, 0.0, 0.0], [1.0, 3.0, 1.0, 1.0], [1.0, 4.0, 1.0, 2.0]]
    """
    when = given.complete(time, "time")
    if phase_in < 0:
        raise ValueError(f"`phase_in` lasts 0 points or more, and is {phase_in:g}.")
    first = start + phase_in
    if not (when < start).any() or not (when >= first).any():
        raise ValueError(
            f"There must be points before {start:g} and from {first:g} on; these run from {when.min():g} to {when.max():g}."
        )
    after = when >= first
    columns = {
        "intercept": np.ones(len(when)),
        "time": when,
        "level": after.astype(float),
        "trend": np.where(after, when - first + 1, 0.0),
    }
    columns |= fourier(when, seasonality, points_per_year)
    for name, values in (covariates or {}).items():
        if name in columns:
            raise ValueError(f"The covariate {name!r} needs a name of its own.")
        columns[name] = given.complete(values, name, len(when))
    design = np.column_stack(list(columns.values()))
    unchanged = design.copy()
    unchanged[:, 2:4] = 0
    return SegmentedDesign(tuple(columns), design, unchanged, after, (when >= start) & ~after)


def fourier(time: ArrayLike, pairs: int, points_per_year: float) -> dict[str, Floats]:
    """sin1, cos1, sin2, … of a year; the sine at half the points of a year is zero everywhere and left out.

    Raises ValueError for more pairs than half the points of a year.

    Formula: sin(2πjt/m) and cos(2πjt/m), j = 1 … pairs, m = points_per_year.
    Source: ours; the harmonics of a year, as in any textbook of time series.

    >>> list(fourier([0, 1, 2, 3], 2, 4))
    ['sin1', 'cos1', 'cos2']
    """
    if pairs < 0 or pairs != int(pairs) or points_per_year <= 0:
        raise ValueError(
            f"Seasons need 0, 1, 2, … pairs and some points a year, not {pairs:g} and {points_per_year:g}."
        )
    if 2 * pairs > points_per_year:
        most = int(points_per_year // 2)
        raise ValueError(
            f"{points_per_year:g} points a year can carry at most {most} pairs of seasonal terms, not {pairs}."
        )
    when = np.asarray(time, float)
    columns: dict[str, Floats] = {}
    for order in range(1, int(pairs) + 1):
        angle = 2 * np.pi * (order * when % points_per_year) / points_per_year
        if 2 * order != points_per_year:
            columns[f"sin{order}"] = _clean(np.sin(angle))
        columns[f"cos{order}"] = _clean(np.cos(angle))
    return columns


def _clean(wave: Floats) -> Floats:
    """Zeros as zeros: a column of nothing but rounding would pass for a term of its own."""
    return np.where(np.abs(wave) < ROUNDING, 0.0, wave)
