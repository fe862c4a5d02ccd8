"""Stepped wedge: every cluster starts untreated, and all cross over in steps (Hussey and Hughes)."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, Ints
from matneo.stats._designs import checked_design
from matneo.stats._lme4 import lme4_covariance
from matneo.stats._profile_likelihood import highest
from matneo.stats.glm import quasi_glm
from matneo.stats.random_intercept import RandomIntercept, fit_random_intercept
from matneo.stats.regression import Fit
from matneo.stats.results import Columns, Estimate

EffectOf = Literal["constant", "exposure_time"]
LARGEST_SHARE = 1 - 1e-9  # of the variance that lies between clusters
DUST = 1e-9  # a between-cluster share below this is zero


@dataclass(frozen=True)
class ExposureColumns(Columns):
    """One entry a length of exposure (1: the first treated period); one only for a constant effect, exposure 0."""

    exposure: Ints
    effect: Floats
    se: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class SteppedWedge:
    """The answer of `hussey_hughes`."""

    effect: Estimate  # constant effect, or the mean over lengths of exposure
    by_exposure: ExposureColumns
    fit: Fit
    var_cluster: float
    var_residual: float  # of a row of weight one
    icc: float  # share of the variance that lies between clusters
    loglik: float  # restricted
    clusters: int
    method: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class SteppedWedgeLogit:
    """The answer of `stepped_wedge_logit`: effects are log odds ratios."""

    effect: Estimate
    by_exposure: ExposureColumns
    model: RandomIntercept
    clusters: int
    method: str
    parameters: dict[str, Any]


def hussey_hughes(
    y: ArrayLike,
    cluster: ArrayLike,
    period: ArrayLike,
    treated: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    effect: EffectOf = "constant",
    confidence: float = 0.95,
) -> SteppedWedge:
    """Linear mixed model of a stepped wedge: period effects, treatment, a random intercept for each cluster; by REML.

    One row a cluster and period (or several), `treated` 0 or 1. The between-cluster share is profiled, with 0 among the
    candidates. `effect="exposure_time"` gives each length of exposure its own effect, and their plain mean as `.effect`: the
    constant model can even turn the sign when effects grow (Kenny et al. 2022). Intervals: t with clusters - 2 degrees of
    freedom, because the information lies in the clusters.

    Assumes that clusters would have moved in parallel; for waves that were not drawn by lot prefer `did.group_time_att`.
    ValueError: fewer than 3 clusters, `treated` other than 0/1, treatment that stops again (exposure time), an effect
    the periods already explain.

    Formula: y = period + effect × treated + u + e, u ~ N(0, τ²) of the cluster, e ~ N(0, σ²/weight); τ²/(τ² + σ²) maximises
    the restricted likelihood, b = (X'V⁻¹X)⁻¹X'V⁻¹y.
    Source: Hussey and Hughes 2007, Contemp Clin Trials 28:182; Kenny, Voldal, Xia, Heagerty, Hughes 2022, Stat Med 41:4311.
    Tested against R lme4 `lmer`.

    >>> y = [5.0, 3.1, 2.9, 6.1, 6.0, 4.2, 5.4, 5.6, 5.5, 4.9, 3.2, 3.0]
    >>> treated = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 1]
    >>> wedge = hussey_hughes(y, list("AAABBBCCCDDD"), [1, 2, 3] * 4, treated)
    >>> round(wedge.effect.value, 2)
    -1.87
    """
    values = np.asarray(y, float)
    plan = _plan(len(values) if values.ndim == 1 else -1, cluster, period, treated, effect)
    x, names = checked_design(plan.design, plan.terms)
    target = given.complete(values, "y", len(x))
    weight = given.weights(weights, len(x))
    root = np.sqrt(weight)
    basis, triangle = np.linalg.qr(x * root[:, None])
    profile = _Profile.of(basis, root * target, root, plan.cluster)
    constant = 2 * np.log(np.abs(np.diag(triangle))).sum() - np.log(weight).sum()
    best = highest(lambda share: profile.loglik(share) - constant / 2, 0.0, LARGEST_SHARE)
    share = best.at if best.at > DUST else 0.0
    shift, information, variance = profile.solve(share)
    inverse = np.linalg.inv(triangle)
    covariance = variance * inverse @ np.linalg.inv(information) @ inverse.T
    fit = Fit(
        names, inverse @ (basis.T @ (root * target) + shift), covariance, float(plan.clusters - 2), "hussey-hughes/1",
        {"weighted": weights is not None, "effect": effect},
    )  # fmt: skip
    overall, by = _effects(fit, plan, confidence)
    return SteppedWedge(
        overall, by, fit, variance * share / (1 - share), variance, share, best.height, plan.clusters, fit.method,
        fit.parameters,
    )  # fmt: skip


def stepped_wedge_logit(
    events: ArrayLike,
    trials: ArrayLike,
    cluster: ArrayLike,
    period: ArrayLike,
    treated: ArrayLike,
    *,
    effect: EffectOf = "constant",
    covariance: Literal["exact", "lme4"] = "exact",
    confidence: float = 0.95,
) -> SteppedWedgeLogit:
    """The same for events of trials, by maximum likelihood (Laplace).

    Effects are log odds ratios within a cluster. Errors and assumptions as `hussey_hughes`. `covariance="lme4"` gives the
    standard errors that lme4 prints, up to 0.1 % too small: only for comparing with figures made there.

    Formula: logit(p) = period + effect × treated + u, u ~ N(0, sd²) of the cluster, fitted as
    `random_intercept.fit_random_intercept` does.
    Source: Hussey and Hughes 2007, Contemp Clin Trials 28:182. Tested against R lme4 `glmer`.

    >>> events, trials = [20, 9, 8, 24, 25, 12, 22, 23, 21], [100] * 9
    >>> wedge = stepped_wedge_logit(events, trials, list("AAABBBCCC"), [1, 2, 3] * 3, [0, 1, 1, 0, 0, 1, 0, 0, 0])
    >>> round(wedge.effect.value, 2)
    -1.0
    """
    rows = np.size(events)
    plan = _plan(rows, cluster, period, treated, effect)
    given.one_of(covariance, "covariance", ("exact", "lme4"))
    # The model without clusters refuses counts that cannot be, and effects that run off to infinity.
    quasi_glm(events, plan.design, family="binomial", denominator=trials, terms=plan.terms)
    model = fit_random_intercept(events, trials, plan.cluster, plan.design[:, 1:], terms=plan.terms[1:])
    model = replace(
        model, df=float(plan.clusters - 2), parameters=model.parameters | {"covariance": covariance}
    )
    if covariance == "lme4":
        model = replace(model, covariance=lme4_covariance(model))
    overall, by = _effects(model, plan, confidence)
    return SteppedWedgeLogit(
        overall,
        by,
        model,
        plan.clusters,
        "stepped-wedge-logit/1",
        {"effect": effect, "covariance": covariance},
    )


@dataclass(frozen=True)
class _Plan:
    design: Floats
    terms: tuple[str, ...]
    cluster: Ints
    clusters: int
    exposure: Ints  # lengths of exposure that have an effect of their own
    effects: int  # columns at the end of the design that are effects


def _plan(rows: int, cluster: ArrayLike, period: ArrayLike, treated: ArrayLike, effect: EffectOf) -> _Plan:
    """Intercept, periods after the first, and one column a kind of effect."""
    given.one_of(effect, "effect", EffectOf)
    on = given.complete(treated, "treated", rows)
    given.refuse(~np.isin(on, (0, 1)), on, "treated", "is 0 or 1")
    names_of_clusters, code = given.groups(cluster, "cluster", rows)
    clusters = len(names_of_clusters)
    if clusters < 3:
        raise ValueError(f"A stepped wedge needs at least 3 clusters, and there are {clusters}.")
    periods, place = given.groups(period, "period", rows)
    blocks = [np.ones(rows), *(place == step for step in range(1, len(periods)))]
    terms = ["intercept", *(f"period {name}" for name in periods[1:])]
    if effect == "constant":
        columns, lengths, names = [on], np.zeros(1, np.int64), ["treated"]
    else:
        exposed = _exposure(code, place, on, clusters, len(periods))
        lengths = np.unique(exposed[exposed > 0])
        columns = [exposed == length for length in lengths]
        names = [f"exposure {length}" for length in lengths]
    design = np.column_stack([*blocks, *columns]).astype(float)
    return _Plan(design, (*terms, *names), code, clusters, lengths, len(names))


def _exposure(code: Ints, place: Ints, on: Floats, clusters: int, periods: int) -> Ints:
    """1 in a cluster's first treated period, 2 in the next, …; refused where treatment stops again."""
    first = np.full(clusters, periods)
    np.minimum.at(first, code[on == 1], place[on == 1])
    exposed = place - first[code] + 1
    if ((exposed > 0) != (on == 1)).any():
        raise ValueError(
            "Treatment stops again in some cluster; lengths of exposure need treatment that stays."
        )
    return np.where(exposed > 0, exposed, 0)


def _effects(fit: Fit, plan: _Plan, confidence: float) -> tuple[Estimate, ExposureColumns]:
    names = fit.terms[-plan.effects :]
    each = [fit.estimate(name, confidence=confidence) for name in names]
    weights = np.isin(fit.terms, names) / plan.effects
    by = ExposureColumns(
        plan.exposure, *np.array([(one.value, one.se, one.lower, one.upper) for one in each]).T
    )
    return fit.combination(weights, confidence=confidence), by


@dataclass(frozen=True)
class _Profile:
    """Cross-products by cluster. With share s between clusters and λ = s/(1 - s): V⁻¹ = W - Σ λ/(1 + λw.) (w1)(w1)'."""

    rest: Floats  # y without what the design explains, scaled
    sums: Floats  # (clusters, k + 1): Σ w z over [basis, rest]
    mass: Floats  # Σ w of each cluster
    free: int

    @classmethod
    def of(cls, basis: Floats, scaled: Floats, root: Floats, cluster: Ints) -> "_Profile":
        rest = scaled - basis @ (basis.T @ scaled)
        z = np.column_stack([basis, rest]) * root[:, None]
        sums = np.zeros((int(cluster.max()) + 1, z.shape[1]))
        np.add.at(sums, cluster, z)
        return cls(rest, sums, np.bincount(cluster, root**2).astype(float), len(rest) - basis.shape[1])

    def pieces(self, share: Floats) -> tuple[Floats, Floats, Floats, Floats]:
        """For each share: residual sum of squares, information, coefficients, log|V|."""
        ratio = share / (1 - share)
        shrink = ratio[:, None] / (1 + ratio[:, None] * self.mass)
        total = -np.einsum("rc,ci,cj->rij", shrink, self.sums, self.sums)
        columns = self.sums.shape[1] - 1
        total[:, np.arange(columns), np.arange(columns)] += 1  # the basis is orthonormal
        total[:, -1, -1] += self.rest @ self.rest
        information, cross = total[:, :-1, :-1], total[:, :-1, -1]
        coef = np.linalg.solve(information, cross[:, :, None])[:, :, 0]
        rss = np.maximum(total[:, -1, -1] - np.einsum("ri,ri->r", coef, cross), 0.0)
        return rss, information, coef, np.log1p(ratio[:, None] * self.mass).sum(axis=1)

    def loglik(self, share: Floats) -> Floats:
        rss, information, _, log_v = self.pieces(share)
        with np.errstate(divide="ignore"):
            spread = self.free * (np.log(2 * np.pi * rss / self.free) + 1)
        return np.asarray(-(spread + log_v + np.linalg.slogdet(information)[1]) / 2, float)

    def solve(self, share: float) -> tuple[Floats, Floats, float]:
        rss, information, coef, _ = (part[0] for part in self.pieces(np.array([share])))
        return coef, information, float(rss) / self.free
