"""What functions answer with: tables of arrays, an interval, an estimate, a comparison, and why a series could not be used."""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matneo.stats._arrays import Floats


class Columns:
    """A frozen dataclass of equal-length arrays."""

    def columns(self) -> dict[str, NDArray[Any]]:
        """The arrays by name, ready for a data frame of any kind."""
        return {entry.name: getattr(self, entry.name) for entry in fields(self)}  # type: ignore[arg-type]


@dataclass(frozen=True)
class Interval:
    """Lower and upper end, on the scale of the estimate. NaN where nothing was counted."""

    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class Comparison(Columns):
    """A group beside its reference: the estimate, its interval and, where there is one, the two-sided p-value."""

    estimate: Floats
    lower: Floats
    upper: Floats
    p_value: Floats


@dataclass(frozen=True)
class Estimate:
    """A number with its uncertainty. `df` are the degrees of freedom of t (infinite: normal; NaN: neither)."""

    value: float
    se: float
    lower: float
    upper: float
    p_value: float  # two-sided, of no effect
    df: float
    confidence: float
    method: str

    def as_ratio(self, factor: float = 1.0) -> "Estimate":
        """exp(factor x value), of a log ratio the ratio; its standard error by the delta method.

        >>> Estimate(0.0, 0.1, -0.2, 0.2, 1.0, np.inf, 0.95, "example").as_ratio().value
        1.0
        """
        value, lower, upper = (float(np.exp(factor * end)) for end in (self.value, self.lower, self.upper))
        return replace(self, value=value, se=value * factor * self.se, lower=lower, upper=upper)

    def as_change(self) -> "Estimate":
        """exp(value) - 1, of a log ratio the relative change: -0.03 is three per cent less.

        >>> round(Estimate(-0.03, 0.01, -0.05, -0.01, 0.0, np.inf, 0.95, "example").as_change().value, 4)
        -0.0296
        """
        value, lower, upper = (float(np.expm1(end)) for end in (self.value, self.lower, self.upper))
        return replace(self, value=value, se=(1 + value) * self.se, lower=lower, upper=upper)


@dataclass(frozen=True)
class SeriesError:
    """Why a series, or one row of it, could not be used. `sentence` names series, period and value."""

    code: str
    series: Any
    period: int
    value: float
    sentence: str
