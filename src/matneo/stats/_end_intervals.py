"""Intervals of the difference and the ratio of a line's two ends: what a simulation would converge to, calculated."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matneo.stats._arrays import Floats
from matneo.stats._inference import critical_value, tail
from matneo.stats._links import LINKS
from matneo.stats._numeric import root
from matneo.stats._rank_regression import Line, Sampled, Scale

Ends = tuple[float, float]
STEPS = 8001  # an error below a millionth of the interval, with a handful of events too
UNBOUNDED: Ends = (0.0, np.inf)  # of a ratio to a rate that may be nothing


def difference_interval(line: Line, scale: Scale, confidence: float) -> Ends:
    """Quantiles of last minus first end."""
    if (sampled := line.sampled) is not None:
        return _each_tail(lambda level: _combined(sampled, sampled.weights[1], level), confidence)
    if scale == "identity":
        reach = critical_value(confidence) * float(np.sqrt(line.covariance[1, 1]))
        return float(line.b[1]) - reach, float(line.b[1]) + reach
    first = LINKS[scale].mean(_pair(line).b0)
    return _curved(line, scale, lambda difference: first + difference, *_span(line, scale), confidence)


def ratio_interval(line: Line, scale: Scale, confidence: float) -> Ends:
    """Quantiles of last over first end; 0 to infinity where the first end may be nothing."""
    z = critical_value(confidence)
    if line.sampled is not None:
        return _ratio_of_combined(line.sampled, confidence)
    if scale == "identity":
        return _fieller(line, z)
    if scale == "log":
        reach = z * float(np.sqrt(line.covariance[1, 1]))
        return float(np.exp(line.b[1] - reach)), float(np.exp(line.b[1] + reach))
    first = LINKS[scale].mean(_pair(line).b0)
    low, high = _curved(line, scale, lambda log_ratio: first * np.exp(log_ratio), -700.0, 700.0, confidence)
    return float(np.exp(low)), float(np.exp(high))


def _each_tail(at: Callable[[float], float], confidence: float) -> Ends:
    beyond = tail(confidence)
    return at(beyond), at(1 - beyond)


# --- Least squares of plain rates: sums of independent rates that are normal on another scale -----------------------
def _combined(sampled: Sampled, pull: Floats, level: float) -> float:
    """A quantile of sum(pull * rate) by its cumulants (Cornish and Fisher 1938): the sum is nearly normal already."""
    from scipy.special import ndtri

    mean, variance, third, fourth = (
        float(pull**power @ cumulant) for power, cumulant in zip((1, 2, 3, 4), sampled.cumulants, strict=True)
    )
    sd = float(np.sqrt(variance))
    z, skew, peak = float(ndtri(level)), third / (variance * sd), fourth / variance**2
    bent = z + (z**2 - 1) * skew / 6 + (z**3 - 3 * z) * peak / 24 - (2 * z**3 - 5 * z) * skew**2 / 36
    return mean + sd * bent


def _ratio_of_combined(sampled: Sampled, confidence: float) -> Ends:
    """The ratio is below r as often as last - r first, another sum of rates, is below 0."""
    first, last = np.cumsum(sampled.weights, axis=0)
    if _combined(sampled, first, tail(confidence)) <= 0:
        return UNBOUNDED

    def at(level: float) -> float:
        def beyond(r: float) -> float:
            return _combined(sampled, last - r * first, level)

        top = 1.0
        while beyond(top) > 0:
            top *= 4
        return root(beyond, 0.0, top) if beyond(0.0) > 0 else 0.0

    return _each_tail(at, confidence)


# --- Normal coefficients ---------------------------------------------------------------------------------------------
def _fieller(line: Line, z: float) -> Ends:
    """All r for which (b0 + b1) - r b0 is within z of its standard error (Fieller 1954)."""
    both = np.array([[1.0, 0.0], [1.0, 1.0]])
    (v_first, v_both), (_, v_last) = both @ line.covariance @ both.T
    first, last = both @ line.b
    a, b, c = first**2 - z**2 * v_first, first * last - z**2 * v_both, last**2 - z**2 * v_last
    if a <= 0 or first <= 0:
        return UNBOUNDED
    spread = float(np.sqrt(max(0.0, b * b - a * c)))
    return max(0.0, float((b - spread) / a)), float((b + spread) / a)


@dataclass(frozen=True)
class _Pair:
    """b0 at the nodes of its distribution, and the normal distribution of b1 given each."""

    b0: Floats
    b1: Floats
    sd: float
    weight: Floats


def _pair(line: Line) -> _Pair:
    # Even steps: where b0 and b1 nearly offset one another the integrand has a step that a Gauss rule would straddle.
    x = np.linspace(-9, 9, STEPS)
    w, v = np.exp(-0.5 * x**2), line.covariance
    b0 = line.b[0] + np.sqrt(v[0, 0]) * x
    b1 = line.b[1] + v[0, 1] / v[0, 0] * (b0 - line.b[0])
    return _Pair(b0, b1, float(np.sqrt(v[1, 1] - v[0, 1] ** 2 / v[0, 0])), w / w.sum())


def _curved(
    line: Line, scale: Scale, last_end: Callable[[float], Floats], low: float, high: float, confidence: float
) -> Ends:
    """Quantiles of a contrast that rises with b1: `last_end` gives the last rate at which it has a value, for every b0."""
    pair = _pair(line)

    def below(value: float) -> float:
        return float(pair.weight @ _probability(pair, last_end(value), scale))

    return _each_tail(lambda level: root(lambda value: below(value) - level, low, high), confidence)


def _probability(pair: _Pair, last: Floats, scale: Scale) -> Floats:
    """That b1 leaves the last end below these rates: 0 or 1 where no rate is that low or high."""
    from scipy.special import ndtr

    top = 1.0 if scale == "logit" else np.inf
    inside = (last > 0) & (last < top)
    needed = LINKS[scale].back(np.where(inside, last, 0.5)) - pair.b0
    return np.where(inside, ndtr((needed - pair.b1) / pair.sd), np.where(last >= top, 1.0, 0.0))


def _span(line: Line, scale: Scale) -> Ends:
    """Differences below and above every one that could be a quantile."""
    if scale == "logit":
        return -1.0, 1.0
    far = np.sqrt(np.array([line.covariance[0, 0], line.covariance.sum()]))
    first, last = LINKS[scale].mean(np.cumsum(line.b) + 20 * far)
    return -float(first), float(last)
