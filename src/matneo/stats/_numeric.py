"""Roots and quadrature: the two numerical tools that formulas without a closed form need here."""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from matneo.stats._arrays import Bools, Floats


def root(function: Callable[[float], float], low: float, high: float, accuracy: float = 0.0) -> float:
    """The one root between two places of different sign (Brent 1973): within an accuracy, or to the last digits."""
    from scipy.optimize import brentq

    step = max(accuracy, 1e-16 * (high - low), 1e-300)
    return float(brentq(function, low, high, xtol=step, rtol=1e-15, maxiter=500))


def where_it_crosses(still: Callable[[Floats], Bools], left: Floats, right: Floats) -> Floats:
    """By halving: the point between left and right up to which `still` holds, one an entry, all entries at once.

    >>> where_it_crosses(lambda x: x * x < np.array([2.0, 9.0]), np.zeros(2), np.full(2, 4.0)).round(6).tolist()
    [1.414214, 3.0]
    """
    left, right = np.array(left, float), np.array(right, float)
    for _ in range(60):  # 2^-60 of the width: as near as floats get
        middle = (left + right) / 2
        holds = still(middle)
        left, right = np.where(holds, middle, left), np.where(holds, right, middle)
    return (left + right) / 2


@lru_cache(maxsize=64)
def gauss_legendre(nodes: int) -> tuple[Floats, Floats]:
    """Places and weights of a Gauss-Legendre rule on -1 to 1; to be read, never written to."""
    places, weights = np.polynomial.legendre.leggauss(nodes)
    return places, weights
