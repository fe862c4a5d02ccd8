"""If nothing changes: where a yearly rate is heading, and how likely it is to meet a target."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, Ints
from matneo.stats.glm import GLMFit, quasi_glm
from matneo.stats.projection_results import Fan, Projection, Shortfall, TargetPath
from matneo.stats.regression import TooFewPoints

FEWEST = 5
FEWEST_DEGREES = 2  # points beyond the terms of the trend
MOST = 35.0  # logarithm of the most events a draw may have: wild draws of short series must not overflow
Direction = Literal["decrease", "increase"]


def project_to_target(
    events: ArrayLike,
    exposure: ArrayLike,
    year: ArrayLike,
    *,
    target: float,
    target_year: int,
    seed: int | np.random.Generator,
    draws: int = 10_000,
    baseline_year: int | None = None,
    change_year: int | None = None,
    years_apart: Sequence[int] = (),
    future_exposure: float | None = None,
    direction: Direction = "decrease",
    fixed_dispersion: bool = False,
) -> Projection:
    """Carry on a log-linear trend of counts to a target year, with everything we do not know.

    Quasi-Poisson from `baseline_year` (None: the first year) on, with a break of the trend at `change_year` if there is one,
    and an effect of its own for each of `years_apart`, such as a pandemic year. Each of `draws` takes a dispersion,
    coefficients, and a count a year. `fixed_dispersion` takes φ as known: too narrow for a handful of years. `target` is a
    rate like events/exposure; `future_exposure` None keeps the last one. Paths lead from the observed baseline rate to the
    target.

    TooFewPoints (a ValueError): fewer than 5 years, or fewer than 2 beyond the terms of the trend. ValueError: a target year
    that is not ahead, a baseline without events, years twice, impossible counts. A changed definition is another series:
    never joined here.

    Formula: ln mean = ln exposure + b₀ + b₁(year - baseline) + b₂(year - change_year)₊ + effects of years apart; each draw:
    φ* = max(1, φ df/χ²(df)), b* ~ N(b, φ*(X'WX)⁻¹), count negative binomial of mean μ* and variance φ*μ*; paths
    r₀(target/r₀)^s and r₀ + s(target - r₀), s the share of years gone.
    Source: McCullagh and Nelder 1989, chapter 6, for the model; coverage is simulated in the tests.

    >>> rate = 5.0 * 0.97 ** np.arange(10)
    >>> ahead = project_to_target(rate * 600, [600_000] * 10, range(2010, 2020), target=0.0025, target_year=2025, seed=1)
    >>> round(ahead.annual_change.value, 3), ahead.arrival_year
    (-0.03, 2033.0)
    """
    when, counts, base = _checked(events, exposure, year, baseline_year, target, target_year, direction)
    design, terms = _design(when, change_year, years_apart)
    if len(when) - len(terms) < FEWEST_DEGREES:
        raise TooFewPoints(
            f"{len(when)} years cannot carry a trend of {len(terms)} terms; leave out a break or a year apart."
        )
    fit = quasi_glm(counts, design, family="poisson", denominator=base, terms=terms)
    ahead = np.arange(when[-1] + 1, target_year + 1)
    size = base[-1] if future_exposure is None else float(future_exposure)
    given.above(size, "future_exposure")
    future = _design(ahead, change_year, years_apart, start=int(when[0]))[0]
    coef, mean, seen = _simulate(fit, future, size, draws, np.random.default_rng(seed), fixed_dispersion)
    path = _path(when, counts, base, target, target_year)
    sign = 1.0 if direction == "decrease" else -1.0
    rate = seen / size
    arrivals = _arrival(coef, when[0], change_year, target, sign)
    short = [
        _shortfall(values, path.year, when, counts, base, mean, size, sign)
        for values in (path.geometric, path.linear)
    ]
    slope = np.array([float(name in ("year", "change")) for name in terms])
    return Projection(
        fan=_fan(ahead, np.exp(future @ fit.coef), rate),
        path=path,
        p_meet_target=float(np.mean(sign * rate[:, -1] <= sign * target)),
        arrival_year=_year(_arrival(fit.coef[None, :], when[0], change_year, target, sign)[0]),
        arrival_lower=float(np.quantile(arrivals, 0.1, method="lower")),
        arrival_upper=float(np.quantile(arrivals, 0.9, method="higher")),
        shortfall_geometric=short[0],
        shortfall_linear=short[1],
        annual_change=replace(fit.combination(slope).as_change(), method="quasi-Poisson, exp(b) - 1"),
        needed_change=float((target / np.exp(_trend_at_end(fit, when, change_year))) ** (1 / len(ahead)) - 1),
        dispersion=fit.dispersion,
        fit=fit,
        label="if nothing changes",
        method="project-to-target/1",
        parameters={
            "target": target, "target_year": target_year, "draws": draws, "baseline_year": int(when[0]),
            "seed": seed if isinstance(seed, int) else None, "change_year": change_year, "years_apart": tuple(years_apart),
            "future_exposure": size, "direction": direction, "fixed_dispersion": fixed_dispersion,
        },
    )  # fmt: skip


def _simulate(
    fit: GLMFit, future: Floats, size: float, draws: int, chance: np.random.Generator, fixed: bool
) -> tuple[Floats, Floats, Floats]:
    """Coefficients, expected events and observed events of each draw."""
    given.whole(draws, "draws")
    phi = np.full(draws, fit.dispersion)
    if not fixed:
        phi = phi * fit.df / chance.chisquare(fit.df, draws)
    phi = np.maximum(phi, 1.0)
    root = np.linalg.cholesky(fit.bread)
    coef = fit.coef + np.sqrt(phi)[:, None] * (chance.standard_normal((draws, len(fit.coef))) @ root.T)
    mean = np.exp(np.minimum(coef @ future.T + np.log(size), MOST))
    extra = np.maximum(phi - 1, 1e-9)[
        :, None
    ]  # gamma-Poisson: shape mean/(phi - 1); towards Poisson as phi tends to 1
    level = np.where(phi[:, None] > 1 + 1e-6, chance.gamma(np.maximum(mean / extra, 1e-12)) * extra, mean)
    return coef, mean, chance.poisson(np.minimum(level, np.exp(MOST))).astype(float)


def _fan(ahead: Ints, expected: Floats, rate: Floats) -> Fan:
    low, lower, middle, upper, high = np.quantile(rate, (0.025, 0.1, 0.5, 0.9, 0.975), axis=0)
    return Fan(ahead, expected, middle, lower, upper, low, high)


def _path(when: Ints, counts: Floats, base: Floats, target: float, target_year: int) -> TargetPath:
    years = np.arange(when[0], target_year + 1)
    start = counts[0] / base[0]
    done = (years - when[0]) / (target_year - when[0])
    return TargetPath(years, start * (target / start) ** done, start + (target - start) * done)


def _shortfall(
    path: Floats,
    years: Ints,
    when: Ints,
    counts: Floats,
    base: Floats,
    mean: Floats,
    size: float,
    sign: float,
) -> Shortfall:
    at = np.searchsorted(years, when)
    observed = sign * float(
        np.sum((counts - path[at] * base)[1:])
    )  # the baseline year is the start, not a debt
    coming = sign * (mean - path[years > when[-1]] * size).sum(axis=1)
    low, middle, high = np.quantile(coming, (0.025, 0.5, 0.975))
    return Shortfall(
        observed, float(middle), observed + float(middle), observed + float(low), observed + float(high)
    )


def _arrival(coef: Floats, start: int, change_year: int | None, target: float, sign: float) -> Floats:
    """When the trend of each draw crosses the target; infinite where it does not lead there."""
    level, slope = coef[:, 0], coef[:, 1]
    if change_year is not None:  # the line after the break, carried back to the baseline
        level, slope = level - coef[:, 2] * (change_year - start), slope + coef[:, 2]
    leads = sign * slope < 0
    return np.where(leads, start + (np.log(target) - level) / np.where(leads, slope, 1.0), np.inf)


def _year(crossing: float) -> float:
    return float(np.ceil(crossing - 1e-6)) if np.isfinite(crossing) else float("nan")


def _trend_at_end(fit: GLMFit, when: Ints, change_year: int | None) -> float:
    row = _design(when[-1:], change_year, (), start=int(when[0]))[0][0]
    return float(row @ fit.coef[: len(row)])


def _design(
    year: Ints, change_year: int | None, years_apart: Sequence[int], *, start: int | None = None
) -> tuple[Floats, tuple[str, ...]]:
    """Intercept, years since the baseline, years since the break, and one column a year apart."""
    first = int(year[0]) if start is None else start
    columns, terms = [np.ones(len(year)), year - first], ["intercept", "year"]
    if change_year is not None:
        columns, terms = [*columns, np.maximum(year - change_year, 0)], [*terms, "change"]
    for apart in years_apart:
        columns, terms = [*columns, year == apart], [*terms, f"year {apart}"]
    return np.column_stack(columns).astype(float), tuple(terms)


def _checked(
    events: ArrayLike,
    exposure: ArrayLike,
    year: ArrayLike,
    baseline_year: int | None,
    target: float,
    target_year: int,
    direction: str,
) -> tuple[Ints, Floats, Floats]:
    """Years in order from the baseline on, with their counts and exposure."""
    when = np.asarray(list(year) if isinstance(year, range) else year)
    if when.ndim != 1 or when.dtype.kind not in "iu":
        raise ValueError("year must be whole numbers, one a row.")
    if len(when) < FEWEST:
        raise TooFewPoints(f"There are {len(when)} years; a projection needs at least {FEWEST}.")
    counts, base = (
        given.complete(events, "events", len(when)),
        given.complete(exposure, "exposure", len(when)),
    )
    order = np.argsort(when, kind="stable")
    when, counts, base = when[order].astype(np.int64), counts[order], base[order]
    if (np.diff(when) == 0).any():
        raise ValueError(f"The year {when[1:][np.diff(when) == 0][0]} stands there twice.")
    first = int(when[0]) if baseline_year is None else baseline_year
    if first not in when:
        raise ValueError(f"The baseline year {first} is not among the years {when[0]} to {when[-1]}.")
    kept = when >= first
    when, counts, base = when[kept], counts[kept], base[kept]
    if len(when) < FEWEST:
        raise TooFewPoints(
            f"There are {len(when)} years from {first} on; a projection needs at least {FEWEST}."
        )
    given.one_of(direction, "direction", Direction)
    given.above(target, "target")
    if target_year <= when[-1]:
        raise ValueError(f"The target year {target_year} is not after the last year with data, {when[-1]}.")
    if counts[0] <= 0 or base[0] <= 0:
        raise ValueError(
            f"The baseline year {first} has no events, so there is no path from it to the target."
        )
    return when, counts, base
