"""Zone rules: several of a few neighbours beyond a line, many close to the centre, many far from it, and zigzags.

Sources: Western Electric (1956); Nelson (1984), Journal of Quality Technology 16:237. With marks "completing" a point is
marked where a pattern is complete, and every point of the window is compared with the lines of that last point (limits
may step); with "pattern" each point is compared with its own lines, and the whole pattern is marked.
"""

from dataclasses import dataclass

import numpy as np

from matneo.stats._arrays import Bools, Floats, Signed
from matneo.stats._patterns import Chain
from matneo.stats._segments import run_lengths, run_places


@dataclass(frozen=True)
class Zone:
    """Values and one pair of lines of a chain, and the side of the centre each value lies on."""

    value: Floats
    side: Signed
    lower: Floats
    upper: Floats


def several_beyond(
    chain: Chain,
    zone: Zone,
    wanted: int,
    of: int,
    *,
    third: str,
    marks: str,
    zone_marks: str,
    leave_out: Bools | None = None,
) -> Signed:
    """`wanted` of `of` neighbours beyond a line on one side. `leave_out` rows never count as beyond."""
    rows = len(zone.value)
    if rows < of:
        return np.zeros(rows, np.int8)
    linked = _linked(chain.fresh, of)
    if marks == "completing":
        return _completing(zone, wanted, of, linked)
    far = (zone.value > zone.upper).astype(np.int8) - (zone.value < zone.lower).astype(np.int8)
    if leave_out is not None:
        far = np.where(leave_out, 0, far).astype(np.int8)
    hit = _enough(far, zone.side, wanted, of, third) * linked
    marked = _backwards(hit, of)
    if zone_marks == "window":
        return marked
    return np.where(far != 0, marked * (marked == far), 0).astype(np.int8)


def _completing(zone: Zone, wanted: int, of: int, linked: Bools) -> Signed:
    last = slice(of - 1, None)
    rows = len(zone.value)
    found = np.zeros(rows, np.int8)
    for sign, line in ((1, zone.upper), (-1, zone.lower)):
        beyond = [sign * zone.value[of - 1 - back : rows - back] > sign * line[last] for back in range(of)]
        hit = (np.sum(beyond, axis=0) >= wanted) & beyond[0] & linked[last]
        found[last][hit] = sign
    return found


def _enough(far: Signed, side: Signed, wanted: int, of: int, third: str) -> Signed:
    """Per row: the direction of the window that ends there, 0 for none."""
    high, low = _in_window(far > 0, of), _in_window(far < 0, of)
    if third == "net":  # signs cancel each other
        high, low = high - low, low - high
    up, down = high >= wanted, low >= wanted
    if third == "same_side":
        up &= _in_window(side > 0, of) == of
        down &= _in_window(side < 0, of) == of
    return up.astype(np.int8) - down.astype(np.int8)


def near_centre(chain: Chain, zone: Zone, length: int, marks: str) -> Signed:
    """`length` points in a row within the inner lines: too little variation for the limits. It has no direction; the sign
    is the point's own side."""
    inside = (zone.value >= zone.lower) & (zone.value <= zone.upper)
    places, lengths = _stretch(chain, inside)
    member = inside & ((places if marks == "completing" else lengths) >= length)
    return np.where(member, _own_side(zone.side), 0).astype(np.int8)


def far_on_both_sides(chain: Chain, zone: Zone, length: int, marks: str) -> Signed:
    """`length` points in a row beyond the inner lines, on both sides: a mixture. The sign is the point's own side."""
    above, below = zone.value > zone.upper, zone.value < zone.lower
    places, _ = _stretch(chain, above | below)
    complete = (places >= length) & (above | below)
    complete &= (_in_window(above, length) > 0) & (_in_window(below, length) > 0)
    if marks == "pattern":
        complete = _backwards(complete.astype(np.int8), length) != 0
    return np.where(complete, _own_side(zone.side), 0).astype(np.int8)


def alternating(chain: Chain, zone: Zone, length: int, marks: str) -> Signed:
    """`length` points that go up and down in turn. The sign is the point's own side."""
    value = zone.value
    if len(value) < length:
        return np.zeros(len(value), np.int8)
    step = np.zeros(len(value))
    step[1:] = np.sign(value[1:] - value[:-1])
    step[chain.fresh | ~np.isfinite(step)] = 0
    turns = np.zeros(len(value), bool)
    turns[1:] = step[1:] * step[:-1] < 0
    breaks = ~turns
    breaks[1:] |= ~turns[:-1]
    complete = turns & (run_places(breaks) >= length - 2)
    if marks == "pattern":
        complete = _backwards(complete.astype(np.int8), length) != 0
    return np.where(complete, _own_side(zone.side), 0).astype(np.int8)


def _own_side(side: Signed) -> Signed:
    return np.where(side == 0, 1, side).astype(np.int8)  # a point on the centre is flagged too, as high


def _stretch(chain: Chain, where: Bools) -> "tuple[np.ndarray, np.ndarray]":
    breaks = chain.fresh | ~where
    breaks[1:] |= ~where[:-1]
    return run_places(breaks), run_lengths(breaks)[1]


def _linked(fresh: Bools, of: int) -> Bools:
    """Whether the `of` rows that end here follow one another."""
    linked = np.zeros(len(fresh), bool)
    linked[of - 1 :] = True
    for back in range(of - 1):
        linked[back:] &= ~fresh[: len(fresh) - back]
    return linked


def _in_window(where: Bools, of: int) -> "np.ndarray":
    """How many of the `of` rows that end here are marked."""
    total = where.astype(np.int8)
    for back in range(1, min(of, len(where))):
        total[back:] += where[: len(where) - back]
    return total


def _backwards(hit: Signed, of: int) -> Signed:
    """Every row of a window that ends in a hit; where windows overlap the later one speaks."""
    marked = hit.copy()
    for ahead in range(1, min(of, len(hit))):
        later = hit[ahead:]
        marked[: len(hit) - ahead] = np.where(later != 0, later, marked[: len(hit) - ahead])
    return marked
