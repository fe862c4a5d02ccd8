"""A straight line of a rate on the relative rank, on three scales: least squares and likelihood.

Both fits work on groups: events of n people in each. The line is b0 + b1 a, a the relative rank from 0 to 1, so b0 is the
first end and b0 + b1 the last.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from matneo.stats._arrays import Floats
from matneo.stats._inference import critical_value
from matneo.stats._links import LINKS, Link
from matneo.stats.intervals import garwood, wilson

Scale = Literal["identity", "log", "logit"]
Family = Literal["binomial", "poisson"]
NODES = 60  # of a Gauss-Hermite rule, for integrands far smoother than it needs


@dataclass(frozen=True)
class Sampled:
    """How the coefficients hang on the groups' rates (2 x groups), and the first four cumulants of each rate."""

    weights: Floats
    cumulants: Floats


@dataclass(frozen=True)
class Line:
    """Coefficients on the scale of the line, with their sampling covariance."""

    b: Floats
    covariance: Floats
    se_residual: float  # of the slope from the scatter of the groups around the line; NaN for likelihood fits
    method: str
    sampled: Sampled | None = None  # where the coefficients are no normal pair


def least_squares(events: Floats, n: Floats, rank: Floats, scale: Scale, family: Family) -> Line:
    """Weighted least squares of transformed rates, weights n, as the Public Health England method does.

    The spread of each rate is half the width of its own 95 % interval over z (Wilson's for people, exact for rates), taken
    on the logit scale for people and the log scale for rates.
    """
    y, se, sampled = _transformed(events, n, scale, family)
    x = _columns(rank)
    weights: Floats = np.asarray(np.linalg.solve((x.T * n) @ x, x.T * n))
    b = weights @ y
    residual = float(n @ (y - x @ b) ** 2) / (len(y) - 2)
    scatter = np.sqrt(residual * np.linalg.inv((x.T * n) @ x)[1, 1])
    return Line(
        b,
        (weights * se**2) @ weights.T,
        float(scatter),
        "weighted least squares",
        None if sampled is None else Sampled(weights, sampled),
    )


def maximum_likelihood(events: Floats, n: Floats, rank: Floats, scale: Scale, family: Family) -> Line:
    """The likelihood fit. A log-binomial fit that does not settle becomes Poisson with robust errors (Zou 2004)."""
    found = _scoring(events, n, rank, scale, family)
    if found is not None:
        return Line(*found, np.nan, f"{family} likelihood")
    robust = _scoring(events, n, rank, "log", "poisson") if (scale, family) == ("log", "binomial") else None
    if robust is None:
        raise ValueError(
            f"The {family} fit on the {scale} scale does not settle: a fitted rate leaves its range at one end, or "
            "there are too few events. Use another scale."
        )
    return Line(
        robust[0],
        _robust(events, n, rank, *robust),
        np.nan,
        "poisson likelihood with robust errors, because the log-binomial fit did not settle",
    )


def ends(line: Line, scale: Scale) -> tuple[float, float]:
    """The fitted rates at the first and the last end of the ranking."""
    first, last = LINKS[scale].mean(np.cumsum(line.b))
    return float(first), float(last)


def _columns(rank: Floats) -> Floats:
    return np.column_stack([np.ones_like(rank), rank])


def _transformed(
    events: Floats, n: Floats, scale: Scale, family: Family
) -> tuple[Floats, Floats, Floats | None]:
    """The rates on the scale of the line, their standard errors there, and cumulants where the scale is not their own."""
    rate = events / n
    own = LINKS["logit" if family == "binomial" else "log"]
    limits = wilson(events, n) if family == "binomial" else garwood(events, n)
    z = critical_value(0.95)
    if scale == "identity":
        cumulants = _cumulants(rate, limits.lower, limits.upper, own, z)
        return rate, np.sqrt(cumulants[1]), cumulants
    link = LINKS[scale]
    beyond = (rate <= 0) | ((rate >= 1) & (scale == "logit"))
    for place in np.flatnonzero(beyond):
        raise ValueError(
            f"Group {place} has {events[place]:g} events of {n[place]:g}, and its {scale} is infinite. "
            "Use method='glm'."
        )
    return link.back(rate), (link.back(limits.upper) - link.back(limits.lower)) / (2 * z), None


def _cumulants(rate: Floats, lower: Floats, upper: Floats, own: Link, z: float) -> Floats:
    """Cumulants of rates that are normal on their own scale; of a normal rate where nobody or everybody has the event."""
    inside = (lower > 0) & ((upper < 1) | (own is LINKS["log"]))
    with np.errstate(divide="ignore"):
        middle = own.back(np.where(inside, rate, 0.5))
        width = own.back(np.where(inside, upper, 0.5)) - own.back(np.where(inside, lower, 0.5))
    x, w = np.polynomial.hermite_e.hermegauss(NODES)
    drawn, share = own.mean(middle + width / (2 * z) * x[:, None]), w / w.sum()
    mean = share @ drawn
    second, third, fourth = (share @ (drawn - mean) ** power for power in (2, 3, 4))
    plain = np.zeros((4, len(rate)))
    plain[0], plain[1] = rate, ((upper - lower) / (2 * z)) ** 2
    return np.where(inside, np.array([mean, second, third, fourth - 3 * second**2]), plain)


def _scoring(
    events: Floats, n: Floats, rank: Floats, scale: Scale, family: Family
) -> tuple[Floats, Floats] | None:
    """Fisher scoring with halved steps; None where it does not settle inside the range of the rates."""
    x, link = _columns(rank), LINKS[scale]
    overall = float(events.sum() / n.sum())
    if overall <= 0 or (family == "binomial" and overall >= 1):
        return None
    b = np.array([float(link.back(np.array([overall]))[0]), 0.0])
    for _ in range(200):
        score, information = _score(b, x, events, n, link, family)
        if not _informative(information):
            return None
        step: Floats = np.asarray(np.linalg.solve(information, score))
        if score @ step < 1e-18:  # the likelihood has no digit left to gain
            return b, np.asarray(np.linalg.inv(information))
        b = _stepped(b, step, x, events, n, link, family)
    return None


def _informative(information: Floats) -> bool:
    """Events at one end only send the slope to infinity, where the two coefficients can no longer be told apart."""
    level, slope = information[0, 0], information[1, 1]
    return bool(level > 0 and slope > 0 and information[0, 1] ** 2 < (1 - 1e-10) * level * slope)


def _stepped(
    b: Floats, step: Floats, x: Floats, events: Floats, n: Floats, link: Link, family: Family
) -> Floats:
    """The longest of the halved steps that does not lose likelihood: a full one can leave the range of the rates."""
    before = _loglik(b, x, events, n, link, family)
    for halving in range(40):
        new = b + step / 2**halving
        if _loglik(new, x, events, n, link, family) >= before - 1e-13 * abs(before):
            return np.asarray(new)
    return b


def _loglik(b: Floats, x: Floats, events: Floats, n: Floats, link: Link, family: Family) -> float:
    from scipy.special import xlog1py, xlogy

    with np.errstate(over="ignore"):
        rate = link.mean(x @ b)
    if not np.isfinite(rate).all() or (rate <= 0).any() or (family == "binomial" and (rate >= 1).any()):
        return -np.inf
    if family == "poisson":
        return float((xlogy(events, rate) - n * rate).sum())
    return float((xlogy(events, rate) + xlog1py(n - events, -rate)).sum())


def _score(
    b: Floats, x: Floats, events: Floats, n: Floats, link: Link, family: Family
) -> tuple[Floats, Floats]:
    eta = x @ b
    rate, slope = link.mean(eta), link.slope(eta)
    variance = rate * (1 - rate) if family == "binomial" else rate
    return x.T @ ((events - n * rate) * slope / variance), (x.T * (n * slope**2 / variance)) @ x


def _robust(events: Floats, n: Floats, rank: Floats, b: Floats, covariance: Floats) -> Floats:
    """The sandwich of one row a person: those with the event are off by 1 - rate, the others by rate."""
    x = _columns(rank)
    rate = np.exp(x @ b)
    meat = (x.T * (events * (1 - rate) ** 2 + (n - events) * rate**2)) @ x
    return np.asarray(covariance @ meat @ covariance)
