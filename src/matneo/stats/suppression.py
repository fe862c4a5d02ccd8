"""Releasing a table by hiding cells: small ones first, then enough others that nobody can work the small ones out.

Example:
    >>> from matneo.stats.suppression import suppress
    >>> from matneo.stats.table_structure import crossed, totals
    >>> table = [[20, 3, 23], [15, 18, 33], [35, 21, 56]]  # the last row and column are totals
    >>> found = suppress(table, threshold=5, constraints=crossed(totals(3), totals(3)), zeros="shown")
    >>> found.shown.tolist()
    [[nan, nan, 23.0], [nan, nan, 33.0], [35.0, 21.0, 56.0]]

Whatever the table is (margins, hierarchies from trust to England, groups, time) its structure is a matrix of linear
constraints, one row for each total: its parts minus itself are 0. The audit is independent of how cells were chosen: for
every hidden cell two linear programmes find the smallest and the largest value that agree with everything shown. A table
with a cell known more closely than the threshold is not released at all. Refusals name cells and constraints by their
number in that order, from 0.

Hide with the counts whatever is made of them: rates, intervals, and the points of a chart whose limits or denominators
give them away. Someone who knows one of the cells (a trust knows its own) knows more than the audit assumes.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats._secondary import NotReleasable, Table, cell_ranges, protect

__all__ = ["Audit", "NotReleasable", "Suppression", "audit_suppression", "suppress"]
Zeros = Literal["shown", "hidden"]


@dataclass(frozen=True)
class Audit:
    """What a reader can work out of every cell, in the shape of the table; a shown cell is its own range."""

    lower: Floats
    upper: Floats
    safe: bool  # every hidden cell has a range at least as wide as the threshold
    too_narrow: Bools  # hidden cells that do not
    threshold: int


@dataclass(frozen=True)
class Suppression:
    """A table that may be released, and how it was made. Arrays have the shape of the table."""

    shown: Floats  # counts; NaN where hidden
    hidden: Bools
    primary: Bools  # small by themselves, or with a small rest
    secondary: Bools  # hidden to protect others
    denominators: Floats | None  # with their own hidden cells
    audit: Audit
    threshold: int
    zeros: str


def suppress(
    counts: ArrayLike,
    *,
    threshold: int,
    constraints: ArrayLike,
    zeros: Zeros,
    denominators: ArrayLike | None = None,
    published: ArrayLike | None = None,
) -> Suppression:
    """Hide the cells of a table of counts that may not be seen, and those that would give them away.

    `counts` of any shape; `constraints` a matrix with one column a cell (in the order of `counts.ravel()`), each row of
    which times the counts is 0: see `table_structure`. `denominators` (the same shape and structure) make
    the counts parts of something: then a small rest is hidden too, small denominators with what is counted of them, and
    the audit knows that no count is above its denominator. `published` marks cells that are out already.

    Primary: counts from 1 to threshold - 1, and rests likewise; denominators below the threshold; with `zeros="hidden"`
    also 0 and all, which tell of everyone at once. There is no default: whoever releases decides whether "nobody" or
    "everybody" gives anybody away.

    Secondary: as long as a total can be taken apart (one hidden cell in its row, or hidden cells that together are below
    the threshold) the smallest other cell of the row is hidden; then the audit (`audit_suppression`), and again where it
    finds a range narrower than the threshold. Greedy, so more may be hidden than the least possible.

    Raises ValueError for counts that do not fit their constraints or denominators, and NotReleasable where no choice of
    cells protects the table, or the solver gives no answer: the failure is closed.

    Rule: hide 0 < x < threshold (and such rests and denominators), then the smallest other cell of each row that can be taken
    apart, until no hidden cell is known within less than `threshold`.
    Source: ours; the two usual steps of cell suppression, with an audit (Hundepool et al. 2012, Statistical Disclosure
    Control, Wiley).

    >>> from matneo.stats.table_structure import totals
    >>> found = suppress([4, 30, 34], threshold=5, constraints=totals(3), zeros="shown")
    >>> found.primary.tolist(), found.secondary.tolist()
    ([True, False, False], [False, True, False])
    """
    table = _table(counts, denominators, constraints)
    given.one_of(zeros, "zeros", Zeros)
    given.whole(threshold, "threshold", 2)
    primary = _primary(table, threshold, zeros)
    fixed = np.zeros(len(table.values), bool)
    if published is not None:
        fixed[: table.cells] = _flat(published, table, "published")
    if (place := np.flatnonzero(primary & fixed)).size:
        raise NotReleasable(f"Cell {place[0]} should be hidden and has been published.")
    hidden, lower, upper = protect(table, primary, fixed, threshold)
    return _suppression(table, hidden, primary, lower, upper, threshold, zeros)


def audit_suppression(
    counts: ArrayLike,
    hidden: ArrayLike,
    *,
    threshold: int,
    constraints: ArrayLike,
    denominators: ArrayLike | None = None,
) -> Audit:
    """What a reader can work out of the hidden cells of a table, from the shown ones and the constraints alone.

    `denominators` are taken as public. Ranges are of whole numbers; infinite where nothing bounds a cell. Shapes and errors
    as for `suppress`.

    Method: the smallest and largest whole number each hidden cell can be, given constraints × counts = 0, the shown cells and
    counts ≥ 0, by linear programming; unsafe where one is known within less than `threshold`.
    Source: ours; SciPy's HiGHS solves the programmes.

    >>> from matneo.stats.table_structure import totals
    >>> found = audit_suppression([3, 30, 33], [True, False, False], threshold=5, constraints=totals(3))
    >>> found.lower.tolist(), found.upper.tolist(), found.safe
    ([3.0, 30.0, 33.0], [3.0, 30.0, 33.0], False)
    """
    table = _table(counts, denominators, constraints)
    mask = np.zeros(len(table.values), bool)
    mask[: table.cells] = _flat(hidden, table, "hidden")
    lower, upper = cell_ranges(table, mask)
    return _audit(table, mask, lower, upper, threshold)


def _table(counts: ArrayLike, denominators: ArrayLike | None, constraints: ArrayLike) -> Table:
    table = given.whole_counts(counts, "counts")
    values, ties = table.ravel(), np.atleast_2d(np.asarray(constraints, float))
    if np.isnan(values).any():
        raise ValueError("A table to release has a count in every cell; leave out what was not collected.")
    if ties.shape[1] != len(values):
        raise ValueError(f"The constraints tie {ties.shape[1]} cells, and the table has {len(values)}.")
    if denominators is None:
        return _fitting(Table(values, ties, table.shape, len(values)))
    people = given.whole_counts(denominators, "denominators").ravel()
    if people.shape != values.shape or not (people >= values).all():
        raise ValueError("Every count needs a denominator, and none may be above it.")
    nothing = np.zeros_like(ties)
    both = np.block([[ties, nothing], [nothing, ties]])
    return _fitting(Table(np.concatenate([values, people]), both, table.shape, len(values)))


def _fitting(table: Table) -> Table:
    off = table.ties @ table.values
    if (wrong := np.flatnonzero(off)).size:
        raise ValueError(f"Constraint {wrong[0]} is off by {off[wrong[0]]:g}: the table does not add up.")
    return table


def _flat(mask: ArrayLike, table: Table, what: str) -> Bools:
    flat = np.asarray(mask, bool).ravel()
    if len(flat) != table.cells:
        raise ValueError(f"The {what} cells are {len(flat)} and the table has {table.cells}.")
    return flat


def _primary(table: Table, threshold: int, zeros: Zeros) -> Bools:
    def small(values: Floats) -> Bools:
        return (values < threshold) & ((values > 0) | (zeros == "hidden"))

    count = table.values[: table.cells]
    if not table.has_denominators:
        return small(count)
    people = table.values[table.cells :]
    few = small(people)
    return np.concatenate([small(count) | small(people - count) | few, few])


def _audit(table: Table, hidden: Bools, lower: Floats, upper: Floats, threshold: int) -> Audit:
    narrow = hidden & (upper - lower < threshold)
    own = slice(0, table.cells)
    return Audit(
        lower[own].reshape(table.shape),
        upper[own].reshape(table.shape),
        not narrow.any(),
        narrow[own].reshape(table.shape),
        threshold,
    )


def _suppression(
    table: Table, hidden: Bools, primary: Bools, lower: Floats, upper: Floats, threshold: int, zeros: Zeros
) -> Suppression:
    def shaped(values: Bools) -> Bools:
        return values[: table.cells].reshape(table.shape)

    shown = np.where(hidden, np.nan, table.values)
    return Suppression(
        shown=shown[: table.cells].reshape(table.shape),
        hidden=shaped(hidden),
        primary=shaped(primary),
        secondary=shaped(hidden & ~primary),
        denominators=shown[table.cells :].reshape(table.shape) if table.has_denominators else None,
        audit=_audit(table, hidden, lower, upper, threshold),
        threshold=threshold,
        zeros=zeros,
    )
