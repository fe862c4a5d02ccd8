"""Bernoulli CUSUM charts: rare events case by case, for any number of series at once.

Example:
    >>> from matneo.stats import bernoulli
    >>> made = bernoulli.cusum(series=["A"] * 5, order=[1, 2, 3, 4, 5], event=[0, 1, 1, 1, 1], target=0.05, limit=2.0)
    >>> made.signal.tolist(), float(made.target[0])
    ([0, 0, 0, 0, 1], 0.05)
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats.inputs import as_floats, as_periods
from matneo.stats.results import Columns, SeriesError
from matneo.stats.segments import Bools, Floats, Layout, Signed, lay_out


@dataclass(frozen=True)
class BernoulliCusum(Columns):
    """One entry a case, in the order given.

    `up` and `down` are the sums as drawn: back at zero on a case that signals. `reached_up` and `reached_down` are what
    they came to before. `signal`: +1 more events than the target, -1 fewer, 0 neither.
    """

    series: NDArray[Any]
    up: Floats
    down: Floats
    reached_up: Floats
    reached_down: Floats
    step_up: Floats
    step_down: Floats
    signal_up: Bools
    signal_down: Bools
    signal: Signed
    target: Floats  # p0: the rate to hold against
    worse: Floats  # p1: the rate at the odds ratio times the target's odds
    better: Floats  # p2: the rate at the target's odds divided by the odds ratio


@dataclass(frozen=True)
class BernoulliAnswer:
    """What `cusum` could not use, beside the chart; kept apart so that the chart is a table."""

    chart: BernoulliCusum
    errors: tuple[SeriesError, ...]
    parameters: dict[str, Any]


def cusum(
    *,
    series: ArrayLike,
    order: ArrayLike,
    event: ArrayLike,
    target: ArrayLike | None = None,
    baseline_cases: int | None = None,
    odds_ratio: float = 2.0,
    limit: float = 3.5,
) -> BernoulliCusum:
    """The chart alone; `judge` also says what could not be used."""
    return judge(
        series=series,
        order=order,
        event=event,
        target=target,
        baseline_cases=baseline_cases,
        odds_ratio=odds_ratio,
        limit=limit,
    ).chart


def judge(
    *,
    series: ArrayLike,
    order: ArrayLike,
    event: ArrayLike,
    target: ArrayLike | None = None,
    baseline_cases: int | None = None,
    odds_ratio: float = 2.0,
    limit: float = 3.5,
) -> BernoulliAnswer:
    """Log-likelihood sums of single cases (0 no event, 1 event, NaN not known) against a target rate.

    A case adds log(p1 / p0) or log((1 - p1) / (1 - p0)) to the upper sum, which never falls below zero, and takes the same
    with p2 from the lower one, which never rises above it. A sum that reaches the limit signals; one that passes it
    starts again at zero. p1 and p2 have `odds_ratio` times, and one `odds_ratio`-th of, the odds of p0.

    `target` is p0, one or one a case (the first of a series counts); or `baseline_cases` takes it from the first so many
    known cases of each series. A case that is not known moves nothing. Series with an event other than 0 or 1
    (`not_binary`), or whose baseline has none or only events (`no_usual_rate`), are reported and have no sums.
    Raises ValueError for rates outside 0 to 1, and for an odds ratio or limit that cannot be.

    Source: Reynolds and Stoumbos (1999), Journal of Quality Technology 31:87; Neuburger et al. (2017), BMJ Qual Saf
    26:919. Resets as qicharts2 0.8 draws them.
    """
    if (target is None) == (baseline_cases is None):
        raise ValueError(
            "A Bernoulli CUSUM needs a target rate, or a number of baseline cases, and not both."
        )
    if not odds_ratio > 1 or not limit > 0:
        raise ValueError(
            f"The odds ratio must be above 1 and the limit above 0, not {odds_ratio} and {limit}."
        )
    names = np.asarray(series)
    layout = lay_out(names, as_periods(order), None, None)
    happened = layout.sort(as_floats(event, len(names)))
    known = np.isfinite(happened)
    strange = known & (happened != 0) & (happened != 1)
    rate = _rates(layout, happened, known, target, baseline_cases)
    if target is not None and ((rate <= 0) | (rate >= 1)).any():
        raise ValueError("A target rate lies between 0 and 1.")
    bad = np.bincount(layout.series[strange], minlength=len(rate)) > 0
    hopeless = ~((rate > 0) & (rate < 1))
    rate = np.where(bad | hopeless, np.nan, rate)
    errors = _errors(layout, happened, strange, hopeless & ~bad)
    chart = _sums(layout, happened, known, rate, odds_ratio, limit)
    parameters = {"odds_ratio": odds_ratio, "limit": limit, "baseline_cases": baseline_cases}
    return BernoulliAnswer(chart, tuple(errors), parameters)


def _rates(
    layout: Layout, event: Floats, known: Bools, target: ArrayLike | None, baseline: int | None
) -> Floats:
    """p0 of each series."""
    if target is not None:
        given = layout.sort(as_floats(target, layout.rows))
        return given[layout.series_start]
    seen = np.cumsum(known)
    before = np.repeat((seen - known)[layout.series_start], layout.series_size) if layout.rows else seen
    first = known & (seen - before <= (baseline or 0))
    count = np.bincount(layout.series[first], minlength=len(layout.series_start))
    total = np.bincount(layout.series[first], event[first], minlength=len(layout.series_start))
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _errors(layout: Layout, event: Floats, strange: Bools, hopeless: Bools) -> list[SeriesError]:
    found = []
    for row in np.flatnonzero(strange):
        name = layout.series_names[layout.series[row]]
        words = f"Series {name}, case {row}: an event is 0 or 1 ({event[row]:g})."
        found.append(SeriesError("not_binary", name, int(row), float(event[row]), words))
    for place in np.flatnonzero(hopeless):
        name = layout.series_names[place]
        words = f"Series {name}: its baseline has no events, or nothing else, so there is no usual rate."
        found.append(SeriesError("no_usual_rate", name, -1, float("nan"), words))
    return found


def _sums(
    layout: Layout, event: Floats, known: Bools, rate: Floats, odds_ratio: float, limit: float
) -> BernoulliCusum:
    worse, better = _at_odds(rate, odds_ratio), _at_odds(rate, 1 / odds_ratio)
    up = _steps(layout, event, known, rate, worse)
    down = _steps(layout, event, known, rate, better)
    drawn_up, reached_up = _climb(layout, up, limit)
    drawn_down, reached_down = _climb(layout, down, limit)
    over, under = reached_up >= limit, reached_down >= limit
    back = layout.unsort

    def each(per_series: Floats) -> Floats:
        return back(np.repeat(per_series, layout.series_size))

    return BernoulliCusum(
        back(layout.series_names[layout.series]),
        back(drawn_up),
        back(-drawn_down),
        back(reached_up),
        back(-reached_down),
        back(up),
        back(down),
        back(over),
        back(under),
        back(over.astype(np.int8) - under.astype(np.int8)),
        each(rate),
        each(worse),
        each(better),
    )


def _at_odds(rate: Floats, times: float) -> Floats:
    odds = times * rate / (1 - rate)
    return odds / (1 + odds)


def _steps(layout: Layout, event: Floats, known: Bools, rate: Floats, other: Floats) -> Floats:
    """Log-likelihood ratio of each case; nothing for a case that is not known."""
    happens = np.repeat(np.log(other / rate), layout.series_size)
    not_so = np.repeat(np.log((1 - other) / (1 - rate)), layout.series_size)
    return np.where(known, np.where(event == 1, happens, not_so), 0 * happens)


def _climb(layout: Layout, step: Floats, limit: float) -> tuple[Floats, Floats]:
    """Sums that never fall below zero and start again once past the limit: all series together, case by case."""
    drawn, reached = np.full(layout.rows, np.nan), np.full(layout.rows, np.nan)
    height = np.zeros(len(layout.series_start))
    most = int(layout.series_size.max()) if layout.rows else 0
    for place in range(most):
        going = np.flatnonzero(layout.series_size > place)
        rows = layout.series_start[going] + place
        here = np.maximum(height[going] + step[rows], 0.0)
        reached[rows] = here
        height[going] = drawn[rows] = np.where(here > limit, 0.0, here)
    return drawn, reached
