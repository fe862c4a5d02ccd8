"""Rows of several series in time order, for statistics that run from row to row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, Ints
from matneo.stats._segments import changes


@dataclass(frozen=True)
class Sequences:
    """Where each series lies. `order` leads from the rows as given to rows that stand series by series."""

    order: Ints | slice
    start: Ints  # first sorted row of each series
    stop: Ints  # one past its last
    names: NDArray[Any]
    rows: int

    def spans(self) -> Iterator[tuple[int, int]]:
        """First and one past the last sorted row, series by series."""
        return zip(self.start.tolist(), self.stop.tolist(), strict=True)

    def as_given(self, column: NDArray[Any]) -> NDArray[Any]:
        """A sorted column in the order of the rows as given."""
        back = np.empty_like(column)
        back[self.order] = column
        return back

    def as_matrix(self, column: Floats) -> Floats:
        """A column as given, one line a series, padded with NaN behind the last row of the shorter ones."""
        lengths = self.stop - self.start
        matrix = np.full((len(lengths), int(lengths.max(initial=0))), np.nan)
        matrix[self._filled(matrix)] = column[self.order]
        return matrix

    def from_matrix(self, matrix: NDArray[Any]) -> NDArray[Any]:
        """The way back from `as_matrix`: one column in the order of the rows as given."""
        return self.as_given(matrix[self._filled(matrix)])

    def _filled(self, matrix: NDArray[Any]) -> NDArray[np.bool_]:
        filled: NDArray[np.bool_] = np.arange(matrix.shape[1]) < (self.stop - self.start)[:, None]
        return filled


def sequences(series: ArrayLike | None, rows: int) -> Sequences:
    """Find the series of a table whose rows are in time order inside each of them. None: one series.

    Rows that already stand series by series are not moved, which is what makes a million births cheap.
    Raises ValueError when there is not one name a row.
    """
    if series is None:
        whole = np.array([0][: min(rows, 1)], np.int64)
        return Sequences(slice(None), whole, whole + rows, np.zeros(len(whole), np.int64), rows)
    names = given.labels(series, "series", rows)
    order: Ints | slice = slice(None)
    start = np.flatnonzero(changes(names))
    if len(np.unique(names[start])) < len(start):
        _, codes = np.unique(names, return_inverse=True)
        order = np.argsort(codes, kind="stable").astype(np.int64, copy=False)
        start = np.flatnonzero(changes(codes[order]))
    stop = np.append(start[1:], rows)[: len(start)]
    return Sequences(order, start, stop, names[order][start], rows)
