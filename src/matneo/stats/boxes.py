"""Crossings and longest run judged together: how likely each pair is, and the best box and cut box drawn around them.

Source: Wentzel-Larsen and Anhøj (2019), PLoS ONE 14(10) e0223233, for the joint distribution; Anhøj and Wentzel-Larsen
(2020), PLoS ONE 15(6) e0233920, for the boxes. We count compositions instead of following their recursion; the answer is
the same.
"""

from functools import lru_cache
from typing import Literal

import numpy as np

from matneo.stats._arrays import Floats, Ints

SPECIFICITY = 0.925  # a box holds at least this share of steady series
SHIFTED = 0.7881446014166034  # Φ(0.8): share of points above the old centre after a shift of 0.8 standard deviations
SMALLEST, LARGEST = 10, 100  # useful points for which the boxes were published
Box = Literal["best_box", "cut_box"]


def crossings_and_longest_run(useful: int, above: float = 0.5) -> Floats:
    """Probability of each number of crossings (rows, 0 … n - 1) with each longest run (columns, 0 … n).

    `useful` independent points lie above the centre with the probability `above`. A series with c crossings is c + 1 runs, in
    turn above and below.

    Formula: P(C = c, L ≤ l) = Σₐ pᵃ(1 - p)ⁿ⁻ᵃ [N(a, ⌈r/2⌉) N(n - a, ⌊r/2⌋) + N(a, ⌊r/2⌋) N(n - a, ⌈r/2⌉)], r = c + 1 runs,
    N(a, m) the ways to cut a points into m runs of 1 … l; P(C = c, L = l) is its difference in l.
    Source: Wentzel-Larsen and Anhøj 2019, PLoS ONE 14(10) e0223233; there by recursion, here by counting.

    >>> chances = crossings_and_longest_run(3)
    >>> float(chances[0, 3]), float(chances[1, 2]), float(chances[2, 1])
    (0.25, 0.5, 0.25)
    """
    at_most = _at_most(useful, above)
    chances: Floats = np.diff(at_most, axis=1, prepend=0.0)
    return np.maximum(chances, 0.0)


def border(useful: int, box: Box) -> Ints:
    """The longest run that does not signal for 0 … n - 1 crossings; 0 where every longest run signals.

    Known from 10 to 100 useful points; below and above that, ValueError.

    Method: the box (at least so many crossings, at most so long a run) that holds 92.5 % of steady series and fewest of those
    shifted by 0.8 standard deviations. The cut box takes pairs away from its corner along both borders, each time the one
    that the shift makes likelier, as long as 92.5 % of steady series stay inside.
    Source: Anhøj and Wentzel-Larsen 2020, PLoS ONE 15(6) e0233920.

    >>> border(10, "cut_box").tolist()
    [0, 0, 5, 6, 6, 6, 6, 6, 6, 6]
    """
    if not SMALLEST <= useful <= LARGEST:
        raise ValueError(f"Boxes are known for {SMALLEST} to {LARGEST} useful points, not for {useful}.")
    return _border(useful, box)


@lru_cache(maxsize=256)
def _border(useful: int, box: Box) -> Ints:
    steady = crossings_and_longest_run(useful)
    shifted = crossings_and_longest_run(useful, SHIFTED)
    fewest, longest = _best_box(steady, shifted)
    line: Ints = np.zeros(useful, np.int64)
    line[fewest:] = longest
    return _cut(line, fewest, longest, steady, shifted) if box == "cut_box" else line


def _best_box(steady: Floats, shifted: Floats) -> tuple[int, int]:
    """Of the boxes that hold enough steady series, the one that holds fewest shifted ones: (crossings, longest run)."""
    inside = _inside(steady)
    allowed = (inside >= SPECIFICITY) & (steady > 0)
    place = int(np.argmin(np.where(allowed, _inside(shifted), np.inf)))
    fewest, longest = np.unravel_index(place, steady.shape)
    return int(fewest), int(longest)


def _inside(chances: Floats) -> Floats:
    """Probability of at least so many crossings and at most so long a run."""
    total: Floats = np.cumsum(np.cumsum(chances[::-1], axis=0)[::-1], axis=1)
    return total


def _cut(line: Ints, fewest: int, longest: int, steady: Floats, shifted: Floats) -> Ints:
    """Take pairs away from the box, from its corner along both borders, as long as enough steady series stay inside.

    At each step the pair goes that a shift makes likelier; the first that may not go ends the cutting.
    """
    held = float(_inside(steady)[fewest, longest])
    along, down = (
        fewest,
        longest,
    )  # next pairs: (along, longest) on the upper border, (fewest, down) on the left one
    if held - steady[fewest, longest] < SPECIFICITY:
        return line
    held -= steady[fewest, longest]
    along, down = fewest + 1, longest - 1
    cut = {(fewest, longest)}
    while True:
        pairs = [(along, longest)] if along < len(steady) else []
        pairs += [(fewest, down)] if down > 0 else []
        pairs = [pair for pair in pairs if steady[pair] > 0 and held - steady[pair] >= SPECIFICITY]
        if not pairs:
            break
        gone = max(pairs, key=lambda pair: shifted[pair])
        held -= float(steady[gone])
        cut.add(gone)
        along, down = along + (gone == (along, longest)), down - (gone == (fewest, down))
    found = line.copy()
    for crossings, run in sorted(cut, reverse=True):
        found[crossings] = min(found[crossings], run - 1)
    return found


def _at_most(useful: int, above: float) -> Floats:
    """For each number of crossings (rows) and longest run (columns, 0 … n): the probability of no longer run."""
    most = (useful + 1) // 2
    high = _sums(useful, above, most)
    low = (high if above == 0.5 else _sums(useful, 1 - above, most))[
        :, :, ::-1
    ]  # what is left over lies below
    runs = np.arange(1, useful + 1)
    first, second = (runs + 1) // 2, runs // 2
    begins_high = np.einsum("rlk,rlk->rl", high[first], low[second])
    begins_low = np.einsum("rlk,rlk->rl", high[second], low[first])
    total: Floats = begins_high + begins_low
    return total


def _sums(useful: int, share: float, most: int) -> Floats:
    """[a, l, k]: share**k times the number of ways to make k points from a runs of 1 … l points."""
    k = np.arange(useful + 1)
    length = k[None, :] - k[:, None]  # from so many points to so many: the run between them
    longest = k[:, None, None]
    one_run = np.where((length > 0) & (length <= longest), share ** np.maximum(length, 0.0), 0.0)
    ways = np.zeros((most + 1, useful + 1, useful + 1))
    ways[0, :, 0] = 1.0
    for parts in range(1, most + 1):
        ways[parts] = np.matmul(ways[parts - 1][:, None, :], one_run)[:, 0, :]
    return ways
