"""Why projects differ: random-effects regression of their effects on what is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._effects import Effects, Tau2Method, checked, tau2_of
from matneo.stats.regression import Fit

RegressionTest = Literal["hk", "hk_adhoc", "z"]


@dataclass(frozen=True)
class MetaRegression(Fit):
    """The regression (its intercept first, where there is one) and what is left between projects.

    `df` is infinite for `ci` z. `.coefficients(confidence)` has the intervals and p-values.
    """

    tau2: float  # between projects beyond the moderators
    r2: float  # share of tau2 that the moderators take up; NaN where there was none to take up
    qe: float  # residual Q at tau2 = 0, its degrees of freedom and p-value
    qe_df: int
    qe_p_value: float
    qm: float  # do the moderators matter at all: chi-square for z, F for hk
    qm_df: int
    qm_p_value: float
    k: int


def meta_regression(
    yi: ArrayLike,
    vi: ArrayLike,
    moderators: ArrayLike,
    *,
    terms: Sequence[str] | None = None,
    intercept: bool = True,
    tau2: Tau2Method = "REML",
    ci: RegressionTest = "hk",
) -> MetaRegression:
    """Regress k effects on moderators (k values, or a k x m matrix): y = X b + u + e.

    `ci` z: normal; hk and hk_adhoc: t with k-p. Fewer than ten projects a moderator find what is not there.

    Raises ValueError as `random_effects_meta` does, for too few projects, and for moderators that repeat one another.

    Formula: b = (X'WX)⁻¹X'Wy, w = 1/(v + τ²), covariance s²(X'WX)⁻¹, s² = Σw r²/(k - p) (z: 1; hk_adhoc: not below 1); QE =
    Q(0) of `heterogeneity`; R² = max(0, 1 - τ²/τ₀²), τ₀² without moderators.
    Source: Knapp and Hartung 2003, Statistics in Medicine 22:2693; Thompson and Higgins 2002, Statistics in Medicine 21:1559.
    Tested against R metafor 3.8-1.

    >>> found = meta_regression([0.1, 0.3, 0.5, 0.7], [0.01] * 4, [0, 1, 2, 3])
    >>> found.coef.round(3).tolist(), found.tau2
    ([0.1, 0.2], 0.0)
    """
    from scipy.special import chdtrc

    x, labels = _design(moderators, terms, intercept)
    given.one_of(ci, "ci", RegressionTest)
    effects = checked(yi, vi, x, labels)
    variance = tau2_of(effects, tau2)
    coef, covariance, residual_q = _fit(effects, x, variance)
    df, scale = _scale(ci, effects.df, residual_q)
    covariance = covariance * scale
    qe = _fit(effects, x, 0.0)[2]
    qm, qm_df, qm_p = _all_moderators(coef, covariance, df, intercept)
    return MetaRegression(
        terms=labels,
        coef=coef,
        covariance=covariance,
        df=df,
        method="meta-regression/1",
        parameters={"tau2": tau2, "ci": ci, "intercept": intercept},
        tau2=variance,
        r2=_explained(effects, variance, tau2, intercept),
        qe=qe,
        qe_df=effects.df,
        qe_p_value=float(chdtrc(effects.df, qe)),
        qm=qm,
        qm_df=qm_df,
        qm_p_value=qm_p,
        k=len(effects.y),
    )


def _design(
    moderators: ArrayLike, terms: Sequence[str] | None, intercept: bool
) -> tuple[Floats, tuple[str, ...]]:
    columns = np.asarray(moderators, float)
    columns = columns[:, None] if columns.ndim == 1 else columns
    if columns.ndim != 2 or columns.shape[1] == 0:
        raise ValueError("Moderators are one value a project, or a matrix with one row a project.")
    labels = tuple(terms) if terms is not None else tuple(f"x{i + 1}" for i in range(columns.shape[1]))
    if len(labels) != columns.shape[1]:
        raise ValueError(f"There are {columns.shape[1]} moderators and {len(labels)} names.")
    if not intercept:
        return columns, labels
    return np.column_stack([np.ones(len(columns)), columns]), ("intercept", *labels)


def _fit(effects: Effects, x: Floats, tau2: float) -> tuple[Floats, Floats, float]:
    """Coefficients, (X'WX)^-1 and the residual Q, by QR of the weighted rows."""
    root = np.sqrt(1 / (effects.v + tau2))
    q, r = np.linalg.qr(x * root[:, None])
    inverse = np.linalg.inv(r)
    coefficients = inverse @ (q.T @ (root * effects.y))
    residual = root * (effects.y - x @ coefficients)
    return coefficients, inverse @ inverse.T, float(residual @ residual)


def _scale(ci: RegressionTest, df: int, residual_q: float) -> tuple[float, float]:
    if ci == "z":
        return np.inf, 1.0
    factor = residual_q / df
    return float(df), max(1.0, factor) if ci == "hk_adhoc" else factor


def _all_moderators(
    coefficients: Floats, covariance: Floats, df: float, intercept: bool
) -> tuple[float, int, float]:
    from scipy.special import chdtrc, fdtrc

    b, cov = coefficients[int(intercept) :], covariance[int(intercept) :, int(intercept) :]
    if not cov.any():  # a perfect fit has no spread to test against
        return np.inf, len(b), 0.0
    chi_square = float(b @ np.linalg.solve(cov, b))
    if np.isinf(df):
        return chi_square, len(b), float(chdtrc(len(b), chi_square))
    return chi_square / len(b), len(b), float(fdtrc(len(b), df, chi_square / len(b)))


def _explained(effects: Effects, tau2: float, method: Tau2Method, intercept: bool) -> float:
    """R^2 against the model of one mean: there is none for a model without an intercept."""
    before = tau2_of(checked(effects.y, effects.v), method) if intercept else 0.0
    return max(0.0, 1 - tau2 / before) if before > 0 else np.nan
