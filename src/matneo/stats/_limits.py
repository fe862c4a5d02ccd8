"""What every chart kind answers: a centre and lines at one, two and three sigma, row by row."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from matneo.stats._arrays import Bools, Floats, Ints
from matneo.stats._ranges import UsualRange
from matneo.stats._segments import Layout
from matneo.stats.profiles import Profile


@dataclass(frozen=True)
class Given:
    """Sorted rows as the chart takes them. `used` rows set centre and limits; `centre` and `sigma` are the caller's."""

    value: Floats
    numerator: Floats
    denominator: Floats
    used: Bools
    size: Floats  # observations behind a row: subgroup sizes of X-bar and S charts
    spread: Floats  # their standard deviations
    centre: Floats  # NaN: to be worked out
    sigma: Floats
    in_time: bool = True  # False: subgroups in no order, such as sites


@dataclass(frozen=True)
class Limits:
    """Per row: value on the chart, centre, sigma, lines; per segment: how they came about."""

    value: Floats
    centre: Floats
    mean: Floats  # the same as `centre` but on g charts, which show the median and reckon with the mean
    sigma: Floats
    lower: Floats
    upper: Floats
    lower_warning: Floats
    upper_warning: Floats
    lower_inner: Floats
    upper_inner: Floats
    moving_range: Floats
    spread_factor: Floats  # per segment: sigma_z of p′ and u′, else NaN
    screened: Ints  # per segment: moving ranges left out
    status: Ints  # per segment: ranges.OK, CONSTANT, FALLBACK, UNDEFINED


LINES = ("lower", "upper", "lower_warning", "upper_warning", "lower_inner", "upper_inner")


def around(
    layout: Layout, value: Floats, centre: Floats, sigma: Floats, ranges: UsualRange | None = None
) -> Limits:
    """Lines one, two and three sigma above and below a centre."""
    none = np.zeros(layout.segments, np.int64)
    return Limits(
        value,
        centre,
        centre,
        sigma,
        centre - 3 * sigma,
        centre + 3 * sigma,
        centre - 2 * sigma,
        centre + 2 * sigma,
        centre - sigma,
        centre + sigma,
        no_values(layout) if ranges is None else ranges.moving,
        np.full(layout.segments, np.nan),
        none if ranges is None else ranges.screened,
        none if ranges is None else ranges.status,
    )


def with_lines(limits: Limits, lines: Mapping[str, Floats]) -> Limits:
    """The same limits with some lines drawn elsewhere."""
    drawn: dict[str, Any] = dict(lines)
    return replace(limits, **drawn)


def no_values(layout: Layout) -> Floats:
    return np.full(layout.rows, np.nan)


def chosen(given: Floats, worked_out: Floats) -> Floats:
    """The caller's own value where there is one."""
    own = np.isfinite(given)
    return np.where(own, given, worked_out) if own.any() else worked_out


def clipped(limits: Limits, bottom: float, top: float) -> Limits:
    """The same limits with every line kept between two bounds."""
    return with_lines(limits, {name: np.clip(getattr(limits, name), bottom, top) for name in LINES})


def blanked(limits: Limits, where: Bools) -> Limits:
    """The same limits without any line on the chosen rows."""
    if not where.any():
        return limits
    names = (*LINES, "sigma")
    return with_lines(limits, {name: np.where(where, np.nan, getattr(limits, name)) for name in names})


def multiplied(limits: Limits, by: float) -> Limits:
    """Value, centre and every line on another scale."""
    names = (*LINES, "value", "centre", "mean", "sigma", "moving_range")
    return with_lines(limits, {name: getattr(limits, name) * by for name in names})


def bounded(limits: Limits, profile: Profile, top: float = np.inf) -> Limits:
    """Counts stay at or above zero, proportions at or below one, where the profile clips."""
    return clipped(limits, 0.0, top) if profile.clip else limits
