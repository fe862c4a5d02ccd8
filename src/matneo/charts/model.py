"""A chart is one frozen model; picture, table and sentence are three renderings of it that always appear together."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Point:
    """One period. `value` None is no value, and `state` says why."""

    start: datetime.date
    label: str
    value: float | None
    numerator: float | None
    denominator: float | None
    state: str
    provisional: bool
    signal: str
    reason: str
    phase: int
    centre: float | None
    lcl: float | None
    ucl: float | None
    source: str = ""  # the file it came with, in words
    beside: str = ""  # what else was going on in that period, said after the value


@dataclass(frozen=True)
class Mark:
    """A note on the time axis."""

    date: datetime.date
    text: str
    kind: str  # note, test, idea, pause (no data), still (a team stood still), definition, join, rebase
    until: datetime.date | None = None


@dataclass(frozen=True)
class SpcChart:
    """Everything that a control chart of a measure says; values are shares, `scale` makes them percent or per 1,000."""

    key: str  # unique on the page: names the parts of the picture
    title: str
    subject: str
    good_sentence: str
    counts: str  # babies, women
    unit: str  # percent, per_1000, per_100
    scale: float
    direction: str
    period_kind: str
    points: tuple[Point, ...]
    target: float | None
    target_words: str
    marks: tuple[Mark, ...]
    variation: str
    assurance: str
    limits_status: str
    signal_since: str  # "January 2024", "" for none
    signal_rule: str
    signal_length: int
    now: float | None
    before: float | None
    rounded: bool
    england: tuple[tuple[datetime.date, float], ...] = ()
    chart: str = "p_prime"
    beside: tuple[float, ...] = ()  # heights that the axis holds too, where two pictures are compared

    @property
    def valued(self) -> tuple[Point, ...]:
        return tuple(point for point in self.points if point.value is not None)

    @property
    def last(self) -> Point | None:
        return self.valued[-1] if self.valued else None

    @property
    def few(self) -> bool:
        """Under 13 points: values with intervals, no limits and no icons."""
        return len(self.valued) < 13


@dataclass(frozen=True)
class Table:
    """The same figures as text cells; the first column names the row."""

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    svg: str
    table: Table
    sentence: str
    notes: str = ""  # the marks of the time axis in words, for those who do not see the picture
