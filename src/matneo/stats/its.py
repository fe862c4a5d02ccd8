"""Interrupted time series: did level or trend change when the change came, and by how much?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats._designs import aliased
from matneo.stats._inference import critical_value, estimate
from matneo.stats._its_models import Error, Family, Fitted, Lag, Series, fit_series
from matneo.stats._links import CANONICAL
from matneo.stats.interruption import SegmentedDesign, segmented_design
from matneo.stats.its_results import Effect, SegmentedRegression, Sensitivity, SeriesPoints
from matneo.stats.regression import Fit, TooFewPoints
from matneo.stats.results import Estimate

METHOD = "segmented-regression/1"
FEWEST = 24
FEWEST_PER_SEGMENT = 8
ERRORS: tuple[Error, ...] = ("ar1_reml", "newey_west", "none")


def segmented_regression(
    y: ArrayLike,
    denominator: ArrayLike | None = None,
    start: float | None = None,
    *,
    family: Family = "gaussian",
    time: ArrayLike | None = None,
    phase_in: float = 0,
    seasonality: int = 0,
    points_per_year: float = 12,
    covariates: Mapping[str, ArrayLike] | None = None,
    error: Error = "ar1_reml",
    lag: Lag = None,
    confidence: float = 0.95,
) -> SegmentedRegression:
    """Segmented regression of one series, with the counterfactual at its end and the cumulative effect.

    `y` has one entry a point; `start` is the time of the first point after the change, which must be known beforehand,
    never chosen by looking. `time` are whole numbers (None: 0, 1, …). `family`: "gaussian" for values (`denominator`, if
    any, are weights), "binomial" for events of a denominator (logit), "poisson" for events over an exposure (log). A
    missing value or a denominator of 0 leaves its point out. The points of the `phase_in` after `start` belong to neither
    line and to no sum. `covariates`: columns by name, such as 1 in a pandemic's months. Seasons: see
    `interruption.segmented_design`.

    `error`: "ar1_reml" (default) lets neighbours resemble one another; t with n(1 - ρ)/(1 + ρ) - k degrees of freedom; for
    counts on linearised counts, with φ at least 1. "newey_west" (`lag`: see `hac.newey_west`) and "none" are for
    comparison, and always shown in `.sensitivity`: Newey-West is too sure of itself in short series. Intervals of
    effects: delta method; seasons and covariates count alike with and without the change.

    TooFewPoints (a ValueError): fewer than 24 points, or 8 on one side. ValueError: impossible counts, unordered times,
    a start outside the series, more seasonal terms than the points of a year can carry, terms the points cannot tell apart.

    Formula: g(mean) = b₀ + b₁ time + b₂ level + b₃ trend (+ seasons, covariates); effect g⁻¹(Xb) - g⁻¹(X₀b), X₀ without level
    and trend, variance G'VG by the delta method.
    Source: Wagner et al. 2002, J Clin Pharm Ther 27:299; Wolfinger and O'Connell 1993, J Stat Comput Simul 48:233; type-I
    errors simulated in the tests. Against R: sandwich, nlme, glm.

    >>> quiet = [10, 11, 10, 9, 10, 10, 11, 9, 10, 10, 9, 11]
    >>> change = segmented_regression(quiet + [value - 4 for value in quiet], start=12)
    >>> round(change.level.value, 1), change.level.upper < 0
    (-3.6, True)
    """
    if start is None:
        raise ValueError("`start` is needed: the time of the first point after the change, known beforehand.")
    given.one_of(family, "family", Family)
    given.one_of(error, "error", Error)
    values = given.column(y, "y")
    when = np.arange(len(values), dtype=float) if time is None else np.asarray(time, float)
    plan = segmented_design(
        when, start, phase_in=phase_in, seasonality=seasonality, points_per_year=points_per_year, covariates=covariates
    )  # fmt: skip
    base = _denominator(denominator, values, when, family)
    used = (
        np.isfinite(values) & ~plan.phase_in & (np.isfinite(base) & (base > 0) if base is not None else True)
    )
    _check_enough(plan, used)
    series = Series(
        values[used], None if base is None else base[used], when[used], plan.design[used], plan.terms, family
    )
    main = fit_series(series, error, lag)
    scale = _Scale(family, plan, used, np.ones(len(values)) if base is None else base)
    return SegmentedRegression(
        coefficients=main.fit.coefficients(confidence),
        level=main.fit.estimate("level", confidence=confidence),
        trend=main.fit.estimate("trend", confidence=confidence),
        effect_at_end=scale.at_end(main.fit, confidence),
        cumulative_effect=scale.cumulative(main.fit, confidence),
        points=scale.points(main.fit, values, when, confidence),
        sensitivity=_sensitivity(main, error, series, lag, scale, confidence),
        dispersion=main.dispersion,
        rho=main.rho,
        df=main.fit.df,
        cautions=tuple(_cautions(main, series)),
        fit=main.fit,
        method=METHOD,
        parameters={
            "family": family, "start": start, "phase_in": phase_in, "seasonality": seasonality,
            "points_per_year": points_per_year, "covariates": tuple(covariates or ()), "error": error, "lag": lag,
            "confidence": confidence, "before": int((used & ~plan.after).sum()), "after": int((used & plan.after).sum()),
        },
    )  # fmt: skip


@dataclass(frozen=True)
class _Scale:
    """From the linear predictor to the scale of the measure, with and without the change."""

    family: Family
    plan: SegmentedDesign
    used: Bools
    base: Floats

    def mean(self, eta: Floats) -> tuple[Floats, Floats]:
        """The inverse link and its slope."""
        link = CANONICAL[self.family]
        return link.mean(eta), link.slope(eta)

    def both(self, fit: Fit) -> tuple[Floats, Floats, Floats, Floats]:
        """Fitted and counterfactual means, with their gradients in the coefficients."""
        mean, slope = self.mean(self.plan.design @ fit.coef)
        without, slope_without = self.mean(self.plan.counterfactual @ fit.coef)
        return (
            mean,
            without,
            slope[:, None] * self.plan.design,
            slope_without[:, None] * self.plan.counterfactual,
        )

    def at_end(self, fit: Fit, confidence: float) -> Effect:
        last = int(np.flatnonzero(self.used)[-1])
        mean, without, up, down = (part[last] for part in self.both(fit))
        return Effect(
            float(mean), float(without), _delta(fit, float(mean - without), up - down, confidence),
            _relative(fit, float(mean), float(without), up, down, confidence),
        )  # fmt: skip

    def cumulative(self, fit: Fit, confidence: float) -> Estimate:
        mean, without, up, down = self.both(fit)
        weight = np.where(self.used & self.plan.after, self.base, 0.0)
        return _delta(fit, float(weight @ (mean - without)), weight @ (up - down), confidence)

    def points(self, fit: Fit, values: Floats, when: Floats, confidence: float) -> SeriesPoints:
        mean, without, _, _ = self.both(fit)
        eta = self.plan.counterfactual @ fit.coef
        variance = np.einsum(
            "ij,jk,ik->i", self.plan.counterfactual, fit.covariance, self.plan.counterfactual
        )
        half = critical_value(confidence, fit.df) * np.sqrt(np.maximum(variance, 0.0))
        with np.errstate(divide="ignore", invalid="ignore"):
            observed = values if self.family == "gaussian" else values / self.base
        return SeriesPoints(
            when, observed, np.where(self.plan.phase_in, np.nan, mean), without,
            self.mean(eta - half)[0], self.mean(eta + half)[0], self.plan.after, self.used,
        )  # fmt: skip


def _delta(fit: Fit, value: float, gradient: Floats, confidence: float) -> Estimate:
    se = max(float(gradient @ fit.covariance @ gradient), 0.0) ** 0.5
    return estimate(value, se, fit.df, confidence=confidence, method="delta")


def _relative(fit: Fit, mean: float, without: float, up: Floats, down: Floats, confidence: float) -> Estimate:
    """Delta method for log(fitted/counterfactual), which cannot go below -100 %."""
    if mean <= 0 or without <= 0:
        nan = float("nan")
        return Estimate(nan, nan, nan, nan, nan, fit.df, confidence, "delta, log scale")
    log = _delta(fit, float(np.log(mean / without)), up / mean - down / without, confidence)
    return replace(log.as_change(), method="delta, log scale")


def _sensitivity(
    main: Fitted, error: Error, series: Series, lag: Lag, scale: _Scale, confidence: float
) -> Sensitivity:
    """The fit asked for, and the others beside it; NaN where one of the others cannot be had from this series."""
    others: list[Error] = [kind for kind in ERRORS if kind != error]
    rows = [_side_by_side(main, scale, confidence)]
    for kind in others:
        try:
            rows.append(_side_by_side(fit_series(series, kind, lag), scale, confidence))
        except ValueError:
            rows.append([np.nan] * 9)
    return Sensitivity(np.array([error, *others]), *np.array(rows).T)


def _side_by_side(answer: Fitted, scale: _Scale, confidence: float) -> list[float]:
    level, trend = (answer.fit.estimate(term, confidence=confidence) for term in ("level", "trend"))
    end = scale.at_end(answer.fit, confidence).difference
    return [
        level.value,
        level.se,
        level.p_value,
        trend.value,
        trend.se,
        trend.p_value,
        end.value,
        end.lower,
        end.upper,
    ]


def _cautions(main: Fitted, series: Series) -> list[str]:
    """What a reader should know before quoting a number."""
    found = []
    if main.flat:
        found.append(
            "The series cannot tell how far neighbouring points resemble one another; the intervals are a guess."
        )
    if main.rho > 0.8:
        found.append(
            f"Neighbouring points are almost copies of one another (correlation {main.rho:.2f}): there is little independent information."
        )
    if series.family != "gaussian":
        if main.dispersion < 1:
            found.append(
                f"The points scatter less than chance (dispersion {main.dispersion:.2f}); the intervals are not narrowed for it."
            )
        if np.mean(series.y) < 1:
            found.append(
                f"There are {np.mean(series.y):.2g} events a point; join months to quarters before reading much into this."
            )
    return found


def _denominator(
    denominator: ArrayLike | None, values: Floats, when: Floats, family: Family
) -> Floats | None:
    given.labels(when, "time", len(values))
    given.refuse(np.append(False, np.diff(when) <= 0), when, "time", "must rise from row to row")
    if denominator is None:
        if family == "binomial":
            raise ValueError("A binomial family needs a `denominator`: how many could have had the event.")
        return None
    base = given.column(denominator, "denominator", len(values))
    given.refuse(base < 0, base, "denominator", "is never below zero")
    return base


def _check_enough(design: SegmentedDesign, used: Bools) -> None:
    """Refuse inference from a series that is too short for it, in words for the chart's reader."""
    before = int((used & ~design.after).sum())
    after = int((used & design.after).sum())
    if before + after < FEWEST or min(before, after) < FEWEST_PER_SEGMENT:
        raise TooFewPoints(
            f"There are {before} points before the change and {after} after it; judging a change of level and trend needs "
            f"{FEWEST} in all and {FEWEST_PER_SEGMENT} on each side. A run chart can be read already."
        )
    if alike := aliased(design.design[used], design.terms):
        raise ValueError(
            f"These points cannot tell {', '.join(alike)} from the other terms; use fewer seasonal terms or covariates."
        )
