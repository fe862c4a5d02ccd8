"""Many tests at once: p-values adjusted, so that a long list of signals is not mostly chance.

Example:
    >>> from matneo.stats.multiplicity import adjust_p_values
    >>> adjust_p_values([0.01, 0.04, 0.03]).adjusted.round(3).tolist()
    [0.03, 0.04, 0.04]
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats.results import Columns

Method = Literal["bh", "by", "holm", "bonferroni"]


@dataclass(frozen=True)
class AdjustedColumns(Columns):
    """One entry a test, in the order given; NaN and False where there was no p-value."""

    p_value: Floats
    adjusted: Floats
    rejected: Bools  # adjusted <= level


@dataclass(frozen=True)
class AdjustedPValues:
    """Adjusted p-values, and at which level which were rejected by which method."""

    tests: AdjustedColumns
    level: float
    method: str

    @property
    def adjusted(self) -> Floats:
        """The adjusted p-values, in the order given."""
        return self.tests.adjusted

    @property
    def rejected(self) -> Bools:
        """Whether each is at most the level; False where it is missing."""
        return self.tests.rejected


def adjust_p_values(p_value: ArrayLike, *, method: Method = "bh", level: float = 0.05) -> AdjustedPValues:
    """Adjusted p-values: rejecting where they are at most `level` keeps the promised error.

    * "bh" (Benjamini and Hochberg 1995): of the rejected, at most `level` are false on average. Right for independent
      tests, and for those that tend to be wrong together.
    * "by" (Benjamini and Yekutieli 2001): the same for any dependence, at a price of about ln n.
    * "holm" (1979), "bonferroni": the chance of even one false rejection is at most `level`; holm finds no fewer.

    One entry a test. Missing p-values (NaN) are left out and do not count as tests. Raises ValueError outside 0 to 1.

    Formula: for p₍₁₎ ≤ … ≤ p₍ₙ₎, adjusted i: bonferroni n p₍ᵢ₎; holm max_{j≤i} (n - j + 1)p₍ⱼ₎; bh min_{j≥i} n p₍ⱼ₎/j; by as
    bh, times Σ 1/j; none above 1.
    Source: Holm 1979, Scandinavian Journal of Statistics 6:65; Benjamini and Hochberg 1995, JRSS B 57:289; Benjamini and
    Yekutieli 2001, Annals of Statistics 29:1165.

    >>> adjust_p_values([0.01, 0.02, 0.03, 0.04], method="bonferroni").adjusted.tolist()
    [0.04, 0.08, 0.12, 0.16]
    """
    values = given.risks(p_value, "p_value")
    given.share(level, "level")
    given.one_of(method, "method", Method)
    known = ~np.isnan(values)
    adjusted = np.full(len(values), np.nan)
    adjusted[known] = _adjusted(values[known], method)
    with np.errstate(invalid="ignore"):
        columns = AdjustedColumns(values, adjusted, adjusted <= level)
    return AdjustedPValues(columns, float(level), method)


def _adjusted(values: Floats, method: Method) -> Floats:
    n = len(values)
    order = np.argsort(values, kind="stable")
    rank = np.arange(1, n + 1)
    ascending = values[order]
    if method == "bonferroni":
        steps = ascending * n
    elif method == "holm":
        steps = np.maximum.accumulate(ascending * (n - rank + 1))
    else:
        harmonic = float(np.sum(1 / rank)) if method == "by" else 1.0
        steps = np.minimum.accumulate((ascending * (n * harmonic / rank))[::-1])[::-1]
    adjusted = np.empty(n)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted
