"""A safety-culture survey: items to scores, scores to units, and what of them may be shown.

Example:
    >>> import numpy as np
    >>> from matneo.stats.survey import respondent_scores, reverse_items
    >>> answers = np.array([[5, 1, 4], [4, 2, np.nan], [np.nan, np.nan, 3]])  # the second item is worded negatively
    >>> respondent_scores(reverse_items(answers, [1])).round(1).tolist()
    [91.7, 75.0, nan]

Answers are a matrix: one row a respondent, one column an item, 1 (disagree strongly) to 5 (agree strongly), NaN for none.
Every function takes negatively worded items already reversed. A respondent counts where at least half of the items are
answered. Results belong to the team that gave them: small units swing by 25 points on a percentage with 15 answers, so
every result has its interval, none has a rank, and `visible_groups` says what may be shown at all. How well items and
units hang together is in `matneo.stats.reliability`, one round against the next in `matneo.stats.survey_rounds`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matneo.stats import _inputs as given
from matneo.stats._arrays import Bools, Floats, Ints, ratio
from matneo.stats._inference import tail
from matneo.stats.intervals import wilson
from matneo.stats.results import Columns

LOW, HIGH, AGREE = 1, 5, 4
GOOD = 75.0  # a score from here on is a positive one (Safety Attitudes Questionnaire)
LEAST_SHOWN, LEAST_EVER = 10, 5


@dataclass(frozen=True)
class Agreement(Columns):
    """One entry an item: those who answered, those who agree (4 or 5), and their share with Wilson's interval."""

    answered: Ints
    agreed: Ints
    share: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class UnitScores(Columns):
    """One entry a unit, sorted by name. A value is there for the unit's own use even where `shown` is False."""

    unit: NDArray[Any]
    respondents: Ints  # who gave any sheet
    scored: Ints  # who answered at least half of the items
    mean: Floats  # of the respondents' scores, 0 to 100, with a t interval
    mean_lower: Floats
    mean_upper: Floats
    positive: Floats  # share with a score of 75 or more, with Wilson's interval
    positive_lower: Floats
    positive_upper: Floats
    agreed: Floats  # share of all answers that are 4 or 5
    response_rate: Floats  # of those invited; NaN where nobody says how many were
    shown: Bools  # enough respondents, and nobody else can be worked out from the total


def reverse_items(answers: ArrayLike, items: Sequence[int], *, low: int = LOW, high: int = HIGH) -> Floats:
    """Turn negatively worded items (columns counted from 0) round.

    `answers` has one row a respondent and one column an item.

    Raises ValueError for answers outside the scale and for columns that are not there.

    Formula: low + high - answer.
    Source: ours; arithmetic of a scale turned round.

    >>> reverse_items([[1, 5], [2, 4]], [1]).tolist()
    [[1.0, 1.0], [2.0, 2.0]]
    """
    matrix = given.answers(answers, low=low, high=high)
    for item in items:
        if not 0 <= item < matrix.shape[1]:
            raise ValueError(f"There is no item {item}: the {matrix.shape[1]} items are counted from 0.")
    turned = matrix.copy()
    turned[:, list(items)] = low + high - turned[:, list(items)]
    return turned


def percent_agree(answers: ArrayLike, *, confidence: float = 0.95) -> Agreement:
    """The share of 4 and 5 among those who answered each item, with Wilson's interval (NaN where nobody did).

    `answers` has one row a respondent and one column an item. Raises ValueError for answers outside 1 to 5.

    Formula: answers of 4 or 5 over answers given, item by item.
    Source: the scoring of the Safety Attitudes Questionnaire (SAQ); Wilson 1927, JASA 22:209, for the interval.

    >>> percent_agree([[5, 2], [4, np.nan], [3, 4]]).share.round(2).tolist()
    [0.67, 0.5]
    """
    matrix = given.answers(answers)
    answered = np.isfinite(matrix).sum(axis=0)
    agreed = (matrix >= AGREE).sum(axis=0)
    interval = wilson(agreed, answered, confidence)
    return Agreement(answered, agreed, ratio(agreed, answered), interval.lower, interval.upper)


def respondent_scores(answers: ArrayLike, *, least: int | None = None) -> Floats:
    """Each respondent's score, 0 to 100, over the items answered.

    NaN for those with fewer than `least` answers (default: half of the items, rounded up). Raises ValueError for answers
    outside 1 to 5.

    Formula: Σ 25(x - 1)/number of items answered.
    Source: the scoring of the Safety Attitudes Questionnaire (SAQ); the least number of answers is ours.

    >>> respondent_scores([[5, 5, 1, 1], [4, np.nan, np.nan, 4], [3, np.nan, np.nan, np.nan]]).tolist()
    [50.0, 75.0, nan]
    """
    matrix = given.answers(answers)
    needed = (matrix.shape[1] + 1) // 2 if least is None else least
    if not 1 <= needed <= matrix.shape[1]:
        raise ValueError(f"A score needs between 1 and {matrix.shape[1]} answers, not {needed}.")
    answered = np.isfinite(matrix).sum(axis=1)
    total = np.where(np.isfinite(matrix), (matrix - LOW) * 100 / (HIGH - LOW), 0.0).sum(axis=1)
    return np.where(answered >= needed, total / np.maximum(answered, 1), np.nan)


def unit_scores(
    answers: ArrayLike,
    unit: ArrayLike,
    *,
    invited: ArrayLike | None = None,
    least: int | None = None,
    minimum: int = LEAST_SHOWN,
    confidence: float = 0.95,
) -> UnitScores:
    """The domain result of every unit: mean score, share of positive scores, share of agreement, response rate.

    `unit` names each respondent's unit; `invited` gives the number asked in each, in the order of the sorted names. Units
    with `minimum` respondents or more are shown (see `visible_groups` for units of one known total). The t interval of a mean
    needs two scores; the share of positive scores has Wilson's. Raises ValueError for answers outside 1 to 5, a `minimum`
    below 5, and fewer invited than respondents.

    Formula: mean score ± t(n - 1) s/√n, within 0 to 100; positive: scores of 75 or more over scores; agreed: answers of 4 or
    5 over answers; response rate: respondents over invited.
    Source: the scoring of the Safety Attitudes Questionnaire (SAQ); Wilson 1927, JASA 22:209, for the interval of a share.

    >>> result = unit_scores([[5, 5], [4, 4], [2, 2], [3, 3]], ["B", "B", "A", "A"])
    >>> result.unit.tolist(), result.mean.tolist(), result.positive.tolist(), result.shown.tolist()
    (['A', 'B'], [37.5, 87.5], [0.0, 1.0], [False, False])
    """
    matrix = given.answers(answers)
    names, place = given.groups(unit, "unit", len(matrix))
    score = respondent_scores(matrix, least=least)
    has = np.isfinite(score)
    sheets = np.bincount(place, np.isfinite(matrix).any(axis=1), len(names)).astype(int)
    scored = np.bincount(place[has], minlength=len(names))
    mean, reach = _unit_means(score[has], place[has], len(names), confidence)
    positive = np.bincount(place[has], score[has] >= GOOD - 1e-9, len(names))
    interval = wilson(positive, scored, confidence)
    answered, agreed = np.isfinite(matrix).sum(axis=1), (matrix >= AGREE).sum(axis=1)
    return UnitScores(
        unit=names,
        respondents=sheets,
        scored=scored,
        mean=mean,
        mean_lower=np.maximum(mean - reach, 0.0),
        mean_upper=np.minimum(mean + reach, 100.0),
        positive=ratio(positive, scored),
        positive_lower=interval.lower,
        positive_upper=interval.upper,
        agreed=ratio(np.bincount(place, agreed, len(names)), np.bincount(place, answered, len(names))),
        response_rate=_response(sheets, invited),
        shown=scored >= _minimum(minimum),
    )


def visible_groups(respondents: ArrayLike, *, total: int | None = None, minimum: int = LEAST_SHOWN) -> Bools:
    """Which groups of one unit may be shown beside the unit's own result.

    A group needs `minimum` respondents (never fewer than 5), and so do those whom a reader could work out by taking groups
    from the total: all others of the unit for any one group, and all hidden ones together (smaller groups are hidden one
    after the other until they are enough). `total` is the number of respondents in the unit where some belong to no group
    (default: the sum). Nothing is shown where the unit itself is too small. Raises ValueError for a `minimum` below 5 and
    groups larger than the unit.

    Rule: groups of `minimum` or more are shown; as long as 0 < total - Σ shown < minimum, the smallest shown one is hidden.
    Source: ours; the complement of what is shown counts as a group.

    >>> visible_groups([30, 12, 4]).tolist()  # the 4 alone could be worked out, so the 12 hide with them
    [True, False, False]
    >>> visible_groups([30, 12, 4, 7]).tolist()  # 4 and 7 hide one another
    [True, True, False, False]
    """
    least, counts = _minimum(minimum), np.asarray(respondents, int)
    if counts.ndim != 1 or (counts < 0).any():
        raise ValueError("Respondents are one whole number from 0 up for each group.")
    everyone = int(counts.sum()) if total is None else total
    if everyone < counts.sum():
        raise ValueError(f"The groups hold {counts.sum()} respondents, more than the {everyone} of the unit.")
    shown: Bools = counts >= least
    while shown.any() and 0 < everyone - counts[shown].sum() < least:
        shown[np.flatnonzero(shown)[np.argmin(counts[shown])]] = False
    return shown


def _unit_means(score: Floats, place: Ints, units: int, confidence: float) -> tuple[Floats, Floats]:
    """Mean of each unit, and half the width of its t interval (NaN for fewer than two scores)."""
    from scipy.special import stdtrit

    n = np.bincount(place, minlength=units)
    mean = ratio(np.bincount(place, score, units), n)
    squares = np.bincount(place, (score - mean[place]) ** 2, units)
    enough = n > 1
    df = np.where(enough, n - 1, 1)
    reach = stdtrit(df, 1 - tail(confidence)) * np.sqrt(squares / df / np.maximum(n, 1))
    return mean, np.where(enough, reach, np.nan)


def _response(sheets: Ints, invited: ArrayLike | None) -> Floats:
    if invited is None:
        return np.full(len(sheets), np.nan)
    asked = given.complete(invited, "invited", len(sheets))
    given.refuse(asked < sheets, asked, "invited", "is no fewer than those who responded")
    return ratio(sheets, asked)


def _minimum(minimum: int) -> int:
    if minimum < LEAST_EVER:
        raise ValueError(
            f"A result of fewer than {LEAST_EVER} respondents is never shown, and {minimum} is fewer."
        )
    return minimum
