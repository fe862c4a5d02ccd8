"""How much projects differ beyond chance (tau2): estimators, and an interval, for means and regressions alike.

Project i reports y_i with known variance v_i; y = X b + u + e, u_i with variance tau2, e_i with variance v_i. X is a
column of ones for one pooled mean. Everywhere w_i = 1/(v_i + t), and P_t is the weighted residual maker, so that
P_t y = w (y - X b_t) and the generalised Q(t) = y'P_t y = sum of w (y - X b_t)^2.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._inference import tail
from matneo.stats._numeric import root
from matneo.stats.regression import refuse_aliased
from matneo.stats.segments import Floats

Tau2Method = Literal["REML", "PM", "DL", "SJ", "fixed"]


@dataclass(frozen=True)
class Tau2Interval:
    """Ends of the confidence interval of tau2. `upper` is infinite where the data put no bound on it."""

    lower: float
    upper: float
    confidence: float
    method: str = "Q-profile"


@dataclass(frozen=True)
class Effects:
    """Checked effects, variances and design: the columns of `basis` are orthonormal and span those of X.

    tau2 depends on X only through the space its columns span, so an orthonormal basis costs nothing and makes badly
    scaled moderators (a calendar year beside a share) as safe as well scaled ones.
    """

    y: Floats
    v: Floats
    basis: Floats

    @property
    def df(self) -> int:
        return int(len(self.y) - self.basis.shape[1])


def estimate_tau2(
    yi: ArrayLike, vi: ArrayLike, *, design: ArrayLike | None = None, method: Tau2Method = "REML"
) -> float:
    """The variance between projects, never below 0.

    `yi` effects and `vi` their variances (k each); `design` the k x p matrix X (default: ones). Methods:

    * DL (DerSimonian and Laird 1986): (Q(0) - (k-p)) / tr P_0, cut off at 0.
    * PM (Paule and Mandel 1982): the root of Q(t) = k-p; 0 where Q(0) is below it.
    * REML (Viechtbauer 2005): the maximum of the restricted likelihood. Its score can have several roots or none; every
      sign change on a grid is polished, and t = 0 is a candidate of its own.
    * SJ (Sidik and Jonkman 2005): t0 Q(t0)/(k-p), t0 the variance of y with divisor k. Above 0 unless all y are equal.
    * fixed: 0.

    Raises ValueError for fewer than p + 1 projects, variances not above 0, or a design without full rank.

    >>> round(estimate_tau2([0.1, 0.3, 0.5], [0.01, 0.01, 0.01]), 6)  # variance of y less the error's: 0.04 - 0.01
    0.03
    """
    return tau2_of(checked(yi, vi, design), method)


def tau2_interval(
    yi: ArrayLike,
    vi: ArrayLike,
    *,
    design: ArrayLike | None = None,
    confidence: float = 0.95,
    at_most: float = np.inf,
    accuracy: float = 0.0,
) -> Tau2Interval:
    """The Q-profile interval of tau2: all t for which Q(t) is no unusual chi-square value with k-p df.

    Exact when the effects are normal and the variances known (Viechtbauer 2007, Statistics in Medicine 26:37). Both
    ends are 0 where even t = 0 leaves Q unusually small: the projects then agree better than chance alone would have
    them. With two projects the upper end is often in the hundreds and means "unknown".

    The ends are found to full precision. `at_most` ends the search there, and `accuracy` (on the scale of tau2) before
    every digit is right: 100 and 1.2e-4 are metafor's, and give its digits back.

    >>> found = tau2_interval([0.1, 0.3, 0.5], [0.01, 0.01, 0.01])
    >>> round(found.lower, 4), round(found.upper, 4)  # 0.08/7.3778 - 0.01 and 0.08/0.0506 - 0.01
    (0.0008, 1.5699)
    """
    from scipy.stats import chi2

    effects = checked(yi, vi, design)
    beyond = tail(confidence)
    levels = chi2.ppf([1 - beyond, beyond], effects.df)
    lower, upper = (_where_q_is(effects, float(level), at_most, accuracy) for level in levels)
    return Tau2Interval(lower, upper, confidence)


def checked(yi: ArrayLike, vi: ArrayLike, design: ArrayLike | None = None) -> Effects:
    """Effects and variances as equal-length arrays, with an orthonormal basis of the design; else ValueError."""
    y = given.complete(yi, "yi")  # what has no result is left out, and counted
    v = given.complete(vi, "vi", len(y))
    given.refuse(v <= 0, v, "vi", "is a variance, above zero")
    x = np.ones((len(y), 1)) if design is None else np.asarray(design, float)
    if x.ndim != 2 or len(x) != len(y) or not np.isfinite(x).all():
        raise ValueError(f"`design` needs {len(y)} rows of finite numbers, and has the shape {x.shape}.")
    if len(y) <= x.shape[1]:
        raise ValueError(
            f"{len(y)} effects cannot tell {x.shape[1]} coefficients from chance; more are needed."
        )
    return Effects(y, v, _basis(x))


def _basis(x: Floats) -> Floats:
    refuse_aliased(x, [f"x{place}" for place in range(x.shape[1])])
    size = np.linalg.norm(x, axis=0)
    return np.linalg.qr(x / np.where(size > 0, size, 1.0))[0]


def tau2_of(effects: Effects, method: Tau2Method) -> float:
    """The estimate of one method for checked effects; ValueError for a method that is not known."""
    given.one_of(method, "tau2", Tau2Method)
    return _METHODS[method](effects)


def _fixed(effects: Effects) -> float:
    return 0.0


def _moments(effects: Effects) -> float:
    q, trace, _ = _profile(effects, np.zeros(1))
    return max(0.0, float((q[0] - effects.df) / trace[0]))


def _paule_mandel(effects: Effects) -> float:
    return _where_q_is(effects, effects.df)


def _sidik_jonkman(effects: Effects) -> float:
    start = float(np.var(effects.y))
    return start * float(_profile(effects, np.array([start]))[0][0]) / effects.df


def _reml(effects: Effects) -> float:
    grid = _grid(effects)
    score = _score(effects, grid)
    falls = np.flatnonzero((score[:-1] > 0) & (score[1:] <= 0))
    tops = [root(lambda t: float(_score(effects, np.array([t]))[0]), grid[i], grid[i + 1]) for i in falls]
    candidates = np.array([0.0, *tops])
    return float(candidates[np.argmax(restricted_loglik(effects, candidates))])


def _grid(effects: Effects) -> Floats:
    """0 and 80 values from far below any variance to beyond the last place where the score can be above 0."""
    spread = float(np.sum(_residual(effects.y, effects.basis) ** 2)) / effects.df
    top = 4 * (spread + float(effects.v.max()))
    return np.concatenate([[0.0], np.geomspace(1e-6 * float(effects.v.min()), top, 80)])


def restricted_loglik(effects: Effects, t: Floats) -> Floats:
    """The restricted log likelihood at every t, up to a constant.

    Integrated over a flat prior of b it is also the marginal likelihood that Bayesian pooling needs.
    """
    q, _, cross = _profile(effects, t)
    spread = np.log(effects.v[None, :] + t[:, None]).sum(axis=1)
    return np.asarray(-0.5 * (spread + np.linalg.slogdet(cross)[1] + q))


def _score(effects: Effects, t: Floats) -> Floats:
    """Twice the derivative of the restricted log likelihood: y'P_t P_t y - tr P_t."""
    w = 1 / (effects.v[None, :] + t[:, None])
    residual, _ = _weighted_residual(effects, w)
    return np.asarray(np.sum((w * residual) ** 2, axis=1) - _profile(effects, t)[1])


def _profile(effects: Effects, t: Floats) -> tuple[Floats, Floats, Floats]:
    """Q(t), tr P_t and X'WX for every t."""
    w = 1 / (effects.v[None, :] + t[:, None])
    residual, cross = _weighted_residual(effects, w)
    squares = np.einsum("gk,kp,kq->gpq", w * w, effects.basis, effects.basis)
    trace = w.sum(axis=1) - np.trace(np.linalg.solve(cross, squares), axis1=1, axis2=2)
    return np.asarray(np.sum(w * residual**2, axis=1)), trace, cross


def _weighted_residual(effects: Effects, w: Floats) -> tuple[Floats, Floats]:
    x, y = effects.basis, effects.y
    cross = np.einsum("gk,kp,kq->gpq", w, x, x)
    coefficients = np.linalg.solve(cross, ((w * y) @ x)[:, :, None])[:, :, 0]
    return np.asarray(y - coefficients @ x.T), cross


def _where_q_is(effects: Effects, level: float, at_most: float = np.inf, accuracy: float = 0.0) -> float:
    """The t at which the falling Q(t) reaches a level; 0 where it starts below it."""

    def above(t: float) -> float:
        return float(_profile(effects, np.array([t]))[0][0]) - level

    if above(0.0) <= 0:
        return 0.0
    if np.isfinite(at_most):
        return at_most if above(at_most) > 0 else root(above, 0.0, at_most, accuracy)
    top = float(effects.v.max())
    while above(top) > 0:
        top *= 4
    return root(above, 0.0, top, accuracy)


def _residual(y: Floats, basis: Floats) -> Floats:
    return np.asarray(y - basis @ (basis.T @ y))


_METHODS: dict[str, Callable[[Effects], float]] = {
    "fixed": _fixed,
    "DL": _moments,
    "PM": _paule_mandel,
    "REML": _reml,
    "SJ": _sidik_jonkman,
}
