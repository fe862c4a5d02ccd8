"""Regression of counts: quasi-binomial (logit) and quasi-Poisson (log) with a dispersion taken from the data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats.regression import ScoredFit, checked_column, checked_design
from matneo.stats.segments import Floats

Family = Literal["binomial", "poisson"]
STEPS = 100
SETTLED = 1e-11  # relative change of the deviance
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

    "binomial": events of `denominator` trials, logit(p) = Xb + offset. "poisson": log(mean) = log(denominator) + Xb +
    offset, `denominator` being the exposure (None: 1 a row). Covariance = max(φ, dispersion_floor) (X'WX)⁻¹ with Pearson's
    φ = Σ(y - μ)²/V(μ)/(n - k), and t with n - k degrees of freedom. φ is reported as it is; φ below 1 is luck more often
    than order, so by default it does not narrow an interval (`dispersion_floor=0` gives R's quasi families).
    For errors that resemble their neighbours see `matneo.stats.hac` and `matneo.stats.its`.

    ValueError: a count below zero or above its denominator, a denominator not above zero, missing values, a design that
    does not carry its terms, or estimates that run off to infinity (a part of the design without any event).

    Source: McCullagh and Nelder 1989, Generalized Linear Models, chapters 2 and 9. Tested against R 4.2 `glm`.

    >>> fit = quasi_glm([10, 30], [[1], [1]], family="binomial", denominator=[100, 100], terms=["intercept"])
    >>> round(float(fit.coef[0]), 4), round(fit.dispersion, 2)  # logit of 40/200; 2 x 10²/(100 x .2 x .8)
    (-1.3863, 12.5)
    """
    x, names = checked_design(design, terms)
    counts, base = _checked_counts(events, denominator, family, len(x))
    shift = np.zeros(len(x)) if offset is None else checked_column("offset", offset, len(x))
    model = _Model(family, base)
    coef, eta = _iterate(x, counts, shift, model, names)
    mean, weight = model.mean(eta), model.weight(eta)
    bread = _inverse_information(x, weight)
    df = len(x) - x.shape[1]
    dispersion = float(np.sum((counts - mean) ** 2 / weight)) / df
    scale = max(dispersion, dispersion_floor)
    return GLMFit(
        names, coef, scale * bread, float(df), f"quasi_{family}-1", {"dispersion_floor": dispersion_floor},
        x, bread, x * (counts - mean)[:, None], mean, counts - mean,
        family, dispersion, scale, model.deviance(counts, mean), eta, shift,
    )  # fmt: skip


@dataclass(frozen=True)
class _Model:
    """Mean, variance and deviance of a family with its canonical link; `base` are trials or exposure."""

    family: Family
    base: Floats

    def mean(self, eta: Floats) -> Floats:
        from scipy.special import expit

        return self.base * (expit(eta) if self.family == "binomial" else np.exp(np.minimum(eta, 300.0)))

    def weight(self, eta: Floats) -> Floats:
        """Variance of the count, which for a canonical link is the slope of the mean too."""
        from scipy.special import expit

        mean = self.mean(eta)
        return mean * expit(-eta) if self.family == "binomial" else mean

    def start(self, counts: Floats) -> Floats:
        if self.family == "binomial":
            return np.log((counts + 0.5) / (self.base - counts + 0.5))
        return np.log((counts + 0.5) / self.base)

    def deviance(self, counts: Floats, mean: Floats) -> float:
        from scipy.special import xlogy

        with np.errstate(divide="ignore", invalid="ignore"):
            part = xlogy(counts, counts / mean)
            if self.family == "poisson":
                return float(2 * np.sum(part - (counts - mean)))
            rest = self.base - counts
            return float(2 * np.sum(part + xlogy(rest, rest / (self.base - mean))))


def _iterate(
    x: Floats, counts: Floats, shift: Floats, model: _Model, names: tuple[str, ...]
) -> tuple[Floats, Floats]:
    """Fisher scoring; a step that makes the deviance worse is halved until it does not."""
    eta = model.start(counts)
    coef = _solve(x, np.ones(len(x)) if model.family == "poisson" else model.base, eta - shift)
    eta = x @ coef + shift
    before = model.deviance(counts, model.mean(eta))
    for _ in range(STEPS):
        weight = model.weight(eta)
        if _endless(counts, model, eta):
            break
        step = _solve(x, weight, (counts - model.mean(eta)) / weight)
        now = model.deviance(counts, model.mean(x @ (coef + step) + shift))
        while not now <= before + SETTLED * (1 + abs(before)) and np.abs(step).max() > 1e-14:
            step = step / 2
            now = model.deviance(counts, model.mean(x @ (coef + step) + shift))
        coef = coef + step
        eta = x @ coef + shift
        if abs(before - now) <= SETTLED * (1 + abs(now)):
            if _endless(counts, model, eta):
                break
            return coef, eta
        before = now
    raise ValueError(
        f"The estimates of {', '.join(names)} run off to infinity: in some part of the design nothing, or everything, is an event."
    )


def _endless(counts: Floats, model: _Model, eta: Floats) -> bool:
    """Rows without events whose fitted share tends to zero, or with nothing but events and a share that tends to one."""
    if model.family == "poisson":
        return bool(((counts == 0) & (model.mean(eta) < ENDLESS)).any())
    return bool(
        ((counts == 0) & (eta < np.log(ENDLESS)) | (counts == model.base) & (eta > -np.log(ENDLESS))).any()
    )


def _solve(x: Floats, weight: Floats, target: Floats) -> Floats:
    """Weighted least squares by QR."""
    root = np.sqrt(weight)
    factor, triangle = np.linalg.qr(x * root[:, None])
    return np.linalg.solve(triangle, factor.T @ (root * target))


def _inverse_information(x: Floats, weight: Floats) -> Floats:
    inverse = np.linalg.inv(np.linalg.qr(x * np.sqrt(weight)[:, None], mode="r"))
    return np.asarray(inverse @ inverse.T, float)


def _checked_counts(
    events: ArrayLike, denominator: ArrayLike | None, family: str, rows: int
) -> tuple[Floats, Floats]:
    if family not in ("binomial", "poisson"):
        raise ValueError(f"The family is binomial or poisson, not {family!r}.")
    if family == "binomial" and denominator is None:
        raise ValueError("A binomial family needs a denominator: how many could have had the event.")
    counts = checked_column("events", events, rows)
    base = np.ones(rows) if denominator is None else checked_column("denominator", denominator, rows)
    for wrong, words in (
        (counts < 0, "{0:g} events, and a count is never below zero"),
        (base <= 0, "a denominator of {1:g}, and it must be above zero"),
        ((counts > base) & (family == "binomial"), "{0:g} events of {1:g}: more are counted than there are"),
    ):
        if wrong.any():
            row = int(np.flatnonzero(wrong)[0])
            raise ValueError(f"Row {row} has {words.format(counts[row], base[row])}.")
    return counts, base
