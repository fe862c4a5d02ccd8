"""Rates of many sites at once: a regression whose intercept varies from site to site."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats.likelihood import FAMILIES, Family, Solution, fit_linear, maximise
from matneo.stats.regression import Fit
from matneo.stats.results import Columns
from matneo.stats.segments import Floats, Ints

ABSURD = 10.0  # nine sites in ten would span odds of one to 10^14: the likelihood has run away


@dataclass(frozen=True)
class SiteEffects(Columns):
    """One entry a site, sorted."""

    group: NDArray[Any]
    events: Floats
    trials: Floats
    u: Floats  # conditional mode of the site's effect, on the scale of the link; 0: like the average site
    cond_sd: Floats  # its standard deviation given the data
    reliability: Floats  # share of what is known of the site that its own births say: 0 nothing, 1 all


@dataclass(frozen=True)
class RandomIntercept(Fit):
    """A fitted model: logit (or log) of the rate = offset + x coef + u of the site, u ~ N(0, sd^2).

    `covariance` allows for the uncertainty of `sd`; intervals of coefficients are normal (`df` is infinite).
    """

    sd: float  # between sites, on the scale of the link; exactly 0 where sites differ no more than by chance
    sd_se: float  # NaN at 0
    loglik: float
    loglik_without: float  # of the same model without differences between sites
    converged: bool
    sites: SiteEffects
    data: "SiteRows" = field(repr=False)

    @property
    def u(self) -> Floats:
        """Site effects, sorted by site."""
        return self.sites.u

    @property
    def cond_sd(self) -> Floats:
        """Their conditional standard deviations."""
        return self.sites.cond_sd

    @property
    def reliability(self) -> Floats:
        """Their reliabilities."""
        return self.sites.reliability

    def refuse_unless_converged(self) -> None:
        """A fit that has not come to rest says nothing about sites."""
        if not self.converged:
            raise ValueError(
                f"The model has not converged (sd {self.sd:g} after {self.sites.events.sum():g} events at "
                f"{len(self.sites.group)} sites): there is too little to tell sites apart by."
            )

    def events_at(self, u: ArrayLike) -> Floats:
        """Events to expect of each site's own births if its effect were u: one value a site, or one for all."""
        effects = np.broadcast_to(np.asarray(u, float), (len(self.data.start),))
        eta = self.data.design @ self.coef + self.data.offset + effects[self.data.site]
        return self.data.added(self.data.family.moments(self.data.n, eta).mean)


@dataclass(frozen=True)
class SiteRows:
    """Rows sorted by site, and where each site begins."""

    family: Family
    y: Floats
    n: Floats
    design: Floats
    offset: Floats
    site: Ints
    start: Ints

    def added(self, values: Floats) -> Floats:
        """Sums over the rows of each site; values may have more columns."""
        total: Floats = np.add.reduceat(values, self.start, axis=0)
        return total


def fit_random_intercept(
    events: ArrayLike,
    trials: ArrayLike,
    group: ArrayLike,
    covariates: ArrayLike | None = None,
    *,
    terms: tuple[str, ...] | None = None,
    family: str = "binomial",
    offset: ArrayLike | None = None,
    quadrature: int = 1,
) -> RandomIntercept:
    """Maximum-likelihood fit of a generalised linear mixed model with one random intercept a group.

    One row a site, or a site and covariate pattern (adding births up to patterns changes no estimate and saves most of
    the time). `binomial`: `events` of `trials` births, logit link. `poisson`: `events` where `trials` are expected (or at
    risk), log link. `covariates`: rows x terms, without a constant, which is always fitted first.

    `quadrature` 1 is Laplace's approximation, as in MBRRACE-UK's stabilised rates; more points are adaptive Gauss-Hermite
    quadrature (Pinheiro and Bates 1995, JCGS 4:12), nearer to the likelihood where sites have few events. For each site
    the random effect's mode v and curvature D are found by Newton's method; the points are v + sqrt(2/D) x_k. Height and
    slope are exact in (coef, sd), with the movement of the points.

    reliability = 1 - cond_sd^2 / sd^2 = sd^2 / (sd^2 + 1/W), W being the information in the site's own births. Where the
    likelihood is greatest without differences between sites, sd, u, cond_sd and reliability are 0. Groups come sorted;
    rows without trials are left out, and with them sites that have no others. Where sites have nothing or everything, the
    likelihood may rise to an absurd sd: `converged` is False then, and nothing is made of it.

    Raises ValueError for impossible counts, no events (or, binomial, nothing but events), fewer than two groups, and
    covariates that say nothing new. Log-likelihoods include their constants; compare them only at equal `quadrature`.

    >>> fit = fit_random_intercept([4, 12, 3, 20, 11], [100, 100, 100, 100, 100], ["A", "B", "C", "D", "E"])
    >>> round(fit.sd, 2), fit.u.round(2).tolist(), fit.reliability.round(2).tolist()
    (0.66, [-0.53, 0.3, -0.68, 0.85, 0.22], [0.68, 0.81, 0.65, 0.87, 0.8])
    """
    given.one_of(family, "family", FAMILIES)
    given.whole(quadrature, "quadrature")
    data, names, labels = _rows(FAMILIES[family], events, trials, group, covariates, terms, offset)
    plain = fit_linear(data.family, data.y, data.n, data.design, data.offset, labels)
    surface = Surface(data, plain, quadrature)
    top = maximise(surface.at, np.append(np.zeros(len(plain.coef)), surface.first_sd()))
    sd, beta, height = abs(float(top.place[-1])), surface.beta(top.place), top.height
    covariance = surface.whitened @ top.covariance[:-1, :-1] @ surface.whitened.T
    sd_se = float(np.sqrt(top.covariance[-1, -1]))
    if height <= plain.loglik + 1e-8 or sd < 1e-5:
        # The maximum lies at no difference (or so near that it cannot be told): the group rate is the answer.
        beta, covariance, sd, sd_se, height = plain.coef, plain.covariance, 0.0, np.nan, plain.loglik
    return RandomIntercept(
        terms=labels,
        coef=beta,
        covariance=covariance,
        df=np.inf,
        method="random-intercept-laplace/1" if quadrature == 1 else "random-intercept-quadrature/1",
        parameters={"family": family, "quadrature": quadrature},
        sd=sd,
        sd_se=sd_se,
        loglik=height,
        loglik_without=plain.loglik,
        converged=top.converged and sd < ABSURD,
        sites=_sites(data, names, beta, sd),
        data=data,
    )


class Surface:
    """The log-likelihood over (b, sd), with beta = beta of the plain model + whitened b.

    Whitening gives every coefficient a unit of one standard error, so that one step size suits all of them. The surface
    is even in sd: no bound is needed, and a maximum at 0 is a smooth one.
    """

    def __init__(self, data: SiteRows, plain: Solution, quadrature: int) -> None:
        self.data, self.plain = data, plain
        self.whitened = plain.root
        self.constant = float(data.family.constant(data.y, data.n).sum())
        points, weights = np.polynomial.hermite.hermgauss(quadrature)
        self.points, self.log_weights = points, np.log(weights) + points**2
        self.v = np.zeros(len(data.start))  # the modes last found: where the next search begins

    def beta(self, place: Floats) -> Floats:
        return self.plain.coef + self.whitened @ place[:-1]

    def first_sd(self) -> float:
        """A start from moments: squared residuals of sites beyond what chance makes of them."""
        moments = self.data.family.moments(self.data.n, self.plain.eta)
        residual, information = self.data.added(self.data.y - moments.mean), self.data.added(moments.variance)
        beyond = ((residual**2).sum() - information.sum()) / (information**2).sum()
        return float(np.sqrt(np.clip(beyond, 0.01, 4.0)))

    def at(self, place: Floats) -> tuple[float, Floats]:
        """Height and slope. Notation: h log-density of a site with its effect v (in units of sd), D = -h'' at the mode."""
        data, sd = self.data, float(place[-1])
        fixed = data.design @ self.beta(place) + data.offset
        v, residual, information, third, rows = modes(data, fixed, sd, self.v)
        self.v = v
        d = 1 + sd**2 * information
        nodes = v[:, None] + np.sqrt(2 / d)[:, None] * self.points
        eta = fixed[:, None] + sd * nodes[data.site]
        y, n = data.y[:, None], data.n[:, None]
        left = y - data.family.moments(n, eta).mean
        of_site = data.added(left)
        h = data.added(data.family.loglik(y, n, eta)) - nodes**2 / 2 + self.log_weights
        top = h.max(axis=1, keepdims=True)
        share = np.exp(h - top)
        whole = share.sum(axis=1, keepdims=True)
        share = share / whole
        height = (top + np.log(whole)).sum() - np.log(d).sum() / 2 - len(v) * np.log(np.pi) / 2

        # Slope: of the densities at the points, and of the points themselves, which follow the mode and D.
        pull = share * (sd * of_site - nodes)
        moved = pull.sum(axis=1)
        stretched = (pull * np.sqrt(2) * self.points).sum(axis=1)
        by_d = -(stretched * d**-1.5 + 1 / d) / 2
        by_mode = (moved + by_d * sd**3 * third) / d
        row_weight = (share[data.site] * left).sum(axis=1)
        row_weight = (
            row_weight - sd * by_mode[data.site] * rows.variance + sd**2 * by_d[data.site] * rows.third
        )
        to_beta = data.design.T @ row_weight
        to_sd = (share * of_site * nodes).sum(axis=1)
        to_sd = to_sd + by_mode * (residual - sd * v * information)
        to_sd = to_sd + by_d * (2 * sd * information + sd**2 * v * third)
        return float(height) + self.constant, np.append(self.whitened.T @ to_beta, to_sd.sum())


def modes(
    data: SiteRows, fixed: Floats, sd: float, begin: Floats
) -> tuple[Floats, Floats, Floats, Floats, Any]:
    """The mode v of each site's effect in units of sd, by Newton's method, with the residual, information and third
    cumulant of each site there, and the moments of the rows."""
    v = begin
    for _ in range(100):
        rows = data.family.moments(data.n, fixed + sd * v[data.site])
        residual, information = data.added(data.y - rows.mean), data.added(rows.variance)
        step = (sd * residual - v) / (1 + sd**2 * information)
        # The density is concave, but for rare events Newton can leap over the mode: never further than 2 on the link.
        reach = 2 / max(abs(sd), 1e-3)
        v = v + np.clip(step, -reach, reach)
        if np.max(np.abs(step)) < 1e-11 * (1 + np.max(np.abs(v))):
            break
    rows = data.family.moments(data.n, fixed + sd * v[data.site])
    return (
        v,
        data.added(data.y - rows.mean),
        data.added(rows.variance),
        data.added(rows.third),
        rows,
    )


def _sites(data: SiteRows, names: NDArray[Any], beta: Floats, sd: float) -> SiteEffects:
    fixed = data.design @ beta + data.offset
    v, _, information, _, _ = modes(data, fixed, sd, np.zeros(len(data.start)))
    spread = 1 / (1 + sd**2 * information)
    return SiteEffects(
        group=names,
        events=data.added(data.y),
        trials=data.added(data.n),
        u=sd * v,
        cond_sd=sd * np.sqrt(spread),
        reliability=1 - spread,
    )


def _rows(
    family: Family,
    events: ArrayLike,
    trials: ArrayLike,
    group: ArrayLike,
    covariates: ArrayLike | None,
    terms: tuple[str, ...] | None,
    offset: ArrayLike | None,
) -> tuple[SiteRows, NDArray[Any], tuple[str, ...]]:
    y = given.complete(events, "events")
    n = given.column(trials, "trials", len(y))
    names = given.labels(group, "group", len(y))
    more = np.zeros((len(y), 0)) if covariates is None else np.asarray(covariates, float)
    more = more[:, None] if more.ndim == 1 else more
    shift = np.zeros(len(y)) if offset is None else given.complete(offset, "offset", len(y))
    if more.ndim != 2 or len(more) != len(y):
        raise ValueError(f"`covariates` need {len(y)} rows, and have the shape {more.shape}.")
    given.refuse(~np.isfinite(n), n, "trials", "needs a finite number in every row")
    given.refuse(~np.isfinite(more).all(axis=1), more.sum(axis=1), "covariates", "are known in every row")
    if family.name == "binomial":
        given.part(y, n, "events", "trials")
    else:
        given.per(y, n, "events", "trials")
        given.refuse((y > 0) & (n == 0), y, "events", "cannot come where none are expected", of=n)
    kept = n > 0
    y, n, names, more, shift = y[kept], n[kept], names[kept], more[kept], shift[kept]
    if y.sum() == 0 or (family.name == "binomial" and y.sum() == n.sum()):
        raise ValueError(
            f"{y.sum():g} of {n.sum():g} have the outcome: a rate of none or all has no finite intercept."
        )
    unique, site = np.unique(names, return_inverse=True)
    if len(unique) < 2:
        raise ValueError("Differences between groups need at least two groups with trials.")
    labels = (
        "intercept",
        *(terms if terms is not None else tuple(f"x{k + 1}" for k in range(more.shape[1]))),
    )
    if len(labels) != more.shape[1] + 1:
        raise ValueError(f"There are {more.shape[1]} covariates and {len(labels) - 1} names for them.")
    order = np.argsort(site, kind="stable")
    design = np.column_stack([np.ones(len(y)), more])[order]
    start = np.flatnonzero(np.diff(site[order], prepend=-1))
    return SiteRows(family, y[order], n[order], design, shift[order], site[order], start), unique, labels
