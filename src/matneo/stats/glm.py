"""Regression of counts: quasi-binomial (logit) and quasi-Poisson (log) with a dispersion taken from the data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._designs import checked_design
from matneo.stats._likelihood import FAMILIES, Solution, fit_linear
from matneo.stats.regression import ScoredFit

Family = Literal["binomial", "poisson"]
ENDLESS = 1e-8  # a fitted share (or share of no events) below this is on its way to zero


@dataclass(frozen=True)
class GLMFit(ScoredFit):
    """The answer of `quasi_glm`. `fitted` are expected counts, `residuals` observed minus expected counts."""

    family: Family
    dispersion: float  # Pearson's phi as it is, also below 1
    scale: float  # what multiplies the covariance: phi, or the floor where phi is below it
    deviance: float
    linear_predictor: Floats  # with the offset
    offset: Floats


def quasi_glm(
    events: ArrayLike,
    design: ArrayLike,
    *,
    family: Family,
    denominator: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    terms: Sequence[str] | None = None,
    dispersion_floor: float = 1.0,
) -> GLMFit:
    """Quasi-likelihood regression of event counts by iteratively reweighted least squares.

    "binomial": events of `denominator` trials, logit(p) = Xb + offset. "poisson": log(mean) = log(denominator) + Xb + offset,
    `denominator` being the exposure (None: 1 a row). Pearson's φ, and t with n - k degrees of freedom. `events` has shape
    (n,), `design` (n, k). φ is reported as it is; φ below 1 is luck more often than order, so by default it does not narrow
    an interval (`dispersion_floor=0` gives R's quasi families). For errors that resemble their neighbours see
    `matneo.stats.hac` and `matneo.stats.its`.

    ValueError: a count below zero or above its denominator, a denominator not above zero, missing values, a design that
    does not carry its terms, or estimates that run off to infinity (a part of the design without any event).

    Formula: g(μ) = Xb + offset (+ ln denominator), b the root of X'(y - μ) = 0; covariance max(φ, dispersion_floor)(X'WX)⁻¹,
    φ = Σ(y - μ)²/V(μ)/(n - k).
    Source: McCullagh and Nelder 1989, Generalized Linear Models, chapters 2 and 9. Tested against R 4.2 `glm`.

    >>> fit = quasi_glm([10, 30], [[1], [1]], family="binomial", denominator=[100, 100], terms=["intercept"])
    >>> round(float(fit.coef[0]), 4), round(fit.dispersion, 2)  # logit of 40/200; 2 x 10²/(100 x .2 x .8)
    (-1.3863, 12.5)
    """
    x, names = checked_design(design, terms)
    counts, base = _checked_counts(events, denominator, family, len(x))
    shift = np.zeros(len(x)) if offset is None else given.complete(offset, "offset", len(x))
    made = fit_linear(FAMILIES[family], counts, base, x, shift, names)
    _refuse_endless(family, counts, base, made, names)
    mean, variance, _ = FAMILIES[family].moments(base, made.eta)
    df = len(x) - x.shape[1]
    dispersion = float(np.sum((counts - mean) ** 2 / variance)) / df
    scale = max(dispersion, dispersion_floor)
    return GLMFit(
        names, made.coef, scale * made.covariance, float(df), f"quasi-{family}/1", {"dispersion_floor": dispersion_floor},
        x, made.covariance, x * (counts - mean)[:, None], mean, counts - mean,
        family, dispersion, scale, made.deviance, made.eta, shift,
    )  # fmt: skip


def _refuse_endless(
    family: Family, counts: Floats, base: Floats, made: Solution, names: tuple[str, ...]
) -> None:
    """Rows without events whose fitted share tends to zero, or with nothing but events and a share that tends to one."""
    if family == "poisson":
        endless = (counts == 0) & (base * np.exp(made.eta) < ENDLESS)
    else:
        endless = (counts == 0) & (made.eta < np.log(ENDLESS)) | (counts == base) & (
            made.eta > -np.log(ENDLESS)
        )
    if endless.any() or not made.converged:
        raise ValueError(
            f"The estimates of {', '.join(names)} run off to infinity: in some part of the design nothing, or everything, is an event."
        )


def _checked_counts(
    events: ArrayLike, denominator: ArrayLike | None, family: str, rows: int
) -> tuple[Floats, Floats]:
    given.one_of(family, "family", Family)
    if family == "binomial" and denominator is None:
        raise ValueError("A binomial family needs a `denominator`: how many could have had the event.")
    counts = given.complete(events, "events", rows)
    base = np.ones(rows) if denominator is None else given.complete(denominator, "denominator", rows)
    given.refuse(base <= 0, base, "denominator", "must be above zero")
    (given.part if family == "binomial" else given.per)(counts, base, "events", "denominator")
    return counts, base
