"""The cumulative difference of expected and observed events (VLAD): a picture to talk about, not a test.

It has no limits of its own: a long run of luck looks like a slope. Signals come from the CUSUM of the same births.

Example:
    >>> from matneo.stats.vlad import vlad
    >>> vlad([0, 1, 0], [0.1, 0.1, 0.1]).expected_minus_observed.round(2).tolist()
    [0.1, -0.8, -0.7]
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._sequences import sequences
from matneo.stats.results import Columns


@dataclass(frozen=True)
class VladPoints(Columns):
    """One entry a row, in the order given; NaN where expected or observed is missing, and the sum waits."""

    expected: Floats
    observed: Floats
    expected_minus_observed: Floats  # rises when fewer events happen than expected: lives gained
    observed_minus_expected: Floats  # the same upside down: excess events


def vlad(observed: ArrayLike, expected: ArrayLike, *, series: ArrayLike | None = None) -> VladPoints:
    """Running sum of expected minus observed, series by series.

    `expected` is the risk of each birth or the expected number of each period (one number, or one a row), `observed`
    the outcome or the count. Raises ValueError for negative or infinite values.

    Formula: Vₜ = Σ (expected - observed) up to t.
    Source: Lovegrove et al. 1997, Lancet 350:1128 (variable life-adjusted display).

    >>> vlad([1, 0, 2], 0.5).observed_minus_expected.tolist()
    [0.5, 0.0, 1.5]
    """
    seen = given.counts(observed, "observed")
    awaited = given.counts(np.broadcast_to(np.asarray(expected, float), seen.shape), "expected", len(seen))
    layout = sequences(series, len(seen))
    difference = awaited - seen
    known = ~np.isnan(difference)
    steps = np.where(known, difference, 0.0)[layout.order]
    total = np.empty(len(seen))
    for start, stop in layout.spans():
        np.cumsum(steps[start:stop], out=total[start:stop])
    gained = np.where(known, layout.as_given(total), np.nan)
    return VladPoints(awaited, seen, gained, 0.0 - gained)
