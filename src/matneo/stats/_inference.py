"""Small tools that every interval and test here needs: tails, quantiles, p-values and roots."""

from collections.abc import Callable

import numpy as np


def tail(confidence: float) -> float:
    """The probability beyond each end of a two-sided interval; ValueError unless confidence is between 0 and 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"A confidence lies between 0 and 1, and {confidence:g} does not.")
    return (1 - confidence) / 2


def quantile(df: float, confidence: float) -> float:
    """The two-sided quantile of t with `df` degrees of freedom (infinite: normal; none: NaN)."""
    from scipy.special import ndtri, stdtrit

    upper = 1 - tail(confidence)
    if np.isinf(df):
        return float(ndtri(upper))
    return float(stdtrit(df, upper)) if df > 0 else np.nan


def significance(estimate: float, se: float, df: float) -> tuple[float, float]:
    """Statistic and two-sided p-value; infinite and 0 where an estimate has no spread at all (NaN and 1 at zero)."""
    from scipy.special import ndtr, stdtr

    if se == 0:
        return (np.nan, 1.0) if estimate == 0 else (float(np.copysign(np.inf, estimate)), 0.0)
    statistic = estimate / se
    beyond = ndtr(-abs(statistic)) if np.isinf(df) else stdtr(df, -abs(statistic))
    return float(statistic), float(2 * beyond)


def root(function: Callable[[float], float], low: float, high: float, accuracy: float = 0.0) -> float:
    """The one root between two values of different sign (Brent 1973): within an accuracy, or to the last digits."""
    from scipy.optimize import brentq

    step = max(accuracy, 1e-16 * (high - low), 1e-300)
    return float(brentq(function, low, high, xtol=step, rtol=1e-15, maxiter=500))
