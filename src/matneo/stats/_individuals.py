"""Charts of single values: run, XmR and its median-centred variants, moving ranges, I′, and times between events.

Formulas: Provost and Murray, The Health Care Data Guide (2011), chapter 5; Nelson (1994) for t; Taylor (2018) for I′.
Edge cases as NHSRplotthedots 0.2.2, qicharts2 0.8.1 and PowerBI-SPC answer them; the profile says where we differ.
"""

from dataclasses import replace

import numpy as np

from matneo.stats._arrays import Bools, Floats, ratio
from matneo.stats._limits import Given, Limits, around, chosen, no_values, with_lines
from matneo.stats._ranges import UNDEFINED, moving_ranges, previous_rows, usual_range
from matneo.stats._segments import Layout
from matneo.stats.constants import D4, T_POWER
from matneo.stats.profiles import Profile

MEDIAN_RANGE = 0.954  # median range of two standard normal values
I_PRIME_SCREEN = 3.2665  # D4 as I′ was published with


def run(layout: Layout, given: Given, profile: Profile) -> Limits:
    """The median, and no limits."""
    middle = chosen(given.centre, layout.spread(layout.segment_median(given.value, given.used)))
    return around(layout, given.value, middle, no_values(layout))


def xmr(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Mean ± 3 sigma, sigma from the mean moving range."""
    return _individuals(layout, given, profile, layout.segment_mean(given.value, given.used))


def i_m(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Median ± 3 sigma, sigma from the mean moving range."""
    return _individuals(layout, given, profile, layout.segment_median(given.value, given.used))


def i_mm(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Median ± 3 sigma, sigma from the median moving range."""
    ranges = usual_range(layout, given.value, given.used, profile, median=True)
    middle = chosen(given.centre, layout.spread(layout.segment_median(given.value, given.used)))
    sigma = chosen(given.sigma, layout.spread(ranges.usual / MEDIAN_RANGE))
    return around(layout, given.value, middle, sigma, ranges)


def _individuals(layout: Layout, given: Given, profile: Profile, centre: Floats) -> Limits:
    ranges = usual_range(layout, given.value, given.used, profile)
    middle = chosen(given.centre, layout.spread(centre))
    sigma = chosen(given.sigma, layout.spread(profile.mr_constant / 3 * ranges.usual))
    return around(layout, given.value, middle, sigma, ranges)


def mr(layout: Layout, given: Given, profile: Profile) -> Limits:
    """The moving ranges themselves: upper limit D4 × their mean, lower limit zero. They are never screened."""
    every = np.isfinite(given.value)
    moving, _ = moving_ranges(layout, given.value, every, profile)
    counted = given.used & np.isfinite(moving)
    middle = chosen(given.centre, layout.spread(layout.segment_mean(moving, counted)))
    made = around(layout, moving, middle, (D4 - 1) / 3 * middle)
    made = replace(
        made,
        lower=0 * middle,
        lower_warning=np.maximum(made.lower_warning, 0),
        lower_inner=np.maximum(made.lower_inner, 0),
        upper=D4 * middle,
        moving_range=moving,
        status=np.where(layout.segment_count(counted) == 0, UNDEFINED, made.status),
    )
    if (
        profile.range_lines == "thirds"
    ):  # as qicharts2 and PowerBI draw them: thirds of the limit, not of its distance
        lines = {"lower_warning": 0.0, "lower_inner": 0.0, "upper_warning": D4 * 2 / 3, "upper_inner": D4 / 3}
        return with_lines(made, {name: times * middle for name, times in lines.items()})
    return made


def i_prime(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Individuals weighted by their denominators: limits step with 1 / sqrt(n).

    Each step is |difference| sqrt(π / 2) / sqrt(1 / n + 1 / n of the row before), an estimate of the standard deviation
    of one unit; their mean, screened once, divided by sqrt(n) is the sigma of a row.
    """
    size = given.denominator
    used = given.used & (size > 0)
    steps_used = np.isfinite(given.value) & (size > 0) if profile.prime_steps == "all" else used
    ones = np.ones(layout.rows)
    before = _size_before(layout, given, steps_used, profile)
    weight = np.sqrt(np.pi / 2) / np.sqrt(ratio(ones, size) + ratio(ones, before))
    ranges = usual_range(layout, given.value, steps_used, profile, weight=weight, screen_at=I_PRIME_SCREEN)
    top, bottom = layout.segment_sum(given.value * size, used), layout.segment_sum(size, used)
    middle = chosen(given.centre, layout.spread(ratio(top, bottom)))
    sigma = chosen(given.sigma, layout.spread(ranges.usual) * np.sqrt(ratio(ones, size)))
    return around(layout, given.value, middle, sigma, ranges)


def _size_before(layout: Layout, given: Given, usable: Bools, profile: Profile) -> Floats:
    """The denominator of the row each moving range starts from."""
    before, _ = previous_rows(layout, usable, given.value, profile)
    return given.denominator[before]


def t(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Times between events: the chart of their 3.6th root, brought back."""
    root = replace(
        given,
        value=np.power(given.value, 1 / T_POWER),
        centre=np.power(given.centre, 1 / T_POWER),
        sigma=no_values(layout),
    )
    made = xmr(layout, root, profile)

    def back(line: Floats, below_zero: float = 0.0) -> Floats:
        return np.where(line < 0, below_zero, np.power(np.maximum(line, 0), T_POWER))

    # A root below zero has no time. Ours are zero; the peers leave some or all of these lines out.
    limit = np.nan if profile.t_below_zero == "undefined" else 0.0
    others = 0.0 if profile.t_below_zero == "zero" else np.nan
    return replace(
        made,
        value=given.value,
        centre=back(made.centre),
        mean=back(made.mean),
        lower=back(made.lower, limit),
        upper=back(made.upper),
        lower_warning=back(made.lower_warning, others),
        upper_warning=back(made.upper_warning),
        lower_inner=back(made.lower_inner, others),
        upper_inner=back(made.upper_inner),
    )
