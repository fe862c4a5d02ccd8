"""The monthly early warning of the Maternity Outcomes Signal System (NHS England 2025), so that both say the same.

A Poisson CUSUM of term deaths a site and month that looks for twice the reference rate, with two limits: level 1 at
an in-control average run length of about 20 months, level 2 at about 100. These are no confidence levels: a site that
is exactly average crosses level 2 about once in nine years, and `moss_false_signals` says how often precisely.

Example:
    >>> from matneo.stats.moss import moss_chart
    >>> chart = moss_chart([2, 4, 4, 3, 0], reference_rate=0.0021, monthly_births=700)
    >>> chart.points.statistic.tolist()
    [0.0, 1.888889, 3.777778, 4.666667, 0.0]
    >>> chart.points.level.tolist()
    [0, 0, 1, 2, 0]
"""

from dataclasses import dataclass
from math import floor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats._count_chains import poisson_chances
from matneo.stats._sequences import Sequences, sequences
from matneo.stats.poisson_design import PoissonDesign, poisson_cusum_design
from matneo.stats.results import Columns, SeriesError
from matneo.stats.vlad import vlad

RATE_RATIO = 2.0
DECIMALS = 6  # of the statistic, and of its comparison with a limit
NO_LEVEL = -1


@dataclass(frozen=True)
class MossPoints(Columns):
    """One entry a site and month, in the order given."""

    events: Floats
    in_control_mean: Floats  # expected events a month, rounded to two decimals
    k: Floats
    limit_level_1: Floats
    limit_level_2: Floats
    statistic: Floats  # NaN: the month is missing, or the site too small for this chart
    level: NDArray[np.int8]  # 0, 1, 2; -1 where there is no statistic
    excess: Floats  # events beyond the expected, cumulated since the first month, with the unrounded mean


@dataclass(frozen=True)
class MossChart:
    """Points, the sites that are too small for this chart (with the sentence that says so), method and parameters."""

    points: MossPoints
    errors: tuple[SeriesError, ...]
    method: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class MossFalseSignals:
    """What a site shows in the long run although its rate is the reference rate (or `rate_ratio` times it)."""

    level_1_share: float  # of months
    level_2_share: float
    any_level_chance: float  # within any `months` months on end
    level_2_chance: float
    months: int
    method: str
    parameters: dict[str, Any]


def moss_chart(
    events: ArrayLike,
    *,
    reference_rate: ArrayLike,
    monthly_births: ArrayLike,
    series: ArrayLike | None = None,
    target_arl: tuple[float, float] = (20.0, 100.0),
) -> MossChart:
    """Monthly statistic and level of any number of sites.

    `events` are counts a month, in time order inside each site of `series`. `reference_rate` (events a birth) and
    `monthly_births` (the mean of the previous calendar year) are one number or one a row, so that limits may change
    each year. Expected events are their product, rounded to two decimals; k and the limits are those of
    `poisson_cusum_design(..., compat="moss")`.

    S = max(0, S + events - k), starting from 0, and from 0 again after a month at level 2. A month has level 2 if
    S >= limit_level_2; else level 1 if S >= limit_level_1 and the month has an event; level 1 never resets. A missing
    month (NaN) has no statistic, and the sum waits.

    Sites that expect 0.06 events a month or fewer have no statistic and stand in `.errors`: the published rule rounds
    their k to zero. Raises ValueError for negative counts, rates or births.

    Formula: Sₜ = max(0, Sₜ₋₁ + events - k), k near m/ln 2, m = round(reference_rate × monthly_births, 2).
    Source: NHS England, Maternity Outcomes Signal System, standard operating procedure annex 4, and its public code.

    >>> two = moss_chart([1, 9, 1, 9], reference_rate=0.002, monthly_births=350, series=["A", "B", "A", "B"])
    >>> two.points.level.tolist(), float(two.points.limit_level_2[0])
    ([0, 2, 0, 2], 4.0)
    """
    counted = given.counts(events, "events")
    rate = given.risks(reference_rate, "reference_rate", len(counted))
    births = given.counts(monthly_births, "monthly_births", len(counted))
    mean, shown = rate * births, _two_decimals(rate * births)
    layout = sequences(series, len(counted))
    designs, errors = _designs(shown, layout, target_arl)
    k, first, second = designs
    statistic, level = _path(counted, k, first, second, layout)
    excess = vlad(counted, mean, series=series).observed_minus_expected
    points = MossPoints(counted, shown, k, first, second, statistic, level, excess)
    return MossChart(
        points, errors, "moss-2025/1", {"target_arl": tuple(target_arl), "rate_ratio": RATE_RATIO}
    )


def moss_false_signals(
    in_control_mean: float,
    *,
    rate_ratio: float = 1.0,
    months: int = 12,
    target_arl: tuple[float, float] = (20.0, 100.0),
) -> MossFalseSignals:
    """How often the two levels are shown when nothing has changed (or the rate is `rate_ratio` times the reference).

    Exact, from the stationary law of the monthly statistic with its restart after level 2: what a chart shows that has
    been running for years. Raises ValueError where `moss_chart` would have no chart.

    Formula: π = πP, the stationary law of the monthly statistic; a share of months is the π-weighted chance of its level, a
    chance within n months 1 - πQⁿ1, Q being the moves of P without the level.
    Source: ours; the chart is that of `moss_chart`, the chain arithmetic.

    >>> rates = moss_false_signals(0.7)
    >>> round(rates.level_2_share * 12, 3), round(rates.any_level_chance, 2)  # red months a year; any level in a year
    (0.113, 0.25)
    """
    span = given.whole(months, "months")
    goals = [
        poisson_cusum_design(in_control_mean, RATE_RATIO * in_control_mean, goal, compat="moss")
        for goal in target_arl
    ]
    law = _month_law(
        goals[0], goals[1], poisson_chances(in_control_mean * given.above(rate_ratio, "rate_ratio"))
    )
    size = len(law.moves)
    equations = np.vstack([law.moves.T - np.eye(size), np.ones(size)])
    share = np.linalg.lstsq(equations, np.append(np.zeros(size), 1.0), rcond=None)[0]
    quiet = float((share @ np.linalg.matrix_power(law.without_levels, span)).sum())
    not_red = float((share @ np.linalg.matrix_power(law.without_level_2, span)).sum())
    amber = float(share @ (law.without_level_2 - law.without_levels).sum(axis=1))
    parameters = {
        "in_control_mean": in_control_mean,
        "rate_ratio": rate_ratio,
        "target_arl": tuple(target_arl),
    }
    return MossFalseSignals(
        amber, float(share[-1]), 1 - quiet, 1 - not_red, span, "moss-2025-chain/1", parameters
    )


def _two_decimals(mean: Floats) -> Floats:
    """Correctly rounded, as the published program rounds; NumPy scales first and may round 0.285 the other way."""
    values, back = np.unique(mean, return_inverse=True)
    return np.array([round(float(value), 2) for value in values])[back.reshape(mean.shape)]


def _designs(
    mean: Floats, layout: Sequences, target_arl: tuple[float, float]
) -> tuple[tuple[Floats, Floats, Floats], tuple[SeriesError, ...]]:
    """k and both limits a row; a design is made once for each distinct mean."""
    values, back = np.unique(mean, return_inverse=True)
    found = np.full((3, len(values)), np.nan)
    sentences: dict[int, str] = {}
    for at, value in enumerate(values.tolist()):
        try:
            low, high = (
                poisson_cusum_design(value, RATE_RATIO * value, goal, compat="moss") for goal in target_arl
            )
            found[:, at] = low.k, low.limit, high.limit
        except ValueError as reason:
            sentences[at] = str(reason)
    back = back.reshape(mean.shape)
    sorted_back = back[layout.order]
    errors = [
        SeriesError("too_few_events", name, -1, float(values[at]), f"Series {name}: {sentences[at]}")
        for name, (start, stop) in zip(layout.names.tolist(), layout.spans(), strict=True)
        for at in dict.fromkeys(sorted_back[start:stop].tolist())
        if at in sentences
    ]
    k, first, second = found[:, back]
    return (k, first, second), tuple(errors)


def _path(
    events: Floats, k: Floats, first: Floats, second: Floats, layout: Sequences
) -> tuple[Floats, NDArray[np.int8]]:
    """Month after month, all sites at once."""
    x, away, low, high = (layout.as_matrix(column) for column in (events, k, first, second))
    shown, level = np.full(x.shape, np.nan), np.full(x.shape, NO_LEVEL, np.int8)
    low, high = low.round(DECIMALS), high.round(DECIMALS)
    carried = np.zeros(len(x))
    for month in range(x.shape[1]):
        now = np.maximum(0.0, carried + x[:, month] - away[:, month])
        known = ~np.isnan(now)
        shown[:, month] = now.round(DECIMALS)  # shown and compared like this, and carried on as it is
        red = known & (shown[:, month] >= high[:, month])
        amber = known & ~red & (shown[:, month] >= low[:, month]) & (x[:, month] > 0)
        level[known, month] = (2 * red + amber)[known]
        carried = np.where(known, np.where(red, 0.0, now), carried)
    return layout.from_matrix(shown), layout.from_matrix(level)


class _MonthLaw(NamedTuple):
    """Chances from one month's state to the next: all, those to a month below level 2, those to a month without level."""

    moves: Floats
    without_level_2: Floats
    without_levels: Floats


def _month_law(lower: PoissonDesign, upper: PoissonDesign, chances: Floats) -> _MonthLaw:
    """States are the statistic in lattice steps; the last one is a month at level 2, after which the sum is 0."""
    steps = upper.steps_per_event
    top, wall = round(upper.limit * steps), round(lower.limit * steps)
    state = np.arange(top + 1)
    before, events = np.where(state == top, 0, state)[:, None], np.arange(len(chances))
    after = np.clip(before + events * steps - floor(upper.k * steps + 0.5), 0, top)
    flagged = (after == top) | ((after >= wall) & (events > 0))

    def law(kept: Bools) -> Floats:
        moves = np.zeros((top + 1, top + 1))
        np.add.at(moves, (np.broadcast_to(state[:, None], after.shape), after), np.where(kept, chances, 0.0))
        return moves

    return _MonthLaw(law(np.ones(after.shape, bool)), law(after < top), law(~flagged))
