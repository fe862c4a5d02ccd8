"""Control limits from the binomial and Poisson distributions themselves, for small counts.

A three-sigma limit on a small proportion promises more than it keeps: below it lie far fewer than 1.35 in 1,000. The
limits here are quantiles: with the process at its centre, at most the named share lies strictly beyond each of them.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats._arrays import Bools, Floats, Ints
from matneo.stats.results import Columns

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
_Below = Callable[[Floats, Floats, Floats], Floats]  # P(X <= k) for k, rate and size
_Guess = Callable[[float, Floats, Floats], Floats]  # about where a normal deviate lies


def binomial_limits(centre: ArrayLike, denominator: ArrayLike, tail: float = THREE_SIGMA) -> ExactLimits:
    """Quantiles of Binomial(denominator, centre) divided by the denominator.

    So P(X / n < lower) <= tail and P(X / n > upper) <= tail. NaN where the denominator is not above zero or the centre is not
    a share. Arrays broadcast.

    Formula: lower = min{k: F(k) > tail}/n, upper = min{k: F(k) ≥ 1 - tail}/n, F that of Binomial(n, centre).
    Source: Montgomery 2013, Introduction to Statistical Quality Control, chapter 7; Duclos and Voirin 2010, Int J Qual Health
    Care 22:402.

    >>> limits = binomial_limits(0.1, 50)
    >>> float(limits.lower), float(limits.upper)
    (0.0, 0.24)
    """
    from scipy.special import betainc

    share, size = np.broadcast_arrays(np.asarray(centre, float), np.asarray(denominator, float))
    fine = (size > 0) & (share >= 0) & (share <= 1)

    def below(k: Floats, q: Floats, n: Floats) -> Floats:
        inner = np.clip(k, 0, np.maximum(n - 1, 0))
        return np.where(k < 0, 0.0, np.where(k >= n, 1.0, betainc(n - inner, inner + 1, 1 - q)))

    def guess(z: float, q: Floats, n: Floats) -> Floats:
        sd = np.sqrt(n * q * (1 - q))
        return n * q + sd * z + (1 - 2 * q) * (z * z - 1) / 6

    return _limits(below, guess, np.where(fine, share, 0.5), np.where(fine, size, 1.0), fine, tail)


def poisson_limits(centre: ArrayLike, exposure: ArrayLike = 1.0, tail: float = THREE_SIGMA) -> ExactLimits:
    """Quantiles of Poisson(centre × exposure) divided by the exposure, as `binomial_limits` takes them.

    NaN where the exposure is not above zero or the centre is below zero. Arrays broadcast.

    Formula: lower = min{k: F(k) > tail}/t, upper = min{k: F(k) ≥ 1 - tail}/t, F that of Poisson(centre × t), t the exposure.
    Source: as `binomial_limits`, with Poisson counts (c and u charts).

    >>> limits = poisson_limits(4.0)
    >>> float(limits.lower), float(limits.upper)
    (0.0, 11.0)
    """
    from scipy.special import pdtr

    rate, time = np.broadcast_arrays(np.asarray(centre, float), np.asarray(exposure, float))
    fine = (time > 0) & (rate >= 0)

    def below(k: Floats, q: Floats, n: Floats) -> Floats:
        return np.where(k < 0, 0.0, pdtr(np.maximum(k, 0), q * n))

    def guess(z: float, q: Floats, n: Floats) -> Floats:
        return q * n + np.sqrt(q * n) * z + (z * z - 1) / 6

    return _limits(below, guess, np.where(fine, rate, 1.0), np.where(fine, time, 1.0), fine, tail)


def _limits(
    below: _Below, guess: _Guess, rate: Floats, size: Floats, fine: Bools, tail: float
) -> ExactLimits:
    """Both quantiles. Long tables repeat few pairs of rate and size, so each pair is worked out once."""
    from scipy.special import ndtri

    pairs, back = np.unique(rate.ravel() + 1j * size.ravel(), return_inverse=True)
    q, n = pairs.real, pairs.imag
    z = float(ndtri(tail))
    lower = _smallest(lambda k, at: below(k, q[at], n[at]) > tail, guess(z, q, n))
    upper = _smallest(lambda k, at: below(k, q[at], n[at]) >= 1 - tail, guess(-z, q, n))

    def spread(limit: Floats) -> Floats:
        return np.where(fine, (limit / n)[back].reshape(fine.shape), np.nan)

    return ExactLimits(spread(lower), spread(upper))


def _smallest(enough: Callable[[Floats, Ints], Bools], guess: Floats) -> Floats:
    """The smallest whole number from zero on for which `enough` holds, walking up or down from a guess."""
    k: Floats = np.maximum(np.ceil(guess), 0.0)
    moving = np.arange(len(k))
    while len(moving):  # up, until enough
        moving = moving[~enough(k[moving], moving)]
        k[moving] += 1
    moving = np.flatnonzero(k > 0)
    while len(moving):  # down, as long as one less is enough too
        moving = moving[enough(k[moving] - 1, moving)]
        k[moving] -= 1
        moving = moving[k[moving] > 0]
    return k
