"""What a projection to a target answers."""

from dataclasses import dataclass
from typing import Any

from matneo.stats._arrays import Floats, Ints
from matneo.stats.glm import GLMFit
from matneo.stats.results import Columns, Estimate


@dataclass(frozen=True)
class Fan(Columns):
    """One entry a year to come; rates (events per unit of exposure) that may be *observed*, chance of that year included."""

    year: Ints
    expected: Floats  # the trend itself
    median: Floats
    lower_80: Floats
    upper_80: Floats
    lower_95: Floats
    upper_95: Floats


@dataclass(frozen=True)
class TargetPath(Columns):
    """One entry a year from the baseline to the target year: the rate it takes to arrive on time."""

    year: Ints
    geometric: Floats  # the same percentage every year
    linear: Floats  # the same amount every year


@dataclass(frozen=True)
class Shortfall:
    """Events beyond the path after the baseline year (below it where more is better): seen so far, and to come."""

    observed: float
    to_come: float  # median of the draws, of expected events
    total: float
    lower: float  # 95 % interval of the total
    upper: float


@dataclass(frozen=True)
class Projection:
    """The answer of `project_to_target`. Read it with its label: if nothing changes."""

    fan: Fan
    path: TargetPath
    p_meet_target: float  # share of draws whose observed rate of the target year meets it
    arrival_year: float  # first year whose expected rate meets the target; NaN: never on this trend
    arrival_lower: float  # 80 % interval from the draws; infinite: never
    arrival_upper: float
    shortfall_geometric: Shortfall
    shortfall_linear: Shortfall
    annual_change: Estimate  # of the present trend, as a share: -0.03 is three per cent less every year
    needed_change: float  # share a year from the last expected rate to the target
    dispersion: float
    fit: GLMFit
    label: str
    method: str
    parameters: dict[str, Any]
