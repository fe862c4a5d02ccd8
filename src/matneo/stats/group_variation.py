"""Inequality between groups that have no order, such as ethnic groups: how far their rates spread, and how much is chance.

Example:
    >>> from matneo.stats.group_variation import group_variation
    >>> spread = group_variation([20, 45, 30], [1000, 1500, 900])
    >>> round(spread.mean_log_deviation, 4), round(spread.p_value, 3)
    (0.0203, 0.172)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats


@dataclass(frozen=True)
class GroupVariation:
    """Inequality between groups that have no order."""

    between_group_variance: float  # weighted by people, in squared rates
    between_group_variance_corrected: float  # less what chance alone puts there; can be below 0
    between_group_variance_se: float
    mean_log_deviation: float  # 0 for equal rates; infinite where a group has no event
    mean_log_deviation_se: float
    chi_square: float  # of equal rates, with its degrees of freedom and p-value
    df: int
    p_value: float
    rates: Floats
    shares: Floats  # of people
    overall: float


def group_variation(events: ArrayLike, population: ArrayLike) -> GroupVariation:
    """Between-group variance and mean log deviation of groups without an order, such as ethnic groups.

    `events` and `population` have one entry a group. The variance is absolute, the deviation relative. Chance alone makes
    both larger than 0, the more so the smaller the groups: `between_group_variance_corrected` takes that out, and `p_value`
    is that of equal rates. The standard errors are the delta method's and fail near equality. A group without events makes
    the deviation infinite and its standard error NaN.

    Raises ValueError for fewer than two groups, empty groups, or more events than people.

    Formula: Σ f(p - m)²; Σ f ln(m/p); corrected Σ f(p - m)² - Σ f(1 - f)p(1 - p)/(n - 1); χ² = Σ n(p - m)²/(m(1 - m)) on
    groups - 1 degrees of freedom. f shares of people, p rates, m = Σ f p.
    Source: Harper and Lynch 2005, Methods for Measuring Cancer Disparities (US National Cancer Institute); the correction is
    ours, by arithmetic.

    >>> spread = group_variation([10, 30], [100, 100])  # rates 0.1 and 0.3 around 0.2
    >>> round(spread.between_group_variance, 4), round(spread.mean_log_deviation, 4)  # ln(2)/2 + ln(2/3)/2
    (0.01, 0.1438)
    """
    from scipy.special import chdtrc

    count, people = given.in_groups(events, population)
    if len(people) < 2:
        raise ValueError("One group cannot differ from another; at least two are needed.")
    rates, shares = count / people, people / people.sum()
    overall = float(shares @ rates)
    variance = rates * (1 - rates) / people
    between = float(shares @ (rates - overall) ** 2)
    noise = float((shares * (1 - shares) * variance * people / np.maximum(people - 1, 1)).sum())
    deviation, deviation_se = _log_deviation(rates, shares, overall, variance)
    spread = overall * (1 - overall)
    chi_square = float((people * (rates - overall) ** 2).sum() / spread) if spread > 0 else 0.0
    return GroupVariation(
        between_group_variance=between,
        between_group_variance_corrected=between - noise,
        between_group_variance_se=float(np.sqrt(((2 * shares * (rates - overall)) ** 2 * variance).sum())),
        mean_log_deviation=deviation,
        mean_log_deviation_se=deviation_se,
        chi_square=chi_square,
        df=len(people) - 1,
        p_value=float(chdtrc(len(people) - 1, chi_square)),
        rates=rates,
        shares=shares,
        overall=overall,
    )


def _log_deviation(rates: Floats, shares: Floats, overall: float, variance: Floats) -> tuple[float, float]:
    if overall == 0:
        return 0.0, np.nan
    if (rates == 0).any():
        return np.inf, np.nan
    pull = shares * (1 / overall - 1 / rates)
    return float(shares @ np.log(overall / rates)), float(np.sqrt((pull**2 * variance).sum()))
