"""What an interrupted time series answers."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats._arrays import Bools, Floats
from matneo.stats.regression import Coefficients, Fit
from matneo.stats.results import Columns, Estimate


@dataclass(frozen=True)
class Effect:
    """With the change and without it, on the scale of the measure (a value, a share, a rate)."""

    fitted: float
    counterfactual: float  # the line before, carried on
    difference: Estimate  # fitted - counterfactual
    relative: Estimate  # fitted/counterfactual - 1, interval on the log scale; NaN where one of them is not above zero


@dataclass(frozen=True)
class SeriesPoints(Columns):
    """One entry a point, as given. NaN: no value, or a point of the phase-in, which no line describes."""

    time: Floats
    observed: Floats
    fitted: Floats
    counterfactual: Floats
    counterfactual_lower: Floats
    counterfactual_upper: Floats
    after: Bools
    used: Bools


@dataclass(frozen=True)
class Sensitivity(Columns):
    """The answer under each assumption about the errors, side by side. The first row is the one asked for."""

    error: NDArray[np.str_]
    level: Floats  # of the linear predictor: log odds ratio, log rate ratio, or the measure itself
    level_se: Floats
    level_p: Floats
    trend: Floats
    trend_se: Floats
    trend_p: Floats
    difference_at_end: Floats
    difference_lower: Floats
    difference_upper: Floats


@dataclass(frozen=True)
class SegmentedRegression:
    """The answer of `segmented_regression`."""

    coefficients: Coefficients
    level: Estimate  # change on arrival, on the scale of the linear predictor
    trend: Estimate  # change of slope a point of time
    effect_at_end: Effect
    cumulative_effect: (
        Estimate  # Σ denominator (fitted - counterfactual) after the change: events, or sum of values
    )
    points: SeriesPoints
    sensitivity: Sensitivity
    dispersion: float  # Pearson φ of counts (also below 1), residual variance of values
    rho: float  # autocorrelation of neighbours; NaN where it is not modelled
    df: float
    cautions: tuple[str, ...]
    fit: Fit
    method: str
    parameters: dict[str, Any]
