"""The maximum of a likelihood of one parameter, by grids: a flat one or one with two humps cannot mislead it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matneo.stats._arrays import Floats

GRID = 161
ROUNDS = 5  # each narrows the grid twentyfold: to about 1e-9 of the range
DROP = 1.920729  # half the 95 % point of chi-square with one degree of freedom
FLAT = 1e-9  # heights of the first grid this close are alike
SETTLED = 1e-14  # a rise smaller than this, relative to the height, is rounding


@dataclass(frozen=True)
class Peak:
    """Where a profile likelihood is highest, and how far one may wander before it has dropped by 1.92."""

    at: float
    height: float
    lower: float  # ends of the 95 % profile-likelihood interval, as fine as the first grid
    upper: float
    at_end: bool  # the maximum lies at an end of the range


def highest(profile: Callable[[Floats], Floats], lower: float, upper: float) -> Peak:
    """The highest point of `profile` on [lower, upper]; `profile` gets an array and answers with one value an entry.

    The first grid covers the range, the next ones lie around the best point so far. Where the first grid is flat the
    parameter closest to zero is taken: the simpler model.
    """
    grid = np.linspace(lower, upper, GRID)
    heights = profile(grid)
    within = grid[heights >= heights.max() - DROP]
    alike = grid[heights >= heights.max() - FLAT]
    at, step = float(alike[np.argmin(np.abs(alike))]), float(grid[1] - grid[0])
    height = float(profile(np.array([at]))[0])
    for _ in range(ROUNDS):
        near = np.clip(np.linspace(at - step, at + step, 41), lower, upper)
        around = profile(near)
        if around.max() > height + SETTLED * max(1.0, abs(height)):
            at, height = float(near[np.argmax(around)]), float(around.max())
        step /= 20
    return Peak(at, height, float(within[0]), float(within[-1]), at in (lower, upper))
