"""Confidence intervals for proportions, rates and their differences, vectorised.

One group: `wilson`, `clopper_pearson`, `jeffreys`, `midp_proportion` (numerator of denominator); `garwood`, `byar`,
`midp_rate` (count over exposure). Two groups: `newcombe` (difference of proportions), `katz` (risk ratio),
`exact_rate_ratio`. NaN counts are missing and have no interval. Impossible counts raise ValueError.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats.distributions import Binomial, Poisson
from matneo.stats.roots import where_it_crosses
from matneo.stats.segments import Bools, Floats


@dataclass(frozen=True)
class Interval:
    """Lower and upper end, on the scale of the estimate. NaN where nothing was counted."""

    lower: Floats
    upper: Floats


def wilson(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """Wilson's score interval for numerator of denominator (Wilson 1927, JASA 22:209).

    Between 0 and 1; exact 0 and 1 ends for none and all. NaN where the denominator is 0.

    >>> interval = wilson(46, 54)
    >>> float(interval.lower.round(3)), float(interval.upper.round(3))
    (0.734, 0.923)
    """
    top, bottom = _part(numerator, denominator)
    z = normal_quantile(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = top / bottom
        middle = share + z * z / (2 * bottom)
        spread = z * np.sqrt(share * (1 - share) / bottom + z * z / (4 * bottom * bottom))
        scale = 1 + z * z / bottom
        lower, upper = (middle - spread) / scale, (middle + spread) / scale
    return _ended(lower, upper, top, bottom)


def clopper_pearson(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """The exact interval: each end is the share at which so extreme a count has probability (1 - confidence)/2.

    Never covers less than it says, and usually more (Clopper and Pearson 1934, Biometrika 26:404). NaN where the
    denominator is 0.

    >>> interval = clopper_pearson(0, 10)
    >>> float(interval.lower), float(interval.upper.round(4))
    (0.0, 0.3085)
    """
    return _beta(numerator, denominator, confidence, (0.0, 1.0), (1.0, 0.0))


def jeffreys(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """The posterior interval under Jeffreys' prior, Beta(1/2, 1/2), with ends 0 for none and 1 for all.

    Source: Brown, Cai and DasGupta 2001, Statistical Science 16:101. NaN where the denominator is 0.

    >>> interval = jeffreys(1, 10)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.011, 0.3813)
    """
    return _beta(numerator, denominator, confidence, (0.5, 0.5), (0.5, 0.5))


def midp_proportion(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """The shares at which the count's mid-p is (1 - confidence)/2: exact in spirit, without the excess.

    It covers what it says on average over shares, not at each one (Berry and Armitage 1995, The Statistician 44:417).
    NaN where the denominator is 0.

    >>> interval = midp_proportion(0, 10)
    >>> float(interval.lower), float(interval.upper.round(4))
    (0.0, 0.2589)
    """
    top, bottom = _part(numerator, denominator)
    tail = tail_of(confidence)
    usable = (bottom > 0) & ~np.isnan(top)
    count, trials = np.where(usable, top, 0.0), np.where(usable, bottom, 1.0)
    zero, one = np.zeros(count.shape), np.ones(count.shape)
    lower = where_it_crosses(lambda p: Binomial(trials, p).mid_p(count).above < tail, zero, one)
    upper = where_it_crosses(lambda p: Binomial(trials, p).mid_p(count).below > tail, zero, one)
    return _ended(np.where(usable, lower, np.nan), np.where(usable, upper, np.nan), top, bottom)


def garwood(count: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> Interval:
    """Exact Poisson interval for count / exposure (Garwood 1936, Biometrika 28:437).

    Lower chi2(a/2; 2O)/2 and 0 for O = 0, upper chi2(1 - a/2; 2O + 2)/2, both over the exposure. NaN where that is 0.

    >>> interval = garwood(3, 5.5)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.1125, 1.594)
    """
    from scipy.special import gammaincinv

    events, time = _events(count, exposure)
    tail = tail_of(confidence)
    lower = np.where(events > 0, gammaincinv(np.where(events > 0, events, 1.0), tail), events * 0.0)
    return _per(lower, gammaincinv(events + 1, 1 - tail), time)


def byar(count: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> Interval:
    """Byar's approximation to `garwood`, close from a handful of events on (Breslow and Day 1987, p. 69).

    Never below 0: the formula itself falls below it for one event at high confidence.

    >>> interval = byar(10, 7.3)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.6558, 2.5194)
    """
    events, time = _events(count, exposure)
    z = normal_quantile(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = events * (1 - 1 / (9 * events) - z / (3 * np.sqrt(events))) ** 3
        more = events + 1
        upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    return _per(np.where(events > 0, np.maximum(lower, 0.0), events * 0.0), upper, time)


def midp_rate(count: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> Interval:
    """The rates at which the count's Poisson mid-p is (1 - confidence)/2; narrower than `garwood`.

    Source: Cohen and Yang 1994, Statistics in Medicine 13:2189. Lower end 0 for no events; NaN where the exposure is 0.

    >>> interval = midp_rate(0, 0.4)  # the upper end solves exp(-0.4 r)/2 = 0.025
    >>> float(interval.lower), float(interval.upper.round(4))
    (0.0, 7.4893)
    """
    events, time = _events(count, exposure)
    tail = tail_of(confidence)
    known = np.where(np.isnan(events), 0.0, events)
    outer = garwood(known, 1.0, confidence)  # mid-p always lies inside
    lower = where_it_crosses(lambda m: Poisson(m).mid_p(known).above < tail, outer.lower, known)
    upper = where_it_crosses(lambda m: Poisson(m).mid_p(known).below > tail, known, outer.upper)
    missing = np.isnan(events)
    lower = np.where(known == 0, 0.0, lower)
    return _per(np.where(missing, np.nan, lower), np.where(missing, np.nan, upper), time)


def newcombe(
    numerator: ArrayLike,
    denominator: ArrayLike,
    other_numerator: ArrayLike,
    other_denominator: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Interval for a difference of two independent proportions, first less other.

    The ends of the two Wilson intervals are put together by Pythagoras (Newcombe 1998, Stat Med 17:873, method 10), so
    it stays inside -1 to 1 and needs no correction for zeros. NaN where a denominator is 0.

    >>> interval = newcombe(56, 70, 48, 80)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.0524, 0.3339)
    """
    (a, n), (b, m) = _part(numerator, denominator), _part(other_numerator, other_denominator)
    one, other = wilson(a, n, confidence), wilson(b, m, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = a / n, b / m
    lower = p - q - np.sqrt((p - one.lower) ** 2 + (other.upper - q) ** 2)
    return Interval(lower, p - q + np.sqrt((one.upper - p) ** 2 + (q - other.lower) ** 2))


def katz(
    numerator: ArrayLike,
    denominator: ArrayLike,
    other_numerator: ArrayLike,
    other_denominator: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Interval for a risk ratio, first over other, by its logarithm: se^2 = 1/a - 1/n + 1/b - 1/m.

    Source: Katz et al. 1978, Biometrics 34:469. The logarithm knows no zero: NaN where a numerator or denominator is 0
    (use `exact_rate_ratio` when either count is below 5).

    >>> interval = katz(58, 1871, 348, 17943)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (1.2154, 2.1019)
    """
    (a, n), (b, m) = _part(numerator, denominator), _part(other_numerator, other_denominator)
    counted = (a > 0) & (b > 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(counted, (a / n) / (b / m), np.nan)
        factor = np.exp(normal_quantile(confidence) * np.sqrt(1 / a - 1 / n + 1 / b - 1 / m))
    return Interval(ratio / factor, ratio * factor)


def exact_rate_ratio(
    count: ArrayLike,
    exposure: ArrayLike,
    other_count: ArrayLike,
    other_exposure: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Exact interval for a ratio of two rates, first over other, given their sum.

    Of all events together, the first group's number is binomial; its Clopper-Pearson ends p become p/(1 - p) times the
    other exposure over this one (Przyborowski and Wilenski 1940, Biometrika 31:313). Lower 0 without events here, upper
    infinite without events there, NaN without events at all or without exposure.

    >>> interval = exact_rate_ratio(58, 1871, 348, 17943)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (1.1889, 2.1155)
    """
    (a, t), (b, u) = _events(count, exposure), _events(other_count, other_exposure)
    part = clopper_pearson(a, a + b, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where((t > 0) & (u > 0), u / t, np.nan)
        return Interval(part.lower / (1 - part.lower) * scale, part.upper / (1 - part.upper) * scale)


@lru_cache(maxsize=64)
def normal_quantile(confidence: float) -> float:
    """z with `confidence` of the normal distribution between -z and z. Raises ValueError outside 0 to 1."""
    from scipy.special import ndtri

    return float(-ndtri(tail_of(confidence)))


def tail_of(confidence: float) -> float:
    """What a confidence level leaves at each end. Raises ValueError outside 0 to 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence level must lie between 0 and 1, and one is {confidence:g}.")
    return (1 - confidence) / 2


def _part(numerator: ArrayLike, denominator: ArrayLike) -> tuple[Floats, Floats]:
    top, bottom = np.broadcast_arrays(np.asarray(numerator, float), np.asarray(denominator, float))
    wrong = (top < 0) | (bottom < 0) | (top > bottom)
    if wrong.any():
        raise ValueError(f"A numerator must lie between 0 and its denominator; {_first(wrong, top, bottom)}.")
    return top, bottom


def _events(count: ArrayLike, exposure: ArrayLike) -> tuple[Floats, Floats]:
    events, time = np.broadcast_arrays(np.asarray(count, float), np.asarray(exposure, float))
    wrong = (events < 0) | (time < 0)
    if wrong.any():
        raise ValueError(f"Counts and exposures cannot be below zero; {_first(wrong, events, time)}.")
    return events, time


def _first(wrong: Bools, top: Floats, bottom: Floats) -> str:
    return f"one is {top[wrong].flat[0]:g} of {bottom[wrong].flat[0]:g}"


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

    top, bottom = _part(numerator, denominator)
    rest, tail = bottom - top, tail_of(confidence)
    with np.errstate(invalid="ignore"):
        lower = betaincinv(top + low[0], rest + low[1], tail)
        upper = betaincinv(top + high[0], rest + high[1], 1 - tail)
    return _ended(lower, upper, top, bottom)
