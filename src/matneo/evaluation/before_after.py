"""One team's share before and after a change: a difference with its variance, and no claim about the cause.

Example:
    >>> import numpy as np
    >>> from matneo.evaluation.before_after import change
    >>> months = np.arange(12)
    >>> found = change(months, np.repeat([20, 30], 6), np.full(12, 50), began=6, settled=6)
    >>> round(found.difference, 3), found.months_before, found.months_after
    (0.2, 6, 6)
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

LEAST_MONTHS = 6
LEAST_POINTS = 2


@dataclass(frozen=True)
class Change:
    """A difference of shares (after minus before, 0.2 = 20 percentage points) and what it rests on."""

    difference: float
    variance: float
    before: float
    after: float
    months_before: int
    months_after: int


def change(
    month: ArrayLike,
    numerator: ArrayLike,
    denominator: ArrayLike,
    *,
    began: int,
    settled: int,
    length: int = 1,
    least: int = LEAST_MONTHS,
) -> Change | None:
    """The share after a change minus the share before it; None where fewer than `least` months are known on a side.

    `month` holds the first month of each period (months since 1970, as `measures.periods.month_index`), `length` how many
    months a period has: disclosed figures may be pooled to quarters or years. Before: periods that end before `began`, the
    month of the first test. After: periods from `settled` on, the month after which the outcome holds. What lies between is
    left out: a test that is going on belongs to neither side. Periods without a value (NaN) or without cases are left out.

    Each side is sum(numerator)/sum(denominator). Its variance is that of a ratio over periods (Cochran 1977, Sampling
    Techniques, 2.11), k/(k-1) sum((n - p d)^2) / sum(d)^2, which allows for months that differ by more than chance, and is
    never taken below the binomial one, with half a case added on either side, so that a few months that happen to agree do
    not promise more than their counts hold. Neither allows for neighbouring months that resemble one another, nor for what
    would have happened anyway.

    Raises ValueError for unequal lengths, negative counts or a numerator above its denominator.
    """
    at, top, bottom = _checked(month, numerator, denominator)
    known = np.isfinite(top) & np.isfinite(bottom) & (bottom > 0)
    early = known & (at + length - 1 < began)
    late = known & (at >= settled) & (at >= began)
    sides = [(top[side], bottom[side]) for side in (early, late)]
    if any(len(n) * length < least or len(n) < LEAST_POINTS for n, _ in sides):
        return None
    (before, v0), (after, v1) = (_share(n, d) for n, d in sides)
    months = [len(n) * length for n, _ in sides]
    return Change(after - before, v0 + v1, before, after, *months)


def _share(numerator: NDArray[np.float64], denominator: NDArray[np.float64]) -> tuple[float, float]:
    k, total = len(denominator), float(denominator.sum())
    share = float(numerator.sum()) / total
    between = k / (k - 1) * float(((numerator - share * denominator) ** 2).sum()) / total**2
    held = (float(numerator.sum()) + 0.5) / (total + 1)
    return share, max(between, held * (1 - held) / total)


def _checked(
    month: ArrayLike, numerator: ArrayLike, denominator: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    at = np.asarray(month, np.int64)
    top, bottom = np.asarray(numerator, float), np.asarray(denominator, float)
    if not len(at) == len(top) == len(bottom):
        raise ValueError(
            f"Give as many numerators and denominators as months: {len(at)}, {len(top)}, {len(bottom)}."
        )
    if (top < 0).any() or (bottom < 0).any():
        raise ValueError("Counts are not below 0.")
    if (top > bottom).any():
        raise ValueError("A share has no numerator above its denominator.")
    return at, top, bottom
