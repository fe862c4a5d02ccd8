"""The exponentially weighted moving average: small lasting shifts of values that are roughly normal.

Example:
    >>> from matneo.stats.ewma import ewma
    >>> chart = ewma([1.0, 1.0, 4.0], smoothing=0.5, width=2.0)
    >>> chart.points.average.tolist()
    [0.5, 0.75, 2.375]
    >>> chart.points.signal.tolist()  # the last limit is 2 x sqrt(0.5/1.5 x (1 - 0.5^6)) = 1.146
    [False, False, True]
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats._numeric import gauss_legendre, root
from matneo.stats._sequences import sequences
from matneo.stats.cusum_design import RunLength
from matneo.stats.results import Columns

SMALLEST_EXPECTED = 5.0  # events a period, below which a count is too skew for this chart
LONGEST = 1e12  # beyond it double precision cannot tell a run length from forever
WIDEST = 8.0  # limit widths: no target needs more


@dataclass(frozen=True)
class EwmaPoints(Columns):
    """One entry a row, in the order given. NaN: no value in this row; the average waits."""

    value: Floats
    average: Floats
    sigma: Floats  # exact standard deviation of the average, growing to its final value
    lower: Floats
    upper: Floats
    signal: Bools


@dataclass(frozen=True)
class Ewma:
    """The answer of an EWMA chart, with the method and parameters that would make it again."""

    points: EwmaPoints
    method: str
    parameters: dict[str, Any]


def ewma(
    value: ArrayLike,
    *,
    smoothing: float = 0.2,
    width: float = 2.7,
    centre: float = 0.0,
    sigma: float = 1.0,
    series: ArrayLike | None = None,
) -> Ewma:
    """The exponentially weighted moving average of each series from the centre on, with its limits.

    The variance is exact after t values, so the first limits are narrow. `smoothing` is l (0 < l <= 1; small values see
    small shifts), `centre` and `sigma` are those of a single value in control. A signal is an average beyond a limit.
    Nothing restarts. Missing values (NaN) are left out and t does not grow. Raises ValueError for parameters out of range.

    Formula: Zₜ = (1 - l)Zₜ₋₁ + l xₜ, Z₀ = centre; limits centre ± width σ √(l/(2 - l) (1 - (1 - l)²ᵗ)).
    Source: Roberts 1959, Technometrics 1:239; Lucas and Saccucci 1990, Technometrics 32:1.

    >>> points = ewma([1.0, np.nan, 3.0], smoothing=0.5).points
    >>> points.average.tolist(), points.sigma.round(3).tolist()  # (0 + 1)/2, then (0.5 + 3)/2
    ([0.5, nan, 1.75], [0.5, nan, 0.559])
    """
    x = given.column(value, "value")
    given.refuse(np.isinf(x), x, "value", "must be finite")
    part, spread = _smoothing(smoothing), given.above(sigma, "sigma")
    given.above(width, "width")
    layout = sequences(series, len(x))
    matrix = layout.as_matrix(x)
    average, variance = np.full(matrix.shape, np.nan), np.full(matrix.shape, np.nan)
    mean, grown = np.full(len(matrix), float(centre)), np.zeros(len(matrix))
    for period in range(matrix.shape[1]):
        now = matrix[:, period]
        known = ~np.isnan(now)
        mean = np.where(known, (1 - part) * mean + part * np.where(known, now, 0.0), mean)
        grown = np.where(known, (1 - part) ** 2 * grown + part**2, grown)
        average[known, period], variance[known, period] = mean[known], grown[known]
    middle, deviation = layout.from_matrix(average), spread * np.sqrt(layout.from_matrix(variance))
    lower, upper = centre - width * deviation, centre + width * deviation
    beyond = (middle > upper) | (middle < lower)
    parameters = {"smoothing": part, "width": width, "centre": centre, "sigma": sigma, "rows": len(x)}
    return Ewma(EwmaPoints(x, middle, deviation, lower, upper, beyond), "ewma/1", parameters)


def count_ewma(
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    dispersion: float = 1.0,
    smoothing: float = 0.2,
    width: float = 2.7,
    series: ArrayLike | None = None,
) -> Ewma:
    """EWMA of the standardised residuals of counts, with `dispersion` φ (1 for Poisson).

    `observed` has one entry a period, `expected` one or one a period; the rest is as in `ewma`.

    Raises ValueError where a period expects fewer than five events: counts that small are too skew for symmetric
    limits, and belong on a CUSUM.

    Formula: `ewma` of (O - E)/√(E φ), centre 0 and σ 1.
    Source: Pearson residuals as in McCullagh and Nelder 1989, Generalized Linear Models, section 2.4, on the chart of Roberts
    1959; the least expected number is ours.

    >>> count_ewma([16, 4], 9.0, smoothing=0.5).points.value.round(4).tolist()
    [2.3333, -1.6667]
    """
    seen = given.counts(observed, "observed")
    awaited = given.counts(expected, "expected", len(seen))
    rule = f"must be at least {SMALLEST_EXPECTED:g} events a period for this chart (take a CUSUM)"
    given.refuse(awaited < SMALLEST_EXPECTED, awaited, "expected", rule)
    residual = (seen - awaited) / np.sqrt(awaited * given.above(dispersion, "dispersion"))
    made = ewma(residual, smoothing=smoothing, width=width, series=series)
    return Ewma(made.points, "count-ewma/1", made.parameters | {"dispersion": float(dispersion)})


def ewma_arl(smoothing: float, width: float, *, shift: float = 0.0) -> RunLength:
    """Average run length of normal values whose mean is `shift` standard deviations off, from the centre on.

    For limits at their final distance: the integral equation of the run length, solved at Gauss-Legendre points (twelve
    digits), l being `smoothing`. The growing limits of `ewma` signal a little sooner. Raises ValueError for a smoothing
    outside 0 to 1 and a width not above 0.

    Formula: L(z) = 1 + 1/l ∫ L(x) φ((x - (1 - l)z)/l - shift) dx over the limits ± width √(l/(2 - l)); the answer is L(0),
    which is 1/(Φ(shift - width) + Φ(-shift - width)) where l is 1.
    Source: Crowder 1987, Technometrics 29:401.

    >>> round(ewma_arl(1.0, 3.0).average, 2)  # no memory: 1 / P(|z| > 3)
    370.4
    """
    part, wide = _smoothing(smoothing), given.above(width, "width")
    average = _average_run_length(part, wide, abs(float(shift)))
    return RunLength(average, "ewma-integral/1", {"smoothing": part, "width": wide, "shift": float(shift)})


def ewma_width(smoothing: float, target_arl: float) -> float:
    """The limit width whose in-control average run length (`ewma_arl`) is the target.

    Raises ValueError for a smoothing outside 0 to 1, and for a target that no width reaches.

    Method: the root in the width of ln ewma_arl(smoothing, width) - ln target_arl.
    Source: ours; `ewma_arl` turned round.

    >>> round(ewma_width(0.1, 370.4), 4)
    2.7015
    """
    part, goal = _smoothing(smoothing), given.above(target_arl, "target_arl", 1.0)

    def gap(width: float) -> float:
        return float(np.log(_average_run_length(part, width, 0.0) / goal))

    # The search climbs: far above the answer the run length outgrows what a linear system can tell.
    low, high = 1e-3, 1.0
    while high <= WIDEST and gap(high) < 0:
        low, high = high, high + 1
    if high > WIDEST or gap(low) > 0 or goal >= LONGEST:
        raise ValueError(f"No width up to {WIDEST:g} gives an average run length of {goal:g}.")
    return root(gap, low, high, 1e-12)


@lru_cache(maxsize=4096)
def _average_run_length(part: float, width: float, shift: float) -> float:
    from scipy.special import ndtr

    edge = width * np.sqrt(part / (2 - part))
    if part == 1:
        return float(1 / (ndtr(shift - width) + ndtr(-shift - width)))
    nodes = 40 + 20 * int(0.6 * edge / part)  # a dozen points a standard deviation of one step
    x, weight = (edge * column for column in gauss_legendre(nodes))
    at = np.append(x, 0.0)
    distance = (x[None, :] - (1 - part) * at[:, None]) / part - shift
    kernel = np.exp(-0.5 * distance**2) / (part * np.sqrt(2 * np.pi)) * weight
    lengths = np.linalg.solve(np.eye(nodes) - kernel[:-1], np.ones(nodes))
    average = float(1 + kernel[-1] @ lengths)
    return average if 0 < average < LONGEST else np.inf


def _smoothing(value: float) -> float:
    if not 0 < value <= 1:
        raise ValueError(f"`smoothing` must be above 0 and at most 1, and is {value:g}.")
    return float(value)
