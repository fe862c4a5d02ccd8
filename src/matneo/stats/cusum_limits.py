"""Where the limit of a risk-adjusted Bernoulli CUSUM belongs: for a run length, or for a chance of a false alarm.

Example:
    >>> from matneo.stats.cusum_limits import bernoulli_cusum_limit
    >>> design = bernoulli_cusum_limit(0.01, odds_ratio=2, target_arl=10_000)
    >>> round(design.limit, 1), round(design.arl_in_control)
    (3.3, 10000)
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._chains import FINENESS
from matneo.stats._numeric import root
from matneo.stats.cusum_design import bernoulli_cusum_arl, false_alarm_probability

NEAR = 1e-4  # of the target: what lies this little below it has reached it
LOWEST_LIMIT, HIGHEST_LIMIT = (
    1e-3,
    60.0,
)  # e^60 cases between false alarms: nobody asks for more, and the search ends
NEIGHBOURHOOD = 0.02  # how far the limit of a rough lattice is usually off

Gap = Callable[[float, int | None], float]  # of a limit and a lattice; rises with the limit, 0 at the target


@dataclass(frozen=True)
class CusumLimit:
    """A limit, the in-control average run length it has, and the chance of a false alarm if one was asked for."""

    limit: float
    arl_in_control: float
    false_alarm_probability: float  # NaN where no horizon was given
    method: str
    parameters: dict[str, Any]


def bernoulli_cusum_limit(
    risk: ArrayLike,
    *,
    odds_ratio: float = 2.0,
    probability: ArrayLike | None = None,
    target_arl: float | None = None,
    target_false_alarm: float | None = None,
    horizon: int | None = None,
    head_start_share: float = 0.0,
    lattice: int | None = None,
) -> CusumLimit:
    """The limit whose in-control average run length is `target_arl` cases, or whose chance of a false alarm within
    `horizon` cases is `target_false_alarm`.

    `head_start_share` is the head start as a share of the limit (0.5 for the fast initial response); the other
    parameters are those of `cusum_design.bernoulli_cusum_arl`. The logarithm of the run length is nearly a straight
    line in the limit, and is searched as such, on a rough lattice first. Raises ValueError when not exactly one target
    is given, and when even the lowest limit errs more seldom than was asked.

    Method: the lowest h with ln ARL(h) ≥ ln target_arl, or with P(signal within horizon; h) ≤ target_false_alarm, found by a
    bracketing root search to five decimals.
    Source: ours; ARL and chance of a signal are those of `cusum_design`.

    >>> chosen = bernoulli_cusum_limit(0.1, odds_ratio=2, target_false_alarm=0.2, horizon=250)
    >>> round(chosen.limit, 2), round(chosen.false_alarm_probability, 3)
    (3.16, 0.2)
    """
    if (target_arl is None) == (target_false_alarm is None):
        raise ValueError("Give either `target_arl` or `target_false_alarm`.")
    if target_false_alarm is not None and horizon is None:
        raise ValueError("`target_false_alarm` needs a `horizon`, a number of cases.")
    if not 0 <= head_start_share < 1:
        raise ValueError(f"`head_start_share` must be at least 0 and below 1, and is {head_start_share:g}.")
    asked: dict[str, Any] = {"odds_ratio": odds_ratio, "probability": probability}

    @lru_cache(maxsize=64)
    def arl_at(limit: float, fine: int | None) -> float:
        start = head_start_share * limit
        return bernoulli_cusum_arl(risk, limit, head_start=start, lattice=fine, **asked).average

    @lru_cache(maxsize=64)
    def alarm_at(limit: float, fine: int | None) -> float:
        start = head_start_share * limit
        return false_alarm_probability(
            risk, limit, horizon=horizon or 0, head_start=start, lattice=fine, **asked
        ).probability

    if target_arl is not None:
        given.above(target_arl, "target_arl", 1.0)
        what = f"average run length ({target_arl:g})"
        limit = _search(lambda h, fine: float(np.log(arl_at(h, fine) / target_arl)), what, lattice)
    else:
        aim = given.share(target_false_alarm or 0.0, "target_false_alarm")
        what = f"chance of a false alarm ({aim:g})"
        limit = _search(lambda h, fine: aim - alarm_at(h, fine), what, lattice)
    chance = np.nan if horizon is None else alarm_at(limit, lattice)
    targets = {"target_arl": target_arl, "target_false_alarm": target_false_alarm, "horizon": horizon}
    parameters = {"odds_ratio": float(odds_ratio), "head_start": head_start_share * limit, "lattice": lattice}
    return CusumLimit(limit, arl_at(limit, lattice), chance, "bernoulli-cusum-limit/1", parameters | targets)


def _search(gap: Gap, what: str, lattice: int | None) -> float:
    """The lowest limit at which the gap is no longer below zero, to five decimals.

    Where all births have one risk the statistic only has some values, and the gap leaps at each: the limit then lies
    just above the leap.
    """
    rough = _rough(gap, what, lattice or FINENESS[0])
    low, high, width = rough, rough, NEIGHBOURHOOD
    while gap(low, lattice) > 0 and low > LOWEST_LIMIT:
        low, width = max(low - width, LOWEST_LIMIT), 2 * width
    while gap(high, lattice) < 0:
        high, width = high + width, 2 * width
    if low == high or gap(low, lattice) >= 0:
        return low
    limit = root(lambda h: gap(h, lattice), low, high, 1e-6)
    near = (limit + nudge for nudge in (0.0, 2e-6, 1e-5))
    return next((one for one in near if gap(one, lattice) >= -NEAR), limit)


def _rough(gap: Gap, what: str, lattice: int) -> float:
    """The same to two decimals, from nothing."""
    low, high = LOWEST_LIMIT, 1.0
    if gap(low, lattice) > 0:
        raise ValueError(
            f"No limit reaches this {what}: the lowest limit already errs more seldom than that."
        )
    while gap(high, lattice) < 0:
        low, high = high, high + 1
        if high > HIGHEST_LIMIT:
            raise ValueError(f"No limit below {HIGHEST_LIMIT:g} reaches this {what}.")
    return root(lambda h: gap(h, lattice), low, high, 1e-2)
