"""Confidence intervals for proportions and rates, vectorised.

`wilson`, `clopper_pearson`, `jeffreys`, `midp_proportion`: a numerator of a denominator. `garwood`, `byar`, `midp_rate`: a
count over an exposure. NaN counts are missing and have no interval. Impossible counts raise ValueError. Intervals of a
group and its reference are in `matneo.stats.comparisons`.
"""

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._inference import critical_value, tail
from matneo.stats._numeric import where_it_crosses
from matneo.stats.distributions import Binomial, Poisson
from matneo.stats.results import Interval

__all__ = [
    "Interval",
    "byar",
    "clopper_pearson",
    "garwood",
    "jeffreys",
    "midp_proportion",
    "midp_rate",
    "wilson",
]


def wilson(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """Wilson's score interval for numerator of denominator.

    Between 0 and 1; exact 0 and 1 ends for none and all. NaN where the denominator is 0. Arrays broadcast. Raises ValueError
    for counts below 0 or above their denominator.

    Formula: (p + z²/2n ± z √(p(1 - p)/n + z²/4n²))/(1 + z²/n).
    Source: Wilson 1927, JASA 22:209.

    >>> interval = wilson(46, 54)
    >>> float(interval.lower.round(3)), float(interval.upper.round(3))
    (0.734, 0.923)
    """
    top, bottom = given.part(numerator, denominator)
    z = critical_value(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = top / bottom
        middle = share + z * z / (2 * bottom)
        spread = z * np.sqrt(share * (1 - share) / bottom + z * z / (4 * bottom * bottom))
        scale = 1 + z * z / bottom
        lower, upper = (middle - spread) / scale, (middle + spread) / scale
    return _ended(lower, upper, top, bottom)


def clopper_pearson(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """The exact interval: each end is the share at which so extreme a count has probability (1 - confidence)/2.

    Never covers less than it says, and usually more. NaN where the denominator is 0. Arrays broadcast. Raises ValueError for
    counts below 0 or above their denominator.

    Formula: Beta⁻¹(α/2; x, n - x + 1) to Beta⁻¹(1 - α/2; x + 1, n - x).
    Source: Clopper and Pearson 1934, Biometrika 26:404.

    >>> interval = clopper_pearson(0, 10)
    >>> float(interval.lower), float(interval.upper.round(4))
    (0.0, 0.3085)
    """
    return _beta(numerator, denominator, confidence, (0.0, 1.0), (1.0, 0.0))


def jeffreys(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """The posterior interval under Jeffreys' prior, Beta(1/2, 1/2), with ends 0 for none and 1 for all.

    NaN where the denominator is 0. Arrays broadcast. Raises ValueError for counts below 0 or above their denominator.

    Formula: Beta⁻¹(α/2; x + ½, n - x + ½) to Beta⁻¹(1 - α/2; x + ½, n - x + ½).
    Source: Brown, Cai and DasGupta 2001, Statistical Science 16:101.

    >>> interval = jeffreys(1, 10)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.011, 0.3813)
    """
    return _beta(numerator, denominator, confidence, (0.5, 0.5), (0.5, 0.5))


def midp_proportion(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """The shares at which the count's mid-p is (1 - confidence)/2: exact in spirit, without the excess.

    It covers what it says on average over shares, not at each one. NaN where the denominator is 0. Arrays broadcast. Raises
    ValueError for counts below 0 or above their denominator.

    Formula: lower p with P(X > x) + ½P(X = x) = α/2, upper p with P(X < x) + ½P(X = x) = α/2, X Binomial(n, p).
    Source: Berry and Armitage 1995, The Statistician 44:417.

    >>> interval = midp_proportion(0, 10)
    >>> float(interval.lower), float(interval.upper.round(4))
    (0.0, 0.2589)
    """
    top, bottom = given.part(numerator, denominator)
    beyond = tail(confidence)
    usable = (bottom > 0) & ~np.isnan(top)
    count, trials = np.where(usable, top, 0.0), np.where(usable, bottom, 1.0)
    zero, one = np.zeros(count.shape), np.ones(count.shape)
    lower = where_it_crosses(lambda p: Binomial(trials, p).mid_p(count).above < beyond, zero, one)
    upper = where_it_crosses(lambda p: Binomial(trials, p).mid_p(count).below > beyond, zero, one)
    return _ended(np.where(usable, lower, np.nan), np.where(usable, upper, np.nan), top, bottom)


def garwood(count: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> Interval:
    """Exact Poisson interval for count / exposure.

    Lower end 0 for no events; NaN where the exposure is 0. Arrays broadcast. Raises ValueError for counts and exposures below
    0.

    Formula: χ²(α/2; 2O)/2 to χ²(1 - α/2; 2O + 2)/2, both over the exposure.
    Source: Garwood 1936, Biometrika 28:437.

    >>> interval = garwood(3, 5.5)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.1125, 1.594)
    """
    from scipy.special import gammaincinv

    events, time = given.per(count, exposure)
    beyond = tail(confidence)
    lower = np.where(events > 0, gammaincinv(np.where(events > 0, events, 1.0), beyond), events * 0.0)
    return _per(lower, gammaincinv(events + 1, 1 - beyond), time)


def byar(count: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> Interval:
    """Byar's approximation to `garwood`, close from a handful of events on.

    Never below 0: the formula itself falls below it for one event at high confidence. NaN where the exposure is 0. Arrays
    broadcast. Raises ValueError for counts and exposures below 0.

    Formula: O(1 - 1/(9O) - z/(3√O))³ to (O + 1)(1 - 1/(9(O + 1)) + z/(3√(O + 1)))³, both over the exposure.
    Source: Breslow and Day 1987, Statistical Methods in Cancer Research II, p. 69.

    >>> interval = byar(10, 7.3)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.6558, 2.5194)
    """
    events, time = given.per(count, exposure)
    z = critical_value(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = events * (1 - 1 / (9 * events) - z / (3 * np.sqrt(events))) ** 3
        more = events + 1
        upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return _per(np.where(events > 0, np.maximum(lower, 0.0), events * 0.0), upper, time)


def midp_rate(count: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> Interval:
    """The rates at which the count's Poisson mid-p is (1 - confidence)/2; narrower than `garwood`.

    Lower end 0 for no events; NaN where the exposure is 0. Arrays broadcast. Raises ValueError for counts and exposures below
    0.

    Formula: lower m with P(X > O) + ½P(X = O) = α/2, upper m with P(X < O) + ½P(X = O) = α/2, X Poisson(m); both over the
    exposure.
    Source: Cohen and Yang 1994, Statistics in Medicine 13:2189.

    >>> interval = midp_rate(0, 0.4)  # the upper end solves exp(-0.4 r)/2 = 0.025
    >>> float(interval.lower), float(interval.upper.round(4))
    (0.0, 7.4893)
    """
    events, time = given.per(count, exposure)
    beyond = tail(confidence)
    known = np.where(np.isnan(events), 0.0, events)
    outer = garwood(known, 1.0, confidence)  # mid-p always lies inside
    lower = where_it_crosses(lambda m: Poisson(m).mid_p(known).above < beyond, outer.lower, known)
    upper = where_it_crosses(lambda m: Poisson(m).mid_p(known).below > beyond, known, outer.upper)
    missing = np.isnan(events)
    lower = np.where(known == 0, 0.0, lower)
    return _per(np.where(missing, np.nan, lower), np.where(missing, np.nan, upper), time)


def _per(lower: Floats, upper: Floats, time: Floats) -> Interval:
    with np.errstate(divide="ignore", invalid="ignore"):
        return Interval(np.where(time > 0, lower / time, np.nan), np.where(time > 0, upper / time, np.nan))


def _ended(lower: Floats, upper: Floats, top: Floats, bottom: Floats) -> Interval:
    """Exact ends for none and all, and nothing where nothing was counted."""
    nothing = ~(bottom > 0) | np.isnan(top)
    lower = np.where(top == 0, 0.0, lower)
    upper = np.where(top == bottom, 1.0, upper)
    return Interval(np.where(nothing, np.nan, lower), np.where(nothing, np.nan, upper))


def _beta(
    numerator: ArrayLike,
    denominator: ArrayLike,
    confidence: float,
    low: tuple[float, float],
    high: tuple[float, float],
) -> Interval:
    """Quantiles of Beta(x + first, n - x + second), each end with its own two numbers."""
    from scipy.special import betaincinv

    top, bottom = given.part(numerator, denominator)
    rest, beyond = bottom - top, tail(confidence)
    with np.errstate(invalid="ignore"):
        lower = betaincinv(top + low[0], rest + low[1], beyond)
        upper = betaincinv(top + high[0], rest + high[1], 1 - beyond)
    return _ended(lower, upper, top, bottom)
