"""The charts that compete for rare events, each with its lowest sufficient limit and its delay, in months."""

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from matneo.stats._arrays import Floats
from matneo.stats._case_chains import bernoulli_chain
from matneo.stats._count_chains import count_chain, poisson_chances
from matneo.stats.cusum_limits import bernoulli_cusum_limit
from matneo.stats.poisson_design import poisson_cusum_design

COARSEST_GAP = 5  # births: with a lower limit each birth more moves the false-alarm rate by a fifth or more


class Question(NamedTuple):
    """What is asked of every chart. Expected events and horizon in months, the risk a birth."""

    expected_per_period: float
    rate_ratio: float
    target_arl: float
    horizon: int
    design_ratio: float
    risk: float


class Seen(NamedTuple):
    """What a chart answers, in months; `reason` is empty where it is usable."""

    limit: float
    arl_in_control: float
    mean_periods: float
    chance_within_horizon: float
    k: float = np.nan
    reason: str = ""


def _shewhart(question: Question, months: int = 1) -> Seen:
    """Signals in a period with `limit` events or more: the smallest limit that is seldom enough."""
    mean = question.expected_per_period * months
    seldom = 1 / (question.target_arl / months)
    in_control = _at_least(mean)
    limit = int(np.argmax(in_control <= min(seldom, 1.0)))
    signals = float(_at_least(mean * question.rate_ratio, limit)[limit])
    within = 1 - (1 - signals) ** (question.horizon // months)
    return Seen(float(limit), months / float(in_control[limit]), months / signals, within)


def _gaps(question: Question) -> Seen:
    """Signals at an event `limit` births or fewer after the event before: the largest limit that is seldom enough."""
    risk, births = question.risk, question.expected_per_period / question.risk
    seldom = min(1 / (question.target_arl * question.expected_per_period), 1.0)
    limit = int(np.floor(np.log1p(-seldom) / np.log1p(-risk) + 1e-9)) if seldom < 1 else COARSEST_GAP
    if limit < COARSEST_GAP:
        return Seen(float(limit), np.nan, np.nan, np.nan, reason="limit_too_coarse" if limit else "no_limit")
    in_control, changed = (_gap_arl(p, limit) / births for p in (risk, risk * question.rate_ratio))
    within = _gap_chance(risk * question.rate_ratio, limit, round(question.horizon * births))
    return Seen(float(limit), in_control, changed, within)


def _monthly_cusum(question: Question) -> Seen:
    mean = question.expected_per_period
    design = poisson_cusum_design(mean, mean * question.design_ratio, question.target_arl)
    chain = count_chain(design.k, design.limit, poisson_chances(mean * question.rate_ratio))
    within = 1 - float(chain.survival(question.horizon)[-1])
    return Seen(design.limit, design.arl_in_control, chain.average_run_length(), within, design.k)


@lru_cache(maxsize=4096)
def _birth_cusum(question: Question) -> Seen:
    risk, births = question.risk, question.expected_per_period / question.risk
    tuned, truth = (_odds_ratio(risk, ratio) for ratio in (question.design_ratio, question.rate_ratio))
    design = bernoulli_cusum_limit(risk, odds_ratio=tuned, target_arl=question.target_arl * births)
    chain = bernoulli_chain(risk, design.limit, tuned, truth)
    within = 1 - float(chain.survival(max(round(question.horizon * births), 1))[-1])
    return Seen(design.limit, design.arl_in_control / births, chain.average_run_length() / births, within)


CHARTS: dict[str, Callable[[Question], Seen]] = {
    "shewhart": _shewhart,
    "shewhart_quarterly": lambda question: _shewhart(question, 3),
    "g": _gaps,
    "poisson_cusum": _monthly_cusum,
    "bernoulli_cusum": _birth_cusum,
}


def _at_least(mean: float, least: int = 0) -> Floats:
    """P(X >= 0), P(X >= 1), … of a Poisson count, at least up to P(X >= least), down to nothing."""
    from scipy.special import gammainc

    most = max(least, int(mean + 40 * np.sqrt(mean) + 40))
    events = np.arange(1, most + 1)
    return np.concatenate(
        [[1.0], gammainc(events, mean)]
    )  # P(X >= c) is a gamma integral: no subtraction, no noise


def _gap_arl(risk: float, limit: int) -> float:
    """Births until two events lie `limit` births or fewer apart; the first gap counts from the first birth."""
    return float(1 / risk / -np.expm1(limit * np.log1p(-risk)))


def _gap_chance(risk: float, limit: int, births: int) -> float:
    """Chance of such a pair within so many births, from the births since the last event (pooled beyond the limit)."""
    moves = np.zeros((limit + 1, limit + 1))
    place = np.arange(limit + 1)
    moves[place, np.minimum(place + 1, limit)] = 1 - risk
    moves[limit, 0] = risk  # an event after a long gap: no signal, and a new gap begins
    return 1 - float(np.linalg.matrix_power(moves, births)[0].sum())


def _odds_ratio(risk: float, rate_ratio: float) -> float:
    changed = risk * rate_ratio
    return changed / (1 - changed) / (risk / (1 - risk))
