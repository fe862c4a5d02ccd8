"""Is this count right? A calm question about a typed count, from the history of its own series; it never stops anybody.

Two slips are worth asking about: a share that no period of the last two years had and that chance alone would seldom
make, and an "out of" that is more than twice the most or less than half the least there ever was (a digit too many).
A series of under six periods is asked nothing: it has no usual yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

FEWEST = 6  # periods before anything counts as usual
LOOK_BACK = {"week": 104, "month": 24, "quarter": 8}  # two years
WIDTH = 2.0  # standard errors: a question costs a key, so it is asked earlier than a chart gives a signal
FAR, AT_LEAST = 2.0, 10  # how many times the most, and how many more, an "out of" must be


@dataclass(frozen=True)
class Count:
    """How many, out of how many."""

    numerator: float
    denominator: float

    @property
    def share(self) -> float:
        return self.numerator / self.denominator


@dataclass(frozen=True)
class Question:
    """What is asked ("Is 12 right?"), why, and the number that it is about."""

    asked: str
    because: str
    number: float


def ask(now: Count, past: Sequence[Count], kind: str = "month") -> Question | None:
    """The question about a count of a week, month or quarter, or None. `past` holds what was counted before, oldest first."""
    known = [count for count in past if count.denominator > 0][-LOOK_BACK[kind] :]
    if len(known) < FEWEST or now.denominator <= 0:
        return None
    return _size(now, known, kind) or _share(now, known, kind)


def _size(now: Count, known: Sequence[Count], kind: str) -> Question | None:
    most, least = (pick(count.denominator for count in known) for pick in (max, min))
    usual = f"Usually about {median(count.denominator for count in known):,.0f}."
    if now.denominator > max(most * FAR, most + AT_LEAST):
        words = f"It is more than twice as many as in any {_span(known, kind)}."
    elif now.denominator < min(least / FAR, least - AT_LEAST):
        words = f"It is less than half of any {_span(known, kind)}."
    else:
        return None
    return Question(f"Is {now.denominator:,.0f} right?", f"{words} {usual}", now.denominator)


def _share(now: Count, known: Sequence[Count], kind: str) -> Question | None:
    shares = [count.share for count in known]
    low, high = limits(now.denominator, known)
    if now.share < min(shares) and now.share < low:
        way = "lower"
    elif now.share > max(shares) and now.share > high:
        way = "higher"
    else:
        return None
    usual = f"Usually about {median(shares) * now.denominator:,.0f} of {now.denominator:,.0f}."
    return Question(
        f"Is {now.numerator:,.0f} right?",
        f"It is {way} than any {_span(known, kind)}. {usual}",
        now.numerator,
    )


def limits(size: float, known: Sequence[Count]) -> tuple[float, float]:
    """Where a share of `size` is expected: the pooled share, two standard errors to each side, wider where the series has
    varied more than chance does (never narrower)."""
    pooled = sum(count.numerator for count in known) / sum(count.denominator for count in known)
    spread = pooled * (1 - pooled)
    if spread <= 0:
        return pooled, pooled
    squares = [(count.share - pooled) ** 2 * count.denominator / spread for count in known]
    wider = max(1.0, sum(squares) / len(squares))
    reach = WIDTH * sqrt(wider * spread / size)
    return pooled - reach, pooled + reach


def _span(known: Sequence[Count], kind: str) -> str:
    if len(known) >= LOOK_BACK[kind]:
        return f"{kind} in the last two years"
    return f"of the last {len(known)} {kind}s"
