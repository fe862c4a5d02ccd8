"""Whether predicted risks can be trusted: discrimination, calibration, and deciles of risk."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._likelihood import Logit, fit_linear
from matneo.stats.results import Columns


@dataclass(frozen=True)
class Calibration:
    """How the outcome follows the fitted log-odds: a slope of 1 and an intercept of 0 are perfect.

    `in_the_large` is the intercept when the slope is held at 1: above 0, more happened than was predicted.
    """

    slope: float
    slope_se: float
    intercept: float
    intercept_se: float
    in_the_large: float
    in_the_large_se: float


@dataclass(frozen=True)
class RiskTable(Columns):
    """One entry a part of the births, from the lowest risk to the highest."""

    part: NDArray[np.int64]
    births: Floats
    lowest_risk: Floats
    highest_risk: Floats
    observed: Floats
    expected: Floats


def c_statistic(outcome: ArrayLike, risk: ArrayLike, *, trials: ArrayLike | None = None) -> float:
    """The chance that of two births, one with the outcome and one without, the first had the higher risk.

    Equal risks count half. `outcome` is 0 or 1 a birth, or with `trials` those with it of each pattern; `risk` has one entry
    a row. NaN if none or all have the outcome. Raises ValueError for impossible outcomes and risks.

    Formula: Σ ([p₁ > p₀] + ½[p₁ = p₀]) over all pairs of a birth with and one without, by the number of pairs.
    Source: Hanley and McNeil 1982, Radiology 143:29 (it is the area under the ROC curve).

    >>> c_statistic([1, 0, 1, 0], [0.9, 0.8, 0.3, 0.3])  # pairs: .9>.8, .9>.3, .3<.8, .3=.3: (1 + 1 + 0 + .5)/4
    0.625
    """
    y, n = given.births(outcome, trials)
    _, which = np.unique(given.known_risks(risk, len(y)), return_inverse=True)
    with_it, without = np.bincount(which, y), np.bincount(which, n - y)
    lower = np.cumsum(without) - without
    pairs = with_it.sum() * without.sum()
    return float((with_it * (lower + without / 2)).sum() / pairs) if pairs else np.nan


def calibration(outcome: ArrayLike, risk: ArrayLike, *, trials: ArrayLike | None = None) -> Calibration:
    """Slope and intercept of the outcome's log-odds on the predicted log-odds.

    Arguments as for `c_statistic`. On the births a model was fitted to, they are 1 and 0 by construction; ask it of later
    births. A slope below 1 says that predictions are too extreme. Raises ValueError for risks of exactly 0 or 1, and for
    risks that are all the same.

    Formula: logit P(outcome) = intercept + slope logit(risk); `in_the_large` is the intercept with the slope held at 1.
    Maximum likelihood, standard errors from (X'WX)⁻¹.
    Source: Cox 1958, Biometrika 45:562.

    >>> c = calibration([20, 10], [0.2, 0.1], trials=[100, 100])
    >>> round(c.slope, 6), abs(round(c.intercept, 6)), abs(round(c.in_the_large, 6))
    (1.0, 0.0, 0.0)
    """
    y, n = given.births(outcome, trials)
    p = given.known_risks(risk, len(y))
    given.refuse((p == 0) | (p == 1), p, "risk", "of exactly 0 or 1 has no log-odds")
    line, ones, nothing = np.log(p) - np.log1p(-p), np.ones(len(y)), np.zeros(len(y))
    family = Logit()
    both = fit_linear(family, y, n, np.column_stack([ones, line]), nothing, ("intercept", "log-odds of risk"))
    shift = fit_linear(family, y, n, ones[:, None], line, ("intercept",))
    return Calibration(
        slope=float(both.coef[1]),
        slope_se=float(both.se[1]),
        intercept=float(both.coef[0]),
        intercept_se=float(both.se[0]),
        in_the_large=float(shift.coef[0]),
        in_the_large_se=float(shift.se[0]),
    )


def risk_table(
    outcome: ArrayLike, risk: ArrayLike, *, trials: ArrayLike | None = None, parts: int = 10
) -> RiskTable:
    """Observed beside expected in parts of about equally many births, from lowest to highest risk: deciles by default.

    Births of equal risk stay together, so there may be fewer parts. Arguments as for `c_statistic`. Raises ValueError for
    fewer than two parts.

    Method: sorted by risk, a risk whose births have their middle at m of N goes to part ⌊parts m/N⌋; parts without births are
    left out. Observed is the sum of outcomes of a part, expected the sum of its risks.
    Source: Hosmer and Lemeshow 1980, Communications in Statistics A 9:1043 (deciles of risk).

    >>> t = risk_table([0, 1, 1, 1], [0.1, 0.2, 0.6, 0.9], parts=2)
    >>> t.observed.tolist(), t.expected.round(6).tolist()
    ([1.0, 2.0], [0.3, 1.5])
    """
    y, n = given.births(outcome, trials)
    p = given.known_risks(risk, len(y))
    given.whole(parts, "parts", 2)
    values, which = np.unique(p, return_inverse=True)
    size = np.bincount(which, n)
    middle = np.cumsum(size) - size / 2
    part_of_value = np.minimum(parts - 1, np.floor(middle * parts / n.sum())).astype(int)
    _, part_of_value = np.unique(part_of_value, return_inverse=True)
    part = part_of_value[which]
    first = np.flatnonzero(np.diff(part_of_value, prepend=-1))
    last = np.append(first[1:], len(values)) - 1
    return RiskTable(
        part=np.arange(1, len(first) + 1),
        births=np.bincount(part, n).astype(float),
        lowest_risk=values[first],
        highest_risk=values[last],
        observed=np.bincount(part, y).astype(float),
        expected=np.bincount(part, n * p).astype(float),
    )
