"""Releasing counts by rounding: the rule of published maternity figures, and what may be computed from it.

Example:
    >>> from matneo.stats.disclosure import round_counts
    >>> round_counts([0, 1, 7, 8, 12, 13, 248]).tolist()
    [0.0, 5.0, 5.0, 10.0, 10.0, 15.0, 250.0]

Rule A is for everything below national level: 0 stays 0, 1 to 7 become 5, every other count goes to the nearest 5. Each
cell and each total is rounded by itself, so nothing needs a second step, but rounded parts do not add up to their rounded
total, and a page that shows both must say so. Standardised rates and results of regressions are not rounded. Hiding
counts instead is `matneo.stats.suppression`; what two releases tell together is `matneo.stats.differencing`. Compute on
true values and apply these at presentation only; a trust sees its own.

Source: NHS England's method for MSDS (Maternity and Neonatal Equalities dashboard, appendix) and for HES.
"""

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats

SMALL, BASE = 7, 5


def round_counts(counts: ArrayLike) -> Floats:
    """Rule A: 0 stays 0, 1 to 7 become 5, others go to the nearest 5. NaN (not collected) stays NaN.

    Rounding twice changes nothing. Any shape. Raises ValueError for negative or broken counts.

    Rule: 0 → 0; 1 to 7 → 5; x → 5⌊(x + 2.5)/5⌋ from 8 on.
    Source: NHS England, Maternity and Neonatal Equalities dashboard, appendix on disclosure (MSDS); the rule for HES is the
    same.

    >>> round_counts([3, float("nan"), 52]).tolist()
    [5.0, nan, 50.0]
    """
    values = given.whole_counts(counts, "counts")
    nearest = np.floor((values + BASE / 2) / BASE) * BASE
    return np.where((values > 0) & (values <= SMALL), float(BASE), nearest)


def rounded_range(rounded: ArrayLike) -> tuple[Floats, Floats]:
    """What a reader knows of a count from its rounded value: its smallest and largest value.

    Any shape; NaN stays NaN. Raises ValueError for what is no multiple of 5.

    Rule: 0 → 0 to 0; 5 → 1 to 7; 10 → 8 to 12; x → x - 2 to x + 2.
    Source: ours; `round_counts` turned round.

    >>> low, high = rounded_range([0, 5, 10, 250])
    >>> low.tolist(), high.tolist()
    ([0.0, 1.0, 8.0, 248.0], [0.0, 7.0, 12.0, 252.0])
    """
    values = given.whole_counts(rounded, "rounded")
    given.refuse(values % BASE > 0, values, "rounded", f"is no multiple of {BASE}")
    reach = (BASE - 1) / 2
    low = np.where(values == BASE, 1.0, values - reach)
    high = np.where(values == BASE, float(SMALL), values + reach)
    low = np.where(values == 2 * BASE, SMALL + 1.0, low)
    return np.where(values == 0, 0.0, low), np.where(values == 0, 0.0, high)


def released_percentage(numerator: ArrayLike, denominator: ArrayLike) -> Floats:
    """A percentage from both rounded counts, so that it tells no more than they do. NaN where the denominator is 0.

    A rounded numerator can be above its rounded denominator (7 of 7 is 5 of 5, 8 of 7 cannot be); 100 is the most. Arrays
    broadcast. Raises ValueError for counts that cannot be.

    Formula: min(100 r(numerator)/r(denominator), 100), r being `round_counts`.
    Source: NHS England, Maternity and Neonatal Equalities dashboard, appendix on disclosure (MSDS); the limit of 100 is ours.

    >>> released_percentage([3, 52], [48, 98]).tolist()  # 5 of 50, 50 of 100
    [10.0, 50.0]
    """
    top, bottom = _pair(numerator, denominator)
    above, below = round_counts(top), round_counts(bottom)
    return np.where(below > 0, np.minimum(100 * above / np.where(below > 0, below, 1.0), 100.0), np.nan)


def released_rate(numerator: ArrayLike, denominator: ArrayLike, *, per: float = 1000) -> Floats:
    """A rare rate from unrounded counts, shown only where 8 or more events stand behind it; else NaN.

    Rounded numerators would make nonsense of rates per 1,000. No event at all is no rate of 0 either: NaN. Arrays broadcast.
    Raises ValueError for counts that cannot be.

    Formula: per × numerator/denominator where the numerator is 8 or more.
    Source: NHS England, Maternity and Neonatal Equalities dashboard, appendix on disclosure (MSDS).

    >>> released_rate([7, 8], [2000, 2000]).tolist()
    [nan, 4.0]
    """
    top, bottom = _pair(numerator, denominator)
    shown = (top > SMALL) & (bottom > 0)
    return np.where(shown, per * top / np.where(shown, bottom, 1.0), np.nan)


def _pair(numerator: ArrayLike, denominator: ArrayLike) -> tuple[Floats, Floats]:
    return given.part(
        given.whole_counts(numerator, "numerator"), given.whole_counts(denominator, "denominator")
    )
