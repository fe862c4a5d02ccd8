"""Tables of before and after, or group and reference: effects to pool, and Mantel-Haenszel's pooling of the tables."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats._inference import critical_value
from matneo.stats.results import Columns

Measure = Literal["OR", "RR", "RD"]


@dataclass(frozen=True)
class EffectSizes(Columns):
    """One entry a table: log odds ratio, log relative risk or risk difference, its variance, and whether 0.5 went in."""

    estimate: Floats
    variance: Floats
    corrected: Bools


@dataclass(frozen=True)
class MantelHaenszel:
    """One effect common to all tables, on the log scale for OR and RR."""

    estimate: float
    se: float
    lower: float
    upper: float
    measure: str
    tables: int
    confidence: float


@dataclass(frozen=True)
class _Tables:
    """a of n1 in the group, c of n2 in the reference; b and d are the rest."""

    a: Floats
    b: Floats
    c: Floats
    d: Floats


def effect_sizes(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
    *,
    measure: Measure = "OR",
) -> EffectSizes:
    """Effect and variance of every table, ready for `meta.random_effects_meta`.

    a of n1 after (or in the group), c of n2 before (or in the reference), b = n1-a, d = n2-c:

    * OR: ln(ad/bc), variance 1/a + 1/b + 1/c + 1/d.
    * RR: ln((a/n1)/(c/n2)), variance 1/a - 1/n1 + 1/c - 1/n2.
    * RD: a/n1 - c/n2, variance ab/n1^3 + cd/n2^3.

    0.5 is added to all four cells of a table that has a cell of 0, and to no other (`corrected` marks them): added
    everywhere it would draw every effect towards none. A before-and-after table says nothing of a trend that was there
    already: pool level changes of interrupted time series instead where series trend.

    Raises ValueError for counts that are negative, not finite or above their denominator, and for denominators of 0.

    Formula: OR ln(ad/(bc)), variance 1/a + 1/b + 1/c + 1/d; RR ln((a/n₁)/(c/n₂)), 1/a - 1/n₁ + 1/c - 1/n₂; RD a/n₁ - c/n₂,
    ab/n₁³ + cd/n₂³.
    Source: Woolf 1955, Annals of Human Genetics 19:251 (OR); Katz et al. 1978, Biometrics 34:469 (RR); binomial variances
    (RD). Tested against R metafor 3.8-1.

    >>> effect_sizes(10, 100, 20, 100, measure="RR").estimate.round(4)  # ln(0.1/0.2)
    array([-0.6931])
    """
    given.one_of(measure, "measure", Measure)
    tables = _tables(numerator, denominator, reference_numerator, reference_denominator)
    empty = (tables.a == 0) | (tables.b == 0) | (tables.c == 0) | (tables.d == 0)
    more = np.where(empty, 0.5, 0.0)
    cells = _Tables(tables.a + more, tables.b + more, tables.c + more, tables.d + more)
    return EffectSizes(*_EFFECTS[measure](cells), empty)


def mantel_haenszel(
    numerator: ArrayLike,
    denominator: ArrayLike,
    reference_numerator: ArrayLike,
    reference_denominator: ArrayLike,
    *,
    measure: Measure = "OR",
    confidence: float = 0.95,
) -> MantelHaenszel:
    """One common effect of many tables, without a correction for cells of 0: the method for rare events.

    Letters, arguments and errors as for `effect_sizes`. It takes the effect for one and the same in all tables; where
    projects differ use `meta.random_effects_meta`. NaN for OR and RR where no table has an event on one of the sides: the
    ratio is then 0, infinite or unknown.

    Formula: OR ln(Σ(ad/N)/Σ(bc/N)); RR ln(Σ(a n₂/N)/Σ(c n₁/N)); RD Σ((a n₂ - c n₁)/N)/Σ(n₁n₂/N); N = n₁ + n₂ of each table.
    Source: Mantel and Haenszel 1959, J Natl Cancer Inst 22:719; variances: Robins, Breslow and Greenland 1986, Biometrics
    42:311 (OR); Greenland and Robins 1985, Biometrics 41:55 (RR); Sato, Greenland and Robins 1989, Biometrics 45:1323 (RD).
    Tested against R metafor 3.8-1.

    >>> common = mantel_haenszel([10, 5], [100, 50], [20, 10], [100, 50], measure="RR")
    >>> round(common.estimate, 4)  # both tables halve the risk
    -0.6931
    """
    given.one_of(measure, "measure", Measure)
    tables = _tables(numerator, denominator, reference_numerator, reference_denominator)
    estimate, variance = _POOLED[measure](tables)
    se = float(np.sqrt(variance))
    reach = critical_value(confidence) * se
    return MantelHaenszel(
        estimate, se, estimate - reach, estimate + reach, measure, len(tables.a), confidence
    )


def _tables(*counts: ArrayLike) -> _Tables:
    a, n, c, m = np.broadcast_arrays(*(np.atleast_1d(np.asarray(values, float)) for values in counts))
    for before, count, total in (("", a, n), ("reference_", c, m)):
        given.refuse(
            ~(np.isfinite(total) & (total > 0)), total, f"{before}denominator", "must be at least one"
        )
        given.refuse(~np.isfinite(count), count, f"{before}numerator", "needs a finite number in every row")
        given.part(count, total, f"{before}numerator", f"{before}denominator")
    return _Tables(a, n - a, c, m - c)


def _odds_ratio(t: _Tables) -> tuple[Floats, Floats]:
    return np.log(t.a * t.d) - np.log(t.b * t.c), 1 / t.a + 1 / t.b + 1 / t.c + 1 / t.d


def _relative_risk(t: _Tables) -> tuple[Floats, Floats]:
    n, m = t.a + t.b, t.c + t.d
    return np.log(t.a * m) - np.log(t.c * n), 1 / t.a - 1 / n + 1 / t.c - 1 / m


def _risk_difference(t: _Tables) -> tuple[Floats, Floats]:
    n, m = t.a + t.b, t.c + t.d
    return t.a / n - t.c / m, t.a * t.b / n**3 + t.c * t.d / m**3


def _pooled_odds_ratio(t: _Tables) -> tuple[float, float]:
    total = t.a + t.b + t.c + t.d
    r, s = t.a * t.d / total, t.b * t.c / total
    p, q = (t.a + t.d) / total, (t.b + t.c) / total
    above, below = float(r.sum()), float(s.sum())
    if above == 0 or below == 0:
        return np.nan, np.nan
    variance = (
        (p * r).sum() / (2 * above**2)
        + (p * s + q * r).sum() / (2 * above * below)
        + (q * s).sum() / (2 * below**2)
    )
    return float(np.log(above / below)), float(variance)


def _pooled_relative_risk(t: _Tables) -> tuple[float, float]:
    n, m = t.a + t.b, t.c + t.d
    total = n + m
    above, below = float((t.a * m / total).sum()), float((t.c * n / total).sum())
    if above == 0 or below == 0:
        return np.nan, np.nan
    spread = (n * m * (t.a + t.c) - t.a * t.c * total) / total**2
    return float(np.log(above / below)), float(spread.sum() / (above * below))


def _pooled_risk_difference(t: _Tables) -> tuple[float, float]:
    n, m = t.a + t.b, t.c + t.d
    total = n + m
    size = float((n * m / total).sum())
    difference = float(((t.a * m - t.c * n) / total).sum()) / size
    p = (n**2 * t.c - m**2 * t.a + n * m * (m - n) / 2) / total**2
    q = (t.a * t.d + t.c * t.b) / (2 * total)
    # The sum is a variance only up to chance: with one event in all it can be a hair below 0.
    return difference, max(0.0, float(difference * p.sum() + q.sum()) / size**2)


_EFFECTS = {"OR": _odds_ratio, "RR": _relative_risk, "RD": _risk_difference}
_POOLED = {"OR": _pooled_odds_ratio, "RR": _pooled_relative_risk, "RD": _pooled_risk_difference}
