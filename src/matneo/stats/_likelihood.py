"""Generalised linear models by Newton's steps with QR, and a maximiser for smooth likelihoods."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from matneo.stats._arrays import Floats
from matneo.stats._designs import refuse_aliased

ITERATIONS = 60
_STEEP = 300.0  # far beyond any rate, and its square is still a number


class Moments(NamedTuple):
    """Of each row at its linear predictor: mean, variance, and third cumulant (the derivative of the variance)."""

    mean: Floats
    variance: Floats
    third: Floats


class Family(Protocol):
    """Counts y of n (births, or expected events) whose mean hangs on a linear predictor by the canonical link."""

    @property
    def name(self) -> str: ...
    def moments(self, n: Floats, eta: Floats) -> Moments: ...
    def loglik(self, y: Floats, n: Floats, eta: Floats) -> Floats: ...
    def constant(self, y: Floats, n: Floats) -> Floats: ...
    def start(self, y: Floats, n: Floats) -> Floats: ...
    def deviance(self, y: Floats, n: Floats, eta: Floats) -> Floats: ...


@dataclass(frozen=True)
class Logit:
    """y of n births, logit link."""

    name: str = "binomial"

    def moments(self, n: Floats, eta: Floats) -> Moments:
        from scipy.special import expit

        p = expit(eta)
        variance = n * p * expit(-eta)  # 1 - p loses all digits where p is near 1
        return Moments(n * p, variance, variance * (1 - 2 * p))

    def loglik(self, y: Floats, n: Floats, eta: Floats) -> Floats:
        """Without the constant, so that equal etas cancel."""
        return y * eta - n * np.logaddexp(0, eta)

    def constant(self, y: Floats, n: Floats) -> Floats:
        from scipy.special import betaln

        ways: Floats = -betaln(y + 1, n - y + 1) - np.log1p(n)
        return ways

    def start(self, y: Floats, n: Floats) -> Floats:
        odds: Floats = np.log((y + 0.5) / (n - y + 0.5))
        return odds

    def deviance(self, y: Floats, n: Floats, eta: Floats) -> Floats:
        from scipy.special import expit

        return 2 * (_excess(y, n * expit(eta)) + _excess(n - y, n * expit(-eta)))


@dataclass(frozen=True)
class Log:
    """y events where n are expected at a linear predictor of 0, log link."""

    name: str = "poisson"

    def moments(self, n: Floats, eta: Floats) -> Moments:
        mean = n * np.exp(np.minimum(eta, _STEEP))
        return Moments(mean, mean, mean)

    def loglik(self, y: Floats, n: Floats, eta: Floats) -> Floats:
        return y * eta - n * np.exp(np.minimum(eta, _STEEP))

    def constant(self, y: Floats, n: Floats) -> Floats:
        from scipy.special import gammaln, xlogy

        known: Floats = xlogy(y, n) - gammaln(y + 1)
        return known

    def start(self, y: Floats, n: Floats) -> Floats:
        rate: Floats = np.log((y + 0.5) / n)
        return rate

    def deviance(self, y: Floats, n: Floats, eta: Floats) -> Floats:
        mean = self.moments(n, eta).mean
        return 2 * (_excess(y, mean) - (y - mean))


def _excess(seen: Floats, mean: Floats) -> Floats:
    """seen ln(seen / mean), and nothing where nothing was seen."""
    some = seen > 0
    with np.errstate(divide="ignore"):
        return np.where(some, seen * np.log(np.where(some, seen, 1.0) / np.where(some, mean, 1.0)), 0.0)


FAMILIES: dict[str, Family] = {"binomial": Logit(), "poisson": Log()}


@dataclass(frozen=True)
class Solution:
    """A generalised linear model: coefficients, a square root of their covariance, and how the fit went."""

    coef: Floats
    root: Floats  # root @ root.T is the covariance; kept because a covariance near separation has lost its own root
    eta: Floats
    loglik: float  # with its constant
    deviance: float
    converged: bool
    iterations: int

    @property
    def covariance(self) -> Floats:
        return self.root @ self.root.T

    @property
    def se(self) -> Floats:
        root: Floats = np.sqrt(np.diag(self.covariance))
        return root


def fit_linear(
    family: Family, y: Floats, n: Floats, design: Floats, offset: Floats, terms: Sequence[str]
) -> Solution:
    """Maximum likelihood by Newton's steps, each a least-squares problem solved by QR (McCullagh and Nelder 1989).

    Stops when the deviance falls by less than 1e-12 of itself. Where an outcome is separated the coefficients grow
    without end and the deviance does not: that ends it too, with standard errors in the hundreds. Raises ValueError for
    columns that are sums of others.
    """
    if len(design) < design.shape[1]:
        raise ValueError(f"{design.shape[1]} coefficients cannot be estimated from {len(design)} rows.")
    refuse_aliased(design, terms)
    coef, eta, deviance = np.zeros(design.shape[1]), family.start(y, n), np.inf
    iterations, converged, triangle = 0, False, np.eye(design.shape[1])
    while not converged and iterations < ITERATIONS:
        iterations += 1
        moments = family.moments(n, eta)
        root = np.sqrt(np.maximum(moments.variance, 1e-300))
        orthogonal, triangle = np.linalg.qr(design * root[:, None])
        target = orthogonal.T @ (root * (eta - offset) + (y - moments.mean) / root)
        new = np.asarray(np.linalg.solve(triangle, target), np.float64)
        reached, new, eta = _not_uphill(family, y, n, design, offset, coef, new, deviance)
        gain, deviance, coef = deviance - reached, reached, new
        converged = bool(gain < 1e-12 * (deviance + 0.1))
    inverse = np.asarray(np.linalg.inv(triangle), np.float64)
    loglik = float((family.loglik(y, n, eta) + family.constant(y, n)).sum())
    return Solution(coef, inverse, eta, loglik, deviance, converged, iterations)


@dataclass(frozen=True)
class Maximum:
    """Where a likelihood is greatest, how high it is there, and its curvature (minus the Hessian)."""

    place: Floats
    height: float
    curvature: Floats
    converged: bool

    @property
    def covariance(self) -> Floats:
        """Inverse of the curvature; NaN where the likelihood is not curved downwards in every direction."""
        if np.linalg.eigvalsh(self.curvature)[0] <= 0:
            return np.full(self.curvature.shape, np.nan)
        return np.asarray(np.linalg.inv(self.curvature), np.float64)


def climb(function: Callable[[Floats], tuple[float, Floats]], start: Floats) -> tuple[Floats, float]:
    """Place and height of a maximum of a function that gives height and slope, by BFGS.

    In units in which 1 is about one standard error, to a millionth of that.
    """
    from scipy.optimize import minimize

    def downwards(x: Floats) -> tuple[float, Floats]:
        height, slope = function(x)
        return -height, -slope

    found = minimize(downwards, start, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 300})
    return np.asarray(found.x, np.float64), -float(found.fun)


def maximise(function: Callable[[Floats], tuple[float, Floats]], start: Floats) -> Maximum:
    """`climb`, with the curvature from differences of the slope, and Newton's steps to polish the place."""
    x, height = climb(function, start)
    curvature, slope = _curvature(function, x), function(x)[1]
    for _ in range(3):
        if np.max(np.abs(slope)) < 1e-9 or np.linalg.eigvalsh(curvature)[0] <= 0:
            break
        there = x + np.linalg.solve(curvature, slope)
        new, new_slope = function(there)
        if not np.max(np.abs(new_slope)) < np.max(np.abs(slope)):
            break
        x, height, slope = there, new, new_slope
    # BFGS may complain of lost precision at the very top; the slope knows better.
    return Maximum(x, height, curvature, bool(np.max(np.abs(slope)) < 1e-4))


def _curvature(function: Callable[[Floats], tuple[float, Floats]], x: Floats) -> Floats:
    step = 1e-4 * np.maximum(1.0, np.abs(x))
    columns = [
        (function(x - h * e)[1] - function(x + h * e)[1]) / (2 * h)
        for h, e in zip(step, np.eye(len(x)), strict=True)
    ]
    rough: Floats = np.array(columns)
    return (rough + rough.T) / 2


def _not_uphill(
    family: Family,
    y: Floats,
    n: Floats,
    design: Floats,
    offset: Floats,
    old: Floats,
    new: Floats,
    best: float,
) -> tuple[float, Floats, Floats]:
    """Half the step as long as it raises the deviance: Newton may overshoot from a poor start."""
    for _ in range(30):
        eta = design @ new + offset
        reached = float(family.deviance(y, n, eta).sum())
        if reached <= best + 1e-10 * (best + 1) or not np.isfinite(best):
            break
        new = (old + new) / 2
    return reached, new, eta
