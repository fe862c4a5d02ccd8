"""Control limits from the binomial and Poisson distributions themselves, for small counts.

A three-sigma limit on a small proportion promises more than it keeps: below it lie far fewer than 1.35 in 1,000. The
limits here are quantiles: with the process at its centre, at most the named share lies strictly beyond each of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats.results import Columns
from matneo.stats.segments import Floats, ratio

# Shares of a normal distribution beyond one, two and three sigma on one side.
ONE_SIGMA = 0.15865525393145707
TWO_SIGMA = 0.022750131948179195
THREE_SIGMA = 0.0013498980316300933


@dataclass(frozen=True)
class ExactLimits(Columns):
    """Lower and upper limit on the scale of the rate; NaN where there is no denominator or no centre."""

    lower: Floats
    upper: Floats


Make = Callable[[float], ExactLimits]


def binomial_limits(centre: ArrayLike, denominator: ArrayLike, tail: float = THREE_SIGMA) -> ExactLimits:
    """Quantiles of Binomial(denominator, centre) divided by the denominator.

    The lower limit is the smallest k with P(X <= k) > tail, the upper one the smallest k with P(X <= k) >= 1 - tail; so
    P(X / n < lower) <= tail and P(X / n > upper) <= tail. NaN where the denominator is not above zero or the centre is
    not a share. Source: Montgomery (2013), section 7.3.1; Duclos and Voirin (2010), Int J Qual Health Care 22:402.

    >>> limits = binomial_limits(0.1, 50)
    >>> float(limits.lower), float(limits.upper)
    (0.0, 0.26)
    """
    from scipy.special import bdtr, bdtrik

    share, size = np.broadcast_arrays(np.asarray(centre, float), np.asarray(denominator, float))
    fine = (size > 0) & (share >= 0) & (share <= 1)
    n, q = np.where(fine, size, 1.0), np.where(fine, share, 0.5)

    def below(k: Floats) -> Floats:
        return np.where(k < 0, 0.0, np.where(k >= n, 1.0, bdtr(np.clip(k, 0, n - 1), n, q)))

    start = bdtrik(tail, n, np.clip(q, 1e-300, 1 - 1e-16))
    end = bdtrik(1 - tail, n, np.clip(q, 1e-300, 1 - 1e-16))
    return _limits(below, start, end, n, fine, size, tail)


def poisson_limits(centre: ArrayLike, exposure: ArrayLike = 1.0, tail: float = THREE_SIGMA) -> ExactLimits:
    """Quantiles of Poisson(centre × exposure) divided by the exposure, as `binomial_limits` takes them.

    NaN where the exposure is not above zero or the centre is below zero.

    >>> limits = poisson_limits(4.0)
    >>> float(limits.lower), float(limits.upper)
    (0.0, 11.0)
    """
    from scipy.special import pdtr, pdtrik

    rate, time = np.broadcast_arrays(np.asarray(centre, float), np.asarray(exposure, float))
    fine = (time > 0) & (rate >= 0)
    mean = np.where(fine, rate * time, 1.0)

    def below(k: Floats) -> Floats:
        return np.where(k < 0, 0.0, pdtr(np.maximum(k, 0), mean))

    usable = np.maximum(mean, 1e-300)
    most = np.full(mean.shape, np.inf)
    return _limits(below, pdtrik(tail, usable), pdtrik(1 - tail, usable), most, fine, time, tail)


def _limits(
    below: Callable[[Floats], Floats],
    start: Floats,
    end: Floats,
    most: Floats,
    fine: "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]",
    scale: Floats,
    tail: float,
) -> ExactLimits:
    # The inverse functions are continuous and good to a few digits: one step to either side settles the integer.
    lower = _settled(lambda k: below(k) > tail, start, most)
    upper = _settled(lambda k: below(k) >= 1 - tail, end, most)
    nothing = np.full(fine.shape, np.nan)
    return ExactLimits(
        np.where(fine, ratio(lower, scale), nothing), np.where(fine, ratio(upper, scale), nothing)
    )


def _settled(
    enough: "Callable[[Floats], np.ndarray[tuple[int, ...], np.dtype[np.bool_]]]", guess: Floats, most: Floats
) -> Floats:
    """The smallest k for which `enough` holds, from a guess that is off by one or two."""
    k: Floats = np.clip(np.nan_to_num(np.ceil(guess), nan=0.0) - 2, 0, most)
    for _ in range(5):
        k = np.where(enough(k), k, np.minimum(k + 1, most))
    return k
