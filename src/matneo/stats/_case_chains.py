"""The chain of a CUSUM of single cases: the scores that their risks bring, and the chance of each."""

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._chains import Chain, chain_of, fine_step
from matneo.stats.cusum import risk_at_odds


def bernoulli_chain(
    risk: ArrayLike,
    limit: float,
    odds_ratio: float = 2.0,
    true_odds_ratio: float = 1.0,
    probability: ArrayLike | None = None,
    lattice: int | None = None,
) -> Chain:
    """The chain of the scores that cases with these risks bring."""
    scores, chances = bernoulli_scores(risk, odds_ratio, true_odds_ratio, probability)
    return chain_of(scores, chances, limit, fine_step(scores, chances, limit, lattice))


def bernoulli_scores(
    risk: ArrayLike, odds_ratio: float, true_odds_ratio: float, probability: ArrayLike | None
) -> tuple[Floats, Floats]:
    """Scores without and with the event for each risk, and the chance of each score."""
    ratio, truth = given.odds_ratio_to_look_for(odds_ratio), given.above(true_odds_ratio, "true_odds_ratio")
    chance = given.risks(np.atleast_1d(np.asarray(risk, float)))
    if not len(chance) or np.isnan(chance).any():
        raise ValueError("`risk` needs at least one value, and none of them may be missing.")
    weight = (
        np.ones(len(chance)) if probability is None else given.column(probability, "probability", len(chance))
    )
    given.refuse(~(weight >= 0), weight, "probability", "is never below zero")
    if not weight.sum() > 0:
        raise ValueError("`probability` adds up to nothing: some risk must be possible.")
    weight = weight / weight.sum()
    without = -np.log1p((ratio - 1) * chance)
    happens = risk_at_odds(chance, truth)
    scores = np.concatenate([without, without + np.log(ratio)])
    return scores, np.concatenate([weight * (1 - happens), weight * happens])
