"""Rates of many sites at once: a regression whose intercept varies from site to site."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._likelihood import FAMILIES, fit_linear, maximise
from matneo.stats._site_likelihood import SiteRows, Surface, modes, site_rows
from matneo.stats.regression import Fit
from matneo.stats.results import Columns

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
    data: SiteRows = field(repr=False)

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
    quadrature, nearer to the likelihood where sites have few events. For each site the random effect's mode v and curvature D
    are found by Newton's method; the points are v + sqrt(2/D) x_k. Height and slope are exact in (coef, sd), with the
    movement of the points.

    Where the likelihood is greatest without differences between sites, sd, u, cond_sd and reliability are 0. Groups come
    sorted; rows without trials are left out, and with them sites that have no others. Where sites have nothing or
    everything, the likelihood may rise to an absurd sd: `converged` is False then, and nothing is made of it.

    Raises ValueError for impossible counts, no events (or, binomial, nothing but events), fewer than two groups, and
    covariates that say nothing new. Log-likelihoods include their constants; compare them only at equal `quadrature`.

    Formula: g(mean) = Xb + u, u ~ N(0, sd²); b and sd maximise Σ ln ∫ f(y | u) N(u; 0, sd²) du over sites; cond_sd² = sd²/(1
    + sd²W), reliability = sd²W/(1 + sd²W), W the information in a site's own births.
    Source: Pinheiro and Bates 1995, J Comput Graph Stat 4:12. Tested against R lme4 1.1-31 `glmer`.

    >>> fit = fit_random_intercept([4, 12, 3, 20, 11], [100, 100, 100, 100, 100], ["A", "B", "C", "D", "E"])
    >>> round(fit.sd, 2), fit.u.round(2).tolist(), fit.reliability.round(2).tolist()
    (0.66, [-0.53, 0.3, -0.68, 0.85, 0.22], [0.68, 0.81, 0.65, 0.87, 0.8])
    """
    given.one_of(family, "family", FAMILIES)
    given.whole(quadrature, "quadrature")
    data, names, labels = site_rows(FAMILIES[family], events, trials, group, covariates, terms, offset)
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
