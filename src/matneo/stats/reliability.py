"""Do the items of a domain measure one thing, and do the people of a unit agree? Alpha, ICC and within-group agreement."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats, Ints
from matneo.stats._inference import tail
from matneo.stats.results import Columns

GroupSize = Literal["mean", "k0"]


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha of complete answers, and what each item does to it. NaN: no spread to speak of."""

    alpha: float
    lower: float  # Feldt's interval
    upper: float
    standardised: float  # from the mean correlation of the items that vary
    if_dropped: Floats  # alpha without each item
    item_rest: Floats  # correlation of each item with the sum of the others
    no_variance: Bools  # items that everybody answers alike
    respondents: int  # with every item answered
    left_out: int  # with one missing
    items: int
    confidence: float


@dataclass(frozen=True)
class Icc:
    """How much of the spread of scores lies between units, and how reliable a unit's mean is."""

    icc1: float  # one person's score; can be below 0
    icc2: float  # the mean of a unit of the usual size
    icc1_lower: float
    icc1_upper: float
    f: float
    df_between: int
    df_within: int
    p_value: float
    size: float  # of the usual unit
    size_method: str
    aggregate: bool  # icc2 >= 0.7 and icc1 > 0.05: a unit's mean stands for the unit
    confidence: float


@dataclass(frozen=True)
class UnitAgreement(Columns):
    """One entry a unit, sorted by name: r_wg is 1 where all answer alike, 0 where they might as well toss."""

    unit: NDArray[Any]
    n: Ints
    r_wg: Floats


def cronbach_alpha(answers: ArrayLike, *, confidence: float = 0.95) -> Alpha:
    """Cronbach's alpha of two or more items: whether they measure one thing.

    `answers` has one row a respondent and one column an item. Rows with a missing answer are left out and counted. The
    interval is Feldt's. An item that everybody answers alike stays in the sum (it lowers alpha only through k), has no
    correlation (NaN), and is marked. Alpha is NaN where the sum has no spread; it can be below 0, and shows then that an item
    wants reversing. `if_dropped` needs three items.

    Raises ValueError for fewer than two items or two complete rows.

    Formula: α = k/(k - 1) (1 - Σ item variances/variance of the sum); (1 - true α)/(1 - α) is F on n - 1 and (n - 1)(k - 1)
    degrees of freedom; n rows, k items.
    Source: Cronbach 1951, Psychometrika 16:297; Feldt 1965, Psychometrika 30:357, for the interval. Tested against R psych
    2.2.9.

    >>> found = cronbach_alpha([[1, 2], [2, 2], [3, 4], [4, 4]])  # item variances 5/3 and 4/3, of the sum 17/3
    >>> round(found.alpha, 4)  # 2 (1 - 9/17)
    0.9412
    """
    matrix = given.answers(answers)
    complete = matrix[np.isfinite(matrix).all(axis=1)]
    people, items = complete.shape
    if items < 2:
        raise ValueError("One item has no alpha; a domain needs at least two.")
    if people < 2:
        raise ValueError(f"Alpha needs at least two respondents with every item answered, not {people}.")
    covariance = np.cov(complete, rowvar=False)
    alpha = _alpha(covariance)
    lower, upper = _feldt(alpha, people, items, confidence)
    constant = np.ptp(complete, axis=0) == 0
    dropped = np.array([_alpha(_without(covariance, item)) for item in range(items)])
    return Alpha(
        alpha=alpha,
        lower=lower,
        upper=upper,
        standardised=_standardised(covariance, constant),
        if_dropped=dropped,
        item_rest=_item_rest(covariance, constant),
        no_variance=constant,
        respondents=people,
        left_out=len(matrix) - people,
        items=items,
        confidence=confidence,
    )


def icc(
    scores: ArrayLike, unit: ArrayLike, *, group_size: GroupSize = "mean", confidence: float = 0.95
) -> Icc:
    """How much of a score is its unit's, ICC(1), and how reliable the mean of a unit is, ICC(2), by one-way analysis of variance.

    `scores` and `unit` have one entry a respondent. `group_size`: k is the mean size of the J units, or k0, which allows for
    unequal sizes. NaN scores are left out. The interval of ICC(1) is exact for units of one size.

    Raises ValueError for fewer than two units, or no unit with two scores. NaN where no score differs from another.

    Formula: ICC(1) = (MSB - MSW)/(MSB + (k - 1)MSW), ICC(2) = (MSB - MSW)/MSB, k = N/J or (N - Σn²/N)/(J - 1); ends of
    ICC(1): (x - 1)/(x + k - 1), x = F/F⁻¹(1 - α/2) and F/F⁻¹(α/2) on J - 1 and N - J degrees of freedom.
    Source: Bliese 2000, in Klein and Kozlowski, Multilevel Theory, Research, and Methods in Organizations; McGraw and Wong
    1996, Psychological Methods 1:30, for the interval. Tested against R multilevel 2.7.

    >>> found = icc([1, 3, 7, 9], ["A", "A", "B", "B"])  # MSB 36, MSW 2, k 2
    >>> round(found.icc1, 4), round(found.icc2, 4)  # 34/38, 34/36
    (0.8947, 0.9444)
    """
    from scipy.special import fdtrc, fdtri

    given.one_of(group_size, "group_size", GroupSize)
    score, place, names = _scored(scores, unit)
    score = score - score[:1]  # scores that are all alike leave no spread by rounding
    n = np.bincount(place)
    units, total = len(names), len(score)
    if units < 2 or total == units:
        raise ValueError(f"{total} scores in {units} units cannot tell people from units.")
    means = np.bincount(place, score) / n
    between = float(n @ (means - score.mean()) ** 2) / (units - 1)
    within = float(((score - means[place]) ** 2).sum()) / (total - units)
    size = float(n.mean()) if group_size == "mean" else float(total - (n**2).sum() / total) / (units - 1)
    one, mean = _ratios(between, within, size)
    f = between / within if within > 0 else (np.inf if between > 0 else np.nan)
    beyond, df = tail(confidence), (units - 1, total - units)
    return Icc(
        icc1=one,
        icc2=mean,
        icc1_lower=_icc1(f / float(fdtri(*df, 1 - beyond)), size),
        icc1_upper=_icc1(f / float(fdtri(*df, beyond)), size),
        f=f,
        df_between=df[0],
        df_within=df[1],
        p_value=float(fdtrc(*df, f)),
        size=size,
        size_method=group_size,
        aggregate=bool(mean >= 0.7 and one > 0.05),
        confidence=confidence,
    )


def r_wg(scores: ArrayLike, unit: ArrayLike, *, options: int = 5) -> UnitAgreement:
    """Agreement inside each unit on one item, by chance all A answers being equally likely.

    Below 0 (more spread than chance: two camps) is given as 0. NaN for fewer than two answers. `scores` and `unit` have one
    entry a respondent. Raises ValueError for fewer than two `options`.

    Formula: max(0, 1 - s²/((A² - 1)/12)), s² the variance of a unit with divisor n - 1, A = `options`.
    Source: James, Demaree and Wolf 1984, Journal of Applied Psychology 69:85.

    >>> r_wg([4, 4, 5, 1, 5], ["A", "A", "A", "B", "B"]).r_wg.round(3).tolist()  # variances 1/3 and 8, by chance 2
    [0.833, 0.0]
    """
    given.whole(options, "options", 2)
    score, place, names = _scored(scores, unit)
    n = np.bincount(place)
    means = np.bincount(place, score) / n
    variance = np.bincount(place, (score - means[place]) ** 2) / np.maximum(n - 1, 1)
    agreement = np.clip(1 - variance / ((options**2 - 1) / 12), 0.0, None)
    return UnitAgreement(names, n, np.where(n > 1, agreement, np.nan))


def _alpha(covariance: Floats) -> float:
    items, total = len(covariance), float(covariance.sum())
    if items < 2 or total <= 0:
        return np.nan
    return items / (items - 1) * (1 - float(np.trace(covariance)) / total)


def _without(covariance: Floats, item: int) -> Floats:
    return np.delete(np.delete(covariance, item, 0), item, 1)


def _feldt(alpha: float, people: int, items: int, confidence: float) -> tuple[float, float]:
    from scipy.special import fdtri

    beyond, df = tail(confidence), (people - 1, (people - 1) * (items - 1))
    low, high = float(fdtri(*df, beyond)), float(fdtri(*df, 1 - beyond))
    return 1 - (1 - alpha) * high, 1 - (1 - alpha) * low


def _standardised(covariance: Floats, constant: Bools) -> float:
    sd = np.sqrt(np.diag(covariance)[~constant])
    if len(sd) < 2:
        return np.nan
    return _alpha(covariance[np.ix_(~constant, ~constant)] / np.outer(sd, sd))


def _item_rest(covariance: Floats, constant: Bools) -> Floats:
    own = np.diag(covariance)
    shared = covariance.sum(axis=0) - own
    rest = covariance.sum() - 2 * covariance.sum(axis=0) + own
    known = ~constant & (rest > 1e-12 * covariance.sum())
    return np.where(known, shared / np.sqrt(np.where(known, own * rest, 1.0)), np.nan)


def _scored(scores: ArrayLike, unit: ArrayLike) -> tuple[Floats, Ints, NDArray[Any]]:
    values = given.column(scores, "scores")
    known = ~np.isnan(values)
    found, place = given.groups(given.labels(unit, "unit", len(values))[known], "unit", int(known.sum()))
    return values[known], place, found


def _ratios(between: float, within: float, size: float) -> tuple[float, float]:
    spread = between + (size - 1) * within
    one = (between - within) / spread if spread > 0 else np.nan
    return one, (between - within) / between if between > 0 else (-np.inf if within > 0 else np.nan)


def _icc1(f: float, size: float) -> float:
    return 1.0 if np.isinf(f) else (f - 1) / (f + size - 1)
