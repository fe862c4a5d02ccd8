"""Observed beside expected, one rate beside another: ratios and differences with their intervals."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import intervals
from matneo.stats.distributions import Binomial, Poisson
from matneo.stats.intervals import Interval
from matneo.stats.results import Columns, Texts
from matneo.stats.segments import Floats, ratio

FEW = 10  # the PHE rule: exact below ten events, Byar from ten on
_METHODS: dict[str, Callable[[Floats, Floats, float], Interval]] = {
    "exact": intervals.garwood,
    "byar": intervals.byar,
    "midp": intervals.midp_rate,
}


@dataclass(frozen=True)
class Ratios(Columns):
    """One entry a pair of observed and expected. NaN where nothing was expected."""

    observed: Floats
    expected: Floats
    ratio: Floats
    lower: Floats
    upper: Floats
    method: Texts  # how this row's interval was made: exact, byar or midp


@dataclass(frozen=True)
class Comparison(Columns):
    """One group beside another: the estimate, its interval and, where there is one, the two-sided p-value."""

    estimate: Floats
    lower: Floats
    upper: Floats
    p_value: Floats


def standardised_ratio(
    observed: ArrayLike, expected: ArrayLike, *, confidence: float = 0.95, method: str = "exact"
) -> Ratios:
    """Observed over expected, with a Poisson interval that takes the expected number as known.

    `method`: `exact` (Garwood), `byar`, `midp`, or `phe`: exact below ten events and Byar from ten on, as in England's
    public health profiles. Exact costs nothing more; the others are there for agreement with others' figures. NaN where
    nothing was expected. Compare each ratio with 1 and not with one another: where case mix differs, ratios are not
    comparable (Evans, Seaton and Manktelow 2013, PLoS ONE 8:e61237).

    >>> r = standardised_ratio([3, 10], [5.5, 7.3], method="phe")
    >>> r.ratio.round(3).tolist(), r.lower.round(3).tolist(), r.method.tolist()
    ([0.545, 1.37], [0.112, 0.656], ['exact', 'byar'])
    """
    counts, hoped = np.broadcast_arrays(np.asarray(observed, float), np.asarray(expected, float))
    used = _rule(method, counts)
    lower, upper = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    for name in np.unique(used):
        of = used == name
        interval = _METHODS[str(name)](counts[of], hoped[of], confidence)
        lower[of], upper[of] = interval.lower, interval.upper
    return Ratios(counts, hoped, ratio(counts, hoped), lower, upper, used)


def ratio_p_value(observed: ArrayLike, expected: ArrayLike, *, method: str = "midp") -> Floats:
    """Two-sided p-value of O/E = 1, the expected number being known.

    `midp` doubles the smaller mid-p. `minlike` adds up every count that is no more likely than the one observed (as R's
    poisson.test does, with its relative slack of 1e-7 for ties). NaN where nothing was expected.

    >>> ratio_p_value(3, 5.5).round(4).item(), ratio_p_value(3, 5.5, method="minlike").round(4).item()
    (0.2901, 0.3922)
    """
    counts, hoped = np.broadcast_arrays(np.asarray(observed, float), np.asarray(expected, float))
    if method not in ("midp", "minlike"):
        raise ValueError(f"There is no p-value called {method!r}; there are midp and minlike.")
    chance = Poisson(hoped)
    p = chance.mid_p(counts).two_sided if method == "midp" else _minimum_likelihood(chance, counts)
    return np.where(hoped > 0, p, np.nan)


def rate_ratio(
    count: ArrayLike,
    exposure: ArrayLike,
    other_count: ArrayLike,
    other_exposure: ArrayLike,
    *,
    confidence: float = 0.95,
    method: str = "exact",
) -> Comparison:
    """Ratio of two rates, first over other.

    `exact` conditions on the events of both together (see `exact_rate_ratio`), with twice the smaller mid-p of that
    binomial as p-value; `wald` is the logarithm's normal interval, se^2 = 1/a + 1/b, undefined for a zero. NaN where
    there is no exposure.

    >>> r = rate_ratio(58, 1871, 348, 17943)
    >>> r.estimate.round(4).item(), r.lower.round(4).item(), r.upper.round(4).item()
    (1.5983, 1.1889, 2.1155)
    """
    if method not in ("exact", "wald"):
        raise ValueError(f"There is no method called {method!r}; there are exact and wald.")
    a, t, b, u = _four(count, exposure, other_count, other_exposure)
    interval = intervals.exact_rate_ratio(a, t, b, u, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where((t > 0) & (u > 0), (a / t) / (b / u), np.nan)
        if method == "exact":
            p = Binomial(a + b, np.where(t + u > 0, t / (t + u), 0.5)).mid_p(a).two_sided
            return Comparison(estimate, interval.lower, interval.upper, np.where(a + b > 0, p, np.nan))
        spread = np.where((a > 0) & (b > 0), np.sqrt(1 / a + 1 / b), np.nan)
    return _on_log_scale(estimate, spread, confidence)


def risk_ratio(
    numerator: ArrayLike,
    denominator: ArrayLike,
    other_numerator: ArrayLike,
    other_denominator: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Ratio of two proportions, first over other, with Katz's interval; NaN where either count is 0.

    >>> r = risk_ratio(58, 1871, 348, 17943)
    >>> r.estimate.round(4).item(), r.lower.round(4).item(), r.upper.round(4).item()
    (1.5983, 1.2154, 2.1019)
    """
    a, n, b, m = _four(numerator, denominator, other_numerator, other_denominator)
    intervals.katz(a, n, b, m, confidence)  # refuses impossible counts
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = (a / n) / (b / m)
        spread = np.where((a > 0) & (b > 0), np.sqrt(1 / a - 1 / n + 1 / b - 1 / m), np.nan)
    return _on_log_scale(estimate, spread, confidence)


def risk_difference(
    numerator: ArrayLike,
    denominator: ArrayLike,
    other_numerator: ArrayLike,
    other_denominator: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Difference of two proportions, first less other, with Newcombe's hybrid interval; it has no p-value (NaN).

    >>> r = risk_difference(56, 70, 48, 80)
    >>> r.estimate.round(2).item(), r.lower.round(4).item(), r.upper.round(4).item()
    (0.2, 0.0524, 0.3339)
    """
    a, n, b, m = _four(numerator, denominator, other_numerator, other_denominator)
    interval = intervals.newcombe(a, n, b, m, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = a / n - b / m
    return Comparison(estimate, interval.lower, interval.upper, np.full(a.shape, np.nan))


def _rule(method: str, counts: Floats) -> Texts:
    if method == "phe":
        return np.where(counts < FEW, "exact", "byar")
    if method not in _METHODS:
        raise ValueError(f"There is no method called {method!r}; there are {', '.join(_METHODS)} and phe.")
    return np.full(counts.shape, method)


def _minimum_likelihood(chance: Poisson, counts: Floats) -> Floats:
    """The tail on the observed side, and on the other side the counts that are no more likely."""
    limit = chance.probability(counts) * (1 + 1e-7)
    low = counts < chance.mean
    # Away from the mean the probability only falls, so halving finds where it first is small enough. `near` is never
    # small enough (or lies just before the mean), `far` always (or is -1: no count).
    near = np.where(low, np.ceil(chance.mean) - 1, np.floor(chance.mean) + 1)
    far = np.where(low, _far(chance, limit), -1.0)
    while (wide := np.abs(far - near) > 1).any():
        middle = np.trunc((near + far) / 2)
        rare = chance.probability(middle) <= limit
        near, far = np.where(wide & ~rare, middle, near), np.where(wide & rare, middle, far)
    above = chance.more_than(np.where(low, far, counts) - 1)
    below = chance.at_most(np.where(low, counts, far))
    return np.where(counts == chance.mean, 1.0, np.minimum(1.0, above + below))


def _far(chance: Poisson, limit: Floats) -> Floats:
    far = np.ceil(2 * chance.mean + 2)
    while (still := chance.probability(far) > limit).any():
        far = np.where(still, 2 * far, far)
    return far


def _on_log_scale(estimate: Floats, spread: Floats, confidence: float) -> Comparison:
    from scipy.special import ndtr

    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.exp(intervals.normal_quantile(confidence) * spread)
        p = 2 * ndtr(-np.abs(np.log(estimate)) / spread)
    return Comparison(estimate, estimate / factor, estimate * factor, p)


def _four(*values: ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    a, b, c, d = np.broadcast_arrays(*(np.asarray(value, float) for value in values))
    return a, b, c, d
