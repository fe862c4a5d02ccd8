"""Least squares, and what every regression here answers: coefficients, intervals, sums of coefficients."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._designs import checked_design
from matneo.stats._inference import critical_value, estimate, two_sided
from matneo.stats.results import Columns, Estimate


class TooFewPoints(ValueError):
    """There are values, but too few for this question. The sentence says how many are needed."""


@dataclass(frozen=True)
class Coefficients(Columns):
    """One entry a term, on the scale of the linear predictor."""

    term: NDArray[np.str_]
    estimate: Floats
    se: Floats
    statistic: Floats
    p_value: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class Fit:
    """What is common to every regression: coefficients with a covariance, and how they were made."""

    terms: tuple[str, ...]
    coef: Floats
    covariance: Floats
    df: float
    method: str
    parameters: dict[str, Any]

    @property
    def se(self) -> Floats:
        """Standard errors, in the order of `terms`."""
        return np.sqrt(np.maximum(np.diag(self.covariance), 0.0))  # an exact fit may round to just below zero

    def coefficients(self, confidence: float = 0.95) -> Coefficients:
        """Estimates with t-intervals, one a term."""
        se = self.se
        with np.errstate(divide="ignore", invalid="ignore"):
            statistic = self.coef / se
        half = critical_value(confidence, self.df) * se
        p_value = two_sided(statistic, self.df)
        return Coefficients(
            np.array(self.terms), self.coef, se, statistic, p_value, self.coef - half, self.coef + half
        )

    def combination(self, weights: ArrayLike, *, confidence: float = 0.95) -> Estimate:
        """The weighted sum of the coefficients, with its interval."""
        row = np.asarray(weights, float)
        if row.shape != self.coef.shape:
            raise ValueError(
                f"A sum of {len(self.coef)} coefficients needs {len(self.coef)} weights, not {row.size}."
            )
        variance = max(float(row @ self.covariance @ row), 0.0)
        return estimate(
            float(row @ self.coef), variance**0.5, self.df, confidence=confidence, method=self.method
        )

    def estimate(self, term: str, *, confidence: float = 0.95) -> Estimate:
        """One coefficient by its name."""
        given.one_of(term, "term", self.terms)
        return self.combination(np.array(self.terms) == term, confidence=confidence)


@dataclass(frozen=True)
class ScoredFit(Fit):
    """A fit whose uncertainty can be taken from its own residuals: see `matneo.stats.hac`."""

    design: Floats  # (n, k)
    bread: Floats  # (k, k), inverse of the information without dispersion
    scores: Floats  # (n, k), what each row adds to the estimating equations; their sum is zero
    fitted: Floats
    residuals: Floats


@dataclass(frozen=True)
class LinearFit(ScoredFit):
    """The answer of `ols`."""

    sigma: float  # residual standard deviation, n - k in the denominator
    r2: float


def ols(
    y: ArrayLike, design: ArrayLike, *, weights: ArrayLike | None = None, terms: Sequence[str] | None = None
) -> LinearFit:
    """Ordinary (or weighted) least squares.

    By QR. `y` has shape (n,), `design` (n, k) with its own column of ones; `weights` are positive precisions. Intervals use
    t with n - k degrees of freedom. ValueError: lengths differ, a value is missing or infinite, n ≤ k, or a column is a sum
    of others (it is named). `r2` is NaN where y does not vary.

    Formula: b = (X'WX)⁻¹X'Wy, covariance σ²(X'WX)⁻¹, σ² = Σw(y - Xb)²/(n - k); r² = 1 - Σw(y - Xb)²/Σw(y - ȳ)².
    Source: any textbook; tested against R 4.2 `lm`.

    >>> fit = ols([1.0, 3.0, 5.0, 8.0], [[1, 0], [1, 1], [1, 2], [1, 3]], terms=["intercept", "time"])
    >>> fit.coef.round(2).tolist()
    [0.8, 2.3]
    """
    x, names = checked_design(design, terms)
    target = given.complete(y, "y", len(x))
    weight = given.weights(weights, len(x))
    root = np.sqrt(weight)
    factor, triangle = np.linalg.qr(x * root[:, None])
    coef = np.linalg.solve(triangle, factor.T @ (root * target))
    inverse = np.linalg.inv(triangle)
    bread = inverse @ inverse.T
    fitted = x @ coef
    residuals = target - fitted
    df = len(x) - x.shape[1]
    rest = float(weight @ residuals**2)
    variance = rest / df
    spread = float(weight @ (target - np.average(target, weights=weight)) ** 2)
    return LinearFit(
        names, coef, variance * bread, float(df), "ols/1", {"weighted": weights is not None}, x, bread,
        x * (weight * residuals)[:, None], fitted, residuals, variance**0.5, 1 - rest / spread if spread > 0 else np.nan,
    )  # fmt: skip
