"""Confidence intervals for proportions and rates, vectorised."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats.segments import Floats


@dataclass(frozen=True)
class Interval:
    """Lower and upper end, on the scale of the estimate. NaN where nothing was counted."""

    lower: Floats
    upper: Floats


def wilson(numerator: ArrayLike, denominator: ArrayLike, confidence: float = 0.95) -> Interval:
    """Wilson's score interval for numerator of denominator (Wilson 1927, JASA 22:209).

    Between 0 and 1; exact 0 and 1 ends for none and all. NaN where the denominator is 0.

    >>> interval = wilson(46, 54)
    >>> float(interval.lower.round(3)), float(interval.upper.round(3))
    (0.734, 0.923)
    """
    top, bottom = np.asarray(numerator, float), np.asarray(denominator, float)
    z = _normal_quantile(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = top / bottom
        middle = share + z * z / (2 * bottom)
        spread = z * np.sqrt(share * (1 - share) / bottom + z * z / (4 * bottom * bottom))
        scale = 1 + z * z / bottom
        lower, upper = (middle - spread) / scale, (middle + spread) / scale
    nothing = ~(bottom > 0)
    lower = np.where(nothing, np.nan, np.where(top == 0, 0.0, lower))
    return Interval(lower, np.where(nothing, np.nan, np.where(top == bottom, 1.0, upper)))


def garwood(count: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> Interval:
    """Exact Poisson interval for count / exposure (Garwood 1936, Biometrika 28:437)."""
    from scipy.stats import chi2

    events, time = np.asarray(count, float), np.asarray(exposure, float)
    tail = (1 - confidence) / 2
    lower = np.where(events > 0, chi2.ppf(tail, 2 * events) / 2, 0.0)
    upper = chi2.ppf(1 - tail, 2 * (events + 1)) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        return Interval(np.where(time > 0, lower / time, np.nan), np.where(time > 0, upper / time, np.nan))


def byar(count: ArrayLike, exposure: ArrayLike = 1.0, confidence: float = 0.95) -> Interval:
    """Byar's approximation to `garwood`, close from a handful of events on (Breslow and Day 1987, p. 69)."""
    events, time = np.asarray(count, float), np.asarray(exposure, float)
    z = _normal_quantile(0.5 + confidence / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.where(events > 0, events * (1 - 1 / (9 * events) - z / (3 * np.sqrt(events))) ** 3, 0.0)
        more = events + 1
        upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
        return Interval(np.where(time > 0, lower / time, np.nan), np.where(time > 0, upper / time, np.nan))


@lru_cache(maxsize=32)
def _normal_quantile(probability: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(probability))
