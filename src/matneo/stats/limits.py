"""Centre lines and limits, one function a chart kind, all series at once.

Formulas: Provost and Murray, The Health Care Data Guide (2011); Laney (2002) for p′ and u′; Nelson (1982) for
screening moving ranges; Benneyan (2001) for g; Nelson (1994) for t. Edge cases as NHSRplotthedots 0.2.2 and
qicharts2 0.8.1 answer them; the profile says where we differ.
"""

from dataclasses import dataclass

import numpy as np

from matneo.stats.profiles import Profile
from matneo.stats.segments import Bools, Floats, Ints, Layout, ratio

SCREEN = 3.267  # D4 for ranges of two: a moving range beyond it is no part of the usual variation
D2 = 1.128  # mean range of two standard normal values
T_POWER = 3.6  # time between events becomes nearly normal at this root
OK, CONSTANT, FALLBACK, UNDEFINED = 0, 1, 2, 3


@dataclass(frozen=True)
class Limits:
    """Per row: value on the chart, centre, sigma, limits at two and three sigma; per segment: how they came about."""

    value: Floats
    centre: Floats
    sigma: Floats
    lower: Floats
    upper: Floats
    lower_warning: Floats
    upper_warning: Floats
    moving_range: Floats
    spread_factor: Floats  # per segment: sigma_z of p′ and u′, else NaN
    screened: Ints  # per segment: moving ranges left out
    status: Ints  # per segment: OK, CONSTANT, FALLBACK, UNDEFINED


@dataclass(frozen=True)
class Given:
    """Sorted rows as the chart takes them. `used` rows set centre and limits."""

    value: Floats
    numerator: Floats
    denominator: Floats
    used: Bools


def compute(kind: str, layout: Layout, given: Given, profile: Profile) -> Limits:
    """Limits of one chart kind for every segment."""
    return _KINDS[kind](layout, given, profile)


def _xmr(layout: Layout, given: Given, profile: Profile) -> Limits:
    centre = layout.segment_mean(given.value, given.used)
    moving, mean_range, screened, status = _mean_moving_range(layout, given.value, given.used, profile)
    sigma = (profile.mr_constant / 3 * mean_range)[layout.segment]
    middle = centre[layout.segment]
    return _around(layout, given.value, middle, sigma, moving, screened, status)


def _run(layout: Layout, given: Given, profile: Profile) -> Limits:
    centre = layout.segment_median(given.value, given.used)[layout.segment]
    nothing = np.full(layout.rows, np.nan)
    per_segment = np.zeros(len(layout.segment_start), np.int64)
    return Limits(
        given.value,
        centre,
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
        np.full(len(per_segment), np.nan),
        per_segment,
        per_segment,
    )


def _proportion(layout: Layout, given: Given, profile: Profile, *, prime: bool) -> Limits:
    centre = _pooled(layout, given)
    sigma = np.sqrt(ratio(centre * (1 - centre), given.denominator))
    return _counts(layout, given, profile, centre, sigma, prime=prime, top=1.0)


def _rate(layout: Layout, given: Given, profile: Profile, *, prime: bool) -> Limits:
    centre = _pooled(layout, given)
    sigma = np.sqrt(ratio(centre, given.denominator))
    return _counts(layout, given, profile, centre, sigma, prime=prime, top=np.inf)


def _counts(
    layout: Layout, given: Given, profile: Profile, centre: Floats, sigma: Floats, *, prime: bool, top: float
) -> Limits:
    per_segment = len(layout.segment_start)
    factor = np.full(per_segment, np.nan)
    screened, status = np.zeros(per_segment, np.int64), np.zeros(per_segment, np.int64)
    moving = np.full(layout.rows, np.nan)
    if prime:
        z = ratio(given.value - centre, sigma)
        moving, mean_range, screened, status = _mean_moving_range(
            layout, z, given.used & np.isfinite(z), profile
        )
        factor = mean_range / D2
        # A constant series has no spread beyond chance to measure: plain limits are the honest ones.
        plain = profile.constant_limits & ((status == CONSTANT) | (status == UNDEFINED))
        factor = np.where(plain, 1.0, factor)
        status = np.where(plain, OK, status)
        sigma = sigma * factor[layout.segment]
    made = _around(layout, given.value, centre, sigma, moving, screened, status, factor)
    return clipped(made, 0.0, top) if profile.clip else made


def _g(layout: Layout, given: Given, profile: Profile) -> Limits:
    mean = layout.segment_mean(given.value, given.used)[layout.segment]
    sigma = np.sqrt(mean * (mean + 1))
    made = _around(layout, given.value, mean, sigma, np.full(layout.rows, np.nan))
    middle = layout.segment_median(given.value, given.used)[layout.segment]
    shown = Limits(**{**made.__dict__, "centre": middle})  # the median, because runs are judged around it
    return clipped(shown, 0.0, np.inf)


def _t(layout: Layout, given: Given, profile: Profile) -> Limits:
    root = np.power(given.value, 1 / T_POWER)
    made = _xmr(layout, Given(root, given.numerator, given.denominator, given.used), profile)

    def back(values: Floats) -> Floats:
        return np.power(np.maximum(values, 0), T_POWER)

    lower_warning = np.where(made.lower_warning < 0, np.nan, back(made.lower_warning))
    return Limits(
        given.value,
        back(made.centre),
        made.sigma,
        back(made.lower),
        back(made.upper),
        lower_warning,
        back(made.upper_warning),
        made.moving_range,
        made.spread_factor,
        made.screened,
        made.status,
    )


_KINDS = {
    "xmr": _xmr,
    "run": _run,
    "p": lambda a, b, c: _proportion(a, b, c, prime=False),
    "p_prime": lambda a, b, c: _proportion(a, b, c, prime=True),
    "u": lambda a, b, c: _rate(a, b, c, prime=False),
    "u_prime": lambda a, b, c: _rate(a, b, c, prime=True),
    "g": _g,
    "t": _t,
}
KINDS = tuple(_KINDS)


def clipped(limits: Limits, bottom: float, top: float) -> Limits:
    """The same limits kept between two bounds."""
    names = ("lower", "upper", "lower_warning", "upper_warning")
    return Limits(
        **{**limits.__dict__, **{name: np.clip(getattr(limits, name), bottom, top) for name in names}}
    )


def _pooled(layout: Layout, given: Given) -> Floats:
    top = layout.segment_sum(given.numerator, given.used)
    bottom = layout.segment_sum(given.denominator, given.used)
    return ratio(top, bottom)[layout.segment]


def _around(
    layout: Layout,
    value: Floats,
    centre: Floats,
    sigma: Floats,
    moving: Floats,
    screened: Ints | None = None,
    status: Ints | None = None,
    factor: Floats | None = None,
) -> Limits:
    none = np.zeros(len(layout.segment_start), np.int64)
    return Limits(
        value,
        centre,
        sigma,
        centre - 3 * sigma,
        centre + 3 * sigma,
        centre - 2 * sigma,
        centre + 2 * sigma,
        moving,
        np.full(len(none), np.nan) if factor is None else factor,
        none if screened is None else screened,
        none if status is None else status,
    )


def _mean_moving_range(
    layout: Layout, value: Floats, used: Bools, profile: Profile
) -> tuple[Floats, Floats, Ints, Ints]:
    """Moving ranges per row; per segment their mean after screening, how many were screened, and the status."""
    moving, counted = _moving_ranges(layout, value, used, profile)
    mean = layout.segment_mean(moving, counted)
    status = np.where(np.isnan(mean), UNDEFINED, np.where(mean == 0, CONSTANT, OK))
    screened = np.zeros(len(mean), np.int64)
    if profile.screen:
        kept = counted & (moving < SCREEN * mean[layout.segment])
        screened = layout.segment_count(counted) - layout.segment_count(kept)
        tight = layout.segment_mean(moving, kept)
        collapsed = (np.isnan(tight) | (tight == 0)) & (mean > 0)
        if profile.screen_fallback:
            status = np.where(collapsed, FALLBACK, status)
            screened = np.where(collapsed, 0, screened)
            mean = np.where(collapsed | (status == CONSTANT), mean, tight)
        else:
            mean = tight
    if not profile.constant_limits:
        status = np.where(np.isnan(mean), UNDEFINED, status)
    return moving, mean, screened, status


def _moving_ranges(layout: Layout, value: Floats, used: Bools, profile: Profile) -> tuple[Floats, Bools]:
    """|difference| to the row before inside the segment, and whether it counts towards the mean."""
    rows = np.arange(layout.rows)
    usable = used & np.isfinite(value)
    ends_chain = np.zeros(layout.rows, bool)  # rows that neighbours may not be joined across
    if not profile.bridge_missing:
        ends_chain |= ~np.isfinite(value)
    if not profile.bridge_excluded:
        ends_chain |= ~usable
    chain = np.cumsum(layout.fresh | ends_chain)
    before = np.maximum.accumulate(np.where(usable, rows, -1))
    before = np.concatenate([[-1], before[:-1]]) if layout.rows else before
    joined = usable & (before >= 0) & (chain == chain[before]) & (layout.segment == layout.segment[before])
    # A missing row begins a chain of its own; the row after it must not join the row before it.
    moving = np.where(joined, np.abs(value - value[before]), np.nan)
    return moving, joined
