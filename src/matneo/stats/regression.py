"""Least squares, and what every regression here answers: coefficients, intervals, sums of coefficients."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._inference import critical_value, two_sided
from matneo.stats.results import Columns, Estimate
from matneo.stats.segments import Floats

ALIASED = 1e-9  # what is left of a column (of length 1) when the ones before it are taken out


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
        if term not in self.terms:
            raise ValueError(f"There is no term {term!r}; there are {', '.join(self.terms)}.")
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

    b = (X'WX)⁻¹ X'Wy with covariance σ²(X'WX)⁻¹, σ² = Σw(y - Xb)²/(n - k), by QR. `y` has shape (n,), `design`
    (n, k) with its own column of ones; `weights` are positive precisions. Intervals use t with n - k degrees of freedom.
    ValueError: lengths differ, a value is missing or infinite, n ≤ k, or a column is a sum of others (it is named).
    `r2` is NaN where y does not vary.

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


def estimate(value: float, se: float, df: float, *, confidence: float, method: str) -> Estimate:
    """An estimate with its t-interval and p-value. A standard error of zero gives an interval of no width."""
    half = critical_value(confidence, df) * se
    statistic = value / se if se > 0 else np.nan
    return Estimate(
        value, se, value - half, value + half, float(two_sided(statistic, df)), df, confidence, method
    )


def checked_design(design: ArrayLike, terms: Sequence[str] | None) -> tuple[Floats, tuple[str, ...]]:
    """The design as floats with the names of its columns; a column that says nothing of its own is named and refused."""
    x = np.asarray(design, float)
    if x.ndim != 2 or not x.size:
        raise ValueError(f"A design has rows and columns; this one has the shape {x.shape}.")
    names = tuple(terms) if terms is not None else tuple(f"x{place}" for place in range(x.shape[1]))
    if len(names) != x.shape[1]:
        raise ValueError(f"The design has {x.shape[1]} columns and {len(names)} names.")
    if not np.isfinite(x).all():
        row, column = (int(place) for place in np.argwhere(~np.isfinite(x))[0])
        raise ValueError(f"Row {row} of the design has {x[row, column]:g} for {names[column]}.")
    if len(x) <= x.shape[1]:
        raise ValueError(f"{len(x)} points cannot carry {x.shape[1]} terms ({', '.join(names)}).")
    refuse_aliased(x, names)
    return x, names


def refuse_aliased(x: Floats, names: Sequence[str]) -> None:
    """Raise ValueError that names the columns which are sums of the columns before them."""
    if alike := aliased(x, names):
        raise ValueError(f"These points cannot tell {', '.join(alike)} from the terms before.")


def aliased(x: Floats, names: Sequence[str]) -> list[str]:
    """The columns that are sums of the columns before them (or nothing but zeros)."""
    length = np.sqrt(np.sum(x**2, axis=0))
    left = np.abs(np.diag(np.linalg.qr(x / np.where(length > 0, length, 1.0), mode="r")))
    return [name for name, rest in zip(names, left, strict=True) if rest < ALIASED]
