"""What a reader can work out: the smallest and largest whole number each unknown can be, given all that is known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats._arrays import Floats, Ints

SLACK = 1e-6  # of the solver; counts are whole, so it never hides one
SOLVED, UNBOUNDED, UNDECIDED = 0, 3, 4


class NotSolved(RuntimeError):
    """The solver gave no answer. Whoever asked must take it for a disclosure."""


@dataclass(frozen=True)
class Known:
    """Unknown counts x >= 0 with equal @ x == equal_to and most @ x <= most_is."""

    equal: Floats
    equal_to: Floats
    most: Floats
    most_is: Floats


def ranges(known: Known, wanted: Ints) -> tuple[Floats, Floats]:
    """Lower and upper end of each wanted unknown, as whole numbers; infinite where there is no end.

    Linear programmes (HiGHS). Where the best point is not whole, the whole-number problem is solved as well: a reader
    knows that people come whole, and in tables of three or more ways that can narrow a range.
    """
    parts = _connected(known)
    lower, upper = np.zeros(len(wanted)), np.full(len(wanted), np.inf)
    for part in np.unique(parts[wanted]):
        member = np.flatnonzero(parts == part)
        problem = _restricted(known, member)
        for place in np.flatnonzero(parts[wanted] == part):
            own = int(np.searchsorted(member, wanted[place]))
            lower[place], upper[place] = _end(problem, own, 1), _end(problem, own, -1)
    return lower, upper


def _end(known: Known, cell: int, sign: int) -> float:
    cost = np.zeros(known.equal.shape[1])
    cost[cell] = sign
    found = _solve(known, cost)
    if found.status == UNBOUNDED:
        return np.inf
    value = float(found.x[cell])
    if np.abs(found.x - np.round(found.x)).max() > SLACK:
        # A linear end may lie between whole numbers that no whole table reaches.
        value = float(_solve_whole(known, cost).x[cell])
    return float(np.ceil(value - SLACK) if sign > 0 else np.floor(value + SLACK)) + 0.0  # no negative zero


def _solve(known: Known, cost: Floats) -> Any:
    found = _programme(known, cost)
    if (
        found.status == UNDECIDED
    ):  # the presolve tells "no end" and "no solution" apart only by going without it
        found = _programme(known, cost, options={"presolve": False})
    if found.status not in (SOLVED, UNBOUNDED):
        raise NotSolved(f"The audit found no answer ({found.message}).")
    return found


def _solve_whole(known: Known, cost: Floats) -> Any:
    # The solver's own gap of 1e-4 would be several people in a count of 50,000.
    found = _programme(known, cost, integrality=1, options={"mip_rel_gap": 0.0})
    if found.status != SOLVED:
        raise NotSolved(f"The audit found no whole numbers ({found.message}).")
    return found


def _programme(known: Known, cost: Floats, **settings: Any) -> Any:
    from scipy.optimize import linprog
    from scipy.sparse import csr_matrix

    return linprog(
        cost,
        A_eq=csr_matrix(known.equal) if len(known.equal) else None,
        b_eq=known.equal_to if len(known.equal) else None,
        A_ub=csr_matrix(known.most) if len(known.most) else None,
        b_ub=known.most_is if len(known.most) else None,
        bounds=(0, None),
        method="highs",
        **settings,
    )


def _connected(known: Known) -> NDArray[Any]:
    """The part each unknown belongs to: parts that share no row cannot tell anything of one another."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    ties = csr_matrix(np.vstack([known.equal, known.most]) != 0, dtype=np.int8)
    return np.asarray(connected_components(ties.T @ ties, directed=False)[1])


def _restricted(known: Known, member: Ints) -> Known:
    equal, most = known.equal[:, member], known.most[:, member]
    tied, bound = equal.any(axis=1), most.any(axis=1)
    return Known(equal[tied], known.equal_to[tied], most[bound], known.most_is[bound])
