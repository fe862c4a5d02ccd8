"""X-bar and S charts: means and standard deviations of subgroups.

Formulas: Montgomery, Introduction to Statistical Quality Control (2013), section 6.3.
"""

from dataclasses import replace

import numpy as np

from matneo.stats._arrays import Bools, Floats, ratio
from matneo.stats._limits import Given, Limits, around, chosen, with_lines
from matneo.stats._ranges import OK, UNDEFINED
from matneo.stats._segments import Layout
from matneo.stats.constants import a3, b3, b4, c4
from matneo.stats.profiles import Profile


def xbar(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Subgroup means: weighted mean ± A3(n) × the usual standard deviation. One observation has no limits."""
    used = given.used & (given.size > 0)
    mean = ratio(layout.segment_sum(given.value * given.size, used), layout.segment_sum(given.size, used))
    usual = _usual_spread(layout, given, profile)
    centre = chosen(given.centre, layout.spread(mean))
    sigma = chosen(given.sigma, a3(given.size, 1.0) * layout.spread(usual))
    return replace(around(layout, given.value, centre, sigma), status=_status(usual))


def s(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Subgroup standard deviations: their usual size, with B3(n) and B4(n) times it as limits."""
    usual = _usual_spread(layout, given, profile)
    centre = chosen(given.centre, layout.spread(usual))
    factor = c4(given.size)
    made = around(layout, given.value, centre, centre * np.sqrt(1 - factor * factor) / factor)
    lines = {
        "lower": b3(given.size),
        "upper": b4(given.size),
        "lower_warning": b3(given.size, 2.0),
        "upper_warning": b4(given.size, 2.0),
        "lower_inner": b3(given.size, 1.0),
        "upper_inner": b4(given.size, 1.0),
    }
    drawn = {name: times * centre for name, times in lines.items()}
    return replace(with_lines(made, drawn), status=_status(usual))


def _usual_spread(layout: Layout, given: Given, profile: Profile) -> Floats:
    """Mean of the subgroups' standard deviations where all are of one size, else pooled by degrees of freedom."""
    known = given.used & np.isfinite(given.spread)
    freedom = given.size - 1
    squares = layout.segment_sum(freedom * given.spread**2, known)
    pooled = np.sqrt(ratio(squares, layout.segment_sum(freedom, known)))
    if profile.pooled_spread:
        return pooled
    return np.where(_one_size(layout, given.size), layout.segment_mean(given.spread, known), pooled)


def _one_size(layout: Layout, size: Floats) -> Bools:
    """Whether all subgroups of a segment are of one size, missing ones aside."""
    if not layout.rows:
        return np.zeros(0, bool)
    low = np.fmin.reduceat(np.where(size > 0, size, np.nan), layout.segment_start)
    high = np.fmax.reduceat(np.where(size > 0, size, np.nan), layout.segment_start)
    alike: Bools = low == high
    return alike


def _status(usual: Floats) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.where(np.isnan(usual), UNDEFINED, OK).astype(np.int64)
