"""How many months a chart of counts needs until a change of a share shows as a run on one side of the old mean.

Example:
    >>> from matneo.stats.shift_delay import months_to_shift
    >>> round(months_to_shift(0.40, 0.60, 40), 1)  # 40 women a month, 40 % before, 60 % from now on
    7.2
    >>> months_to_shift(0.40, 0.41, 3) > 60  # three a month: so small a change drowns in chance
    True
"""

import numpy as np

from matneo.stats import _inputs as given

RUN = 7  # points in a row on one side of the mean: the shift rule of the profile mdc-2023


def months_to_shift(before: float, after: float, number: float, *, run: int = RUN) -> float:
    """Mean months until `run` points in a row lie on the better side of the old mean, where months differ by chance alone.

    `before` and `after` are shares, `number` how many are counted a month. `inf` where a run cannot come.
    Formula: (1 - p^r) / ((1 - p) p^r) for a run of r, where p is the chance of a binomial count beyond `number` × `before`.
    Source: Feller 1968, An Introduction to Probability Theory and Its Applications, volume 1, XIII.7.
    Raises ValueError for shares outside 0 to 1 and numbers not above 0.

    >>> months_to_shift(0.5, 1.0, 20)
    7.0
    """
    old, new = (_share(value, name) for value, name in ((before, "before"), (after, "after")))
    given.above(number, "number")
    given.whole(run, "run")
    p = _chance_beyond(old, new, max(round(number), 1))
    if p >= 1:
        return float(run)
    return float((1 - p**run) / ((1 - p) * p**run)) if p**run > 0 else float("inf")


def _share(value: float, name: str) -> float:
    if not 0 <= value <= 1:
        raise ValueError(f"`{name}` must be a share from 0 to 1, and is {value:g}.")
    return float(value)


def _chance_beyond(old: float, new: float, number: int) -> float:
    """P(count of the new share lies beyond the old mean, on the side of the change); a point on the mean is on no side."""
    from scipy.special import bdtr, bdtrc

    mean = number * old
    if new >= old:
        return float(bdtrc(np.floor(mean + 1e-9), number, new))
    return float(bdtr(np.ceil(mean - 1e-9) - 1, number, new))
