"""Pooling a handful of projects: a prior on how far they differ, and exact posteriors without simulation."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._effects import Effects, checked, restricted_loglik
from matneo.stats._inference import tail
from matneo.stats._numeric import gauss_legendre, root

NEGLIGIBLE = 40.0  # a log density this far below its top adds nothing to any digit that is shown


@dataclass(frozen=True)
class BayesianPooling:
    """Posterior means and central intervals. tau is the standard deviation between projects."""

    estimate: float
    se: float  # posterior standard deviation
    lower: float
    upper: float
    probability_below: float  # that the mean effect is below `threshold`
    probability_next_below: float  # that the true effect of one more project is
    tau: float  # posterior median
    tau_lower: float
    tau_upper: float
    prediction_lower: float  # for the true effect of one more project
    prediction_upper: float
    effects: Floats  # of each project, drawn towards the others
    effects_se: Floats
    tau_grid: Floats  # nodes of tau and their posterior probabilities
    tau_probability: Floats
    threshold: float
    k: int
    prior_scale: float
    points: int
    confidence: float
    method: str = "half-normal prior on tau, flat on the mean, Gauss-Legendre grid"


def bayesian_meta(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    prior_scale: float = 0.5,
    threshold: float = 0.0,
    confidence: float = 0.95,
    points: int = 200,
) -> BayesianPooling:
    """Pool k >= 2 effects `yi` with variances `vi`, tau ~ half-normal(`prior_scale`), mean flat.

    Two to five projects hardly say how far they differ; the prior does. 0.5 suits log ratios: it finds it likely (95 %) that
    tau is below 0.98, so that two projects differ by less than about four times. On another scale give another one (0.5
    percentage points are 0.005 for a risk difference).

    With a flat prior the mean integrates out: p(tau | y) is the restricted likelihood times the prior, and given tau the
    mean is normal. The rest is one-dimensional quadrature over tau, with `points` Gauss-Legendre nodes where the
    posterior is not negligible, close together near 0 where it can be steep (tau = s sinh(u), s the smallest standard
    error). Mean, prediction and projects are normal mixtures. Deterministic: no chains, no seed.

    Raises ValueError as `random_effects_meta` does, and for a scale that is not above 0.

    Formula: p(τ | y) ∝ exp(-½τ²/prior_scale²) Π(v + τ²)^-½ (Σw)^-½ exp(-½Σw(y - μ̂)²), μ | τ, y ~ N(μ̂, 1/Σw), w = 1/(v +
    τ²), μ̂ = Σwy/Σw.
    Source: Friede, Roever, Wandel and Neuenschwander 2017, Research Synthesis Methods 8:79; the quadrature is ours.

    >>> pooled = bayesian_meta([-0.17, -0.67], [0.025, 0.044])
    >>> round(pooled.estimate, 2), round(pooled.lower, 2), round(pooled.upper, 2)
    (-0.4, -1.15, 0.32)
    """
    given.above(prior_scale, "prior_scale")
    given.whole(points, "points", 20)
    effects, beyond_each = checked(yi, vi), tail(confidence)
    posterior = _posterior(effects, prior_scale, points)
    tau, probability = _nodes(posterior)
    mean, variance = _mean_given(effects, tau)
    beyond = np.sqrt(variance + tau**2)
    centre = float(probability @ mean)
    drawn, drawn_se = _projects(effects, tau, probability, mean, variance)
    return BayesianPooling(
        estimate=centre,
        se=float(np.sqrt(probability @ (variance + (mean - centre) ** 2))),
        lower=_mixture_quantile(beyond_each, probability, mean, np.sqrt(variance)),
        upper=_mixture_quantile(1 - beyond_each, probability, mean, np.sqrt(variance)),
        probability_below=_mixture_cdf(threshold, probability, mean, np.sqrt(variance)),
        probability_next_below=_mixture_cdf(threshold, probability, mean, beyond),
        tau=_tau_quantile(0.5, posterior),
        tau_lower=_tau_quantile(beyond_each, posterior),
        tau_upper=_tau_quantile(1 - beyond_each, posterior),
        prediction_lower=_mixture_quantile(beyond_each, probability, mean, beyond),
        prediction_upper=_mixture_quantile(1 - beyond_each, probability, mean, beyond),
        effects=drawn,
        effects_se=drawn_se,
        tau_grid=tau,
        tau_probability=probability,
        threshold=threshold,
        k=len(effects.y),
        prior_scale=prior_scale,
        points=points,
        confidence=confidence,
    )


@dataclass(frozen=True)
class _Posterior:
    """The posterior of u, tau = s sinh(u), up to a constant, and where it ends."""

    log_density: Callable[[Floats], Floats]
    s: float
    end: float
    points: int


def _posterior(effects: Effects, scale: float, points: int) -> _Posterior:
    s = float(np.sqrt(effects.v.min()))

    def log_density(u: Floats) -> Floats:
        tau = s * np.sinh(u)
        return restricted_loglik(effects, tau**2) - 0.5 * (tau / scale) ** 2 + np.log(np.cosh(u))

    grid = np.linspace(0.0, np.arcsinh(scale / s * np.sqrt(4 * NEGLIGIBLE)), 400)
    values = log_density(grid)
    last = int(np.flatnonzero(values > values.max() - NEGLIGIBLE)[-1])
    return _Posterior(log_density, s, float(grid[min(last + 1, len(grid) - 1)]), points)


def _nodes(posterior: _Posterior) -> tuple[Floats, Floats]:
    """Nodes of tau with their posterior probabilities, which add up to 1."""
    x, w = gauss_legendre(posterior.points)
    u = posterior.end * (x + 1) / 2
    values = posterior.log_density(u)
    weight = w * np.exp(values - values.max())
    return posterior.s * np.sinh(u), weight / weight.sum()


def _mean_given(effects: Effects, tau: Floats) -> tuple[Floats, Floats]:
    w = 1 / (effects.v[None, :] + tau[:, None] ** 2)
    return (w @ effects.y) / w.sum(axis=1), 1 / w.sum(axis=1)


def _projects(
    effects: Effects, tau: Floats, probability: Floats, mean: Floats, variance: Floats
) -> tuple[Floats, Floats]:
    own = tau[:, None] ** 2 / (tau[:, None] ** 2 + effects.v)
    at = own * effects.y + (1 - own) * mean[:, None]
    spread = own * effects.v + (1 - own) ** 2 * variance[:, None]
    centre = probability @ at
    return centre, np.sqrt(probability @ (spread + (at - centre) ** 2))


def _mixture_cdf(value: float, probability: Floats, mean: Floats, sd: Floats) -> float:
    from scipy.special import ndtr

    return float(probability @ ndtr((value - mean) / sd))


def _mixture_quantile(level: float, probability: Floats, mean: Floats, sd: Floats) -> float:
    low, high = float(np.min(mean - 40 * sd)), float(np.max(mean + 40 * sd))
    return root(lambda value: _mixture_cdf(value, probability, mean, sd) - level, low, high)


def _tau_quantile(level: float, posterior: _Posterior) -> float:
    """Probability below a tau by nodes of its own, so that nothing is interpolated."""
    x, w = gauss_legendre(posterior.points)
    top = float(posterior.log_density(posterior.end * (x + 1) / 2).max())

    def mass(end: float) -> float:
        return end * float(w @ np.exp(posterior.log_density(end * (x + 1) / 2) - top))

    whole = mass(posterior.end)
    return posterior.s * float(np.sinh(root(lambda u: mass(u) / whole - level, 0.0, posterior.end)))
