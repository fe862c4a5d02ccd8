"""How often a risk-adjusted Bernoulli CUSUM errs, and how soon it sees a change.

All figures come from an exact Markov chain, not from simulation: the same question gives the same answer.
Cases are births; divide by births a month to speak of months.

Example:
    >>> from matneo.stats import cusum_design
    >>> usual = cusum_design.bernoulli_cusum_arl(0.01, 3.3, odds_ratio=2)
    >>> doubled = cusum_design.bernoulli_cusum_arl(0.01, 3.3, odds_ratio=2, true_odds_ratio=2)
    >>> round(usual.average, -2), round(doubled.average)  # births until a signal
    (9900.0, 683)
"""

from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._case_chains import bernoulli_chain
from matneo.stats._chains import Chain


@dataclass(frozen=True)
class RunLength:
    """Mean number of cases (or periods) until the signal, and how it was asked."""

    average: float
    method: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class SignalChance:
    """Chance of at least one signal within the horizon; `by_case[t]` within the first t + 1 cases."""

    probability: float
    by_case: Floats
    method: str
    parameters: dict[str, Any]


def bernoulli_cusum_arl(
    risk: ArrayLike,
    limit: float,
    *,
    odds_ratio: float = 2.0,
    true_odds_ratio: float = 1.0,
    probability: ArrayLike | None = None,
    head_start: float = 0.0,
    lattice: int | None = None,
) -> RunLength:
    """Average run length, in cases, of `cusum.bernoulli_cusum` with the same odds ratio and limit.

    `risk` is one risk or a sample of them; each case draws one, with `probability` (default: equal). With
    `true_odds_ratio` 1 the answer is the mean distance of false alarms; with another the mean delay until that
    change, present from the first case on, is seen. `lattice` is the number of chain states per unit of score; by
    default as many as keep the rounding below a thousandth of the result, or five for events rarer than 1 in 5,000.
    A single score above the limit is no difficulty. Raises ValueError for impossible parameters and for a chart that
    can never signal.

    Formula: e'(I - Q)⁻¹1, Q being the moves of S = max(0, S + weight) between lattice states without a signal, e the start; a
    weight between two states is shared so that its mean is kept.
    Source: Steiner et al. 2000, Biostatistics 1:441; Knoth, Wittenberg and Gan 2019, Qual Reliab Eng Int 35:1063.

    >>> round(bernoulli_cusum_arl(0.5, 0.1, odds_ratio=2).average, 6)  # ln(4/3) > 0.1: the first event signals
    2.0
    """
    given.head_start(head_start, given.above(limit, "limit"))
    chain = bernoulli_chain(risk, limit, odds_ratio, true_odds_ratio, probability, lattice)
    return RunLength(
        chain.average_run_length(head_start),
        "bernoulli-cusum-chain/1",
        _parameters(odds_ratio, limit, true_odds_ratio, head_start, chain),
    )


def false_alarm_probability(
    risk: ArrayLike,
    limit: float,
    *,
    horizon: int,
    odds_ratio: float = 2.0,
    true_odds_ratio: float = 1.0,
    probability: ArrayLike | None = None,
    head_start: float = 0.0,
    lattice: int | None = None,
) -> SignalChance:
    """Chance of a signal within `horizon` cases: of a false alarm, or (`true_odds_ratio` not 1) of seeing the change.

    Nearer to how people think than an average run length: "one quiet year in ten would show a signal". Parameters are those
    of `bernoulli_cusum_arl`; the time taken grows with the horizon. Raises ValueError as that does, and for a horizon that is
    no whole number above 0.

    Formula: 1 - e'Qᵗ1 after t cases, e and Q those of `bernoulli_cusum_arl`.
    Source: Steiner et al. 2000, Biostatistics 1:441, for the chain; within chance the share that R cusum 0.4.1 simulates.

    >>> chance = false_alarm_probability(0.5, 0.1, horizon=3, odds_ratio=2)  # the first event signals
    >>> chance.by_case.round(6).tolist()
    [0.5, 0.75, 0.875]
    """
    given.head_start(head_start, given.above(limit, "limit"))
    steps = given.whole(horizon, "horizon")
    chain = bernoulli_chain(risk, limit, odds_ratio, true_odds_ratio, probability, lattice)
    by_case = 1 - chain.survival(steps, head_start)
    parameters = _parameters(odds_ratio, limit, true_odds_ratio, head_start, chain) | {"horizon": steps}
    return SignalChance(float(by_case[-1]), by_case, "bernoulli-cusum-chain/1", parameters)


def _parameters(
    odds_ratio: float, limit: float, true_odds_ratio: float, head_start: float, chain: Chain
) -> dict[str, Any]:
    return {
        "odds_ratio": float(odds_ratio),
        "limit": float(limit),
        "true_odds_ratio": float(true_odds_ratio),
        "head_start": float(head_start),
        "step": chain.step,
    }
