"""Observed beside expected, a group beside its reference: ratios and differences, with their intervals."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats import comparisons, intervals
from matneo.stats._arrays import Floats, Texts, ratio
from matneo.stats._inference import two_sided
from matneo.stats.distributions import Binomial, Poisson
from matneo.stats.results import Columns, Comparison, Interval

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


def standardised_ratio(
    observed: ArrayLike, expected: ArrayLike, *, confidence: float = 0.95, method: str = "exact"
) -> Ratios:
    """Observed over expected, with a Poisson interval that takes the expected number as known.

    `method`: `exact` (Garwood), `byar`, `midp`, or `phe`: exact below ten events and Byar from ten on, as in England's public
    health profiles. Exact costs nothing more; the others are there for agreement with others' figures. NaN where nothing was
    expected. Compare each ratio with 1 and not with one another: where case mix differs, ratios are not comparable. Arrays
    broadcast. Raises ValueError for numbers below 0.

    Formula: O/E, with the ends of `intervals.garwood`, `byar` or `midp_rate`, E as the exposure.
    Source: as those; the `phe` rule is that of R PHEindicatormethods 2.1.1. Evans, Seaton and Manktelow 2013, PLoS ONE
    8:e61237, on comparing ratios.

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
    poisson.test does, with its relative slack of 1e-7 for ties). Arrays broadcast. NaN where nothing was expected or a count
    is missing. Raises ValueError for counts that are not whole and numbers below 0.

    Formula: midp min(1, 2 min(P(X < O), P(X > O)) + P(X = O)); minlike Σ P(x) over all x with P(x) ≤ P(O); X Poisson(E).
    Source: Lancaster 1961, JASA 56:223, for the mid-p; R 4.2 `poisson.test` for minlike.

    >>> ratio_p_value(3, 5.5).round(4).item(), ratio_p_value(3, 5.5, method="minlike").round(4).item()
    (0.2901, 0.3922)
    """
    counts, hoped = np.broadcast_arrays(np.asarray(observed, float), np.asarray(expected, float))
    given.one_of(method, "method", ("midp", "minlike"))
    known = (hoped > 0) & ~np.isnan(given.whole_counts(counts, "observed"))
    chance, seen = Poisson(np.where(np.isnan(hoped), 0.0, hoped)), np.where(known, counts, 0.0)
    p = chance.mid_p(seen).two_sided if method == "midp" else _minimum_likelihood(chance, seen)
    return np.where(known, p, np.nan)


def rate_ratio(
    count: ArrayLike,
    exposure: ArrayLike,
    reference_count: ArrayLike,
    reference_exposure: ArrayLike,
    *,
    confidence: float = 0.95,
    method: Literal["exact", "wald"] = "exact",
) -> Comparison:
    """Ratio of two rates, a group over its reference.

    `exact` conditions on the events of both together; `wald` is the logarithm's normal interval, undefined for a zero. Arrays
    broadcast. NaN where there is no exposure or a count is missing. Raises ValueError for counts below 0.

    Formula: R = (a/t)/(b/u); p-value of exact: twice the smaller mid-p of a in Binomial(a + b, t/(t + u)), at most 1; of
    wald: 2Φ(-|ln R|/se), se² = 1/a + 1/b.
    Source: as `comparisons.exact_rate_ratio` and `comparisons.wald_rate_ratio`; Lancaster 1961, JASA 56:223, for the mid-p.

    >>> r = rate_ratio(58, 1871, 348, 17943)
    >>> r.estimate.round(4).item(), r.lower.round(4).item(), r.upper.round(4).item()
    (1.5983, 1.1889, 2.1155)
    """
    given.one_of(method, "method", ("exact", "wald"))
    a, t, b, u = given.two_rates(count, exposure, reference_count, reference_exposure)
    interval_of = comparisons.exact_rate_ratio if method == "exact" else comparisons.wald_rate_ratio
    interval = interval_of(a, t, b, u, confidence)
    known = (t > 0) & (u > 0) & ~np.isnan(a + b)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.where(known, (a / t) / (b / u), np.nan)
        if method == "wald":
            return _with_p(estimate, interval, np.sqrt(1 / a + 1 / b))
        split = Binomial(np.where(known, a + b, 0.0), np.where(known, t / (t + u), 0.5))
    p = split.mid_p(np.where(known, a, 0.0)).two_sided
    return Comparison(estimate, interval.lower, interval.upper, np.where(known & (a + b > 0), p, np.nan))


def risk_ratio(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Ratio of two proportions, a group over its reference, with Katz's interval; NaN where either count is 0.

    Arrays broadcast. Raises ValueError for counts above their denominator or below 0.

    Formula: R = (a/n)/(b/m), p-value 2Φ(-|ln R|/se), se² = 1/a - 1/n + 1/b - 1/m.
    Source: Katz et al. 1978, Biometrics 34:469.

    >>> r = risk_ratio(58, 1871, 348, 17943)
    >>> r.estimate.round(4).item(), r.lower.round(4).item(), r.upper.round(4).item()
    (1.5983, 1.2154, 2.1019)
    """
    a, n, b, m = given.two_parts(numerator, denominator, reference_numerator, reference_denominator)
    interval = comparisons.katz(a, n, b, m, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        return _with_p((a / n) / (b / m), interval, np.sqrt(1 / a - 1 / n + 1 / b - 1 / m))


def risk_difference(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Difference of two proportions, a group less its reference, with Newcombe's interval; it has no p-value (NaN).

    Arrays broadcast. Raises ValueError for counts above their denominator or below 0.

    Formula: a/n - b/m, with the ends of `comparisons.newcombe`.
    Source: Newcombe 1998, Stat Med 17:873, method 10.

    >>> r = risk_difference(56, 70, 48, 80)
    >>> r.estimate.round(2).item(), r.lower.round(4).item(), r.upper.round(4).item()
    (0.2, 0.0524, 0.3339)
    """
    a, n, b, m = given.two_parts(numerator, denominator, reference_numerator, reference_denominator)
    interval = comparisons.newcombe(a, n, b, m, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = a / n - b / m
    return Comparison(estimate, interval.lower, interval.upper, np.full(a.shape, np.nan))


def odds_ratio(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
    *,
    confidence: float = 0.95,
) -> Comparison:
    """Ratio of the odds given both margins: maximum likelihood, its exact interval and Fisher's p-value.

    A group's number given that of both is non-central hypergeometric. Arrays broadcast. NaN where a count is missing, and
    where nobody or everybody has the event: the table says nothing of the odds. Raises ValueError for counts that are not
    whole, or above their denominator.

    Formula: ψ with E(X; ψ) = a, ends with P(X ≥ a; ψ) = α/2 and P(X ≤ a; ψ) = α/2, X non-central hypergeometric with the
    margins of the table.
    Source: Cornfield 1956, Proceedings of the Third Berkeley Symposium 4:135; the p-value is that of
    `comparisons.fisher_test`. Computed by SciPy `contingency.odds_ratio`.

    >>> r = odds_ratio(3, 4, 1, 4)  # the lady tasting tea
    >>> r.estimate.round(2).item(), r.lower.round(2).item(), r.p_value.round(4).item()
    (6.41, 0.21, 0.4857)
    """
    tables = given.two_parts(numerator, denominator, reference_numerator, reference_denominator)
    p = comparisons.fisher_test(*tables)
    rows = zip(*(column.flat for column in tables), strict=True)
    found = [_conditional_odds(*row, confidence=confidence) for row in rows]
    columns = np.array(found, float).reshape(*tables[0].shape, 3)
    estimate, lower, upper = columns[..., 0], columns[..., 1], columns[..., 2]
    return Comparison(estimate, lower, upper, np.where(np.isfinite(lower), p, np.nan))


def _conditional_odds(
    a: float, n: float, b: float, m: float, *, confidence: float
) -> tuple[float, float, float]:
    from scipy.stats.contingency import odds_ratio as conditional

    if np.isnan(a + n + b + m) or a + b == 0 or a + b == n + m:
        return np.nan, np.nan, np.nan
    found = conditional([[int(a), int(n - a)], [int(b), int(m - b)]], kind="conditional")
    ends = found.confidence_interval(confidence)
    return float(found.statistic), float(ends.low), float(ends.high)


def _rule(method: str, counts: Floats) -> Texts:
    given.one_of(method, "method", (*_METHODS, "phe"))
    if method == "phe":
        return np.where(counts < FEW, "exact", "byar")
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


def _with_p(estimate: Floats, interval: Interval, se: Floats) -> Comparison:
    """With Wald's p-value of the logarithm; nothing where the logarithm's interval has nothing."""
    p = np.where(np.isfinite(interval.lower), two_sided(np.log(estimate) / se), np.nan)
    return Comparison(estimate, interval.lower, interval.upper, p)
