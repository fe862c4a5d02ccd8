"""From a linear predictor to a mean, and back: identity, log and logit."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats._arrays import Floats


@dataclass(frozen=True)
class Link:
    """The mean at a predictor, its slope there, and the predictor of a mean."""

    mean: Callable[[NDArray[Any]], Floats]
    slope: Callable[[NDArray[Any]], Floats]
    back: Callable[[NDArray[Any]], Floats]


def _expit(eta: NDArray[Any]) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(eta), float)


LINKS: dict[str, Link] = {
    "identity": Link(lambda eta: np.asarray(eta, float), np.ones_like, lambda mean: np.asarray(mean, float)),
    "log": Link(np.exp, np.exp, np.log),
    "logit": Link(
        _expit,
        lambda eta: _expit(eta) * _expit(-eta),  # 1 - p loses all digits where p is near 1
        lambda mean: np.asarray(np.log(mean) - np.log1p(-mean)),
    ),
}
CANONICAL = {"gaussian": LINKS["identity"], "binomial": LINKS["logit"], "poisson": LINKS["log"]}
