"""Intervals and exact tests of a group and its reference, vectorised.

Difference of proportions: `newcombe`. Risk ratio: `katz`. Ratio of rates: `exact_rate_ratio`, `wald_rate_ratio`. Difference of
any two estimates that have intervals: `square_and_add`. Are they alike at all: `fisher_test`, `rate_test`. NaN counts are
missing. Impossible counts raise ValueError. `matneo.stats.ratios` gives estimates with these intervals.
"""

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._inference import critical_value, tail
from matneo.stats.intervals import wilson
from matneo.stats.results import Interval


def newcombe(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Interval for a difference of two independent proportions, a group less its reference.

    The ends of the two Wilson intervals are put together by `square_and_add`, so it stays inside -1 to 1 and needs no
    correction for zeros. NaN where a denominator is 0. Arrays broadcast. Raises ValueError for counts below 0 or above their
    denominator.

    Formula: d = p - q, from d - √((p - l₁)² + (u₂ - q)²) to d + √((u₁ - p)² + (q - l₂)²), l and u being the Wilson ends.
    Source: Newcombe 1998, Stat Med 17:873, method 10.

    >>> interval = newcombe(56, 70, 48, 80)  # table II, example (a)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (0.0524, 0.3339)
    """
    a, n, b, m = given.two_parts(numerator, denominator, reference_numerator, reference_denominator)
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = a / n, b / m
    return square_and_add(p, wilson(a, n, confidence), q, wilson(b, m, confidence))


def square_and_add(
    value: ArrayLike, own: Interval, reference: ArrayLike, reference_own: Interval
) -> Interval:
    """The interval of value - reference from the two intervals alone.

    The variance is recovered separately on each side of each value, so skewed intervals stay skewed. The two values must be
    independent. Arrays broadcast.

    Formula: d = x - y, from d - √((x - l₁)² + (u₂ - y)²) to d + √((u₁ - x)² + (y - l₂)²).
    Source: Zou and Donner 2008, Stat Med 27:1693.

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
    """Interval for a risk ratio, a group over its reference, by its logarithm.

    The logarithm knows no zero: NaN where a numerator or denominator is 0 (use `exact_rate_ratio` when either count is below
    5). Arrays broadcast. Raises ValueError for counts below 0 or above their denominator.

    Formula: R = (a/n)/(b/m), from R exp(-z se) to R exp(z se), se² = 1/a - 1/n + 1/b - 1/m.
    Source: Katz et al. 1978, Biometrics 34:469.

    >>> interval = katz(58, 1871, 348, 17943)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (1.2154, 2.1019)
    """
    a, n, b, m = given.two_parts(numerator, denominator, reference_numerator, reference_denominator)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _by_logarithm(a, n, b, m, 1 / a - 1 / n + 1 / b - 1 / m, confidence)


def wald_rate_ratio(
    count: ArrayLike,
    exposure: ArrayLike,
    reference_count: ArrayLike,
    reference_exposure: ArrayLike,
    confidence: float = 0.95,
) -> Interval:
    """Interval for a ratio of two rates by its logarithm. NaN where either count is 0.

    Arrays broadcast. Raises ValueError for counts and exposures below 0.

    Formula: R = (a/t)/(b/u), from R exp(-z se) to R exp(z se), se² = 1/a + 1/b.
    Source: the delta method for the logarithm of two Poisson counts, as R epitools 0.5 `rateratio.wald`.

    >>> interval = wald_rate_ratio(58, 1871, 348, 17943)
    >>> float(interval.lower.round(4)), float(interval.upper.round(4))
    (1.2104, 2.1105)
    """
    a, t, b, u = given.two_rates(count, exposure, reference_count, reference_exposure)
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

    Of all events together, the group's number is binomial. Lower 0 without events here, upper infinite without events there,
    NaN without events at all or without exposure. For shares of people it is conservative: counts of people vary less than
    Poisson counts. Arrays broadcast. Raises ValueError for counts and exposures below 0.

    Formula: a of a + b is Binomial(a + b, π); with the Clopper-Pearson ends π, the ends are π/(1 - π) × u/t.
    Source: Przyborowski and Wilenski 1940, Biometrika 31:313.

    >>> interval = exact_rate_ratio(0, 97, 50, 16269)
    >>> float(interval.lower), float(interval.upper.round(3))
    (0.0, 12.842)
    """
    from scipy.special import betaincinv

    a, t, b, u = given.two_rates(count, exposure, reference_count, reference_exposure)
    beyond = tail(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        # The odds p/(1 - p) of a beta quantile, with 1 - p from the mirrored quantile so that none is lost near 1.
        low = betaincinv(a, b + 1, beyond) / betaincinv(b + 1, a, 1 - beyond) * u / t
        high = betaincinv(a + 1, b, 1 - beyond) / betaincinv(b, a + 1, beyond) * u / t
    known = (t > 0) & (u > 0) & (a + b > 0)
    lower, upper = np.where(a > 0, low, 0.0), np.where(b > 0, high, np.inf)
    return Interval(np.where(known, lower, np.nan), np.where(known, upper, np.nan))


def fisher_test(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
) -> Floats:
    """Fisher's exact two-sided p-value for equal proportions, adding all tables as rare.

    Arrays broadcast. NaN where a count is missing, 1 where a group is empty. Raises ValueError for counts that are not whole,
    or above their denominator.

    Formula: Σ P(x) over all x with P(x) ≤ P(a), P being hypergeometric with the margins of the table.
    Source: Fisher 1935, The Design of Experiments, chapter 2; ties as SciPy `fisher_exact` takes them.

    >>> float(fisher_test(3, 4, 1, 4).round(4))  # the tea tasting: 34 of 70 tables
    0.4857
    """
    from scipy.stats import fisher_exact

    a, n, b, m = given.two_parts(numerator, denominator, reference_numerator, reference_denominator)
    for name, values in (
        ("numerator", a),
        ("denominator", n),
        ("reference_numerator", b),
        ("reference_denominator", m),
    ):
        given.whole_counts(values, name)
    known = ~np.isnan(a + n + b + m)
    p = np.full(a.shape, np.nan)
    p[known] = [
        fisher_exact([[int(x), int(of - x)], [int(y), int(to - y)]])[1]
        for x, of, y, to in zip(a[known], n[known], b[known], m[known], strict=True)
    ]
    return p


def rate_test(
    count: ArrayLike,
    exposure: ArrayLike,
    reference_count: ArrayLike,
    reference_exposure: ArrayLike,
) -> Floats:
    """The exact two-sided p-value for equal rates: the binomial test of how events split, adding all splits as rare.

    Arrays broadcast. 1 where nothing happened in either group, NaN where a count is missing or a group has no exposure.
    Raises ValueError for counts that are not whole, or below zero.

    Formula: Σ P(x) over all x with P(x) ≤ P(a), P being Binomial(a + b, t/(t + u)).
    Source: Przyborowski and Wilenski 1940, Biometrika 31:313; ties as SciPy `binomtest` takes them.

    >>> float(rate_test(5, 100, 0, 100).round(4))  # five heads or five tails: 2/32
    0.0625
    """
    from scipy.stats import binomtest

    a, t, b, u = given.two_rates(count, exposure, reference_count, reference_exposure)
    given.whole_counts(a, "count")
    given.whole_counts(b, "reference_count")
    known = (t > 0) & (u > 0) & ~np.isnan(a + b)
    p = np.full(a.shape, np.nan)
    p[known] = [
        binomtest(int(x), int(x + y), float(time / (time + rest))).pvalue if x + y else 1.0
        for x, time, y, rest in zip(a[known], t[known], b[known], u[known], strict=True)
    ]
    return p


def _by_logarithm(
    a: Floats, n: Floats, b: Floats, m: Floats, variance: Floats, confidence: float
) -> Interval:
    known = (a > 0) & (b > 0)
    ratio = np.where(known, (a / n) / (b / m), np.nan)
    # Of everybody with the event in both groups the variance is 0, and rounding may put it just below.
    factor = np.exp(critical_value(confidence) * np.sqrt(np.where(known, np.maximum(variance, 0.0), np.nan)))
    return Interval(ratio / factor, ratio * factor)
