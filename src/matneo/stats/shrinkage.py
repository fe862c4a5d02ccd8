"""Stabilised rates: what is known of each site, once chance in small numbers has been allowed for."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, Ints, ratio
from matneo.stats._inference import tail
from matneo.stats._numeric import where_it_crosses
from matneo.stats.gamma_poisson import GammaPoisson, gamma_poisson
from matneo.stats.random_intercept import RandomIntercept, fit_random_intercept
from matneo.stats.results import Columns

__all__ = [
    "GammaPoisson",
    "RandomIntercept",
    "StabilisedRates",
    "bands",
    "fit_random_intercept",
    "gamma_poisson",
    "stabilised_rates",
]

RELIABLE = 0.3  # below this, a site's band says that it is small and little else


@dataclass(frozen=True)
class StabilisedColumns(Columns):
    """One entry a site, sorted. Show `reliability` beside every rate."""

    group: NDArray[Any]
    events: Floats
    trials: Floats
    crude_rate: Floats
    expected: Floats  # events of the site's own births without its effect
    fitted: Floats  # and with it
    ratio: Floats  # fitted / expected
    rate: Floats  # comparator rate x ratio
    lower: Floats
    upper: Floats
    reliability: Floats
    probability_above: Floats  # that the ratio is above `above`; NaN if that was not asked


@dataclass(frozen=True)
class StabilisedRates:
    """Stabilised rates and how they were made."""

    sites: StabilisedColumns
    comparator_rate: Floats  # one, or one a site
    method: str
    parameters: dict[str, Any]


def stabilised_rates(
    fit: RandomIntercept,
    comparator_rate: ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    method: str | None = None,
    above: float | None = None,
) -> StabilisedRates:
    """Each site's rate, drawn towards its group as far as its births leave open.

    The ratio is that of the events fitted with the site's effect and without it. `comparator_rate`: that of the comparator
    group, one or one a site (sorted); by default the fitted rate of all births without site effects.

    `method`: `normal` takes u +- z cond_sd to the scale of rates (the default of a Laplace fit), `posterior` the
    percentiles of u given the data (the default of a fit with quadrature). Both take beta and sd as known: of sixty sites'
    95 % intervals about 93 % hold the truth.
    `above`: a ratio such as 1.2 whose posterior probability of being exceeded is wanted; show that and no rank.

    With few events the rates crowd around the comparator, and "within 5 %" mostly means "too small to tell": that is what
    reliability is for. At sd = 0 every site has the comparator rate, an interval without width, and reliability 0.

    Raises ValueError for a fit that has not converged, and where a covariate leaves a site without any expected event.

    Formula: ratio = Σ g⁻¹(Xb + u)/Σ g⁻¹(Xb) over the site's births, rate = comparator_rate × ratio; ends at u ± z cond_sd
    (normal) or at the percentiles of u given the data (posterior).
    Source: MBRRACE-UK, for stabilised and adjusted rates; the two intervals are ours.

    >>> fit = fit_random_intercept([4, 12, 3, 20, 11], [100] * 5, ["A", "B", "C", "D", "E"])
    >>> made = stabilised_rates(fit, 0.1, above=1.2)
    >>> made.sites.rate.round(3).tolist(), made.sites.probability_above.round(2).tolist()
    ([0.061, 0.131, 0.053, 0.209, 0.122], [0.02, 0.64, 0.01, 1.0, 0.52])
    """
    fit.refuse_unless_converged()
    how = method or ("normal" if fit.parameters["quadrature"] == 1 else "posterior")
    given.one_of(how, "method", ("normal", "posterior"))
    without = fit.events_at(0.0)
    if (none := without == 0).any():
        raise ValueError(
            f"Site {fit.sites.group[none][0]} has no event to expect at all: a covariate separates the outcome."
        )
    default = without.sum() / fit.sites.trials.sum()
    aim = np.asarray(default if comparator_rate is None else comparator_rate, float)
    if aim.ndim:
        given.labels(aim, "comparator_rate", len(without))
    given.refuse(~(aim >= 0), aim, "comparator_rate", "is never below zero or missing")
    effect = _Normal(fit) if how == "normal" or fit.sd == 0 else _Posterior(fit)
    beyond = tail(confidence)
    fitted = fit.events_at(fit.u)
    exceeded = np.full(without.shape, np.nan)
    if above is not None:
        exceeded = effect.more_than(_effect_of(fit, above))
    return StabilisedRates(
        sites=StabilisedColumns(
            group=fit.sites.group,
            events=fit.sites.events,
            trials=fit.sites.trials,
            crude_rate=ratio(fit.sites.events, fit.sites.trials),
            expected=without,
            fitted=fitted,
            ratio=fitted / without,
            rate=aim * fitted / without,
            lower=aim * fit.events_at(effect.quantile(beyond)) / without,
            upper=aim * fit.events_at(effect.quantile(1 - beyond)) / without,
            reliability=fit.reliability,
            probability_above=exceeded,
        ),
        comparator_rate=aim,
        method="stabilised-rates/1",
        parameters={
            **fit.parameters,
            "of": fit.method,
            "confidence": confidence,
            "interval": how,
            "above": above,
        },
    )


def bands(
    ratio_to_comparator: ArrayLike,
    reliability: ArrayLike,
    *,
    edges: tuple[float, ...] = (0.9, 1.0, 1.1),
    minimum_reliability: float = RELIABLE,
) -> Ints:
    """The band of each ratio, 0 below the first edge and so on upwards; -1 where reliability is too low to say.

    The edges are the report's own: 0.9, 1, 1.1 for MBRRACE-UK's of 2015 births, 0.95 and 1.05 later. A ratio on an edge
    belongs to the band above it. Arrays broadcast. Raises ValueError for edges that do not rise.

    Rule: the number of edges at or below the ratio; -1 where reliability is below `minimum_reliability` or the ratio is
    missing.
    Source: MBRRACE-UK, for the edges; the -1 is ours.

    >>> bands([0.85, 0.97, 1.1, 1.3], [0.8, 0.5, 0.6, 0.1]).tolist()
    [0, 1, 3, -1]
    """
    if not all(a < b for a, b in pairwise(edges)):
        raise ValueError(f"The edges of bands must rise, and they are {', '.join(f'{e:g}' for e in edges)}.")
    values, known = np.asarray(ratio_to_comparator, float), np.asarray(reliability, float)
    band = np.searchsorted(np.asarray(edges, float), values, side="right")
    return np.where((known >= minimum_reliability) & ~np.isnan(values), band, -1).astype(np.int64)


class _Normal:
    """Site effects as normal around their modes."""

    def __init__(self, fit: RandomIntercept) -> None:
        self.fit = fit

    def quantile(self, probability: float) -> Floats:
        from scipy.special import ndtri

        return self.fit.u + float(ndtri(probability)) * self.fit.cond_sd

    def more_than(self, u: Floats) -> Floats:
        from scipy.special import ndtr

        if self.fit.sd == 0:
            return (self.fit.u > u).astype(float)
        return np.asarray(ndtr((self.fit.u - u) / self.fit.cond_sd), np.float64)


class _Posterior(_Normal):
    """Site effects by their densities given the data, on a grid of eight standard deviations each way."""

    POINTS = 321
    BLOCK = 16  # columns at once: rows x columns must fit into memory

    def __init__(self, fit: RandomIntercept) -> None:
        super().__init__(fit)
        self.u = fit.u[:, None] + fit.cond_sd[:, None] * np.linspace(-8, 8, self.POINTS)
        data = fit.data
        fixed = (data.design @ fit.coef + data.offset)[:, None]
        blocks = [slice(k, k + self.BLOCK) for k in range(0, self.POINTS, self.BLOCK)]
        y, n = data.y[:, None], data.n[:, None]
        logs = [data.added(data.family.loglik(y, n, fixed + self.u[:, b][data.site])) for b in blocks]
        height = np.concatenate(logs, axis=1) - self.u**2 / (2 * fit.sd**2)
        density = np.exp(height - height.max(axis=1, keepdims=True))
        steps = (density[:, 1:] + density[:, :-1]) / 2
        below = np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)
        self.below: Floats = below / below[:, -1:]

    def quantile(self, probability: float) -> Floats:
        pairs = zip(self.below, self.u, strict=True)
        return np.array([np.interp(probability, below, u) for below, u in pairs])

    def more_than(self, u: Floats) -> Floats:
        return np.array(
            [1 - np.interp(x, grid, below) for x, grid, below in zip(u, self.u, self.below, strict=True)]
        )


def _effect_of(fit: RandomIntercept, ratio_wanted: float) -> Floats:
    """The effect at which each site's ratio would be the one wanted (infinite if no effect is large enough)."""
    wanted = ratio_wanted * fit.events_at(0.0)
    far = np.full(wanted.shape, 30.0)
    found = where_it_crosses(lambda u: fit.events_at(u) < wanted, -far, far)
    return np.where(fit.events_at(far) < wanted, np.inf, found)
