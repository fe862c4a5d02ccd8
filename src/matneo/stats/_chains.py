"""A CUSUM as a Markov chain on a lattice: exact run lengths without simulation.

Between signals the statistic lies in [0, h). It is followed on the states 0, s, 2s, … and on one just below the limit;
a value between two states is shared between them so that its mean is kept (paired rounding: Knoth, Wittenberg and
Gan 2019, Quality and Reliability Engineering International 35:1063). The last state makes the chain exact where it
matters most: what reaches the limit signals, and what falls short of it by a hair does not. Scores that are whole
numbers of steps are followed without any rounding.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from matneo.stats._arrays import Floats, Ints

FUZZ = 1e-9  # of a step: a score this close to a lattice point is on it
GONE = 1e-12  # chance of no signal so far, below which nothing more can happen
# Steps per unit of score: the first whose rounding adds less than NOISE of the score's own variance. A chain that
# coarse is within 1 in 1,000 of the limit of ever finer ones; the finest within 5 for events rarer than 1 in 5,000.
FINENESS = (200, 400, 800, 1600)
NOISE = 1e-4


@dataclass(frozen=True)
class Chain:
    """Moves between the states 0, step, …, top * step (the last is "just below the limit")."""

    step: float
    top: int
    moves: Ints  # lattice steps, ascending; those beyond the lattice are pooled at either end
    chance: Floats  # of each move
    reaching: Floats  # the part of it whose score is not below the lattice point it was put on

    @property
    def states(self) -> int:
        return self.top + 1

    def scaled(self, unit: float) -> "Chain":
        """The same chain with its steps measured in another unit."""
        return replace(self, step=self.step * unit)

    def average_run_length(self, start: float = 0.0) -> float:
        """Mean number of steps to the signal, from a start between 0 and the limit.

        States are eliminated from the top down, each handing its moves, its signals and its time to those below
        (Grassmann, Taksar and Heyman 1985, Operations Research 33:1107). Nothing is ever subtracted, so a run length
        of 10^15 has as many right digits as one of 10; a linear solver would answer it with noise.
        """
        down, up, lines = self._lines()
        move = _square(lines, up)  # [to, from]
        signal, time, leaves = self._signals(), np.ones(self.states), np.empty(self.states)
        handed = np.empty(
            (down, up)
        )  # one room for all products: making a large one anew costs more than filling it
        for state in range(self.top, 0, -1):
            lower, from_below = slice(max(state - down, 0), state), slice(max(state - up, 0), state)
            onwards = move[lower, state]
            leaves[state] = onwards.sum() + signal[state]
            share = move[state, from_below] / leaves[state]
            into = move[lower, from_below]
            into += np.multiply(onwards[:, None], share, out=handed[: len(onwards), : len(share)])
            signal[from_below] += share * signal[state]
            time[from_below] += share * time[state]
        place = self._entry(start)
        lengths = np.zeros(self.states)
        lengths[0] = time[0] / signal[0]
        for state in range(1, int(np.flatnonzero(place)[-1]) + 1):
            lower = slice(max(state - down, 0), state)
            lengths[state] = (time[state] + move[lower, state] @ lengths[lower]) / leaves[state]
        return float(place @ lengths)

    def survival(self, steps: int, start: float = 0.0) -> Floats:
        """Chance of no signal up to and with each of the steps 1, 2, … `steps`."""
        from scipy.sparse import csr_array

        _, up, lines = self._lines()
        to, place = np.nonzero(lines)
        backwards = csr_array((lines[to, place], (to, to + place - up)), (self.states, self.states))
        now, alive = self._entry(start), np.zeros(steps)
        for at in range(steps):
            now = backwards @ now
            alive[at] = now.sum()
            if alive[at] < GONE:
                break
        return alive

    def _entry(self, start: float) -> Floats:
        """Where the chain begins: on a state, or shared between two."""
        place = start / self.step
        low = min(int(place + FUZZ), self.top)
        part = min(max(place - low, 0.0), 1.0)
        entry = np.zeros(self.states)
        entry[low] = 1 - part
        if part > 0:
            entry[min(low + 1, self.top)] += part
        return entry

    def _signals(self) -> Floats:
        """Chance to signal at once, from each state."""
        beyond = np.concatenate([np.cumsum(self.chance[::-1])[::-1], [0.0]])
        room = self.top - np.arange(self.states)
        signals: Floats = beyond[np.searchsorted(self.moves, room, side="right")]
        on = np.searchsorted(self.moves, room)
        there = (on < len(self.moves)) & (self.moves[np.minimum(on, len(self.moves) - 1)] == room)
        signals[there] += self.reaching[on[there]]
        return signals

    def _lines(self) -> tuple[int, int, NDArray[np.float64]]:
        """Furthest moves down and up, and for each state a line of chances to come to it: from `up` states below to
        `down` states above, 0 off the lattice."""
        down, up = min(max(-int(self.moves[0]), 0), self.top), min(max(int(self.moves[-1]), 0), self.top)
        inside = (self.moves >= -down) & (self.moves <= up)
        line, reaching = np.zeros(down + up + 1), np.zeros(down + up + 1)
        line[up - self.moves[inside]] = self.chance[inside]
        reaching[up - self.moves[inside]] = self.reaching[inside]
        lines = np.tile(line, (self.states, 1))
        # The state just below the limit is entered by what stays below it; whatever reaches the limit signals.
        lines[self.top] = np.maximum(line - reaching, 0.0)
        # Whatever would fall below zero stays at zero.
        falls = np.concatenate([[0.0], np.cumsum(self.chance)])
        lines[0, up:] = falls[np.searchsorted(self.moves, -np.arange(down + 1), side="right")]
        lines[:up, :up][np.add.outer(np.arange(up), np.arange(up)) < up] = 0.0
        above = np.add.outer(np.arange(down), np.arange(down)) >= down - 1
        lines[self.states - down :, up + 1 :][above] = 0.0
        return down, up, lines


def _square(lines: NDArray[np.float64], up: int) -> NDArray[np.float64]:
    """A view of banded lines as the square matrix [to, from]. Only entries within the band may be touched."""
    width, size = lines.shape[1], lines.strides[1]
    return as_strided(lines.ravel()[up:], (len(lines), len(lines)), (size * (width - 1), size))


def chain_of(scores: Floats, chances: Floats, limit: float, step: float) -> Chain:
    """The chain of independent scores. `limit` is a whole number of steps (the caller chooses the step so).

    Raises ValueError when no score rises, for then there is never a signal.
    """
    top = max(round(limit / step), 1)
    place = scores / step
    low = np.floor(place + FUZZ)
    part = np.clip(place - low, 0.0, 1.0)
    part = np.where(part < FUZZ, 0.0, part)
    rises = place > FUZZ
    if not (chances[rises] > 0).any():
        raise ValueError("No score rises with any chance, so this chart can never signal.")
    edge = top + 1
    low = np.clip(low, -edge, edge).astype(np.int64)
    index, size = low + edge, 2 * edge + 2
    chance = np.bincount(index, chances * (1 - part), size) + np.bincount(index + 1, chances * part, size)
    # A score of exactly zero in the last state stays there; one a little above zero has reached the limit.
    reaches = (low > 0) | ((low == 0) & rises)
    reaching = np.bincount(index, np.where(reaches, chances * (1 - part), 0.0), size)
    some = np.flatnonzero(chance)
    moves = (some - edge).astype(np.int64, copy=False)
    return Chain(step, top, moves, chance[some].astype(float), reaching[some].astype(float))


def fine_step(scores: Floats, chances: Floats, limit: float, per_unit: int | None = None) -> float:
    """A step that divides the limit, fine enough that rounding the scores adds next to nothing to their variance.

    The coarsest of a few that does. Among them are those into which the commonest score goes a whole number of times:
    where all births have one risk, almost every score is that one, and is then not rounded at all.
    """
    if per_unit:
        return limit / max(int(np.ceil(limit * per_unit)), 1)
    commonest = abs(float(scores[np.argmax(chances)]))
    least, most = (int(np.ceil(limit * fineness)) for fineness in (FINENESS[0], FINENESS[-1]))
    tops = {int(np.ceil(limit * fineness)) for fineness in FINENESS}
    tops |= {round(limit * parts / commonest) for parts in (1, 2, 3, 4) if commonest > limit / most}
    variance = float(chances @ scores**2)
    for top in sorted(top for top in tops if least <= top <= most):
        step = limit / top
        part = scores / step - np.floor(scores / step)
        if float(chances @ (part * (1 - part))) * step**2 <= NOISE * variance:
            return step
    return limit / most
