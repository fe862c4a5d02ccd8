"""CUSUM charts: the running sum that sees a lasting change of rare events soonest.

Every chart here is the same recursion, S = max(0, S + weight) with a signal where S reaches the limit (Page 1954,
Biometrika 41:100). Only the weight of a row differs: a log-likelihood ratio for a birth, events minus a reference
value for a month. How often such a chart errs, and where its limit belongs, stands in `cusum_design`,
`cusum_limits` and `poisson_design`.

Example:
    >>> from matneo.stats import cusum
    >>> months = cusum.poisson_cusum([1, 0, 3, 2, 0], k=1.0, limit=3.0)
    >>> months.points.statistic.tolist(), months.points.signal.tolist()
    ([0.0, 0.0, 2.0, 3.0, 0.0], [False, False, False, True, False])
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats._sequences import sequences
from matneo.stats.results import Columns

# A sum of thirds that is 3 on paper is 2.9999999999999996 in memory. Statistic and limit are compared at nine decimals.
DECIMALS = 9
FIRST_BLOCK, LARGEST_BLOCK = 512, 65536


@dataclass(frozen=True)
class CusumPoints(Columns):
    """One entry a row, in the order given. NaN: nothing known of this row; the sum waits and goes on after it."""

    weight: Floats
    statistic: Floats  # at a signal the value that crossed, not the zero it restarts from
    limit: Floats
    signal: Bools


@dataclass(frozen=True)
class Cusum:
    """The answer of a CUSUM: its points, and the method and parameters that would make them again."""

    points: CusumPoints
    method: str
    parameters: dict[str, Any]


def bernoulli_cusum(
    outcome: ArrayLike,
    risk: ArrayLike,
    *,
    odds_ratio: float = 2.0,
    limit: ArrayLike,
    series: ArrayLike | None = None,
    reset: bool = True,
    head_start: float = 0.0,
) -> Cusum:
    """Risk-adjusted CUSUM of single cases: births in time order, each with its own expected risk.

    R, the odds ratio to look for, above 1 looks for harm, R below 1 for improvement: both charts rise. To watch both ways, run two
    charts, with R and 1/R. `risk` and `limit` are one number or one a row; `outcome` has one entry a row; `series` names the
    site of each row, and rows are in time order inside each site.

    With `reset` the sum restarts from 0 in the case after a signal. `head_start` is the value each series begins
    with; half the limit is usual (Lucas and Crosier 1982, Technometrics 24:199), and is meant for the time after a
    confirmed fix, because it makes early false alarms likelier. A missing risk or outcome leaves the row without a
    value, and the sum waits. Raises ValueError for impossible risks, outcomes, odds ratios and limits.

    Formula: S = max(0, S + ln(Rʸ/(1 - p + R p))), signal where S ≥ limit; p the risk, y the outcome (0 or 1).
    Source: Steiner et al. 2000, Biostatistics 1:441.

    >>> chart = bernoulli_cusum([0, 1, 1], [0.5, 0.5, 0.5], odds_ratio=2, limit=0.5)
    >>> chart.points.statistic.round(4).tolist()  # ln(2/1.5) = 0.2877 for each event
    [0.0, 0.2877, 0.5754]
    >>> chart.points.signal.tolist()
    [False, False, True]
    """
    seen = np.asarray(outcome, np.float64)
    rows = len(given.column(seen, "outcome"))
    weight = bernoulli_weights(seen, risk, odds_ratio)
    made = _run(weight, limit, series, reset, head_start, floor_first=True)
    parameters = {
        "odds_ratio": float(odds_ratio),
        "reset": reset,
        "head_start": float(head_start),
        "rows": rows,
    }
    return Cusum(made, "bernoulli-cusum/1", parameters)


def poisson_cusum(
    counts: ArrayLike,
    *,
    k: ArrayLike,
    limit: ArrayLike,
    series: ArrayLike | None = None,
    reset: bool = True,
    head_start: float = 0.0,
) -> Cusum:
    """CUSUM of counts in equal periods.

    `k` is the reference value, best at (m1 - m0) / ln(m1 / m0) between the mean in control m0 and the mean to detect
    m1; `poisson_design.poisson_cusum_design` gives it together with the limit. `k` and `limit` are one number or one a
    row (they change when the expected number does). The rest is as in `bernoulli_cusum`; a missing month (NaN) is no
    zero. Raises ValueError for a k that is not above zero: such a sum could only rise, and would always signal.

    Formula: S = max(0, S + count - k), signal where S ≥ limit.
    Source: Lucas 1985, Technometrics 27:129.

    >>> poisson_cusum([0, 2, 2], k=0.5, limit=2.5).points.statistic.tolist()
    [0.0, 1.5, 3.0]
    """
    events = given.counts(counts)
    reference = given.column(k, "k", len(events))
    given.refuse(
        ~(reference > 0), reference, "k", "must be above zero, because the sum could otherwise only rise"
    )
    made = _run(events - reference, limit, series, reset, head_start, floor_first=True)
    return Cusum(
        made, "poisson-cusum/1", {"reset": reset, "head_start": float(head_start), "rows": len(events)}
    )


def weighted_cusum(
    weight: ArrayLike,
    *,
    limit: ArrayLike = np.inf,
    series: ArrayLike | None = None,
    reset: bool = True,
    head_start: float = 0.0,
    floor_first: bool = True,
) -> Cusum:
    """The recursion itself, for weights of any origin; without a limit it never signals.

    `floor_first=False` leaves the first value of each series below zero if its weight is, as the R package cusum (0.4.1)
    reports a chart without resets. The rest is as in `bernoulli_cusum`. Raises ValueError for infinite weights and limits not
    above zero.

    Formula: S = max(0, S + weight), signal where S ≥ limit (compared at nine decimals).
    Source: Page 1954, Biometrika 41:100.

    >>> weighted_cusum([-0.5, 1.0, -0.25], floor_first=False).points.statistic.tolist()
    [-0.5, 0.5, 0.25]
    """
    weights = given.column(weight, "weight")
    given.refuse(np.isinf(weights), weights, "weight", "must be finite")
    made = _run(weights, limit, series, reset, head_start, floor_first)
    parameters = {"reset": reset, "head_start": float(head_start), "floor_first": floor_first}
    return Cusum(made, "weighted-cusum/1", parameters | {"rows": len(weights)})


def bernoulli_weights(outcome: ArrayLike, risk: ArrayLike, odds_ratio: float) -> Floats:
    """The log-likelihood ratio of each case, odds ratio R against 1; NaN where risk or outcome is missing.

    `outcome` is 0 or 1 a row, `risk` one number or one a row. Raises ValueError for other outcomes, impossible risks, and an
    odds ratio of 1 or not above 0.

    Formula: ln(Rʸ/(1 - p + R p)) = y ln R - ln(1 + (R - 1)p).
    Source: Steiner et al. 2000, Biostatistics 1:441.

    >>> bernoulli_weights([0, 1], [0.1, 0.1], 2.0).round(4).tolist()  # -ln 1.1, and ln 2 less
    [-0.0953, 0.5978]
    """
    ratio = given.odds_ratio_to_look_for(odds_ratio)
    seen = given.column(outcome, "outcome")
    seen = given.outcomes(seen, len(seen))
    chance = given.risks(risk, rows=len(seen))
    weights: Floats = seen * np.log(ratio) - np.log1p((ratio - 1) * chance)
    return weights


def risk_at_odds(risk: ArrayLike, odds_ratio: ArrayLike) -> Floats:
    """The risk whose odds are `odds_ratio` times those of another. Arrays broadcast; ValueError for risks outside 0 to 1.

    Formula: R p/(1 - p + R p).
    Source: ours; arithmetic of odds: p/(1 - p) times R, as a risk again.

    >>> risk_at_odds(0.5, 3.0).tolist()  # odds of 1 become 3
    0.75
    """
    chance, ratio = given.risks(np.atleast_1d(np.asarray(risk, float))), np.asarray(odds_ratio, float)
    return (ratio * chance / (1 + (ratio - 1) * chance)).reshape(
        np.broadcast_shapes(np.shape(risk), ratio.shape)
    )


def _reaches(statistic: Floats, limit: Floats | float) -> Bools:
    """Statistic >= limit, both as nine decimals show them."""
    reached: Bools = statistic >= limit - 0.5 * 10.0**-DECIMALS
    return reached


def _run(
    weight: Floats,
    limit: ArrayLike,
    series: ArrayLike | None,
    reset: bool,
    head_start: float,
    floor_first: bool,
) -> CusumPoints:
    limits = given.column(limit, "limit", len(weight))
    given.refuse(~(limits > 0), limits, "limit", "must be above zero")
    given.head_start(head_start, float(limits.min(initial=np.inf)))
    layout = sequences(series, len(weight))
    known = ~np.isnan(weight)
    steps, walls = np.where(known, weight, 0.0)[layout.order], limits[layout.order]
    statistic, signal = np.empty(len(weight)), np.zeros(len(weight), bool)
    for start, stop in layout.spans():
        here = slice(start, stop)
        _fill(steps[here], walls[here], statistic[here], signal[here], reset, head_start, floor_first)
    statistic, signal = layout.as_given(statistic), layout.as_given(signal)
    return CusumPoints(weight, np.where(known, statistic, np.nan), limits, signal & known)


def _fill(
    weight: Floats,
    limit: Floats,
    statistic: NDArray[np.float64],
    signal: NDArray[np.bool_],
    reset: bool,
    carried: float,
    floor_first: bool,
) -> None:
    """One series, block by block from the last restart.

    With C the plain cumulative sum since the block began, max(0, S + w) is C less the lowest it has been (or 0, if it
    never was below). Blocks grow with the distance from the last restart: small ones lose little when a signal cuts
    them short, large ones cost little for each row, and none depends on rows that come later.
    """
    at, block = 0, FIRST_BLOCK
    if not floor_first and len(weight):
        carried = statistic[0] = carried + weight[0]
        signal[0] = _reaches(statistic[:1], limit[:1])[0]
        at = 1
    while at < len(weight):
        stop = at + block
        total = np.cumsum(np.concatenate([[carried], weight[at:stop]]))[1:]
        now = total - np.minimum.accumulate(np.minimum(total, 0.0))
        reached = _reaches(now, limit[at:stop])
        if reset and reached.any():
            now, reached = now[: (first := int(np.argmax(reached))) + 1], reached[: first + 1]
        end = at + len(now)
        statistic[at:end], signal[at:end] = now, reached
        restarted = reset and bool(reached[-1])
        carried = 0.0 if restarted else float(now[-1])
        at, block = end, FIRST_BLOCK if restarted else min(2 * block, LARGEST_BLOCK)
