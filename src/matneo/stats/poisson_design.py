"""How often a CUSUM of counts errs, and its reference value and limit for a wanted in-control average run length.

Example:
    >>> from matneo.stats import poisson_design
    >>> design = poisson_design.poisson_cusum_design(0.7, 1.4, 100)
    >>> design.k, design.limit, round(design.arl_in_control, 1)
    (0.95, 3.8, 100.7)
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import floor, log
from typing import Any, Literal

import numpy as np

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._count_chains import count_chain, count_chances, lattice_chain, poisson_chances
from matneo.stats.cusum_design import RunLength

SMALLEST_MEAN = 0.06  # at and below it the published lattice rounds k to zero
SMALLEST_K = 0.03  # ours would be more than a sixth off
MOSS_GRID = 0.01
MOST_MOSS_STEPS = 10  # the published rule tries lattices of 1/1 to 1/10
STEPS, FINE_STEPS, FEW = 20, 100, 0.25  # ours are of 1/20, and of 1/100 for reference values below a quarter
ROOM, TRIED = 0.1, 9  # how far from the best reference value another may lie, and how many are tried
FIRST_GUESS, HIGHEST_LIMIT = 2.0, 1e4  # events


@dataclass(frozen=True)
class PoissonDesign:
    """Reference value and limit of a Poisson CUSUM, and how it behaves in control and at the mean to detect."""

    in_control_mean: float
    out_of_control_mean: float
    k_unrounded: float
    k: float
    limit: float
    arl_in_control: float
    arl_out_of_control: float
    steps_per_event: int  # the statistic moves in multiples of 1 / this
    grid: float  # to which k was rounded before it was put on that lattice
    compat: str
    method: str
    parameters: dict[str, Any]


def poisson_cusum_design(
    mean_in: float, mean_out: float, target_arl: float, *, compat: Literal["moss", "exact"] = "exact"
) -> PoissonDesign:
    """Reference value k and limit h for an in-control average run length of `target_arl` periods.

    m₀ is the mean in control, `mean_in`, and m₁ the mean to detect, `mean_out`. The chain of the statistic is exact once k
    is a fraction, and the two ways differ in how they make it one:

    * "exact": k within a tenth of its best value and h the first limit whose average run length is at least the
      target, such that the change is seen soonest. Sites of any size come close to the same error.
    * "moss": as CUSUMdesign 1.1.5 does it for the Maternity Outcomes Signal System: k and h are multiples of 1/d for
      the d up to 10 that suits k best, h the first whose average run length exceeds the target. It may exceed it more
      than twofold, which treats sites unequally; the field `arl_in_control` says by how much.

    Answers are remembered. Raises ValueError where `mean_out` is not above `mean_in`, where k would round to zero (for
    "moss" up to a mean of 0.06; for "exact" below a k of 0.03), and for a target of 1 or less.

    Formula: k near (m₁ - m₀)/ln(m₁/m₀), h the first lattice value with ARL(h) ≥ target_arl; ARL = e'(I - Q)⁻¹1 of the chain of S
    = max(0, S + count - k).
    Source: Lucas 1985, Technometrics 27:129, for k; Hawkins and Olwell 1998, Cumulative Sum Charts and Charting for Quality
    Improvement, ch. 5; R CUSUMdesign 1.1.5 for "moss".

    >>> design = poisson_cusum_design(0.7, 1.4, 20, compat="moss")
    >>> design.k, design.limit, round(design.arl_in_control, 2)  # asked for 20
    (1.0, 3.0, 46.93)
    """
    given.above(mean_in, "mean_in")
    given.above(target_arl, "target_arl", 1.0)
    if not (np.isfinite(mean_out) and mean_out > mean_in):
        raise ValueError(f"`mean_out` must be above `mean_in` ({mean_in:g}), and is {mean_out:g}.")
    given.one_of(compat, "compat", ("moss", "exact"))
    return _design(float(mean_in), float(mean_out), float(target_arl), compat)


def count_cusum_arl(
    k: float,
    limit: float,
    *,
    mean: float | None = None,
    trials: int | None = None,
    probability: float | None = None,
    head_start: float = 0.0,
) -> RunLength:
    """Average run length, in periods, of S = max(0, S + count - k) with a signal at S ≥ limit.

    Counts are Poisson with the `mean`, or binomial with `trials` and `probability`. Exact where k and the head start
    are fractions with a common denominator up to 1,000; else values are rounded in pairs. Raises ValueError for
    impossible parameters.

    Formula: ARL = e'(I - Q)⁻¹1, Q the moves of S between 0 and the limit without a signal, e the start.
    Source: Hawkins and Olwell 1998, Cumulative Sum Charts and Charting for Quality Improvement, ch. 5.

    >>> round(count_cusum_arl(1, 1, mean=1.0).average, 6)  # two events or more in a month: 1 / (1 - 2/e)
    3.784422
    """
    given.head_start(head_start, given.above(limit, "limit"))
    chain = count_chain(k, limit, count_chances(mean, trials, probability), head_start)
    parameters: dict[str, Any] = {"k": float(k), "limit": float(limit), "head_start": float(head_start)}
    parameters |= {"mean": mean, "trials": trials, "probability": probability}
    return RunLength(chain.average_run_length(head_start), "count-cusum-chain/1", parameters)


@lru_cache(maxsize=65536)
def _design(mean_in: float, mean_out: float, target_arl: float, compat: str) -> PoissonDesign:
    best = (mean_out - mean_in) / log(mean_out / mean_in)
    in_control, changed = poisson_chances(mean_in), poisson_chances(mean_out)
    moss = compat == "moss"
    grid = MOSS_GRID if moss else 1 / _fineness(best)

    def design(k: float, steps: int, per_event: int, guess: float) -> PoissonDesign:
        def arl_at(height: int, chances: Floats) -> float:
            return lattice_chain(per_event, steps, height, chances).average_run_length()

        def enough(height: int) -> bool:
            reached = arl_at(height, in_control)
            return reached > target_arl if moss else reached >= target_arl

        height = _first(enough, round(guess * per_event), int(HIGHEST_LIMIT * per_event), target_arl)
        arls = arl_at(height, in_control), arl_at(height, changed)
        asked = {"mean_in": mean_in, "mean_out": mean_out, "target_arl": target_arl}
        name = f"poisson-cusum-design-{compat}/1"
        return PoissonDesign(
            mean_in, mean_out, best, k, height / per_event, *arls, per_event, grid, compat, name, asked
        )

    possible = [_moss_lattice(best)] if moss else _near(best)
    too_small = mean_in <= SMALLEST_MEAN or possible[0][1] == 0 if moss else best < SMALLEST_K
    if too_small:
        raise ValueError(
            f"A mean of {mean_in:g} events a period is too small for this chart: its reference value would round to "
            "zero, and the sum could only rise. Pool sites, or take longer periods."
        )
    made = [design(*possible[0], FIRST_GUESS)]
    made += [design(*one, made[0].limit) for one in possible[1:]]
    return min(made, key=lambda one: round(one.arl_out_of_control, 9))


def _moss_lattice(best: float) -> tuple[float, int, int]:
    """k as reported, k in lattice steps, and steps per event, by the rule of the published program.

    The first d that makes k (to two decimals) a whole number of steps, else the d that leaves the smallest rest above
    one. Followed to the letter and in double precision, because where k d + 0.01 comes out a hair above a whole
    number the program takes a k that lies 0.01 below it.
    """
    rounded = round(best, 2)
    misses = [abs((rounded * d + 0.01) % 1 - 0.01) for d in range(1, MOST_MOSS_STEPS + 1)]
    exact = next((d for d, miss in enumerate(misses, 1) if miss < 0.01), None)
    d = exact or 1 + misses.index(min(misses))
    steps = floor(rounded * d + 0.5)
    return (rounded if exact else steps / d), steps, d


def _near(best: float) -> list[tuple[float, int, int]]:
    """Reference values within a tenth of the best one, the nearest first: as k reported, steps, and steps per event.

    With counts a limit can only have some run lengths. Giving k a little room finds one near the target.
    """
    per_event = _fineness(best)
    low, high = np.ceil(best * (1 - ROOM) * per_event), np.floor(best * (1 + ROOM) * per_event)
    some = {round(step) for step in np.linspace(low, high, TRIED)} | {round(best * per_event)}
    nearest = sorted(some, key=lambda step: abs(step - best * per_event))
    common = [int(np.gcd(step, per_event)) for step in nearest]
    return [(step / per_event, step // c, per_event // c) for step, c in zip(nearest, common, strict=True)]


def _fineness(best: float) -> int:
    return FINE_STEPS if best < FEW else STEPS


def _first(enough: Callable[[int], bool], guess: int, most: int, target_arl: float) -> int:
    """The first whole number that is enough, where every larger one is too: from a guess in growing strides."""
    low, high, stride = 0, max(guess, 1), 1
    if enough(high):
        while high > stride and enough(high - stride):
            high, stride = high - stride, 2 * stride
        low = max(high - stride, 0)
    else:
        while not enough(high):
            low, high, stride = high, high + stride, 2 * stride
            if high > most:
                raise ValueError(f"No limit reaches an in-control average run length of {target_arl:g}.")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
