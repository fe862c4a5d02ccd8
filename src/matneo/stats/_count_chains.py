"""The chain of a CUSUM of counts: exact wherever its reference value is a fraction."""

from math import isclose

import numpy as np

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._chains import Chain, chain_of, fine_step

TAIL = 1e-15  # counts less likely than that are left out; those that matter signal anyway
FINEST = 1000  # denominators of k that are tried; any other k is rounded in pairs instead


def count_chain(k: float, limit: float, chances: Floats, head_start: float = 0.0) -> Chain:
    """The chain of counts 0, 1, 2, … with these chances, less k."""
    given.above(k, "k")
    scores = np.arange(len(chances), dtype=np.float64) - k
    per_event = next((d for d in range(1, FINEST + 1) if _whole(k * d) and _whole(head_start * d)), None)
    if per_event is None:
        return chain_of(scores, chances, limit, fine_step(scores, chances, limit))
    return lattice_chain(per_event, k * per_event, limit * per_event, chances)


def poisson_chances(mean: float) -> Floats:
    """Chances of 0, 1, 2, … events, until nothing worth mentioning is left."""
    from scipy.special import gammaln, pdtrik

    most = int(pdtrik(1 - TAIL, mean)) + 10
    events = np.arange(most + 1)
    chances: Floats = np.exp(events * np.log(mean) - mean - gammaln(events + 1))
    return chances


def count_chances(mean: float | None, trials: int | None, probability: float | None) -> Floats:
    """Chances of 0, 1, 2, … events: Poisson with a mean, or binomial with trials and a probability."""
    from scipy.special import gammaln, xlog1py, xlogy

    if mean is not None and trials is None and probability is None:
        return poisson_chances(given.above(mean, "mean"))
    if mean is not None or trials is None or probability is None:
        raise ValueError("Give the `mean` of Poisson counts, or `trials` and `probability` of binomial ones.")
    n, p = given.whole(trials, "trials"), given.share(probability, "probability")
    x = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    chances: Floats = np.exp(ways + xlogy(x, p) + xlog1py(n - x, -p))
    return chances


def lattice_chain(per_event: int, k: float, height: float, chances: Floats) -> Chain:
    """Counts in lattice steps. A limit between two lattice points is reached only at the next one."""
    top = max(int(np.ceil(height - 1e-9 * per_event)), 1)
    counts = np.arange(len(chances)) * per_event
    return chain_of(np.asarray(counts - round(k), float), chances, float(top), 1.0).scaled(1 / per_event)


def _whole(value: float) -> bool:
    return isclose(value, round(value), abs_tol=1e-9 * max(1.0, abs(value)))
