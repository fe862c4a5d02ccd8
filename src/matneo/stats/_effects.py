"""Effects with known variances: estimators of the variance between them, and the likelihood they rest on.

The model and its symbols are those of `matneo.stats.heterogeneity`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._designs import refuse_aliased
from matneo.stats._numeric import root

Tau2Method = Literal["REML", "PM", "DL", "SJ", "fixed"]


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


def checked(
    yi: ArrayLike, vi: ArrayLike, design: ArrayLike | None = None, terms: Sequence[str] | None = None
) -> Effects:
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
    return Effects(y, v, _basis(x, terms or [f"x{place}" for place in range(x.shape[1])]))


def _basis(x: Floats, terms: Sequence[str]) -> Floats:
    refuse_aliased(x, terms)
    size = np.linalg.norm(x, axis=0)
    return np.linalg.qr(x / np.where(size > 0, size, 1.0))[0]


def tau2_of(effects: Effects, method: Tau2Method, name: str = "tau2") -> float:
    """The estimate of one method for checked effects; ValueError for a method that is not known."""
    given.one_of(method, name, Tau2Method)
    return _METHODS[method](effects)


def _fixed(effects: Effects) -> float:
    return 0.0


def _moments(effects: Effects) -> float:
    q, trace, _ = _profile(effects, np.zeros(1))
    return max(0.0, float((q[0] - effects.df) / trace[0]))


def _paule_mandel(effects: Effects) -> float:
    return where_q_is(effects, effects.df)


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


def where_q_is(effects: Effects, level: float, at_most: float = np.inf, accuracy: float = 0.0) -> float:
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
