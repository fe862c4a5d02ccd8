"""How long until a change is seen, by which chart, and which chart to draw therefore.

Periods are months. Every chart is given the same in-control average run length, so that the only difference left is
how soon it sees a change that is there from the first day on.

Example:
    >>> from matneo.stats.detect import recommend_chart, time_to_detection
    >>> seen = time_to_detection(1.0, 2.0, "poisson_cusum")  # one event a month expected, and the risk doubles
    >>> round(seen.mean_periods, 1), round(seen.chance_within_horizon, 3)
    (6.0, 0.994)
    >>> advice = recommend_chart(0.5)
    >>> advice.chart, advice.picture, advice.reason
    ('bernoulli_cusum', 'g', 'rare')
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats._detectors import CHARTS, Question, Seen
from matneo.stats.results import Columns

# Events expected a month, at and below which … (evidence: the detection times of `time_to_detection` themselves)
POOL_BELOW, RARE, SCARCE = 0.1, 1.0, 5.0
BY_BIRTH = (
    "g",
    "bernoulli_cusum",
)  # need a record of each birth, and gain nothing where months hold events enough
TYPICAL_RISK = (
    0.002  # events a birth: only the charts that look at single births need it, and not much depends on it
)


@dataclass(frozen=True)
class Detection:
    """When one chart sees a change. Periods are months; NaN where the chart is not usable, with the reason as a code.

    Codes: "" usable; "limit_too_coarse" a whole-number limit this low moves the false-alarm rate by a fifth or more
    with each step; "no_limit" no limit keeps false alarms as rare as was asked.
    """

    chart: str
    usable: bool
    reason: str
    k: float  # reference value of a Poisson CUSUM
    limit: float  # events a period or a quarter, births between events, or the limit of the CUSUM
    arl_in_control: float
    mean_periods: float
    chance_within_horizon: float
    method: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class DetectionColumns(Columns):
    """The same for every chart that comes into question, one entry each."""

    chart: NDArray[np.str_]
    usable: Bools
    arl_in_control: Floats
    mean_periods: Floats
    chance_within_horizon: Floats


@dataclass(frozen=True)
class ChartAdvice:
    """Which chart to draw, why (a code), and what it will see. Words belong to whoever shows it.

    `chart`: pool (none of its own), bernoulli_cusum, poisson_cusum, p or u. `picture`: the chart people look at beside
    a CUSUM (g, p_quarterly, u_quarterly), or "". `reason`: too_rare (below 0.1 events a month), rare (up to 1), scarce
    (up to 5), enough. `mean_periods` and `missed_within_horizon` are those of the chart recommended; where pooling is
    advised, of the CUSUM that would have been the best there is.
    """

    chart: str
    picture: str
    reason: str
    expected_per_period: float
    mean_periods: float
    missed_within_horizon: float
    compared: DetectionColumns
    method: str
    parameters: dict[str, Any]


def time_to_detection(
    expected_per_period: float,
    rate_ratio: float,
    chart: str,
    *,
    target_arl: float = 60.0,
    horizon: int = 24,
    design_ratio: float = 2.0,
    risk: float = TYPICAL_RISK,
) -> Detection:
    """Mean months until `chart` signals a change of the rate by `rate_ratio`, and the chance that it does in time.

    `expected_per_period` is the number of events a month in control. Charts: "shewhart" (one month above its upper
    limit), "shewhart_quarterly", "g" (births between two events fewer than its limit), "poisson_cusum" (monthly) and
    "bernoulli_cusum" (each birth). Each has the lowest limit whose in-control run length is at least `target_arl` months:
    with whole numbers that may be far above, and `arl_in_control` says how far. CUSUMs are tuned to `design_ratio`.
    `risk` (events a birth) turns months into births. `horizon` is in months; the chance for the quarterly chart counts
    whole quarters. Exact chains throughout. Raises ValueError for unknown charts and impossible numbers.

    Formula: Shewhart: mean 1/P(X ≥ limit), X Poisson (quarterly: 3 months each). g: mean 1/(p(1 - (1 - p)^limit)) births, p
    the risk. CUSUMs: e'(I - Q)⁻¹1 of their chains, and 1 - e'Qᵗ1 in time.
    Source: ours for the comparison; the chains are those of `cusum_design` and `poisson_design`, the rest is arithmetic of
    Poisson and geometric chances.

    >>> round(time_to_detection(0.2, 2.0, "shewhart").mean_periods)  # three stillbirths in one month: 1 / P(X >= 3)
    126
    """
    given.one_of(chart, "chart", CHARTS)
    question = _question(expected_per_period, rate_ratio, target_arl, horizon, design_ratio, risk)
    seen: Seen = CHARTS[chart](question)
    return Detection(
        chart,
        not seen.reason,
        seen.reason,
        seen.k,
        seen.limit,
        seen.arl_in_control,
        seen.mean_periods,
        seen.chance_within_horizon,
        "time-to-detection/1",
        dict(question._asdict()),
    )


def recommend_chart(
    expected_per_period: float,
    *,
    change: float = 2.0,
    target_arl: float = 60.0,
    horizon: int = 24,
    each_birth: bool = True,
    proportion: bool = True,
    risk: float = TYPICAL_RISK,
) -> ChartAdvice:
    """Which chart sees a `change` of the rate in time where so many events are expected a month.

    Below 0.1 a month even the best chart misses a doubling within two years about one time in three: pool units, and
    review cases. Up to 1: a CUSUM, of each birth where there are records (`each_birth`), else of months, with a g chart
    as the picture. Up to 5: a CUSUM, with a quarterly chart as the picture. Above: a monthly p (`proportion`) or u
    chart. Raises ValueError for a `change` not above 1: for improvement these delays do not hold.

    Rule: expected events a month below 0.1: pool; up to 1: CUSUM and g; up to 5: CUSUM and a quarterly chart; above: p or u.
    Delays and chances of a miss come from `time_to_detection`.
    Source: ours; read off the delays of `time_to_detection` at a run length of 60 months.

    >>> recommend_chart(0.05).reason, recommend_chart(2.5, each_birth=False).chart, recommend_chart(25.0).chart
    ('too_rare', 'poisson_cusum', 'p')
    """
    given.above(change, "change", 1.0)
    found = [
        time_to_detection(
            expected_per_period,
            change,
            chart,
            target_arl=target_arl,
            horizon=horizon,
            design_ratio=change,
            risk=risk,
        )
        for chart in CHARTS
        if chart not in BY_BIRTH or (each_birth and expected_per_period <= SCARCE)
    ]
    cusum = "bernoulli_cusum" if each_birth else "poisson_cusum"
    plain = "p" if proportion else "u"
    chart, picture, reason, asked = _rule(expected_per_period, cusum, plain)
    best = next(one for one in found if one.chart == asked)
    parameters = {
        "change": change,
        "target_arl": target_arl,
        "horizon": horizon,
        "each_birth": each_birth,
        "risk": risk,
    }
    return ChartAdvice(
        chart,
        picture,
        reason,
        float(expected_per_period),
        best.mean_periods,
        1 - best.chance_within_horizon,
        _columns(found),
        "chart-advice/1",
        parameters,
    )


def _rule(expected: float, cusum: str, plain: str) -> tuple[str, str, str, str]:
    """Chart, picture, reason, and the detector whose figures go with them."""
    if expected < POOL_BELOW:
        return "pool", "", "too_rare", cusum
    if expected <= RARE:
        return cusum, "g", "rare", cusum
    if expected <= SCARCE:
        return cusum, f"{plain}_quarterly", "scarce", cusum
    return plain, "", "enough", "shewhart"


def _question(
    expected: float, rate_ratio: float, target_arl: float, horizon: int, design_ratio: float, risk: float
) -> Question:
    given.above(design_ratio, "design_ratio", 1.0)
    given.above(target_arl, "target_arl", 1.0)
    question = Question(
        given.above(expected, "expected_per_period"),
        given.above(rate_ratio, "rate_ratio"),
        float(target_arl),
        given.whole(horizon, "horizon"),
        float(design_ratio),
        given.share(risk, "risk"),
    )
    if risk * max(rate_ratio, design_ratio) >= 1:
        raise ValueError(f"`risk` times `rate_ratio` must stay below 1, and is {risk * rate_ratio:g}.")
    return question


def _columns(found: list[Detection]) -> DetectionColumns:
    return DetectionColumns(
        np.array([one.chart for one in found]),
        np.array([one.usable for one in found]),
        np.array([one.arl_in_control for one in found]),
        np.array([one.mean_periods for one in found]),
        np.array([one.chance_within_horizon for one in found]),
    )
