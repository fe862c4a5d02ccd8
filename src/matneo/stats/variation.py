"""How much sites differ once chance is taken away, as one figure; and whether they come closer over the years."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats._arrays import Floats
from matneo.stats._inference import critical_value, estimate, tail, two_sided
from matneo.stats._likelihood import climb, fit_linear
from matneo.stats._numeric import root
from matneo.stats._site_likelihood import Surface
from matneo.stats.random_intercept import RandomIntercept
from matneo.stats.results import Estimate

_MEDIAN = 0.6744897501960817  # normal quantile of 0.75
_NINETY = 1.2815515655446004  # and of 0.9


@dataclass(frozen=True)
class VariationIndex:
    """Between-site variation of one measure in one period.

    Never the range or the coefficient of variation of crude rates: those fall when sites merge.
    """

    sd: Estimate  # of the sites' log-odds (or log rates); its p-value of 0 is half of chi2(0) and half of chi2(1)
    median_odds_ratio: (
        Estimate  # of two sites at random, the one with more over the one with less; 1: no variation
    )
    p90_p10: Estimate  # odds at the 90th of a hundred sites over the 10th (rates, for a Poisson fit)
    scv: float  # systematic component of variation, free of the model; below 0 means none
    method: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Trend:
    """Change of between-site variation per period."""

    slope: Estimate
    ratio: Estimate  # exp(slope) for a trend of logarithms; NaN otherwise
    values: Floats  # what the line was drawn through
    method: str
    parameters: dict[str, Any]


def variation_index(fit: RandomIntercept, *, confidence: float = 0.95) -> VariationIndex:
    """The site standard deviation as median odds ratio and as 90/10 ratio, with profile-likelihood intervals.

    The interval holds every sd at which twice the log-likelihood, maximised over the coefficients, is within chi2(1) of
    the greatest; its lower end is 0 where that includes 0. For a Poisson fit both are ratios of rates. Raises ValueError
    for a fit that has not converged.

    Formula: median odds ratio exp(√2 Φ⁻¹(0.75) sd), 90/10 exp(2Φ⁻¹(0.9) sd); interval {sd: 2(l(max) - l(sd)) ≤ χ²(confidence;
    1)}; p-value of sd = 0: ½P(χ²(1) > 2(l(max) - l(0))).
    Source: Larsen and Merlo 2005, Am J Epidemiol 161:81; Self and Liang 1987, JASA 82:605, for the p-value at the boundary.

    >>> from matneo.stats.random_intercept import fit_random_intercept
    >>> index = variation_index(fit_random_intercept([4, 12, 3, 20, 11], [100] * 5, ["A", "B", "C", "D", "E"]))
    >>> round(index.sd.value, 2), round(index.median_odds_ratio.value, 2), round(index.p90_p10.value, 2)
    (0.66, 1.87, 5.41)
    >>> round(index.sd.lower, 2), round(index.sd.p_value, 4)
    (0.25, 0.0012)
    """
    fit.refuse_unless_converged()
    allowed = critical_value(confidence) ** 2 / 2
    profile = _profile(fit)

    def outside(sd: float) -> float:
        return fit.loglik - profile(sd) - allowed

    ends = _lower(fit, outside, allowed), _upper(fit, outside)
    sd = Estimate(fit.sd, fit.sd_se, *ends, _boundary_p(fit), np.inf, confidence, "profile likelihood")
    expected = fit.events_at(0.0)
    return VariationIndex(
        sd=sd,
        median_odds_ratio=sd.as_ratio(float(np.sqrt(2)) * _MEDIAN),
        p90_p10=sd.as_ratio(2 * _NINETY),
        scv=systematic_component(fit.sites.events, expected * fit.sites.events.sum() / expected.sum()),
        method="variation-index/1",
        parameters={**fit.parameters, "confidence": confidence, "of": fit.method},
    )


def systematic_component(observed: ArrayLike, expected: ArrayLike) -> float:
    """Systematic component of variation: about the variance of the sites' ratios, less what chance adds.

    What Poisson chance adds is subtracted, so that it may fall below 0: then there is none to see. One entry a site. Raises
    ValueError for numbers below zero. Sites with nothing expected are left out; NaN if none are left.

    Formula: mean((O - E)²/E²) - mean(1/E).
    Source: McPherson et al. 1982, NEJM 307:1310.

    >>> round(systematic_component([4, 16], [10, 10]), 6)  # (.36 + .36)/2 - .1
    0.26
    """
    values = _scv_parts(np.asarray(observed, float), np.asarray(expected, float))
    return float(np.nanmean(values)) if np.isfinite(values).any() else np.nan


def variation_trend(period: ArrayLike, sd: ArrayLike, sd_se: ArrayLike, *, confidence: float = 0.95) -> Trend:
    """Whether sites come closer: the logarithm of the site sd over periods, weighted by what is known of each.

    The line is weighted by the inverse of var(ln sd). The slope's variance grows by the scatter about the line where that
    is more than those variances explain, and its interval uses t(periods - 2). One entry a period, from
    `fit_random_intercept` of each: `.sd`, `.sd_se`.

    Raises ValueError for fewer than three periods, and for a period without differences between sites (sd 0 has no
    logarithm): use `component_trend` then. The periods' estimates are taken as independent; `component_trend` is not so
    trusting.

    Formula: y = ln sd, w = (sd/sd_se)², b = Σw(x - x̄)y/Σw(x - x̄)², se² = max(1, Σw r²/(n - 2))/Σw(x - x̄)²; x the periods,
    r the residuals.
    Source: ours; weighted least squares, the weights by the delta method.

    Halving in four years is a slope of ln(1/2)/4 = -0.173:

    >>> t = variation_trend([2019, 2021, 2023], [0.4, 0.4 * 2 ** -0.5, 0.2], [0.04, 0.04, 0.04])
    >>> round(t.slope.value, 4), round(t.ratio.value, 4)
    (-0.1733, 0.8409)
    """
    x, value, se = np.broadcast_arrays(*(np.asarray(a, float) for a in (period, sd, sd_se)))
    if x.size < 3:
        raise ValueError(f"A trend needs at least three periods, and there are {x.size}.")
    if (bad := ~((value > 0) & (se > 0))).any():
        raise ValueError(
            f"Period {x[bad][0]:g} has a site sd of {value[bad][0]:g} (standard error {se[bad][0]:g}), "
            "which has no logarithm with a weight; use component_trend."
        )
    y, w = np.log(value), (value / se) ** 2
    middle = np.average(x, weights=w)
    spread = float((w * (x - middle) ** 2).sum())
    if spread == 0:
        raise ValueError("All periods are the same one.")
    slope = float((w * (x - middle) * y).sum() / spread)
    left = y - np.average(y, weights=w) - slope * (x - middle)
    df = x.size - 2
    scatter = max(1.0, float((w * left**2).sum()) / df)
    error = float(np.sqrt(scatter / spread))
    line = estimate(slope, error, df, confidence=confidence, method="weighted regression of ln sd")
    return Trend(
        slope=line,
        ratio=line.as_ratio(),
        values=y,
        method="variation-trend/1",
        parameters={"confidence": confidence, "scatter": scatter},
    )


def component_trend(
    observed: ArrayLike,
    expected: ArrayLike,
    period: ArrayLike,
    *,
    seed: int | np.random.Generator,
    draws: int = 2000,
    confidence: float = 0.95,
) -> Trend:
    """The slope of the systematic component of variation per period, with a bootstrap over sites.

    `observed`, `expected`: sites x periods, NaN where a site has no value. Whole sites are drawn, with all their periods,
    so that what a site carries from year to year stays together. Percentile interval; the p-value is twice the smaller
    share of draws beyond 0. The same `seed` gives the same answer. Raises ValueError for fewer than three periods or
    ten sites, and for a period without any value.

    Formula: Σ(x - x̄)s/Σ(x - x̄)², s = mean((O - E)²/E² - 1/E) of period x; the interval is that of the same slope over
    samples of sites.
    Source: ours; McPherson et al. 1982, NEJM 307:1310, for the component; Efron 1979, Annals of Statistics 7:1, for the
    bootstrap.

    >>> o = np.tile([[4.0, 7, 10], [16, 13, 10]], (5, 1))  # ten sites that meet
    >>> t = component_trend(o, np.full((10, 3), 10.0), [1, 2, 3], seed=1, draws=200)
    >>> t.values.round(2).tolist(), round(t.slope.value, 2)
    ([0.26, -0.01, -0.1], -0.18)
    """
    parts = _scv_parts(np.asarray(observed, float), np.asarray(expected, float))
    x = np.asarray(period, float)
    if parts.ndim != 2 or parts.shape[1] != x.size or x.size < 3 or len(parts) < 10:
        raise ValueError(
            f"Counts must be sites x periods, with at least ten sites and three periods; they are {parts.shape} "
            f"for {x.size} periods."
        )
    known = np.isfinite(parts)
    if not known.any(axis=0).all():
        raise ValueError(f"Period {x[~known.any(axis=0)][0]:g} has no site with a value.")
    filled = np.where(known, parts, 0.0)
    line = (x - x.mean()) / ((x - x.mean()) ** 2).sum()
    values = filled.sum(axis=0) / known.sum(axis=0)
    times = np.random.default_rng(seed).multinomial(
        len(parts), np.full(len(parts), 1 / len(parts)), size=draws
    )
    count = times @ known
    with np.errstate(invalid="ignore"):
        slopes = np.where(count > 0, times @ filled / count, np.nan) @ line
    slopes = slopes[np.isfinite(slopes)]
    low, high = np.quantile(slopes, [tail(confidence), 1 - tail(confidence)])
    rarer = min(np.mean(slopes <= 0), np.mean(slopes >= 0))
    p_value = float(min(1.0, 2 * max(rarer, 1 / len(slopes))))
    how = "bootstrap of sites"
    se = float(np.std(slopes, ddof=1)) if len(slopes) > 1 else np.nan
    return Trend(
        slope=Estimate(float(values @ line), se, float(low), float(high), p_value, np.nan, confidence, how),
        ratio=Estimate(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, confidence, how),
        values=values,
        method="component-trend/1",
        parameters={"confidence": confidence, "draws": draws},
    )


def _profile(fit: RandomIntercept) -> Callable[[float], float]:
    """The log-likelihood at a given sd, maximised over the coefficients."""
    data = fit.data
    plain = fit_linear(data.family, data.y, data.n, data.design, data.offset, fit.terms)
    surface = Surface(data, plain, fit.parameters["quadrature"])
    begin = np.asarray(np.linalg.solve(surface.whitened, fit.coef - plain.coef), np.float64)

    def at(sd: float) -> float:
        def of_coefficients(b: Floats) -> tuple[float, Floats]:
            height, slope = surface.at(np.append(b, sd))
            return height, slope[:-1]

        return fit.loglik_without if sd == 0 else climb(of_coefficients, begin)[1]

    return at


def _lower(fit: RandomIntercept, outside: Callable[[float], float], allowed: float) -> float:
    if fit.loglik - fit.loglik_without <= allowed:
        return 0.0
    return root(outside, 1e-6, fit.sd, 1e-6)


def _upper(fit: RandomIntercept, outside: Callable[[float], float]) -> float:
    """NaN if the likelihood never falls far enough: sites so small that nothing limits their differences."""
    inside, beyond = fit.sd, max(2 * fit.sd, 0.1)
    while outside(beyond) < 0:
        inside, beyond = beyond, 2 * beyond
        if beyond > 50:
            return np.nan
    return root(outside, inside, beyond, 1e-6)


def _boundary_p(fit: RandomIntercept) -> float:
    twice = 2 * max(fit.loglik - fit.loglik_without, 0.0)
    return 1.0 if fit.sd == 0 else float(two_sided(np.sqrt(twice))) / 2


def _scv_parts(observed: Floats, expected: Floats) -> Floats:
    o, e = np.broadcast_arrays(observed, expected)
    if ((o < 0) | (e < 0)).any():
        raise ValueError("Observed and expected numbers cannot be below zero.")
    some = np.where(e > 0, e, np.nan)
    return ((o - some) / some) ** 2 - 1 / some
