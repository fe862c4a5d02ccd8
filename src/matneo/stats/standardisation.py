"""Rates made comparable: indirectly by a reference's rates, directly by a standard population."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats import intervals
from matneo.stats._arrays import Floats, Texts, ratio
from matneo.stats._inference import tail
from matneo.stats.ratios import standardised_ratio
from matneo.stats.results import Columns


@dataclass(frozen=True)
class Rates(Columns):
    """One entry a group: rates per `per`, with the confidence interval of each."""

    group: NDArray[Any]
    observed: Floats
    expected: Floats  # by the reference's rates; NaN for direct standardisation
    ratio: Floats  # observed / expected; NaN for direct standardisation
    ratio_lower: Floats
    ratio_upper: Floats
    rate: Floats
    lower: Floats
    upper: Floats
    method: Texts


def indirect_standardise(
    observed: ArrayLike,
    population: ArrayLike,
    reference_rate: ArrayLike,
    group: ArrayLike,
    *,
    overall_rate: float,
    confidence: float = 0.95,
    method: str = "exact",
    per: float = 1.0,
) -> Rates:
    """Indirectly standardised ratios and rates: what each group would have had at the reference's rates.

    One row a group and stratum, with the reference's rate of that stratum (events per person). `overall_rate` is that of the
    whole reference (or of the comparator group). Groups come back sorted. `method` as in `standardised_ratio`. Raises
    ValueError for numbers below zero or missing.

    Formula: E = Σ population × reference_rate, ratio O/E, rate = O/E × overall_rate × per.
    Source: Breslow and Day 1987, Statistical Methods in Cancer Research II, chapter 2; intervals as
    `ratios.standardised_ratio`.

    Two strata, at reference rates .01 and .03: of 1000 and 500 births, 10 + 15 = 25 are expected.

    >>> r = indirect_standardise([20, 15], [1000, 500], [.01, .03], ["A", "A"], overall_rate=.015, per=1000)
    >>> r.expected.tolist(), r.ratio.round(2).tolist(), r.rate.round(2).tolist()
    ([25.0], [1.4], [21.0])
    """
    columns = {"observed": observed, "population": population, "reference_rate": reference_rate}
    names, index, (events, people, rates) = _rows(group, columns)
    sites = len(names)
    made = standardised_ratio(
        np.bincount(index, events, sites),
        np.bincount(index, people * rates, sites),
        confidence=confidence,
        method=method,
    )
    scale = overall_rate * per
    return Rates(
        group=names,
        observed=made.observed,
        expected=made.expected,
        ratio=made.ratio,
        ratio_lower=made.lower,
        ratio_upper=made.upper,
        rate=made.ratio * scale,
        lower=made.lower * scale,
        upper=made.upper * scale,
        method=made.method,
    )


def direct_standardise(
    observed: ArrayLike,
    population: ArrayLike,
    weights: ArrayLike,
    group: ArrayLike,
    *,
    confidence: float = 0.95,
    method: str = "dobson",
    per: float = 1.0,
) -> Rates:
    """Directly standardised rates: each group's own rates, weighted by one standard population.

    One row a group and stratum; groups come back sorted. `dobson` stretches the exact interval of the total count; it has no
    upper end for no events. `gamma` has, and errs on the wide side. A group with an empty stratum has no rate: NaN. Raises
    ValueError for numbers below zero or missing.

    Formula: r = Σ(w x/n)/Σw, v = Σ(w²x/n²)/(Σw)²; dobson r + √(v/O)(limit - O), limit an end of Garwood's interval of O;
    gamma: quantiles α/2 of a gamma of mean r and variance v, and 1 - α/2 of one of mean r + m and variance v + m², m =
    max(w/n)/Σw.
    Source: Dobson et al. 1991, Stat Med 10:457; Fay and Feuer 1997, Stat Med 16:791.

    Rates .02 and .03, weighted 3 to 1: .0225.

    >>> r = direct_standardise([20, 15], [1000, 500], [3, 1], ["A", "A"], per=1000)
    >>> r.rate.round(1).tolist(), r.lower.round(1).tolist(), r.upper.round(1).tolist()
    ([22.5], [15.5], [31.5])
    """
    given.one_of(method, "method", ("dobson", "gamma"))
    names, index, (events, people, standard) = _rows(
        group, {"observed": observed, "population": population, "weights": weights}
    )

    def added(values: Floats) -> Floats:
        return np.bincount(index, values, len(names)).astype(float)

    share = ratio(standard, added(standard)[index] * people)  # of the standard, per person of this stratum
    total, rate, variance = added(events), added(share * events), added(share**2 * events)
    largest = np.full(len(names), -np.inf)
    with np.errstate(invalid="ignore"):
        np.maximum.at(largest, index, share)
    build = _dobson if method == "dobson" else _fay_feuer
    lower, upper = build(total, rate, variance, largest, confidence)
    nothing = np.full(len(names), np.nan)
    told = np.full(len(names), method)
    return Rates(names, total, nothing, nothing, nothing, nothing, rate * per, lower * per, upper * per, told)


def _dobson(
    total: Floats, rate: Floats, variance: Floats, _: Floats, confidence: float
) -> tuple[Floats, Floats]:
    exact = intervals.garwood(total, 1.0, confidence)
    stretch = np.sqrt(ratio(variance, total))
    lower = np.where(
        total == 0, np.where(np.isnan(rate), np.nan, 0.0), rate + stretch * (exact.lower - total)
    )
    return lower, rate + stretch * (exact.upper - total)


def _fay_feuer(
    total: Floats, rate: Floats, variance: Floats, largest: Floats, confidence: float
) -> tuple[Floats, Floats]:
    """Ends of gamma distributions with the rate's mean and variance; the upper one as if one more event had come
    in the stratum where it weighs most."""
    from scipy.special import gammaincinv

    beyond = tail(confidence)
    more, wider = rate + largest, variance + largest**2
    scale = ratio(variance, rate)
    lower = scale * gammaincinv(np.where(total > 0, ratio(rate, scale), 1.0), beyond)
    upper = wider / more * gammaincinv(more**2 / wider, 1 - beyond)
    return np.where(total == 0, rate * 0.0, lower), upper


def _rows(
    group: ArrayLike, columns: dict[str, ArrayLike]
) -> tuple[NDArray[Any], NDArray[np.int64], list[Floats]]:
    """Sorted group names, each row's place among them, and the columns, one entry a row."""
    names, index = given.groups(group, "group", np.size(group))
    made = [given.column(values, name, len(index)) for name, values in columns.items()]
    for name, values in zip(columns, made, strict=True):
        given.refuse(~(values >= 0), values, name, "is never below zero or missing")
    return names, index, made
