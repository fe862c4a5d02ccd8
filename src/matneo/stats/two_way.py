"""Two-way fixed effects: kept only to show how far off it can be when a programme comes in waves."""

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats._panel import lay_out_panel


def two_way_fixed_effects(
    y: ArrayLike, unit: ArrayLike, period: ArrayLike, first_treated: ArrayLike
) -> float:
    """The coefficient of "treated by now" in a regression with unit and period effects. Not an estimate to use.

    With staggered starts it compares late waves with early ones that are still changing, so effects that grow are subtracted
    from one another. In our reference data the truth is -0.62 and this gives -0.02 to -0.29. Show it beside
    `did.group_time_att` to explain a disagreement; there is no standard error on purpose. NaN where treatment does not vary
    within units and periods. ValueError as `group_time_att`.

    Formula: Σ d̃y/Σ d̃², d = 1 from the first treated period on, d̃ = d - its mean in the unit - its mean in the period + its
    mean.
    Source: Goodman-Bacon 2021, J Econometrics 225:254.

    >>> two_way_fixed_effects([5, 2, 5, 4], ["A", "A", "B", "B"], [1, 2, 1, 2], [2, 2, 0, 0])
    -2.0
    """
    panel = lay_out_panel(y, unit, period, first_treated)
    treated = ((panel.group[:, None] > 0) & (panel.periods >= panel.group[:, None])).astype(float)
    within = treated - treated.mean(axis=0) - treated.mean(axis=1, keepdims=True) + treated.mean()
    total = float(np.sum(within**2))
    return float(np.sum(within * panel.y)) / total if total > 1e-12 else float("nan")
