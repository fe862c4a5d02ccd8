"""A balanced panel: one row a unit, one column a period."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, Ints


@dataclass(frozen=True)
class Panel:
    """Units seen in every period; `group` is the first treated period, 0 for units that stay untreated."""

    units: NDArray[Any]
    periods: Ints
    y: Floats  # (units, periods)
    group: Ints
    weight: Floats  # mean one
    cluster: Ints  # 0, 1, … per unit
    dropped: tuple[Any, ...]
    weighted: bool
    clustered: bool

    @property
    def df(self) -> float:
        return float(np.max(self.cluster))

    def standard_error(self, influence: Floats) -> float:
        """The standard error of what has this influence function, units of a cluster taken together."""
        return clustered_error(influence, self.cluster)


def clustered_error(influence: Floats, cluster: Ints) -> float:
    """√(Σ over clusters of (sum of influence)²) / n."""
    sums = np.bincount(cluster, influence)
    return float(np.sqrt(sums @ sums)) / len(influence)


def lay_out_panel(
    y: ArrayLike,
    unit: ArrayLike,
    period: ArrayLike,
    first_treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> Panel:
    """Long rows as a balanced panel. Units that miss a value, or were treated from the first period on, are dropped and named."""
    values = given.column(y, "y")
    rows = len(values)
    names, place = given.groups(unit, "unit", rows)
    periods, when = np.unique(_whole("period", period, rows), return_inverse=True)
    first = _whole("first_treated", first_treated, rows)
    cell = place * len(periods) + when
    seen = np.bincount(cell, minlength=len(names) * len(periods))
    if (seen > 1).any():
        twice = int(np.flatnonzero(seen > 1)[0])
        raise ValueError(
            f"Unit {names[twice // len(periods)]} has two rows for period {periods[twice % len(periods)]}."
        )
    given.refuse(np.isinf(values), values, "y", "must be finite, or missing")
    given.refuse(
        first < 0, first.astype(float), "first_treated", "is the first treated period, or 0 for never"
    )
    wide = np.full((len(names), len(periods)), np.nan)
    wide[place, when] = values
    group = _one_a_unit("first_treated", first, place, names)
    group = np.where(group > periods[-1], 0, group)
    weight = _weights(weights, place, rows)
    code = place if cluster is None else given.groups(cluster, "cluster", rows)[1]
    grouped = _one_a_unit("cluster", code, place, names)
    late = (group > 0) & (group <= periods[0])
    keep = np.isfinite(wide).all(axis=1) & ~late
    if keep.sum() < 2 or len(periods) < 2:
        raise ValueError(f"{keep.sum()} complete units and {len(periods)} periods leave nothing to compare.")
    if len(np.unique(grouped[keep])) < 2:
        raise ValueError("All units are in one cluster; the uncertainty of a single cluster cannot be known.")
    return Panel(
        names[keep], periods, wide[keep], group[keep], weight[keep] / weight[keep].mean(),
        np.unique(grouped[keep], return_inverse=True)[1], tuple(names[~keep].tolist()),
        weights is not None, cluster is not None,
    )  # fmt: skip


def _whole(name: str, values: ArrayLike, rows: int) -> Ints:
    number = given.complete(values, name, rows)
    given.refuse(number != np.round(number), number, name, "must be a whole number")
    return number.astype(np.int64)


def _weights(weights: ArrayLike | None, place: Ints, rows: int) -> Floats:
    if weights is None:
        return np.ones(int(place.max()) + 1)
    weight = given.weights(weights, rows)
    return np.asarray(np.bincount(place, weight) / np.bincount(place), float)


def _one_a_unit(name: str, values: Ints, place: Ints, names: NDArray[Any]) -> Ints:
    """The value of each unit; refused where a unit has two."""
    of_unit = np.zeros(len(names), np.int64)
    of_unit[place] = values
    if (differs := of_unit[place] != values).any():
        raise ValueError(f"Unit {names[place[differs][0]]} has more than one {name}.")
    return of_unit
