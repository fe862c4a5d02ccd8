"""An attention budget: how many false signals an audience can bear each month, and the limits that keep to it.

Six thousand charts that each err once in ninety months raise some sixty-seven false signals every month. So limits
are not chosen chart by chart: an audience (a nation, a trust, a team) has a budget, and its charts share it.

Example:
    >>> from matneo.stats.attention import share_attention
    >>> budget = share_attention(["nation"] * 150, {"nation": 1.0})
    >>> float(budget.charts.target_arl[0])  # months: 150 sites, one false signal a month among them
    150.0
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats, Ints
from matneo.stats.results import Columns


@dataclass(frozen=True)
class ChartColumns(Columns):
    """One entry a chart, in the order given."""

    audience: NDArray[Any]
    weight: Floats
    false_signals: Floats  # expected a month: this chart's share of the budget
    target_arl: Floats  # months in control between false signals that keep to it


@dataclass(frozen=True)
class AudienceColumns(Columns):
    """One entry an audience, sorted."""

    audience: NDArray[Any]
    charts: Ints
    budget: Floats  # false signals a month


@dataclass(frozen=True)
class AttentionBudget:
    """What each chart may err, derived from what each audience can bear."""

    charts: ChartColumns
    audiences: AudienceColumns
    method: str


def share_attention(
    audience: ArrayLike, budget: Mapping[Any, float], *, weights: ArrayLike = 1.0
) -> AttentionBudget:
    """Share each audience's monthly budget of false signals among its charts, in proportion to their weights.

    `audience` and `weights` have one entry a chart. `audience` names who is called by each chart; a chart with two levels
    stands there twice. `budget` gives each audience its expected false signals a month, for example 1 for national reds or
    1/3 for a trust's ambers. A chart with twice the weight (graver harm) may err twice as often, and so sees a change sooner.
    The run lengths are in months; give them to `cusum_limits.bernoulli_cusum_limit` (times births a month) or
    `poisson_design.poisson_cusum_design`.

    Raises ValueError for an audience without a budget, for weights and budgets not above zero, and where a chart
    would have to err more than once a month.

    Formula: false_signals = budget × weight / Σ weights of the same audience; target_arl = 1/false_signals.
    Source: ours; arithmetic: a chart that restarts errs once in ARL months on average, so rates of 1/ARL add up.

    >>> share_attention(["A", "A"], {"A": 0.3}, weights=[1, 2]).charts.target_arl.round(6).tolist()
    [10.0, 5.0]
    """
    names = np.asarray(audience)
    shares = given.weights(given.column(weights, "weights", len(names)), len(names))
    groups, code = np.unique(names, return_inverse=True)
    without = [str(name) for name in groups.tolist() if name not in budget]
    if without:
        raise ValueError(f"There is no attention budget for {', '.join(without)}.")
    total = np.array([given.above(budget[name], f"budget of {name}") for name in groups.tolist()], float)
    false_signals = total[code] * shares / np.bincount(code, shares, len(groups))[code]
    rule = "asks for more than one false signal a month from one chart; lower the budget or the weight"
    given.refuse(false_signals > 1, false_signals, "budget", rule)
    charts = ChartColumns(names, shares, false_signals, 1 / false_signals)
    counted = np.bincount(code, minlength=len(groups)).astype(np.int64)
    return AttentionBudget(charts, AudienceColumns(groups, counted, total), "attention-budget/1")


def expected_false_signals(arl: ArrayLike, *, periods_per_month: ArrayLike = 1.0) -> float:
    """Expected false signals a month of live charts that restart after a signal.

    `arl` is the in-control average run length of each chart in its own periods (months, births …), of which a month has
    `periods_per_month`. Charts without limits have an infinite one and add nothing. Raises ValueError for an ARL below 1 or a
    month without periods.

    Formula: Σ periods_per_month / ARL.
    Source: ours; arithmetic, as `share_attention`.

    >>> expected_false_signals([20.0] * 40)
    2.0
    >>> round(expected_false_signals([100.0, 50_000.0], periods_per_month=[1.0, 500.0]), 6)  # 500 births a month
    0.02
    """
    lengths = np.atleast_1d(np.asarray(arl, float))
    looks = given.column(periods_per_month, "periods_per_month", len(lengths))
    given.refuse(~(lengths >= 1), lengths, "arl", "is at least 1")
    given.refuse(~(looks > 0), looks, "periods_per_month", "must be above zero")
    return float(np.sum(looks / lengths))


def expected_false_share(signals: int, false_signals: float) -> float:
    """Of the signals seen in a month, the share that chance alone would bring.

    NaN where no signal was seen. Raises ValueError for numbers below 0. "Of these 15 signals, about 12 are what 150 average
    sites would show."

    Formula: min(false_signals / signals, 1).
    Source: ours; arithmetic: an expected number over the number seen.

    >>> round(expected_false_share(15, 12.0), 2)
    0.8
    """
    seen = given.whole(signals, "signals", 0)
    if not false_signals >= 0:
        raise ValueError(f"`false_signals` must be at least 0, and is {false_signals:g}.")
    return min(float(false_signals) / seen, 1.0) if seen else float("nan")
