"""Three ways to allow for what a segmented regression leaves over, for values and for counts."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from matneo.stats._arrays import Floats
from matneo.stats._likelihood import FAMILIES
from matneo.stats.ar1 import AR1Fit, gls_ar1
from matneo.stats.glm import quasi_glm
from matneo.stats.hac import newey_west
from matneo.stats.regression import Fit, ols

Family = Literal["gaussian", "binomial", "poisson"]
Error = Literal["ar1_reml", "newey_west", "none"]
Lag = int | Literal["auto"] | None
ROUNDS = 50
STRAY = float(np.log(4))


@dataclass(frozen=True)
class Series:
    """The points used, in time order."""

    y: Floats
    denominator: Floats | None
    time: Floats
    design: Floats
    terms: tuple[str, ...]
    family: Family


@dataclass(frozen=True)
class Fitted:
    """A fit, its dispersion (φ; for values the residual variance) and its autocorrelation (NaN: not estimated)."""

    fit: Fit
    dispersion: float
    rho: float
    flat: bool


def fit_series(series: Series, error: Error, lag: Lag) -> Fitted:
    """Fit a series under one assumption about its errors."""
    if error == "ar1_reml":
        return _autoregressive(series)
    if series.family == "gaussian":
        linear = ols(series.y, series.design, weights=series.denominator, terms=series.terms)
        fit = newey_west(linear, lag=lag) if error == "newey_west" else linear
        return Fitted(fit, linear.sigma**2, np.nan, False)
    counts = quasi_glm(
        series.y, series.design, family=series.family, denominator=series.denominator, terms=series.terms
    )
    return Fitted(
        newey_west(counts, lag=lag) if error == "newey_west" else counts, counts.dispersion, np.nan, False
    )


def _autoregressive(series: Series) -> Fitted:
    if series.family == "gaussian":
        fit = gls_ar1(
            series.y, series.design, time=series.time, weights=series.denominator, terms=series.terms
        )
    else:
        fit = _pseudo_likelihood(series)
    return Fitted(fit, fit.sigma**2, fit.rho, fit.flat)


def _pseudo_likelihood(series: Series) -> AR1Fit:
    """AR(1) REML on the linearised counts, linearised again until nothing moves (Wolfinger and O'Connell 1993).

    z = Xb + (y - μ)/V(μ) with weights V(μ), φ as the variance: at ρ = 0 this is the quasi-likelihood fit itself. It replaces
    the logarithm of (y + ½), which at one or two events a month shrinks an effect by a fifth. In a few series of wild scatter the
    likelihood has a second top near ρ = 1, where the lines lie far from the counts; a line that is a factor of 4 away from
    the quasi-likelihood one at some point is refused.
    """
    assert series.family != "gaussian"  # values need no linearisation
    base = np.ones(len(series.y)) if series.denominator is None else series.denominator
    eta = home = quasi_glm(
        series.y, series.design, family=series.family, denominator=series.denominator, terms=series.terms
    ).linear_predictor
    for done in range(ROUNDS):
        counts = FAMILIES[series.family].moments(base, eta)
        fit = gls_ar1(
            eta + (series.y - counts.mean) / counts.variance, series.design,
            time=series.time, weights=counts.variance, terms=series.terms, scale_floor=1.0,
        )  # fmt: skip
        if np.abs(fit.fitted - home).max() > STRAY:
            break
        moved = float(np.abs(fit.fitted - eta).max())
        if moved < 1e-8:
            return fit
        share_of_step = 1.0 if done < ROUNDS / 2 else 0.5  # half steps end a swing between two answers
        eta = eta + share_of_step * (fit.fitted - eta)
    raise ValueError(
        "These counts scatter too unevenly for an autoregressive fit, which leaves them or does not settle; use error='none' or "
        "'newey_west', or join months to quarters."
    )
