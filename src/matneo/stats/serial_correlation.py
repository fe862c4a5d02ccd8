"""Do neighbouring residuals resemble one another? The usual questions to a series of residuals."""

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats


def autocorrelation(residuals: ArrayLike, lags: int) -> Floats:
    """Autocorrelations of residuals in time order, at lags 1 … `lags`.

    NaN where the residuals do not vary. ValueError: fewer than lags + 1 residuals, or a missing one.

    Formula: rₗ = Σ (eₜ - ē)(eₜ₋ₗ - ē)/Σ (eₜ - ē)².
    Source: the usual definition, as in Ljung and Box 1978, Biometrika 65:297, of residuals less their mean.

    >>> autocorrelation([1.0, -1.0, 1.0, -1.0], 2).tolist()
    [-0.75, 0.5]
    """
    rest = _complete(residuals, lags)
    rest = rest - rest.mean()
    total = rest @ rest
    if total == 0:
        return np.full(lags, np.nan)
    return np.array([float(rest[step:] @ rest[:-step] / total) for step in range(1, lags + 1)])


def durbin_watson(residuals: ArrayLike) -> float:
    """Durbin and Watson's statistic of residuals in time order: close to 2 without first-order autocorrelation, towards 0 with it.

    NaN where every residual is zero. ValueError: fewer than two residuals, or a missing one.

    Formula: Σ (eₜ - eₜ₋₁)²/Σ eₜ².
    Source: Durbin and Watson 1950, Biometrika 37:409.

    >>> round(durbin_watson([1.0, -1.0, 1.0, -1.0]), 2)
    3.0
    """
    rest = _complete(residuals, 1)
    total = float(rest @ rest)
    return float(np.sum(np.diff(rest) ** 2)) / total if total > 0 else float("nan")


def ljung_box(residuals: ArrayLike, lags: int, *, fitted_parameters: int = 0) -> float:
    """The p-value of Ljung and Box's test that none of the first `lags` autocorrelations differs from zero.

    ValueError: no more lags than fitted parameters, and as `autocorrelation`.

    Formula: Q = n(n + 2) Σ rₗ²/(n - l), against χ² on lags - fitted_parameters degrees of freedom.
    Source: Ljung and Box 1978, Biometrika 65:297.

    >>> round(ljung_box([1.0, -1.0, 1.0, -1.0, 1.0, -1.0], 1), 3)
    0.01
    """
    from scipy.special import chdtrc

    if lags <= fitted_parameters:
        raise ValueError(f"{lags} lags leave nothing to test after {fitted_parameters} fitted parameters.")
    rows = np.size(residuals)
    found = autocorrelation(residuals, lags)
    statistic = rows * (rows + 2) * np.sum(found**2 / (rows - np.arange(1, lags + 1)))
    return float(chdtrc(lags - fitted_parameters, statistic))


def _complete(residuals: ArrayLike, lags: int) -> Floats:
    rest = given.complete(residuals, "residuals")
    if rest.size <= lags:
        raise ValueError(
            f"Autocorrelation up to lag {lags} needs more than {lags} residuals, not {rest.size}."
        )
    return rest
