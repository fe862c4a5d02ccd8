"""Patterns of neighbours, as run-length logic on sorted rows: series of any length cost the same per row.

A `Chain` holds the rows that are looked at and where one may not be joined to the row before it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats._arrays import Bools, Floats, Ints, Signed
from matneo.stats._segments import Layout, run_lengths, run_places


@dataclass(frozen=True)
class Chain:
    """Rows in order; `fresh` where a row does not follow the one before it."""

    rows: Ints
    fresh: Bools
    whole: bool  # every sorted row is there

    def take(self, column: NDArray[Any]) -> NDArray[Any]:
        return column if self.whole else column[self.rows]

    def kept(self, where: Bools) -> "Chain":
        """The chain of some of its rows; a link broken in between stays broken."""
        link = np.cumsum(self.fresh)
        rows = np.flatnonzero(where)
        fresh = np.ones(len(rows), bool)
        fresh[1:] = link[rows[1:]] != link[rows[:-1]]
        return Chain(self.rows[rows], fresh, False)


def chain_of(layout: Layout, valued: Bools, missing: str) -> Chain:
    """The rows of a layout. Missing points and gaps in the calendar break every pattern, or are stepped over ("skips")."""
    skips = missing == "skips"
    whole = Chain(np.arange(layout.rows), layout.begins if skips else layout.fresh, True)
    if valued.all():
        return whole
    if skips:
        return whole.kept(valued)
    fresh = layout.fresh | ~valued
    fresh[1:] |= ~valued[:-1]
    return Chain(whole.rows, fresh, True)


def expanded(chain: Chain, found: Signed, rows: int) -> Signed:
    """A column of the chain as a column of all rows, zero where the chain has none."""
    if chain.whole:
        return found
    column = np.zeros(rows, np.int8)
    column[chain.rows] = found
    return column


@dataclass(frozen=True)
class Runs:
    """Per row of the chain: the run on one side of the centre it belongs to, its length and side (0: on the centre)."""

    number: Ints
    length: Ints
    place: Ints
    side: Signed


def runs_about_centre(chain: Chain, side: Signed, centre: str) -> Runs:
    """Runs on one side. A point on the centre breaks a run, or ("skips") is passed over and belongs to the run around it."""
    if centre == "skips" and not (off := side != 0).all():
        return _runs_skipping(chain, side, off)
    breaks = np.ones(len(side), bool)
    breaks[1:] = (side[1:] != side[:-1]) | (side[1:] == 0) | chain.fresh[1:]
    number, length = run_lengths(breaks)
    return Runs(number, np.where(side == 0, 0, length), run_places(breaks), side)


def _runs_skipping(chain: Chain, side: Signed, off: Bools) -> Runs:
    inner = runs_about_centre(chain.kept(off), side[off], "breaks")
    before, after, within = _neighbours(off)
    filled = np.zeros(len(side), bool)
    filled[within] = inner.number[before] == inner.number[after]
    at = np.full(len(side), -1)
    at[off] = np.arange(int(off.sum()))
    at[within[filled[within]]] = before[filled[within]]
    known = at >= 0
    link = np.cumsum(~known | chain.fresh)  # numbers apart for rows that belong to no run
    number = np.where(known, inner.number[at] if len(inner.number) else 0, len(inner.number) + link)
    return Runs(
        number,
        np.where(known, inner.length[at] if len(inner.length) else 0, 0),
        np.where(known, inner.place[at] if len(inner.place) else 0, 0),
        np.where(known, inner.side[at] if len(inner.side) else 0, 0).astype(np.int8),
    )


def _neighbours(kept: Bools) -> tuple[Ints, Ints, Ints]:
    """For rows that are not kept and lie between two that are: places of those two among the kept, and the rows."""
    count: Ints = np.cumsum(kept)
    rows: Ints = np.flatnonzero(~kept & (count > 0) & (count < count[-1]))
    after: Ints = count[rows]
    return after - 1, after, rows


def shift(runs: Runs, length: int, marks: str) -> Signed:
    """`length` points in a row on one side of the centre."""
    member = runs.length >= length
    if marks == "completing":
        member &= runs.place >= length
    return np.where(member, runs.side, 0).astype(np.int8)


def trend(chain: Chain, value: Floats, length: int, ties: str, marks: str) -> Signed:
    """`length` points that rise or fall at every step. Equal neighbours break a trend, or are passed over ("skips")."""
    if len(value) < 2:
        return np.zeros(len(value), np.int8)
    if ties == "skips":
        new = np.ones(len(value), bool)
        new[1:] = (value[1:] != value[:-1]) | chain.fresh[1:]
        if not new.all():
            return _trend_skipping(chain, value, length, marks, new)
    step = np.zeros(len(value))
    step[1:] = np.sign(value[1:] - value[:-1])
    step[chain.fresh | ~np.isfinite(step)] = 0
    breaks = np.ones(len(value), bool)
    breaks[1:] = (step[1:] != step[:-1]) | (step[1:] == 0)
    if marks == "completing":
        return np.where((step != 0) & (run_places(breaks) >= length - 1), step, 0).astype(np.int8)
    _, steps = run_lengths(breaks)
    in_trend = (step != 0) & (steps >= length - 1)  # the step that leads to this row belongs to a trend
    leaves = np.append(in_trend[1:], False)
    member = in_trend | leaves
    # A peak shared by a rise and a fall counts as falling: a point goes where its next step goes,
    # as long as the next point belongs to a trend too.
    onwards = np.append(member[1:] & ~chain.fresh[1:] & (step[1:] != 0), False)
    following = np.append(step[1:], 0)
    return np.where(member, np.where(onwards, following, step), 0).astype(np.int8)


def _trend_skipping(chain: Chain, value: Floats, length: int, marks: str, new: Bools) -> Signed:
    inner = trend(chain.kept(new), value[new], length, "breaks", marks)
    found = np.zeros(len(value), np.int8)
    found[new] = inner
    if marks == "pattern":
        # A repeated value inside a trend is marked with it: its first appearance and the next value both are.
        before, after, within = _neighbours(new)
        together = (inner[before] != 0) & (inner[before] == inner[after])
        link = np.cumsum(chain.fresh)
        starts = np.flatnonzero(new)
        together &= link[starts[after]] == link[within]
        found[within[together]] = inner[before[together]]
    return found
