"""Moving ranges: the usual step from one point to the next, and which steps count.

Source: Nelson (1982), Journal of Quality Technology 14:172, for leaving out once the ranges beyond their own limit.
"""

from dataclasses import dataclass

import numpy as np

from matneo.stats._arrays import Bools, Floats, Ints
from matneo.stats._segments import Layout
from matneo.stats.profiles import Profile

OK, CONSTANT, FALLBACK, UNDEFINED = 0, 1, 2, 3


@dataclass(frozen=True)
class UsualRange:
    """Moving ranges per row (NaN: none that counts); per segment their usual size and how it came about."""

    moving: Floats
    usual: Floats
    screened: Ints  # ranges left out
    status: Ints  # OK, CONSTANT, FALLBACK, UNDEFINED


def usual_range(
    layout: Layout,
    value: Floats,
    used: Bools,
    profile: Profile,
    *,
    median: bool = False,
    weight: Floats | None = None,
    screen_at: float | None = None,
) -> UsualRange:
    """Mean (or median) moving range of each segment, screened once where the profile says so.

    `weight` multiplies each range before anything else. `screen_at` overrides the profile's multiple.
    """
    moving, counted = moving_ranges(layout, value, used, profile)
    if weight is not None:
        moving = moving * weight
        counted &= np.isfinite(moving)

    def average(where: Bools) -> Floats:
        return layout.segment_median(moving, where) if median else layout.segment_mean(moving, where)

    usual = average(counted)
    status = np.where(np.isnan(usual), UNDEFINED, np.where(usual == 0, CONSTANT, OK))
    screened = np.zeros(len(usual), np.int64)
    if profile.screen:
        bound = (profile.screen_at if screen_at is None else screen_at) * usual
        kept = counted & (moving < layout.spread(bound))
        screened = layout.segment_count(counted) - layout.segment_count(kept)
        usual, screened, status = _screened(usual, average(kept), screened, status, profile)
    return UsualRange(moving, usual, screened, np.where(np.isnan(usual), UNDEFINED, status))


def _screened(
    whole: Floats, tight: Floats, screened: Ints, status: Ints, profile: Profile
) -> tuple[Floats, Ints, Ints]:
    """The usual range after screening, where screening leaves something to go by."""
    constant = status == CONSTANT
    if profile.constant_limits:
        tight = np.where(constant, whole, tight)
        screened = np.where(constant, 0, screened)
    collapsed = (np.isnan(tight) | (tight == 0)) & (whole > 0)
    if profile.screen_fallback:
        tight = np.where(collapsed, whole, tight)
        screened = np.where(collapsed, 0, screened)
        status = np.where(collapsed, FALLBACK, status)
    return tight, screened, status


def moving_ranges(layout: Layout, value: Floats, used: Bools, profile: Profile) -> tuple[Floats, Bools]:
    """|difference| to the row before inside the segment, and whether it counts towards the mean."""
    usable = used & np.isfinite(value)
    if not layout.rows:
        return np.zeros(0), usable
    before, joined = previous_rows(layout, usable, value, profile)
    # A missing row begins a chain of its own; the row after it must not join the row before it.
    moving = np.where(joined, np.abs(value - value[before]), np.nan)
    return moving, joined


def previous_rows(layout: Layout, usable: Bools, value: Floats, profile: Profile) -> tuple[Ints, Bools]:
    """For each row the usable row before it, and whether the two may be joined."""
    rows = np.arange(layout.rows)
    ends_chain = np.zeros(layout.rows, bool)  # rows that neighbours may not be joined across
    if not profile.bridge_missing:
        ends_chain |= ~np.isfinite(value)
    if not profile.bridge_excluded:
        ends_chain |= ~usable
    # A gap in the calendar is a missing point that nobody wrote down.
    ends = layout.begins if profile.bridge_missing else layout.fresh
    if usable.all():
        return np.maximum(rows - 1, 0), ~ends
    chain = np.cumsum(ends | ends_chain)
    before = np.maximum.accumulate(np.where(usable, rows, -1))
    before = np.concatenate([[-1], before[:-1]])
    joined = usable & (before >= 0) & (chain == chain[before]) & (layout.segment == layout.segment[before])
    return np.maximum(before, 0), joined
