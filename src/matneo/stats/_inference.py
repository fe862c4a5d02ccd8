"""From an estimate to what may be said of it: tails, critical values and p-values."""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats._arrays import Floats
from matneo.stats.results import Estimate


def tail(confidence: float) -> float:
    """What a two-sided interval leaves beyond each of its ends. Raises ValueError outside 0 to 1."""
    if not 0 < confidence < 1:
        raise ValueError(f"`confidence` must lie between 0 and 1, and is {confidence:g}.")
    return (1 - confidence) / 2


@lru_cache(maxsize=1024)
def critical_value(confidence: float, df: float = np.inf) -> float:
    """The value that leaves `tail(confidence)` of t with `df` degrees of freedom above it (infinite: normal; 0: NaN)."""
    from scipy.special import ndtri, stdtrit

    # From the lower tail, because 1 - tail has lost the digits of a small one.
    beyond = tail(confidence)
    if np.isinf(df):
        return -float(ndtri(beyond))
    return -float(stdtrit(df, beyond)) if df > 0 else np.nan


def two_sided(statistic: ArrayLike, df: float = np.inf) -> Floats:
    """The chance of a statistic at least this far from zero; NaN where it is undefined."""
    from scipy.special import ndtr, stdtr

    below = -np.abs(np.asarray(statistic, float))
    return np.asarray(2 * (ndtr(below) if np.isinf(df) else stdtr(df, below)), float)


def significance(estimate: float, se: float, df: float = np.inf) -> tuple[float, float]:
    """Statistic and two-sided p-value; infinite and 0 where an estimate has no spread at all (NaN and 1 at zero)."""
    if se == 0:
        return (np.nan, 1.0) if estimate == 0 else (float(np.copysign(np.inf, estimate)), 0.0)
    return estimate / se, float(two_sided(estimate / se, df))


def estimate(value: float, se: float, df: float, *, confidence: float, method: str) -> Estimate:
    """An estimate with its t-interval and p-value. A standard error of zero gives an interval of no width."""
    half = critical_value(confidence, df) * se
    statistic = value / se if se > 0 else np.nan
    return Estimate(
        value, se, value - half, value + half, float(two_sided(statistic, df)), df, confidence, method
    )
