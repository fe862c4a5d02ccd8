"""Counts by chance: binomial and Poisson tails, mid-p values, and quantiles that do not jump."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats
from matneo.stats.results import Columns


@dataclass(frozen=True)
class MidP(Columns):
    """How far out a count lies, each way: below = P(X < x) + P(X = x)/2, above = P(X > x) + P(X = x)/2."""

    below: Floats
    above: Floats

    @property
    def two_sided(self) -> Floats:
        """Twice the smaller one, at most 1."""
        doubled: Floats = np.minimum(1.0, 2 * np.minimum(self.below, self.above))
        return doubled


class Counts(Protocol):
    """A distribution of counts 0, 1, …, `top`; arrays of parameters give arrays of answers."""

    @property
    def mean(self) -> Floats:
        """The expected count."""

    @property
    def sd(self) -> Floats:
        """The standard deviation of the count."""

    @property
    def top(self) -> Floats:
        """The largest count there can be."""

    def probability(self, count: ArrayLike) -> Floats:
        """P(X = count)."""

    def at_most(self, count: ArrayLike) -> Floats:
        """P(X <= count)."""

    def more_than(self, count: ArrayLike) -> Floats:
        """P(X > count)."""

    def mid_p(self, count: ArrayLike) -> MidP:
        """P(X < count) + P(X = count)/2, and the same upwards."""

    def quantile(self, probability: ArrayLike, *, mid: bool = False) -> Floats:
        """The count below which `probability` lies; see `interpolated_quantile`."""


@dataclass(frozen=True)
class Poisson:
    """Events that happen independently, `mean` of them expected.

    `mean` may be an array; it broadcasts with the counts and probabilities asked about. Raises ValueError below zero.

    >>> e = Poisson(3.0)
    >>> float(e.at_most(0).round(4)), float(e.quantile(0.975).round(2)), float(e.quantile(0.025).round(2))
    (0.0498, 6.39, 0.0)
    """

    mean: Floats

    def __post_init__(self) -> None:
        mean = np.asarray(self.mean, float)
        given.refuse(mean < 0, mean, "mean", "is an expected number, never below zero")
        object.__setattr__(self, "mean", mean)

    @property
    def sd(self) -> Floats:
        """√mean."""
        return np.sqrt(self.mean)

    @property
    def top(self) -> Floats:
        """Infinite: there is no largest count."""
        return np.full(self.mean.shape, np.inf)

    def probability(self, count: ArrayLike) -> Floats:
        """P(X = count), by logarithms; 0 for anything that is no count."""
        from scipy.special import gammaln, xlogy

        k = np.asarray(count, float)
        with np.errstate(invalid="ignore"):
            logarithm = xlogy(k, self.mean) - self.mean - gammaln(k + 1)
        return _only_counts(k, np.exp(logarithm))

    def at_most(self, count: ArrayLike) -> Floats:
        """P(X <= count)."""
        from scipy.special import gammaincc

        k = np.floor(np.asarray(count, float))
        return np.where(k < 0, 0.0, gammaincc(np.maximum(k, 0) + 1, self.mean))

    def more_than(self, count: ArrayLike) -> Floats:
        """P(X > count), exact in the far tail too."""
        from scipy.special import gammainc

        k = np.floor(np.asarray(count, float))
        return np.where(k < 0, 1.0, gammainc(np.maximum(k, 0) + 1, self.mean))

    def mid_p(self, count: ArrayLike) -> MidP:
        """Mid-p of the count, each way (Lancaster 1961, JASA 56:223)."""
        return _mid_p(self, count)

    def quantile(self, probability: ArrayLike, *, mid: bool = False) -> Floats:
        """The count below which `probability` lies, interpolated; see `interpolated_quantile`."""
        return interpolated_quantile(self, probability, mid=mid)


@dataclass(frozen=True)
class Binomial:
    """`trials` births of which each has the outcome with probability `share`.

    Both may be arrays. Raises ValueError for trials that are no whole number and shares outside 0 to 1.

    >>> b = Binomial(200, 0.03)
    >>> float(b.more_than(12).round(4)), float(b.quantile(0.975).round(2))
    (0.0078, 10.7)
    """

    trials: Floats
    share: Floats

    def __post_init__(self) -> None:
        trials, share = np.broadcast_arrays(np.asarray(self.trials, float), np.asarray(self.share, float))
        given.refuse(
            ~((trials >= 0) & (trials == np.floor(trials))), trials, "trials", "is a whole number from 0 up"
        )
        given.refuse(~((share >= 0) & (share <= 1)), share, "share", "is a probability between 0 and 1")
        object.__setattr__(self, "trials", trials)
        object.__setattr__(self, "share", share)

    @property
    def mean(self) -> Floats:
        """trials × share."""
        return self.trials * self.share

    @property
    def sd(self) -> Floats:
        """√(trials × share × (1 - share))."""
        return np.sqrt(self.mean * (1 - self.share))

    @property
    def top(self) -> Floats:
        """The number of trials."""
        return self.trials

    def probability(self, count: ArrayLike) -> Floats:
        """P(X = count), by logarithms; 0 for anything that is no possible count."""
        from scipy.special import betaln, xlog1py, xlogy

        k = np.asarray(count, float)
        inside = np.clip(k, 0, self.trials)
        rest = self.trials - inside
        logarithm = xlogy(inside, self.share) + xlog1py(rest, -self.share)
        logarithm = logarithm - betaln(inside + 1, rest + 1) - np.log1p(self.trials)
        return _only_counts(np.where(k > self.trials, -1.0, k), np.exp(logarithm))

    def at_most(self, count: ArrayLike) -> Floats:
        """P(X <= count)."""
        from scipy.special import betainc  # its complement betaincc is seven times slower

        k, inside = self._inside(count)
        below = betainc(self.trials - inside, inside + 1, 1 - self.share)
        return np.select([k < 0, k >= self.trials], [0.0, 1.0], below)

    def more_than(self, count: ArrayLike) -> Floats:
        """P(X > count), exact in the far tail too."""
        from scipy.special import betainc

        k, inside = self._inside(count)
        above = betainc(inside + 1, self.trials - inside, self.share)
        return np.select([k < 0, k >= self.trials], [1.0, 0.0], above)

    def mid_p(self, count: ArrayLike) -> MidP:
        """Mid-p of the count, each way (Lancaster 1961, JASA 56:223)."""
        return _mid_p(self, count)

    def quantile(self, probability: ArrayLike, *, mid: bool = False) -> Floats:
        """The count below which `probability` lies, interpolated; see `interpolated_quantile`."""
        return interpolated_quantile(self, probability, mid=mid)

    def _inside(self, count: ArrayLike) -> tuple[Floats, Floats]:
        k = np.floor(np.asarray(count, float))
        return k, np.clip(k, 0, np.maximum(self.trials - 1, 0))


def interpolated_quantile(counts: Counts, probability: ArrayLike, *, mid: bool = False) -> Floats:
    """The place at which the distribution function, joined by straight lines, reaches `probability`.

    A count x lies above an upper line (p > 1/2) exactly when P(X > x) < 1 - p, and below a lower one when P(X <= x) < p: the
    first leaves x itself out, the second does not, so that the upper line is crossed too often where few are expected. With
    `mid` half of P(X = x) counts instead, and a count lies outside exactly when its mid-p is smaller than the tail.

    Never below 0. Never above `top` either, and there where even a count of `top` is not rarer than 1 - p: a unit in
    which all of n succeeded is not outside when most units of that size would do the same.

    Raises ValueError unless 0 < probability < 1.

    Formula: r - (F(r) - p)/(F(r) - F(r - 1)), r the smallest count with F(r) ≥ p; with `mid`, F(x) - P(X = x)/2 for F(x).
    Source: Spiegelhalter 2005, Stat Med 24:1185, appendix; `mid` is ours.

    >>> place = interpolated_quantile(Poisson(3.0), [0.025, 0.975])
    >>> place.round(2).tolist()  # F(6) = 0.9665 and F(7) = 0.9881: 7 - (0.9881 - 0.975)/(0.9881 - 0.9665)
    [0.0, 6.39]
    """
    p = np.asarray(probability, float)
    given.refuse(~((p > 0) & (p < 1)), p, "probability", "must lie between 0 and 1")
    shape = np.broadcast_shapes(p.shape, counts.mean.shape)
    search = _Search(_flat(counts, shape), np.broadcast_to(p, shape).ravel(), 0.5 if mid else 0.0)
    return search.place().reshape(shape)


class _Search:
    """The search for r, all points at once. F is worked out at the Cornish-Fisher guess and then followed step by step:
    down as long as it can, then up. Two passes, because rounding could otherwise send a point back and forth for ever."""

    def __init__(self, counts: Counts, p: Floats, half: float) -> None:
        self.counts, self.p, self.half = counts, p, half
        self.r = self._guess()
        self.here, self.at = counts.probability(self.r), counts.at_most(self.r)

    def place(self) -> Floats:
        top = self.counts.top
        while (down := (self.r > 0) & (self._height_before() >= self.p)).any():
            self._move(down, -1.0)
        while (up := (self.r < top) & (self._height() < self.p)).any():
            self._move(up, 1.0)
        height, before = self._height(), self._height_before()
        with np.errstate(divide="ignore", invalid="ignore"):
            place = self.r - (height - self.p) / (height - before)
        # At the top of a binomial there is nothing to interpolate towards, unless mid-p reaches p there.
        full = (self.r >= top) & ((self.half == 0) | (height < self.p))
        return np.where(full, top, np.maximum(place, 0.0))

    def _guess(self) -> Floats:
        from scipy.special import ndtri

        mean, sd, z = self.counts.mean, self.counts.sd, ndtri(self.p)
        with np.errstate(divide="ignore", invalid="ignore"):
            lean = np.where(mean > 0, 2 * sd * sd / mean - 1, 1.0)  # skewness times sd: 1 - 2p; 1 for Poisson
        about = np.ceil(mean + z * sd + lean * (z * z - 1) / 6 + self.half - 0.5)
        guess: Floats = np.clip(about, 0, self.counts.top)
        return guess

    def _height(self) -> Floats:
        return self.at - self.half * self.here

    def _height_before(self) -> Floats:
        last = self.half * self.counts.probability(self.r - 1) if self.half else 0.0
        return np.where(self.r > 0, self.at - self.here - last, 0.0)

    def _move(self, where: Bools, by: float) -> None:
        r = self.r + np.where(where, by, 0.0)
        there = self.counts.probability(r)
        self.at = self.at + np.where(where, there if by > 0 else -self.here, 0.0)
        self.r, self.here = r, there


def _flat(counts: Counts, shape: tuple[int, ...]) -> Counts:
    if isinstance(counts, Binomial):
        return Binomial(*(np.broadcast_to(x, shape).ravel() for x in (counts.trials, counts.share)))
    return Poisson(np.broadcast_to(counts.mean, shape).ravel())


def _mid_p(counts: Counts, count: ArrayLike) -> MidP:
    k = given.whole_counts(count, "count")
    half = counts.probability(k) / 2
    missing = np.isnan(k)
    below, above = counts.at_most(k - 1) + half, counts.more_than(k) + half
    return MidP(np.where(missing, np.nan, below), np.where(missing, np.nan, above))


def _only_counts(count: Floats, probability: Floats) -> Floats:
    return np.where((count >= 0) & (count == np.floor(count)), probability, 0.0)
