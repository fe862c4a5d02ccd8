"""Shrinkage of counts in closed form: ratios of sites are gamma, their events Poisson (empirical Bayes)."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, ratio
from matneo.stats._inference import tail
from matneo.stats._likelihood import maximise
from matneo.stats.results import Columns


@dataclass(frozen=True)
class GammaColumns(Columns):
    """One entry a site, in the order given."""

    group: NDArray[Any]
    observed: Floats
    expected: Floats
    crude_ratio: Floats  # NaN where nothing was expected
    ratio: Floats  # posterior mean
    lower: Floats  # posterior quantiles
    upper: Floats
    reliability: Floats  # weight of the site's own ratio in the posterior mean


@dataclass(frozen=True)
class GammaPoisson:
    """Ratios to expectation are gamma with this shape and mean; shape infinite: sites differ no more than by chance."""

    shape: float
    mean: float
    loglik: float
    converged: bool
    sites: GammaColumns
    method: str
    parameters: dict[str, Any]

    @property
    def sd(self) -> float:
        """Standard deviation of the ratios between sites."""
        return self.mean / float(np.sqrt(self.shape))

    def probability_above(self, value: float) -> Floats:
        """Of each site, the posterior probability that its ratio is above a value, such as 1.2."""
        from scipy.special import gammaincc

        if np.isinf(self.shape):
            return np.full(self.sites.observed.shape, float(self.mean > value))
        scale = self.shape / self.mean + self.sites.expected
        return np.asarray(gammaincc(self.shape + self.sites.observed, scale * max(value, 0.0)), np.float64)


def gamma_poisson(
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    group: ArrayLike | None = None,
    confidence: float = 0.95,
) -> GammaPoisson:
    """Empirical-Bayes ratios of observed to expected, by maximum likelihood of the negative binomial distribution.

    `observed` and `expected` have one entry a site. Ratios are gamma between sites, events Poisson within; percentiles are
    exact given a and m. Where the likelihood is greatest without differences between sites, shape is infinite, every ratio is
    the common one, and reliability 0.

    Raises ValueError for impossible counts, fewer than two sites with anything expected, and no events at all.

    Formula: λ ~ Gamma(a, mean m), O | λ ~ Poisson(λE); λ | O ~ Gamma(a + O, rate a/m + E), mean (a + O)/(a/m + E),
    reliability E/(E + a/m); a and m maximise the negative-binomial likelihood.
    Source: Clayton and Kaldor 1987, Biometrics 43:671.

    >>> eb = gamma_poisson([4, 12, 3, 20, 11], [10, 10, 10, 10, 10])
    >>> round(eb.shape, 2), eb.sites.ratio.round(2).tolist(), eb.sites.reliability[0].round(2).item()
    (3.15, [0.54, 1.15, 0.47, 1.76, 1.08], 0.76)
    """
    o, e = np.broadcast_arrays(
        np.atleast_1d(np.asarray(observed, float)), np.atleast_1d(np.asarray(expected, float))
    )
    _refuse(o, e)
    names = np.arange(len(o)) if group is None else given.labels(group, "group", len(o))
    shape, mean, height, converged = _fit(o, e)
    posterior, lower, upper, weight = _posterior(o, e, shape, mean, tail(confidence))
    return GammaPoisson(
        shape=shape,
        mean=mean,
        loglik=height,
        converged=converged,
        sites=GammaColumns(names, o, e, ratio(o, e), posterior, lower, upper, weight),
        method="gamma-poisson/1",
        parameters={"confidence": confidence},
    )


def _fit(o: Floats, e: Floats) -> tuple[float, float, float, bool]:
    """Shape, mean, log-likelihood."""
    from scipy.special import gammaln, xlogy

    pooled = float(o.sum() / e.sum())
    chance = pooled * e
    plain = float((xlogy(o, chance) - chance - gammaln(o + 1)).sum())
    # The slope of the likelihood where variation begins: are squared residuals larger than chance makes them?
    beyond = float(((o - chance) ** 2 - o).sum())
    if beyond <= 0:
        return np.inf, pooled, plain, True
    start = np.array([np.log((chance**2).sum() / beyond), np.log(pooled)])
    top = maximise(lambda x: _loglik(o, e, x), start)
    if top.height <= plain + 1e-8:
        return np.inf, pooled, plain, True
    return float(np.exp(top.place[0])), float(np.exp(top.place[1])), top.height, top.converged


def _loglik(o: Floats, e: Floats, x: Floats) -> tuple[float, Floats]:
    """Of the negative binomial over (ln shape, ln mean), with its slope."""
    from scipy.special import betaln, digamma, gammaln, xlogy

    a, mu = np.exp(np.clip(x[0], -30, 30)), np.exp(np.clip(x[1], -300, 300)) * e
    some = np.where(o > 0, o, 1.0)
    # ln G(a + O) - ln G(a) by the beta function: the difference of two large logarithms would lose its digits.
    rising = np.where(o > 0, gammaln(some) - betaln(a, some), 0.0)
    height = rising - gammaln(o + 1) - a * np.log1p(mu / a) + xlogy(o, mu) - xlogy(o, a + mu)
    by_shape = digamma(a + o) - digamma(a) - np.log1p(mu / a) + 1 - (a + o) / (a + mu)
    by_mean = a * (o - mu) / (a + mu)
    return float(height.sum()), np.array([a * by_shape.sum(), by_mean.sum()])


def _posterior(
    o: Floats, e: Floats, shape: float, mean: float, beyond: float
) -> tuple[Floats, Floats, Floats, Floats]:
    from scipy.special import gammaincinv

    if np.isinf(shape):
        same = np.full(o.shape, mean)
        return same, same, same, np.zeros(o.shape)
    a, rate = shape + o, shape / mean + e
    return a / rate, gammaincinv(a, beyond) / rate, gammaincinv(a, 1 - beyond) / rate, e / rate


def _refuse(o: Floats, e: Floats) -> None:
    given.per(o, e, "observed", "expected")
    given.refuse(~(np.isfinite(o) & np.isfinite(e)), o, "observed", "and `expected` are finite", of=e)
    given.refuse((o > 0) & (e == 0), o, "observed", "cannot come where none are expected", of=e)
    if (e > 0).sum() < 2:
        raise ValueError("Differences between sites need at least two sites with events to expect.")
    if o.sum() == 0:
        raise ValueError("No events were observed at any site, so there is no ratio to shrink towards.")
