"""Control-chart constants for any subgroup size, from their formulas and never from a rounded table."""

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats._arrays import Floats

D2 = 1.128  # mean range of two standard normal values, as the field rounds it
D4 = 3.267  # upper limit of a range of two, in mean ranges
T_POWER = 3.6  # a time between events becomes nearly normal at this root (Nelson 1994)
G_MEDIAN = 0.693  # the median of a geometric variable, in means


def c4(size: ArrayLike) -> Floats:
    """Expected standard deviation of `size` standard normal values.

    NaN below two values, where there is no standard deviation.

    Formula: √(2/(n - 1)) Γ(n/2)/Γ((n - 1)/2), by the logarithm of Γ, so that no size overflows.
    Source: Montgomery, Introduction to Statistical Quality Control, appendix VI.

    >>> float(c4(5).round(6))
    0.939986
    """
    from scipy.special import gammaln

    n = np.asarray(size, np.float64)
    sizes, back = np.unique(n, return_inverse=True)  # long tables have few sizes, and Γ is dear
    some = np.where(sizes >= 2, sizes, np.nan)
    value: Floats = np.sqrt(2 / (some - 1)) * np.exp(gammaln(some / 2) - gammaln((some - 1) / 2))
    return value[back].reshape(n.shape)


def a3(size: ArrayLike, sigmas: float = 3.0) -> Floats:
    """Distance from the mean to its limits in mean standard deviations. NaN below two values.

    Formula: sigmas/(c4 √n), n being `size`.
    Source: Montgomery, Introduction to Statistical Quality Control, appendix VI.

    >>> float(a3(5).round(4))
    1.4273
    """
    n = np.asarray(size, np.float64)
    return np.asarray(sigmas / (c4(n) * np.sqrt(n)))


def b3(size: ArrayLike, sigmas: float = 3.0) -> Floats:
    """Lower limit of a standard deviation, in mean standard deviations; never below zero. NaN below two values.

    Formula: max(0, 1 - sigmas √(1 - c4²)/c4), c4 that of `size`.
    Source: Montgomery, Introduction to Statistical Quality Control, appendix VI.

    >>> float(b3(5)), float(b3(6).round(4))
    (0.0, 0.0304)
    """
    return np.maximum(1 - _spread(size, sigmas), 0.0)


def b4(size: ArrayLike, sigmas: float = 3.0) -> Floats:
    """Upper limit of a standard deviation, in mean standard deviations. NaN below two values.

    Formula: 1 + sigmas √(1 - c4²)/c4, c4 that of `size`.
    Source: Montgomery, Introduction to Statistical Quality Control, appendix VI.

    >>> float(b4(5).round(4))
    2.089
    """
    return np.asarray(1 + _spread(size, sigmas))


def _spread(size: ArrayLike, sigmas: float) -> Floats:
    factor = c4(size)
    return np.asarray(sigmas * np.sqrt(1 - factor * factor) / factor)
