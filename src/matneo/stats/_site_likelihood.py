"""The likelihood of counts at sites whose intercepts vary: height and slope over coefficients and standard deviation."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, Ints
from matneo.stats._likelihood import Family, Solution


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


def site_rows(
    family: Family,
    events: ArrayLike,
    trials: ArrayLike,
    group: ArrayLike,
    covariates: ArrayLike | None,
    terms: tuple[str, ...] | None,
    offset: ArrayLike | None,
) -> tuple[SiteRows, NDArray[Any], tuple[str, ...]]:
    """Rows sorted by site, the names of the sites, and those of the terms; ValueError for what cannot be."""
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
