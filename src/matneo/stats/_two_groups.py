"""Two groups compared: intervals of a difference, a ratio and an odds ratio of counts, vectorised.

Every function takes the group first and its reference second: events and denominators of any shapes that broadcast.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats._inference import quantile, tail
from matneo.stats.intervals import Interval, wilson
from matneo.stats.segments import Floats


@dataclass(frozen=True)
class OddsRatio:
    """The conditional maximum likelihood estimate and its exact interval."""

    estimate: Floats
    lower: Floats
    upper: Floats


def newcombe(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, confidence: float = 0.95
) -> Interval:
    """Newcombe's hybrid score interval of the difference x1/n1 - x2/n2 (1998, Statistics in Medicine 17:873, method 10).

    With d the difference, (l, u) the Wilson limits of each share p:
    d - sqrt((p1-l1)^2 + (u2-p2)^2) to d + sqrt((u1-p1)^2 + (p2-l2)^2). Between -1 and 1; NaN where a denominator is 0.

    >>> interval = newcombe(56, 70, 48, 80)  # table II, example (a)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.0524, 0.3339)
    """
    share1, share2 = _share(x1, n1), _share(x2, n2)
    first, second = wilson(x1, n1, confidence), wilson(x2, n2, confidence)
    return square_and_add(share1, first, share2, second)


def square_and_add(value1: Floats, first: Interval, value2: Floats, second: Interval) -> Interval:
    """The interval of value1 - value2 from the two intervals alone (Zou and Donner 2008, Statistics in Medicine 27:1693).

    The variance is recovered separately below and above each value, so skewed intervals stay skewed. The two values
    must be independent.
    """
    difference = value1 - value2
    below = np.hypot(value1 - first.lower, second.upper - value2)
    above = np.hypot(first.upper - value1, value2 - second.lower)
    return Interval(difference - below, difference + above)


def katz(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, confidence: float = 0.95) -> Interval:
    """Katz's interval of the relative risk, on the log scale (Katz et al. 1978, Biometrics 34:469).

    exp(ln(p1/p2) +- z sqrt(1/x1 - 1/n1 + 1/x2 - 1/n2)). NaN where either count is 0: use `exact_rate_ratio` there.

    >>> interval = katz(30, 100, 15, 100)
    >>> float(interval.lower.round(3)), float(interval.upper.round(3))
    (1.149, 3.482)
    """
    a, n, c, m = _counts(x1, n1, x2, n2)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, variance = (a / n) / (c / m), 1 / a - 1 / n + 1 / c - 1 / m
    return _log_interval(ratio, variance, (a > 0) & (c > 0), confidence)


def rate_ratio_wald(
    x1: ArrayLike, t1: ArrayLike, x2: ArrayLike, t2: ArrayLike, confidence: float = 0.95
) -> Interval:
    """The log-scale interval of a ratio of two Poisson rates: variance 1/x1 + 1/x2. NaN where either count is 0."""
    a, s, c, t = _counts(x1, t1, x2, t2)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio, variance = (a / s) / (c / t), 1 / a + 1 / c
    return _log_interval(ratio, variance, (a > 0) & (c > 0), confidence)


def exact_rate_ratio(
    x1: ArrayLike, t1: ArrayLike, x2: ArrayLike, t2: ArrayLike, confidence: float = 0.95
) -> Interval:
    """The exact interval of a ratio of two Poisson rates, by splitting the x1 + x2 events (Clopper and Pearson 1934).

    Given their sum, x1 is binomial with share t1 R / (t1 R + t2), R the rate ratio: its Clopper-Pearson limits p give
    R = p/(1-p) t2/t1. The lower end is 0 at x1 = 0, the upper one infinite at x2 = 0. NaN where a denominator is
    0 or nothing happened at all. For shares (x of n people) it is conservative: counts of people vary less than Poisson counts.

    >>> interval = exact_rate_ratio(0, 97, 50, 16269)
    >>> float(interval.lower), float(interval.upper.round(3))
    (0.0, 12.842)
    """
    from scipy.special import betaincinv

    a, s, c, t = _counts(x1, t1, x2, t2)
    beyond = tail(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        # The odds p/(1-p) of a beta quantile, with 1-p from the mirrored quantile so that none is lost near 1.
        low = betaincinv(a, c + 1, beyond) / betaincinv(c + 1, a, 1 - beyond)
        high = betaincinv(a + 1, c, 1 - beyond) / betaincinv(c, a + 1, beyond)
        lower, upper = np.where(a > 0, low * t / s, 0.0), np.where(c > 0, high * t / s, np.inf)
    known = (s > 0) & (t > 0) & (a + c > 0)
    return Interval(np.where(known, lower, np.nan), np.where(known, upper, np.nan))


def rate_ratio_test(x1: ArrayLike, t1: ArrayLike, x2: ArrayLike, t2: ArrayLike) -> Floats:
    """The exact two-sided p-value for equal Poisson rates: the binomial test of the split, adding all splits as rare.

    1 where nothing happened in either group.
    """
    from scipy.stats import binomtest

    a, s, c, t = np.broadcast_arrays(*_counts(x1, t1, x2, t2))
    values = [
        binomtest(int(one), int(one + other), float(time / (time + rest))).pvalue if one + other else 1.0
        for one, other, time, rest in zip(a.flat, c.flat, s.flat, t.flat, strict=True)
    ]
    return np.array(values, float).reshape(a.shape)


def fisher_test(x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike) -> Floats:
    """Fisher's exact two-sided p-value for equal shares, adding all tables as rare (Fisher 1935).

    >>> float(fisher_test(3, 4, 1, 4).round(4))  # the tea tasting: 34 of 70 tables
    0.4857
    """
    from scipy.stats import fisher_exact

    a, n, c, m = np.broadcast_arrays(*_counts(x1, n1, x2, n2))
    rows = zip(a.flat, n.flat, c.flat, m.flat, strict=True)
    values = [
        fisher_exact(np.array([[one, of - one], [other, among - other]], int))[1]
        for one, of, other, among in rows
    ]
    return np.array(values, float).reshape(a.shape)


def odds_ratio_conditional(
    x1: ArrayLike, n1: ArrayLike, x2: ArrayLike, n2: ArrayLike, confidence: float = 0.95
) -> OddsRatio:
    """The odds ratio given both margins: maximum likelihood and its exact interval (Cornfield 1956).

    x1 of n1 given x1 + x2 is non-central hypergeometric; the estimate makes x1 its mean and the limits put half of
    1 - confidence beyond x1. NaN where nobody or everybody has the event: the table then says nothing of the odds.
    """
    tables = np.broadcast_arrays(*_counts(x1, n1, x2, n2))
    found = [
        _one_odds_ratio(int(a), int(n), int(c), int(m), confidence)
        for a, n, c, m in zip(*(table.flat for table in tables), strict=True)
    ]
    columns = np.array(found, float).reshape(*tables[0].shape, 3)
    return OddsRatio(*(columns[..., place] for place in range(3)))


def _one_odds_ratio(a: int, n: int, c: int, m: int, confidence: float) -> tuple[float, float, float]:
    from scipy.stats.contingency import odds_ratio

    if a + c == 0 or a + c == n + m:
        return np.nan, np.nan, np.nan
    found = odds_ratio([[a, n - a], [c, m - c]], kind="conditional")
    limits = found.confidence_interval(confidence)
    return float(found.statistic), float(limits.low), float(limits.high)


def _log_interval(ratio: Floats, variance: Floats, known: np.ndarray, confidence: float) -> Interval:
    z = quantile(np.inf, confidence)
    factor = np.exp(z * np.sqrt(np.where(known, np.maximum(variance, 0), np.nan)))
    with np.errstate(invalid="ignore"):
        return Interval(np.where(known, ratio / factor, np.nan), np.where(known, ratio * factor, np.nan))


def _counts(*values: ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.asarray(value, float) for value in values)


def _share(count: ArrayLike, total: ArrayLike) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.asarray(count, float) / np.asarray(total, float))
