"""How unequal a measure is over groups of people: slopes over ordered ones, such as fifths of deprivation.

Example:
    >>> from matneo.stats.inequality import slope_index
    >>> events, births = [90, 80, 70, 60, 50], [1000, 1000, 1000, 1000, 1000]
    >>> slope = slope_index(events, births)  # first the most deprived fifth
    >>> round(slope.sii, 3), round(slope.rii, 2), slope.polarity
    (-0.05, 0.47, 'least_minus_most')

Absolute and relative inequality can move in opposite directions: show both. Groups without an order are in
`matneo.stats.group_variation`, gaps between two groups in `matneo.stats.gaps`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from matneo.stats import _inputs as given
from matneo.stats._arrays import Floats
from matneo.stats._end_intervals import difference_interval, ratio_interval
from matneo.stats._inference import critical_value
from matneo.stats._rank_regression import Family, Scale, ends, least_squares, maximum_likelihood

Method = Literal["wls", "glm"]
First = Literal["most_deprived", "least_deprived"]
Polarity = Literal["least_minus_most", "most_minus_least"]
LEAST_GROUPS = 5


@dataclass(frozen=True)
class SlopeIndex:
    """Slope and relative index of inequality, with the way they were made. Rates are events per person."""

    sii: float  # difference of the fitted rates at the two ends of the ranking
    sii_lower: float
    sii_upper: float
    sii_se: float  # on the identity scale; NaN on the others, whose slope is no difference of rates
    rii: float  # their ratio; NaN where a fitted end is not above 0
    rii_lower: float
    rii_upper: float
    most_deprived: float  # the fitted rate at the most deprived end, and at the other
    least_deprived: float
    slope: float  # on the scale of the line, from most to least deprived
    slope_se: float  # from the counts
    slope_se_residual: float  # from the scatter around the line (weighted least squares only)
    relative_rank: Floats  # of each group as given: 0 most deprived, 1 least
    polarity: str  # which way sii and rii are taken
    scale: str
    method: str
    family: str
    confidence: float


@dataclass(frozen=True)
class ConcentrationIndex:
    """From -1 (all events with the most deprived) over 0 to 1 (all with the least deprived)."""

    value: float
    se: float
    lower: float
    upper: float
    confidence: float
    ranked_from: str = "most_deprived"


def slope_index(
    events: ArrayLike,
    population: ArrayLike,
    order: ArrayLike | None = None,
    *,
    scale: Scale = "identity",
    method: Method = "wls",
    family: Family = "binomial",
    first: First = "most_deprived",
    polarity: Polarity = "least_minus_most",
    confidence: float = 0.95,
) -> SlopeIndex:
    """Slope (SII) and relative (RII) index of inequality over five or more ordered groups.

    `events` of `population` in each group; `order` its place (default: as given) and `first` which end comes first.
    Groups get the relative rank a_j, the midpoint of their share of the population counted from the most deprived; a line
    b0 + b1 a is fitted on a `scale` (identity, log, logit) and read at both ends: rates r(0) and r(1). SII is their
    difference, RII their ratio, least against most deprived as the Public Health England method has it, or the other way
    (`polarity`). For harms that fall with wealth the default is therefore negative, and below 1.

    `method` wls: least squares of the transformed rates with weights n_j. The intervals are those that
    PHEindicatormethods simulates, calculated: every group's rate is taken as normal on the logit scale (`family`
    binomial, by Wilson's interval) or the log scale (poisson, exact interval). A group without events has no log or
    logit: ValueError on those scales. glm: maximum likelihood, better for small counts: identity gives the SII of a
    binomial model, log the RII of a log-binomial or Poisson one; a log-binomial fit that does not settle becomes Poisson
    with robust errors, and `.method` says so. Its intervals are quantiles of normal coefficients (for the RII on the
    identity scale Fieller's). A ratio has the interval 0 to infinity where the most deprived end may be nothing.

    Ethnicity has no order: use `group_variation.group_variation` or `gaps.gap`. Raises ValueError for fewer than five groups,
    equal places, empty groups, or more events than people (family binomial).

    Formula: g(rate) = b₀ + b₁a; r(a) = g⁻¹(b₀ + b₁a), SII = r(1) - r(0), RII = r(1)/r(0); weighted least squares b =
    (X'NX)⁻¹X'Ng(rate), or the maximum of the likelihood.
    Source: Mackenbach and Kunst 1997, Social Science and Medicine 44:757; Moreno-Betancur et al. 2015, Epidemiology 26:518;
    Low and Low 2004, Journal of Public Health 26:397. Tested against R PHEindicatormethods 2.1.1.

    >>> slope = slope_index([50, 60, 70, 80, 90], [1000] * 5, first="least_deprived", polarity="most_minus_least")
    >>> round(slope.sii, 3), round(slope.rii, 2)
    (0.05, 2.11)
    """
    given.one_of(scale, "scale", Scale)
    given.one_of(method, "method", Method)
    given.one_of(polarity, "polarity", Polarity)
    given.one_of(family, "family", Family)
    if (scale, family) == ("logit", "poisson"):
        raise ValueError("A rate can be above 1 and has no logit: use the log scale for family poisson.")
    count, people = given.in_groups(events, population, within=family == "binomial")
    rank = relative_rank(people, order, first=first)
    fit = least_squares if method == "wls" else maximum_likelihood
    line = fit(count, people, rank, scale, family)
    most, least = ends(line, scale)
    turned = polarity == "most_minus_least"
    absolute = _turned(turned, least - most, *difference_interval(line, scale, confidence))
    relative = (np.nan,) * 3
    if min(most, least) > 0:
        relative = _inverted(turned, least / most, *ratio_interval(line, scale, confidence))
    slope_se = float(np.sqrt(line.covariance[1, 1]))
    return SlopeIndex(
        *absolute,
        slope_se if scale == "identity" else np.nan,
        *relative,
        most_deprived=most,
        least_deprived=least,
        slope=float(line.b[1]),
        slope_se=slope_se,
        slope_se_residual=line.se_residual,
        relative_rank=rank,
        polarity=polarity,
        scale=scale,
        method=line.method,
        family=family,
        confidence=confidence,
    )


def relative_rank(
    population: ArrayLike, order: ArrayLike | None = None, *, first: First = "most_deprived"
) -> Floats:
    """The midpoint of each group's share of the population, counted from the most deprived (its ridit).

    One entry a group, in the order given. Raises ValueError for fewer than five groups and equal places.

    Formula: aⱼ = Σ_{i<j} fᵢ + fⱼ/2, f the shares of people from the most deprived on.
    Source: Bross 1958, Biometrics 14:18 (ridit).

    >>> relative_rank([10, 20, 10, 40, 20]).round(2).tolist()
    [0.05, 0.2, 0.35, 0.6, 0.9]
    """
    people = np.asarray(population, float)
    places = np.arange(people.size, dtype=float) if order is None else np.asarray(order, float)
    _check_order(people, places, first)
    sorted_places = np.argsort(places if first == "most_deprived" else -places)
    share = people[sorted_places] / people.sum()
    ranks = np.empty(len(people))
    ranks[sorted_places] = np.cumsum(share) - share / 2
    return ranks


def concentration_index(
    events: ArrayLike,
    population: ArrayLike,
    order: ArrayLike | None = None,
    *,
    first: First = "most_deprived",
    confidence: float = 0.95,
) -> ConcentrationIndex:
    """The concentration index of ordered groups.

    Negative where events gather among the most deprived. The standard error is the delta method's with the shares of people
    fixed. For a share of people its range shrinks as the share grows (between mean - 1 and 1 - mean): compare no rare measure
    with a common one. Raises ValueError as `slope_index`, and where nobody has the event.

    Formula: C = 2 Σ f p a/Σ f p - 1, se² = Σ (f(2a - 1 - C)/m)² p(1 - p)/n; f shares of people, p rates, a relative ranks, m
    = Σ f p.
    Source: Kakwani, Wagstaff and van Doorslaer 1997, Journal of Econometrics 77:87.

    >>> round(concentration_index([90, 80, 70, 60, 50], [1000] * 5).value, 4)  # 2 * 0.4429 - 1
    -0.1143
    """
    count, people = given.in_groups(events, population)
    rank = relative_rank(people, order, first=first)
    share, rate = people / people.sum(), count / people
    mean = float(share @ rate)
    if mean == 0:
        raise ValueError("Nobody has the event, so it cannot be concentrated anywhere.")
    value = 2 * float((share * rate) @ rank) / mean - 1
    pull = share * (2 * rank - 1 - value) / mean
    se = float(np.sqrt((pull**2 * rate * (1 - rate) / people).sum()))
    reach = critical_value(confidence) * se
    return ConcentrationIndex(value, se, value - reach, value + reach, confidence)


def _check_order(people: Floats, places: Floats, first: First) -> None:
    given.one_of(first, "first", First)
    given.labels(places, "order", people.size)
    if len(people) < LEAST_GROUPS:
        raise ValueError(
            f"A slope needs at least {LEAST_GROUPS} ordered groups, and there are {len(people)}."
        )
    if not np.isfinite(places).all() or len(np.unique(places)) < len(places):
        raise ValueError("Each group needs a place of its own in the order.")


def _turned(turned: bool, value: float, lower: float, upper: float) -> tuple[float, float, float]:
    return (-value, -upper, -lower) if turned else (value, lower, upper)


def _inverted(turned: bool, value: float, lower: float, upper: float) -> tuple[float, float, float]:
    if not turned:
        return value, lower, upper
    return 1 / value, 1 / upper if upper < np.inf else 0.0, 1 / lower if lower > 0 else np.inf
