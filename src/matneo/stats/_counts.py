"""Charts of counts: p, p′, u, u′, c, g, and the exact binomial and Poisson limits.

Formulas: Provost and Murray (2011), chapter 5; Laney (2002), Quality Engineering 14:531, for p′ and u′; Benneyan (2001),
Health Care Management Science 4:305, for g.
"""

from dataclasses import replace

import numpy as np

from matneo.stats import exact
from matneo.stats._arrays import Floats, ratio
from matneo.stats._limits import Given, Limits, around, bounded, chosen, no_values, with_lines
from matneo.stats._ranges import CONSTANT, OK, UNDEFINED, UsualRange, usual_range
from matneo.stats._segments import Layout
from matneo.stats.constants import D2, G_MEDIAN
from matneo.stats.profiles import Profile


def p(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Proportions: sigma = sqrt(c (1 - c) / n)."""
    centre = _pooled(layout, given)
    return bounded(around(layout, given.value, centre, _binomial(centre, given.denominator)), profile, 1.0)


def p_prime(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Proportions whose usual variation is wider (or narrower) than chance: Laney's sigma_z times that of p."""
    centre = _pooled(layout, given)
    return _prime(layout, given, profile, centre, _binomial(centre, given.denominator), 1.0)


def u(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Rates: sigma = sqrt(c / n)."""
    centre = _pooled(layout, given)
    sigma = np.sqrt(ratio(centre, given.denominator))
    return bounded(around(layout, given.value, centre, sigma), profile)


def u_prime(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Rates with Laney's sigma_z."""
    centre = _pooled(layout, given)
    return _prime(layout, given, profile, centre, np.sqrt(ratio(centre, given.denominator)), np.inf)


def c(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Counts from equal areas of opportunity: sigma = sqrt(c)."""
    centre = chosen(given.centre, layout.spread(layout.segment_mean(given.value, given.used)))
    sigma = chosen(given.sigma, np.sqrt(centre))
    return bounded(around(layout, given.value, centre, sigma), profile)


def g(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Cases between events: limits from the mean m, sigma = sqrt(m (m + 1)). The centre shown is the median, because runs
    are judged around it; a centre that is given is a mean, and 0.693 of it is shown."""
    mean = chosen(given.centre, layout.spread(layout.segment_mean(given.value, given.used)))
    made = bounded(around(layout, given.value, mean, np.sqrt(mean * (mean + 1))), profile)
    middle = layout.spread(layout.segment_median(given.value, given.used))
    return replace(made, centre=chosen(G_MEDIAN * given.centre, middle))


def p_exact(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Proportions with limits from the binomial distribution itself."""
    centre = _pooled(layout, given)
    made = around(layout, given.value, centre, _binomial(centre, given.denominator))
    return _with_exact(made, given, lambda tails: exact.binomial_limits(centre, given.denominator, tails))


def u_exact(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Rates with limits from the Poisson distribution itself."""
    centre = _pooled(layout, given)
    made = around(layout, given.value, centre, np.sqrt(ratio(centre, given.denominator)))
    return _with_exact(made, given, lambda tails: exact.poisson_limits(centre, given.denominator, tails))


def c_exact(layout: Layout, given: Given, profile: Profile) -> Limits:
    """Counts with limits from the Poisson distribution itself."""
    made = c(layout, given, profile)
    ones = np.where(np.isfinite(given.value), 1.0, np.nan)
    return _with_exact(made, given, lambda tails: exact.poisson_limits(made.centre, ones, tails))


def _with_exact(made: Limits, given: Given, limits: "exact.Make") -> Limits:
    pairs = {"": exact.THREE_SIGMA, "_warning": exact.TWO_SIGMA, "_inner": exact.ONE_SIGMA}
    lines: dict[str, Floats] = {}
    for name, tails in pairs.items():
        found = limits(tails)
        lines["lower" + name], lines["upper" + name] = found.lower, found.upper
    return with_lines(made, lines)


def _pooled(layout: Layout, given: Given) -> Floats:
    top = layout.segment_sum(given.numerator, given.used)
    bottom = layout.segment_sum(given.denominator, given.used)
    return chosen(given.centre, layout.spread(ratio(top, bottom)))


def _binomial(centre: Floats, size: Floats) -> Floats:
    return np.sqrt(ratio(centre * (1 - centre), size))


def _prime(
    layout: Layout, given: Given, profile: Profile, centre: Floats, sigma: Floats, top: float
) -> Limits:
    z = ratio(given.value - centre, sigma)
    used = given.used & np.isfinite(z)
    if given.in_time:
        ranges = usual_range(layout, z, used, profile)
        factor = ranges.usual / D2
    else:
        factor = _standard_deviation(layout, replace(given, value=z, used=used))
        nothing = np.zeros(layout.segments, np.int64)
        ranges = UsualRange(no_values(layout), factor, nothing, np.where(np.isnan(factor), UNDEFINED, OK))
    # A constant series has no spread beyond chance to measure: plain limits are the honest ones.
    still = (ranges.status == CONSTANT) | (ranges.status == UNDEFINED)
    plain = still & profile.constant_limits & profile.prime_plain
    factor = np.where(plain, 1.0, np.maximum(factor, profile.factor_floor))
    status = np.where(plain, OK, ranges.status)
    made = around(layout, given.value, centre, sigma * layout.spread(factor), ranges)
    return bounded(replace(made, spread_factor=factor, status=status), profile, top)


def _standard_deviation(layout: Layout, given: Given) -> Floats:
    mean = layout.spread(layout.segment_mean(given.value, given.used))
    squares = layout.segment_sum((given.value - mean) ** 2, given.used)
    count = layout.segment_count(given.used)
    return np.sqrt(ratio(squares, np.maximum(count - 1, 0)))
