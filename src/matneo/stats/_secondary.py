"""Which other cells to hide so that nobody can work out the small ones, and what a reader knows of each."""

from dataclasses import dataclass

import numpy as np

from matneo.stats._arrays import Bools, Floats, Ints
from matneo.stats._feasible import Known, NotSolved, ranges


class NotReleasable(ValueError):
    """Even with every cell hidden that may be, something small can be worked out. Nothing is released."""


@dataclass(frozen=True)
class Table:
    """Cells in a row, the denominators behind them where there are any, and every tie between them."""

    values: Floats
    ties: Floats
    shape: tuple[int, ...]
    cells: int  # counts; what follows are their denominators

    @property
    def has_denominators(self) -> bool:
        return len(self.values) > self.cells


def protect(table: Table, primary: Bools, fixed: Bools, threshold: int) -> tuple[Bools, Floats, Floats]:
    """Hide more until the audit finds nothing. Every round hides a cell or ends, so there is an end."""
    hidden = primary.copy()
    while True:
        _close_rows(table, hidden, fixed, threshold)
        try:
            lower, upper = cell_ranges(table, hidden)
        except NotSolved as reason:
            raise NotReleasable(str(reason)) from reason
        narrow: Ints = np.flatnonzero(hidden & (upper - lower < threshold)).astype(np.int64)
        if not narrow.size:
            return hidden, lower, upper
        _widen(table, hidden, fixed, narrow, lower, upper, threshold)


def _widen(
    table: Table, hidden: Bools, fixed: Bools, narrow: Ints, lower: Floats, upper: Floats, threshold: int
) -> None:
    """Hide one cell for each narrow one, but not two in a row at once: the first may have been enough."""
    touched = np.zeros(len(table.ties), bool)
    for cell in narrow:
        rows = table.ties[:, cell] != 0
        if (rows & touched).any():
            continue
        chosen = _companion(table, hidden, fixed, int(cell), threshold - (upper[cell] - lower[cell]))
        if chosen is None:
            raise NotReleasable(
                f"Cell {cell} can be placed between {lower[cell]:g} and {upper[cell]:g}, and no cell is left to hide."
            )
        hidden[chosen] = True
        touched |= rows | (table.ties[:, chosen] != 0)


def _close_rows(table: Table, hidden: Bools, fixed: Bools, threshold: int) -> None:
    """Row by row what needs no solver: one hidden cell is what is missing to 0, and few hidden people are few."""
    changed = True
    while changed:
        changed = False
        for row in table.ties:
            inside = hidden & (row != 0)
            if not inside.any():
                continue
            signs = row[inside]
            one_sided = (signs > 0).all() or (signs < 0).all()
            if inside.sum() > 1 and not (one_sided and table.values[inside].sum() < threshold):
                continue
            chosen = _smallest(table, (row != 0) & ~hidden & ~fixed, 0)
            if chosen is not None:
                hidden[chosen] = changed = True


def _companion(table: Table, hidden: Bools, fixed: Bools, cell: int, missing: float) -> int | None:
    """The next cell to hide for one that is known too closely: in its own rows, else in rows of its company, else any."""
    rows = table.ties[:, cell] != 0
    free = ~hidden & ~fixed
    for _ in range(len(table.values)):
        company = (table.ties[rows] != 0).any(axis=0)
        if (chosen := _smallest(table, company & free, missing)) is not None:
            return chosen
        wider = (table.ties[:, company] != 0).any(axis=1)
        if (wider == rows).all():
            break
        rows = wider
    return _smallest(table, free, missing)


def _smallest(table: Table, candidates: Bools, at_least: float) -> int | None:
    """The smallest candidate that is large enough to help; else the largest; None where there is none."""
    places = np.flatnonzero(candidates)
    if not places.size:
        return None
    enough = places[table.values[places] >= max(at_least, 1)]
    if enough.size:
        return int(enough[np.argmin(table.values[enough])])
    return int(places[np.argmax(table.values[places])])


def cell_ranges(table: Table, hidden: Bools) -> tuple[Floats, Floats]:
    """Lower and upper end of every cell: those of a reader for the hidden, themselves for the shown."""
    lower, upper = table.values.copy(), table.values.copy()
    places: Ints = np.flatnonzero(hidden).astype(np.int64)
    if not places.size:
        return lower, upper
    open_rows = table.ties[:, hidden].any(axis=1)
    equal = table.ties[open_rows][:, hidden]
    equal_to = -table.ties[open_rows][:, ~hidden] @ table.values[~hidden]
    most, most_is = _not_above_denominators(table, hidden)
    lower[places], upper[places] = ranges(
        Known(equal, equal_to, most, most_is), np.arange(len(places), dtype=np.int64)
    )
    return lower, upper


def _not_above_denominators(table: Table, hidden: Bools) -> tuple[Floats, Floats]:
    """count - denominator <= 0 for every cell with one of the two hidden."""
    if not table.has_denominators:
        return np.zeros((0, int(hidden.sum()))), np.zeros(0)
    rows = np.hstack([np.eye(table.cells), -np.eye(table.cells)])
    rows = rows[(rows[:, hidden] != 0).any(axis=1)]
    return rows[:, hidden], -rows[:, ~hidden] @ table.values[~hidden]
