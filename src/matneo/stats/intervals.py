"""Confidence intervals for proportions, rates and their differences, vectorised.

One group: `wilson`, `clopper_pearson`, `jeffreys`, `midp_proportion` (numerator of denominator); `garwood`, `byar`,
`midp_rate` (count over exposure). A group and its reference: `newcombe` (difference of proportions), `katz` (risk ratio),
`exact_rate_ratio` and `wald_rate_ratio`; `square_and_add` for the difference of any two estimates that have intervals.
NaN counts are missing and have no interval. Impossible counts raise ValueError.
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
    "Interval", "byar", "clopper_pearson", "exact_rate_ratio", "garwood", "jeffreys", "katz", "midp_proportion", "midp_rate",
    "newcombe", "square_and_add", "wald_rate_ratio", "wilson",
]  # fmt: skip

REFERENCE_PART = ("reference_numerator", "reference_denominator")
REFERENCE_PER = ("reference_count", "reference_exposure")


def wilson(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """Wilson's score interval for numerator of denominator (Wilson 1927, JASA 22:209).

    Between 0 and 1; exact 0 and 1 ends for none and all. NaN where the denominator is 0.

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
    top, bottom = given.part(numerator, denominator)
    beyond = tail(confidence)
    usable = (bottom > 0) & ~np.isnan(top)
    count, trials = np.where(usable, top, 0.0), np.where(usable, bottom, 1.0)
    zero, one = np.zeros(count.shape), np.ones(count.shape)
    lower = where_it_crosses(lambda p: Binomial(trials, p).mid_p(count).above < beyond, zero, one)
    upper = where_it_crosses(lambda p: Binomial(trials, p).mid_p(count).below > beyond, zero, one)
    return _ended(np.where(usable, lower, np.nan), np.where(usable, upper, np.nan), top, bottom)


def garwood(count: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> Interval:
    """Exact Poisson interval for count / exposure (Garwood 1936, Biometrika 28:437).

    Lower chi2(a/2; 2O)/2 and 0 for O = 0, upper chi2(1 - a/2; 2O + 2)/2, both over the exposure. NaN where that is 0.

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
    """Byar's approximation to `garwood`, close from a handful of events on (Breslow and Day 1987, p. 69).

    Never below 0: the formula itself falls below it for one event at high confidence.

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

    Source: Cohen and Yang 1994, Statistics in Medicine 13:2189. Lower end 0 for no events; NaN where the exposure is 0.

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


def newcombe(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Interval for a difference of two independent proportions, a group less its reference.

    The ends of the two Wilson intervals are put together by `square_and_add` (Newcombe 1998, Stat Med 17:873, method
    10), so it stays inside -1 to 1 and needs no correction for zeros. NaN where a denominator is 0.

    >>> interval = newcombe(56, 70, 48, 80)  # table II, example (a)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.0524, 0.3339)
    """
    (a, n), (b, m) = (
        given.part(numerator, denominator),
        given.part(reference_numerator, reference_denominator, *REFERENCE_PART),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = a / n, b / m
    return square_and_add(p, wilson(a, n, confidence), q, wilson(b, m, confidence))


def square_and_add(
    value: ArrayLike, own: Interval, reference: ArrayLike, reference_own: Interval
) -> Interval:
    """The interval of value - reference from the two intervals alone (Zou and Donner 2008, Stat Med 27:1693).

    value - reference less sqrt((value - l)^2 + (U - reference)^2), and likewise above: the variance is recovered
    separately on each side of each value, so skewed intervals stay skewed. The two values must be independent.

    >>> found = square_and_add(0.5, Interval(np.array(0.2), np.array(0.9)), 0.1, Interval(np.array(0.0), np.array(0.5)))
    >>> float(found.lower.round(2)), float(found.upper.round(2))  # 0.4 - hypot(0.3, 0.4), 0.4 + hypot(0.4, 0.1)
    (-0.1, 0.81)
    """
    here, there = np.asarray(value, float), np.asarray(reference, float)
    difference = here - there
    below = np.hypot(here - own.lower, reference_own.upper - there)
    above = np.hypot(own.upper - here, there - reference_own.lower)
    return Interval(difference - below, difference + above)


def katz(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Interval for a risk ratio, a group over its reference, by its logarithm: se^2 = 1/a - 1/n + 1/b - 1/m.

    Source: Katz et al. 1978, Biometrics 34:469. The logarithm knows no zero: NaN where a numerator or denominator is 0
    (use `exact_rate_ratio` when either count is below 5).

    >>> interval = katz(58, 1871, 348, 17943)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (1.2154, 2.1019)
    """
    (a, n), (b, m) = (
        given.part(numerator, denominator),
        given.part(reference_numerator, reference_denominator, *REFERENCE_PART),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return _by_logarithm(a, n, b, m, 1 / a - 1 / n + 1 / b - 1 / m, confidence)


def wald_rate_ratio(
    count: ArrayLike,
    exposure: ArrayLike,
    reference_count: ArrayLike,
    reference_exposure: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Interval for a ratio of two rates by its logarithm: se^2 = 1/a + 1/b. NaN where either count is 0.

    >>> interval = wald_rate_ratio(58, 1871, 348, 17943)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (1.2104, 2.1105)
    """
    (a, t), (b, u) = (
        given.per(count, exposure),
        given.per(reference_count, reference_exposure, *REFERENCE_PER),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        return _by_logarithm(a, t, b, u, 1 / a + 1 / b, confidence)


def exact_rate_ratio(
    count: ArrayLike,
    exposure: ArrayLike,
    reference_count: ArrayLike,
    reference_exposure: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Exact interval for a ratio of two rates, a group over its reference, given the events of both together.

    Of all events together, the group's number is binomial; its Clopper-Pearson ends p become p/(1 - p) times the
    reference's exposure over its own (Przyborowski and Wilenski 1940, Biometrika 31:313). Lower 0 without events here,
    upper infinite without events there, NaN without events at all or without exposure. For shares of people it is
    conservative: counts of people vary less than Poisson counts.

    >>> interval = exact_rate_ratio(0, 97, 50, 16269)
    >>> float(interval.lower), float(interval.upper.round(3))
    (0.0, 12.842)
    """
    from scipy.special import betaincinv

    (a, t), (b, u) = (
        given.per(count, exposure),
        given.per(reference_count, reference_exposure, *REFERENCE_PER),
    )
    beyond = tail(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        # The odds p/(1 - p) of a beta quantile, with 1 - p from the mirrored quantile so that none is lost near 1.
        low = betaincinv(a, b + 1, beyond) / betaincinv(b + 1, a, 1 - beyond) * u / t
        high = betaincinv(a + 1, b, 1 - beyond) / betaincinv(b, a + 1, beyond) * u / t
    known = (t > 0) & (u > 0) & (a + b > 0)
    lower, upper = np.where(a > 0, low, 0.0), np.where(b > 0, high, np.inf)
    return Interval(np.where(known, lower, np.nan), np.where(known, upper, np.nan))


def _by_logarithm(
    a: Floats, n: Floats, b: Floats, m: Floats, variance: Floats, confidence: float
) -> Interval:
    known = (a > 0) & (b > 0)
    ratio = np.where(known, (a / n) / (b / m), np.nan)
    # Of everybody with the event in both groups the variance is 0, and rounding may put it just below.
    factor = np.exp(critical_value(confidence) * np.sqrt(np.where(known, np.maximum(variance, 0.0), np.nan)))
    return Interval(ratio / factor, ratio * factor)


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
