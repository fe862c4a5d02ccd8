"""Runs of points about a centre: how long the longest, how few the crossings and how many the runs may be by chance."""

from functools import lru_cache

import numpy as np

from matneo.stats._arrays import Floats, Ints

UNUSUAL = 0.025  # each tail of the test on the number of runs


def runs_limits(useful: Ints) -> tuple[Ints, Ints]:
    """Largest usual longest run and least usual number of crossings of n useful points, one entry a series. Zero where there are
    no useful points.

    Formula: round(log₂ n) + 3; min{c: F(c) ≥ 0.05}, F that of Binomial(n - 1, ½).
    Source: Anhøj and Olesen 2014, PLoS ONE 9(11) e113825. Tested against qicharts2 0.8.1.

    >>> longest, crossings = runs_limits(np.array([24]))
    >>> int(longest[0]), int(crossings[0])
    (8, 8)
    """
    some = useful > 0
    longest = np.zeros(len(useful), np.int64)
    longest[some] = np.round(np.log2(useful[some])).astype(np.int64) + 3
    most = int(useful.max()) if len(useful) else 0
    known = np.bincount(useful, minlength=most + 1) > 0 if len(useful) else np.zeros(0, bool)
    fewest = np.array(
        [_five_percent_quantile(max(n - 1, 0)) if there else 0 for n, there in enumerate(known)], np.int64
    )
    return longest, np.where(some, fewest[useful] if len(useful) else 0, 0)


@lru_cache(maxsize=4096)
def _five_percent_quantile(trials: int) -> int:
    """Smallest k with at least 5 % of Binomial(trials, 1/2) at or below it. scipy.special is enough, and loads fast."""
    from scipy.special import bdtr

    chances = bdtr(np.arange(trials + 1, dtype=float), trials, 0.5)
    return int(np.argmax(chances >= 0.05))


@lru_cache(maxsize=65536)
def run_count_limits(above: int, below: int) -> tuple[int, int]:
    """Fewest and most runs that are still usual, for so many points above and below the centre, in random order.

    With R runs, P(R < fewest) and P(R > most) are each at most 2.5 %, by the exact distribution. Printed tables round for a
    number of points alone and differ by one here and there. (1, 1) where all points lie on one side: their number of runs
    says nothing.

    Formula: P(2m runs) = 2C(a - 1, m - 1)C(b - 1, m - 1)/C(a + b, a), P(2m + 1 runs) = (C(a - 1, m)C(b - 1, m - 1) + C(a - 1,
    m - 1)C(b - 1, m))/C(a + b, a), a points above and b below.
    Source: Swed and Eisenhart 1943, Annals of Mathematical Statistics 14:66.

    >>> run_count_limits(5, 5)
    (3, 9)
    """
    from scipy.special import gammaln

    if not above or not below:
        return 1, 1
    runs = np.arange(2, above + below + 1)

    def ways(parts: Ints, points: int) -> Floats:
        fine = (parts >= 1) & (parts <= points)
        k = np.where(fine, parts, 1)
        return np.where(fine, gammaln(points) - gammaln(k) - gammaln(points - k + 1), -np.inf)

    half, other = runs // 2, (runs + 1) // 2
    total = gammaln(above + below + 1) - gammaln(above + 1) - gammaln(below + 1)
    chance = np.exp(ways(half, above) + ways(other, below) - total)
    chance += np.exp(ways(other, above) + ways(half, below) - total)
    at_most = np.cumsum(chance)
    at_least = np.cumsum(chance[::-1])[::-1]
    usual = runs[(at_most > UNUSUAL) & (at_least > UNUSUAL)]
    return int(usual[0]), int(usual[-1])
