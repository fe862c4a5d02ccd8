"""The scales of funnel plots: where a unit's value is close to normal, and the way back."""

from dataclasses import dataclass

import numpy as np

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats.distributions import Binomial, Counts, Poisson


class Scale:
    """One kind of indicator on its transformed scale. O: numerator, n: denominator (or expected number)."""

    name: str
    whole_denominator = False
    part_of_whole = False  # the numerator is among the denominator
    needs_positive_target = False

    def y(self, o: Floats, n: Floats) -> Floats:
        """The unit's value, transformed."""
        raise NotImplementedError

    def s(self, o: Floats, n: Floats, target: Floats) -> Floats:
        """Its standard error."""
        raise NotImplementedError

    def s_target(self, n: Floats, target: Floats) -> Floats:
        """The standard error of a unit of this size at the target."""
        raise NotImplementedError

    def t(self, target: Floats) -> Floats:
        """The target, transformed."""
        raise NotImplementedError

    def back(self, y: Floats) -> Floats:
        """From the transformed scale to the drawn one."""
        raise NotImplementedError

    def counts(self, n: Floats, target: Floats) -> Counts | None:
        """What chance alone makes of a unit of this size at the target; None if size alone does not say."""
        raise NotImplementedError

    def given(self, o: Floats, n: Floats, target: Floats) -> Counts:
        """The distribution that a unit's own numerator is judged by."""
        made = self.counts(n, target)
        assert made is not None
        return made

    def fewest_expected(self, n: Floats, target: Floats) -> Floats:
        """The smallest of the expected numbers that the approximation rests on."""
        return n * target

    def halved(self, o: Floats) -> Bools:
        """Units whose numerator of 0 had to count as a half."""
        return np.zeros(o.shape, bool)


@dataclass(frozen=True)
class Proportion(Scale):
    name: str = "arcsine"
    whole_denominator = True
    part_of_whole = True

    def y(self, o: Floats, n: Floats) -> Floats:
        return np.arcsin(np.sqrt(o / n))

    def s(self, o: Floats, n: Floats, target: Floats) -> Floats:
        return self.s_target(n, target)

    def s_target(self, n: Floats, target: Floats) -> Floats:
        return 1 / (2 * np.sqrt(n))

    def t(self, target: Floats) -> Floats:
        return np.arcsin(np.sqrt(target))

    def back(self, y: Floats) -> Floats:
        # Beyond these angles the sine folds back, and a limit below 0 would come up again on the right side.
        return np.sin(np.clip(y, 0, np.pi / 2)) ** 2

    def counts(self, n: Floats, target: Floats) -> Counts:
        return Binomial(n, target)

    def fewest_expected(self, n: Floats, target: Floats) -> Floats:
        return n * np.minimum(target, 1 - target)


class _PoissonScale(Scale):
    def counts(self, n: Floats, target: Floats) -> Counts:
        return Poisson(n * target)

    def s(self, o: Floats, n: Floats, target: Floats) -> Floats:
        return self.s_target(n, target)


@dataclass(frozen=True)
class LogRatio(_PoissonScale):
    name: str = "log"
    needs_positive_target = True

    def y(self, o: Floats, n: Floats) -> Floats:
        # ln 0 has no place on the scale; half an event puts a unit without any below all others of its size.
        return np.log(np.where(o == 0, 0.5, o) / n)

    def s_target(self, n: Floats, target: Floats) -> Floats:
        return 1 / np.sqrt(n * target)

    def t(self, target: Floats) -> Floats:
        return np.log(target)

    def back(self, y: Floats) -> Floats:
        return np.exp(y)

    def halved(self, o: Floats) -> Bools:
        none: Bools = o == 0
        return none


@dataclass(frozen=True)
class SquareRootRatio(_PoissonScale):
    name: str = "sqrt"

    def y(self, o: Floats, n: Floats) -> Floats:
        return np.sqrt(o / n)

    def s_target(self, n: Floats, target: Floats) -> Floats:
        return 1 / (2 * np.sqrt(n))

    def t(self, target: Floats) -> Floats:
        return np.sqrt(target)

    def back(self, y: Floats) -> Floats:
        return np.maximum(y, 0) ** 2  # a root below 0 is squared upwards otherwise


@dataclass(frozen=True)
class CountRatio(Scale):
    name: str = "log"
    whole_denominator = True
    needs_positive_target = True

    def y(self, o: Floats, n: Floats) -> Floats:
        return np.log((o + 0.5) / (n + 0.5))

    def s(self, o: Floats, n: Floats, target: Floats) -> Floats:
        return np.sqrt(o / (o + 0.5) ** 2 + n / (n + 0.5) ** 2)

    def s_target(self, n: Floats, target: Floats) -> Floats:
        # Not the unit's own numerator: a limit must not move with the value that is judged by it.
        return self.s(target * n, n, target)

    def t(self, target: Floats) -> Floats:
        return np.log(target)

    def back(self, y: Floats) -> Floats:
        return np.exp(y)

    def counts(self, n: Floats, target: Floats) -> Counts | None:
        return None  # the denominator is counted by chance as well

    def given(self, o: Floats, n: Floats, target: Floats) -> Counts:
        return Binomial(o + n, target / (1 + target))

    def fewest_expected(self, n: Floats, target: Floats) -> Floats:
        return n * np.minimum(target, 1)


def scale_of(kind: str, transform: str) -> Scale:
    """The scale of a kind of indicator. Raises ValueError for names that are none."""
    given.one_of(transform, "transform", ("log", "sqrt"))
    ratio: Scale = LogRatio() if transform == "log" else SquareRootRatio()
    scales = {
        "proportion": Proportion(),
        "standardised_ratio": ratio,
        "rate": ratio,
        "count_ratio": CountRatio(),
    }
    given.one_of(kind, "kind", scales)
    return scales[kind]
