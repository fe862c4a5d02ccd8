"""Limits that move with the mix of cases, so that every case has the same chance of a false alarm.

A fixed limit errs more often in months of high risk, and hardly ever in the first cases. These limits do neither, and
need no average run length: only the risks of the cases as they come.

Example:
    >>> from matneo.stats.dynamic_limits import dynamic_limits
    >>> made = dynamic_limits([0.1] * 200, alarm_probability=0.001)
    >>> bool(made.points.alarm_probability.max() <= 0.001), bool(made.points.limit[5] < made.points.limit[150])
    (True, True)
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._chains import FUZZ
from matneo.stats.results import Columns

LATTICE = 1000  # states per unit of score


@dataclass(frozen=True)
class DynamicLimitPoints(Columns):
    """One entry a case. The chance is that of an alarm here, given none before, in control: at most what was asked."""

    limit: Floats
    alarm_probability: Floats


@dataclass(frozen=True)
class DynamicLimits:
    """Limits of one run of cases, to be given to `cusum.bernoulli_cusum(limit=...)`."""

    points: DynamicLimitPoints
    method: str
    parameters: dict[str, Any]


def dynamic_limits(
    risk: ArrayLike,
    *,
    alarm_probability: float,
    odds_ratio: float = 2.0,
    head_start: float = 0.0,
    lattice: int = LATTICE,
) -> DynamicLimits:
    """For each case the lowest limit with P(S >= limit | no alarm before) <= `alarm_probability`.

    `risk` are the risks of the cases in their order. The law of the statistic, given no alarm so far, is carried from
    case to case on a lattice (paired rounding, `lattice` states per unit of score); outcomes play no part, so limits
    may be drawn before them. With P = 1 / ARL the chart errs as often as one of that run length, and within n cases
    with the chance 1 - (1 - P)^n at most. Limits hold up to the first signal; the case after it begins a new run.

    Raises ValueError for impossible or missing risks and for probabilities outside 0 to 1.

    Formula: hₜ = min{h: P(Sₜ ≥ h | Sᵢ < hᵢ, i < t) ≤ alarm_probability}, S = max(0, S + ln(Rʸ/(1 - p + R p))).
    Source: Zhang and Woodall 2015, Statistics in Medicine 34:3336 (there by simulation).

    >>> made = dynamic_limits([0.1, 0.1, 0.1], alarm_probability=0.02)  # one event, 0.598, is too likely
    >>> made.points.limit.round(3).tolist(), made.points.alarm_probability.round(4).tolist()
    ([0.599, 0.599, 0.599], [0.0, 0.01, 0.0182])
    """
    chance = given.risks(risk)
    given.refuse(np.isnan(chance), chance, "risk", "must be known for every case")
    ratio = given.odds_ratio_to_look_for(odds_ratio)
    alpha = given.share(alarm_probability, "alarm_probability")
    fine = given.whole(lattice, "lattice")
    without = -np.log1p((ratio - 1) * chance)
    scores = np.stack([without, without + np.log(ratio)], axis=1) * fine
    low = np.floor(scores + FUZZ).astype(np.int64)
    part = np.clip(scores - low, 0.0, 1.0)
    # No fixed limit of a log-likelihood CUSUM with run length 1/alpha lies above ln(1/alpha) (Lorden 1971); one score more is room.
    size = int(fine * (np.log(1 / alpha) + np.abs(np.log(ratio)))) + int(low.max(initial=0)) + 3
    law = _begun(head_start, fine, size)
    limit, reached = np.empty(len(chance)), np.empty(len(chance))
    for case, happens in enumerate(chance):
        law = _moved(law, low[case], part[case], np.array([1 - happens, happens]))
        above = np.cumsum(law[::-1])[::-1]  # chance of this state or a higher one
        wall = size - int(np.searchsorted(above[::-1], alpha, side="right"))
        limit[case] = wall / fine
        reached[case] = above[wall] if wall < size else 0.0
        law[wall:] = 0.0
        law /= law.sum()
    parameters = {
        "odds_ratio": ratio,
        "alarm_probability": alpha,
        "head_start": float(head_start),
        "lattice": fine,
    }
    return DynamicLimits(DynamicLimitPoints(limit, reached), "dynamic-probability-limits/1", parameters)


def _begun(head_start: float, fine: int, size: int) -> Floats:
    place = given.head_start(head_start, (size - 1) / fine) * fine
    law = np.zeros(size)
    low = int(place)
    law[low], law[low + 1] = 1 - (place - low), place - low
    return law


def _moved(law: Floats, low: NDArray[np.int64], part: Floats, chance: Floats) -> Floats:
    """One case later: each score moves the law by its whole steps, and shares the rest with the next one."""
    later = np.zeros(len(law))
    for steps, rest, weight in zip(low.tolist(), part.tolist(), chance.tolist(), strict=True):
        for move, mass in ((steps, weight * (1 - rest)), (steps + 1, weight * rest)):
            if mass > 0:
                _shift(law, move, mass, later)
    return later


def _shift(law: Floats, move: int, mass: float, later: Floats) -> None:
    """Add the law moved by so many steps. What would fall below zero stays at zero, and above the top at the top."""
    size = len(law)
    if move >= 0:
        later[move:] += mass * law[: size - move]
        later[-1] += mass * law[size - move :].sum()
    else:
        later[: size + move] += mass * law[-move:]
        later[0] += mass * law[:-move].sum()
