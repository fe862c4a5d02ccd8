"""What a funnel plot shows, as frozen arrays."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matneo.stats._arrays import Floats, Signed
from matneo.stats.overdispersion import Overdispersion
from matneo.stats.results import Columns


@dataclass(frozen=True)
class FunnelPoints(Columns):
    """One entry a unit, in the order given. NaN for a unit without cases; it takes no part in anything."""

    numerator: Floats
    denominator: Floats
    rate: Floats  # numerator / denominator: what is drawn
    target: Floats  # the same for all, but for a leave-one-out target
    y: Floats  # on the transformed scale
    s: Floats  # its standard error
    s_target: Floats  # the standard error at the target, which the limits use
    z: Floats  # (y - transformed target) / s
    z_adjusted: Floats  # the same with the over-dispersion in force
    z_trimmed: Floats
    mid_p_below: Floats  # P(X < x) + P(X = x)/2 at the target, chance alone
    mid_p_above: Floats
    flag: Signed  # limits crossed, counted from the innermost: -2 … 2 for two levels; 0 inside


@dataclass(frozen=True)
class FunnelLimits(Columns):
    """The limits of one level at each unit's own denominator, and who lies outside: -1 low, 0, +1 high."""

    lower: Floats
    upper: Floats
    flag: Signed


@dataclass(frozen=True)
class FunnelCurve(Columns):
    """The limits of one level at the denominators asked for: the lines to draw."""

    denominator: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class FunnelResult:
    """Everything a funnel plot shows. Show `limits` and `unadjusted` together: adjusting hides what all units share."""

    target: float
    points: FunnelPoints
    limits: Mapping[float, FunnelLimits]  # by level; adjusted if that was asked for and could be done
    unadjusted: Mapping[float, FunnelLimits]  # chance alone
    curve: Mapping[float, FunnelCurve]  # at the denominators `at`
    unadjusted_curve: Mapping[float, FunnelCurve]
    expected_outside: Mapping[float, float]  # share of units outside `limits` that would lie there anyway
    overdispersion: Overdispersion | None  # None with fewer than ten units
    warnings: tuple[str, ...]  # few_units, zero_events, small_expected, no_cases
    method: str
    parameters: dict[str, Any]

    @property
    def phi(self) -> float:
        """Mean square of the trimmed z; NaN with fewer than ten units."""
        return self.overdispersion.phi if self.overdispersion else np.nan

    @property
    def tau2(self) -> float:
        """Variance between units on the transformed scale; NaN with fewer than ten units."""
        return self.overdispersion.tau2 if self.overdispersion else np.nan
