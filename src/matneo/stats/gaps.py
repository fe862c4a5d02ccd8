"""The gap between a group and its reference: absolute and relative, each with its interval, and how it changed.

Example:
    >>> from matneo.stats.gaps import gap
    >>> found = gap(58, 1871, 348, 17943)
    >>> round(float(found.difference), 4), round(float(found.ratio), 2), str(found.ratio_method)
    (0.0116, 1.6, 'katz')

Which group is the reference is a decision of whoever shows the gap; nothing here takes the lowest rate for it. The two
gaps can move in opposite directions, so they come together.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats.comparisons import (
    exact_rate_ratio,
    fisher_test,
    katz,
    newcombe,
    rate_test,
    square_and_add,
)
from matneo.stats.intervals import garwood, wilson
from matneo.stats.results import Columns, Interval

Kind = Literal["proportion", "rate"]
SMALL = 5  # below this a count is too small for the log scale's normal interval
Counts = tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike]
Four = tuple[Floats, Floats, Floats, Floats]


@dataclass(frozen=True)
class Gap(Columns):
    """One entry a comparison. Rates are events per person or per unit of exposure. NaN: nobody to count."""

    rate: Floats
    rate_lower: Floats
    rate_upper: Floats
    reference_rate: Floats
    reference_lower: Floats
    reference_upper: Floats
    difference: Floats
    difference_lower: Floats
    difference_upper: Floats
    ratio: Floats  # infinite where only the reference has no event; NaN where neither has
    ratio_lower: Floats
    ratio_upper: Floats
    ratio_method: NDArray[Any]  # katz, or exact where a count is below 5 (rates: always exact)


@dataclass(frozen=True)
class GapChange(Columns):
    """How the gap moved from a first time to a second. Intervals are of the change itself."""

    difference_before: Floats
    difference_after: Floats
    difference_change: Floats  # after minus before
    difference_lower: Floats
    difference_upper: Floats
    ratio_before: Floats
    ratio_after: Floats
    ratio_change: Floats  # after over before
    ratio_lower: Floats
    ratio_upper: Floats


def gap(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
    *,
    kind: Kind = "proportion",
    confidence: float = 0.95,
) -> Gap:
    """Compare groups with their reference; arrays broadcast, so one reference serves many groups.

    `kind` proportion (numerator of denominator people): Wilson intervals of the shares, Newcombe's of their difference;
    the ratio with Katz's interval, or where a count is below 5 the exact one given the sum of both counts (binomial
    split; conservative for people). rate (events over an exposure, which they may exceed): exact Poisson intervals,
    their difference by `square_and_add`, the ratio exact.

    Raises ValueError for counts that are negative, not finite, or (proportion) above their denominator.

    Formula: difference a/n - c/m, ratio (a/n)/(c/m); intervals: Wilson, Newcombe, Katz (exact below five events) for
    proportions; Garwood, square and add, exact for rates.
    Source: as the functions named, in `intervals` and `comparisons`; the change to exact below five events is ours.

    >>> found = gap([4, 0], [1427, 97], 39, 12719)
    >>> found.ratio_method.tolist(), found.ratio_lower.round(3).tolist()
    (['exact', 'exact'], [0.237, 0.0])
    """
    counts = _checked((numerator, denominator, reference_numerator, reference_denominator), kind)
    share, reference = _ratio(counts[0], counts[1]), _ratio(counts[2], counts[3])
    own, other, apart = _intervals(counts, kind, confidence)
    ratio, method = _relative(counts, kind, confidence)
    return Gap(
        share,
        own.lower,
        own.upper,
        reference,
        other.lower,
        other.upper,
        share - reference,
        apart.lower,
        apart.upper,
        _ratio(share, reference),
        ratio.lower,
        ratio.upper,
        method,
    )


def gap_test(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
    *,
    kind: Kind = "proportion",
) -> Floats:
    """The exact two-sided p-value for equal rates: Fisher's for proportions, the binomial test of the split for rates.

    Apart from `gap`, because each one is a sum over tables and because intervals say more. NaN where a denominator is 0.
    Arguments and errors as `gap`; counts must be whole.

    Formula: Σ P(x) over all x with P(x) ≤ P(a): hypergeometric for proportions, binomial for rates.
    Source: as `comparisons.fisher_test` and `comparisons.rate_test`.

    >>> gap_test([3, 0], [4, 0], 1, 4).round(4).tolist()  # the tea tasting; nobody to compare
    [0.4857, nan]
    """
    counts = _checked((numerator, denominator, reference_numerator, reference_denominator), kind)
    known = (counts[1] > 0) & (counts[3] > 0)
    a, n1, c, m = (np.where(known, values, 1.0) for values in counts)
    p = rate_test(a, n1, c, m) if kind == "rate" else fisher_test(a, n1, c, m)
    return np.where(known, p, np.nan)


def gap_change(
    before: Counts, after: Counts, *, kind: Kind = "proportion", confidence: float = 0.95
) -> GapChange:
    """How a gap changed between two times: one interval for the change, instead of two p-values side by side.

    `before` and `after` are the four counts of `gap`, people counted once. The change of the difference joins the two
    intervals of `gap` by adding squares, that of the ratio does so on the log scale. A gap that was real before and is not
    after need not have changed: only this interval says so. NaN for the ratio where a rate is 0 at either time. Errors as
    `gap`.

    Formula: d₂ - d₁, and R₂/R₁ = exp(ln R₂ - ln R₁), both with the ends of `square_and_add`.
    Source: Zou and Donner 2008, Stat Med 27:1693.

    >>> change = gap_change((120, 1000, 80, 1000), (90, 1000, 75, 1000))  # gap of 4 points, then of 1.5
    >>> round(float(change.difference_change), 3), round(float(change.difference_lower), 3)
    (-0.025, -0.061)
    """
    first, second = (gap(*counts, kind=kind, confidence=confidence) for counts in (before, after))
    absolute = square_and_add(
        second.difference,
        Interval(second.difference_lower, second.difference_upper),
        first.difference,
        Interval(first.difference_lower, first.difference_upper),
    )
    relative = _change_of_ratio(first, second)
    return GapChange(
        first.difference,
        second.difference,
        second.difference - first.difference,
        absolute.lower,
        absolute.upper,
        first.ratio,
        second.ratio,
        _ratio(second.ratio, first.ratio),
        relative.lower,
        relative.upper,
    )


def _checked(counts: Counts, kind: Kind) -> Four:
    given.one_of(kind, "kind", Kind)
    a, n, c, m = np.broadcast_arrays(*(np.asarray(values, float) for values in counts))
    for before, count, total in (("", a, n), ("reference_", c, m)):
        names = f"{before}numerator", f"{before}denominator"
        given.refuse(
            ~(np.isfinite(count) & np.isfinite(total)),
            count,
            names[0],
            "and its denominator are finite",
            of=total,
        )
        (given.part if kind == "proportion" else given.per)(count, total, *names)
    return a, n, c, m


def _intervals(counts: Four, kind: Kind, confidence: float) -> tuple[Interval, Interval, Interval]:
    a, n, c, m = counts
    if kind == "proportion":
        return (
            wilson(a, n, confidence),
            wilson(c, m, confidence),
            newcombe(a, n, c, m, confidence),
        )
    own, other = garwood(a, n, confidence), garwood(c, m, confidence)
    return own, other, square_and_add(_ratio(a, n), own, _ratio(c, m), other)


def _relative(counts: Four, kind: Kind, confidence: float) -> tuple[Interval, NDArray[Any]]:
    exact = exact_rate_ratio(*counts, confidence)
    if kind == "rate":
        return exact, np.full(counts[0].shape, "exact")
    near = katz(*counts, confidence)
    few = np.minimum(counts[0], counts[2]) < SMALL
    chosen = Interval(np.where(few, exact.lower, near.lower), np.where(few, exact.upper, near.upper))
    return chosen, np.where(few, "exact", "katz")


def _change_of_ratio(first: Gap, second: Gap) -> Interval:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = square_and_add(
            np.log(second.ratio),
            Interval(np.log(second.ratio_lower), np.log(second.ratio_upper)),
            np.log(first.ratio),
            Interval(np.log(first.ratio_lower), np.log(first.ratio_upper)),
        )
        known = np.isfinite(np.log(second.ratio)) & np.isfinite(np.log(first.ratio))
    return Interval(
        np.where(known, np.exp(found.lower), np.nan), np.where(known, np.exp(found.upper), np.nan)
    )


def _ratio(above: Floats, below: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(above / below)
