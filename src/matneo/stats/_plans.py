"""What the caller says of each row: phases, rows left out, baselines, which way is better, given centres."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats import _rows
from matneo.stats._arrays import Bools, Floats, Ints
from matneo.stats._subgroups import Subgroups

DIRECTIONS = {"increase": 1, "decrease": -1, "neutral": 0}


@dataclass(frozen=True)
class Options:
    """What the caller says of the whole batch; meanings as in `spc.chart`."""

    rebase: Any
    baseline_points: int | None
    freeze: Any
    target: Any
    step: int | None
    bounds: tuple[float, float] | None
    in_time: bool
    multiply: float
    last_period: int | None

    def said(self) -> dict[str, Any]:
        """Those that change what is computed, for the parameters of a result."""
        names = ("step", "bounds", "multiply", "in_time", "baseline_points", "freeze")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Plan:
    """What the caller says of each row, in the order given."""

    phase: Ints | None
    excluded: Bools | None
    baseline: Bools | None
    good: Ints
    centre: Floats
    sigma: Floats

    def of_subgroups(self, joined: Subgroups) -> "Plan":
        """The same of rows put together: a subgroup is left out if one of its rows is."""
        first = joined.first
        return Plan(
            None if self.phase is None else self.phase[first],
            None if self.excluded is None else joined.any(self.excluded),
            None if self.baseline is None else joined.any(self.baseline),
            self.good[first],
            self.centre[first],
            self.sigma[first],
        )


def read(
    rows: int,
    phase: ArrayLike | None,
    exclude: ArrayLike | None,
    baseline: ArrayLike | None,
    direction: ArrayLike,
    centre: ArrayLike | None,
    sigma: ArrayLike | None,
) -> Plan:
    """The columns as arrays of one entry a row; a single value stands for all rows."""

    def column(values: ArrayLike | None, kind: Any) -> NDArray[Any] | None:
        return None if values is None else np.broadcast_to(np.asarray(values, kind), (rows,))

    return Plan(
        column(phase, np.int64),
        column(exclude, bool),
        column(baseline, bool),
        directions(direction, rows),
        _rows.as_floats(centre, rows),
        _rows.as_floats(sigma, rows),
    )


def directions(direction: ArrayLike, rows: int) -> Ints:
    """+1, -1 or 0 a row for increase, decrease and neutral. ValueError for any other word."""
    words = np.asarray(direction).astype(str)
    signs = np.zeros(words.shape, np.int64)
    known = np.zeros(words.shape, bool)
    for word, sign in DIRECTIONS.items():  # three comparisons are quicker than sorting a long column of words
        mine = words == word
        signs[mine], known[mine] = sign, True
    for word in np.unique(words[~known]):
        given.one_of(str(word), "direction", DIRECTIONS)
    return np.broadcast_to(signs, (rows,))
