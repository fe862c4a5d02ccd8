"""What an idea did where it was tried: before and after in each team, and all of them together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import isfinite, sqrt

from matneo.charts import forest
from matneo.charts.forest import Pooled, Row
from matneo.evaluation import before_after
from matneo.evaluation.before_after import Change
from matneo.improvement.evidence import Try
from matneo.measures import definitions
from matneo.measures.definitions import Definition
from matneo.measures.periods import MONTHS, month_index
from matneo.monitoring import many
from matneo.stats.meta import random_effects_meta
from matneo.utils.viewer import Viewer
from matneo.web.drivers.tree import counted

MOST_ROWS = 40  # more than a page can hold; the newest count
IN_EVERY = {"percent": "100", "per_100": "100", "per_1000": "1,000"}
Z = 1.959964
CAUTION = (
    "Before and after, not a trial: something else may have changed it. In order of starting; other teams are not named. "
    "“After” begins when the idea became the usual way, or when the test that decided was over."
)


@dataclass(frozen=True)
class Team:
    """A row in words, for the table beside the picture."""

    label: str
    standing: str
    words: str


@dataclass(frozen=True)
class Effect:
    measure: str
    sentence: str
    picture: str
    rows: tuple[Team, ...]
    caution: str = CAUTION


@dataclass(frozen=True)
class _Measured:
    tried: Try
    change: Change | None


def effect(name: str, measures: Iterable[str], tries: Iterable[Try], viewer: Viewer) -> Effect | None:
    """Of one idea, by that of its measures which most teams follow; None where no team that one may read follows any."""
    decided = [t for t in tries if t.team.seen and t.started and t.settled]
    measure = _followed(measures, decided)
    if measure is None:
        return None
    d = definitions.load()[measure]
    mine = [(t, subject) for t in decided for m, subject in t.team.followed if m == measure][-MOST_ROWS:]
    series = many.read(measure, {subject for _, subject in mine}, viewer)
    rows = [_Measured(t, _change(t, series.get(subject))) for t, subject in mine]
    return _effect(name, d, rows)


def _followed(measures: Iterable[str], tries: list[Try]) -> str | None:
    """The measure that most of the teams follow; of equals the first that the idea names."""
    times = Counter(m for t in tries for m in {m for m, _ in t.team.followed})
    known = definitions.load()
    able = [m for m in measures if times[m] and m in known and known[m].unit in IN_EVERY]
    return max(able, key=lambda m: times[m], default=None)


def _change(tried: Try, counts: many.Counted | None) -> Change | None:
    if counts is None or tried.started is None or tried.settled is None:
        return None
    return before_after.change(
        counts.month,
        counts.numerator,
        counts.denominator,
        began=month_index(tried.started),
        # The month of the decision still holds both ways of working.
        settled=month_index(tried.settled) + (tried.settled.day > 1),
        length=counts.length,
    )


def _effect(name: str, d: Definition, rows: list[_Measured]) -> Effect:
    drawn = [_row(one, d) for one in rows]
    known = [one.change for one in rows if one.change is not None]
    pooled = _pooled(known, d.scale) if len(known) > 1 else None
    said = _sentence(d, known, pooled, len(rows))
    picture = forest.draw(
        drawn,
        pooled if len(known) > 2 else None,
        key="forest",
        title=f"{name}: {d.short_name} before and after, team by team",
        description=f"{said} {CAUTION}",
        words=("fewer", "more"),
    )
    table = tuple(Team(row.label, row.standing, _in_words(row)) for row in drawn)
    return Effect(d.name, said, picture, table)


def _row(one: _Measured, d: Definition) -> Row:
    tried, started = one.tried, one.tried.started
    assert started is not None, "only tries with a date are measured"
    month = f"{MONTHS[started.month - 1][:3]} {started.year}"
    label = "Your team" if tried.team.mine else month
    if one.change is None:
        return Row(label, tried.standing, tried.team.mine)
    middle = one.change.difference * d.scale
    reach = Z * sqrt(one.change.variance) * d.scale
    return Row(label, tried.standing, tried.team.mine, middle, middle - reach, middle + reach)


def _in_words(row: Row) -> str:
    if row.estimate is None or row.lower is None or row.upper is None:
        return row.words
    return f"{_signed(row.estimate)} ({_signed(row.lower)} to {_signed(row.upper)})"


def _pooled(known: list[Change], scale: float) -> Pooled:
    found = random_effects_meta([c.difference for c in known], [c.variance for c in known], tau2="DL")
    ends = found.estimate, found.lower, found.upper, found.prediction_lower, found.prediction_upper
    return Pooled(*(value * scale for value in ends))


def _sentence(d: Definition, known: list[Change], pooled: Pooled | None, teams: int) -> str:
    what = f"in every {IN_EVERY[d.unit]} {d.counts} ({d.short_name})"
    late = teams - len(known)
    rest = f" {counted(late, 'team')} {'has' if late == 1 else 'have'} too few months yet." if late else ""
    if not known:
        return f"No team has six months before and six after it yet, so nothing can be said.{rest}"
    if pooled is None or len(known) == 2:
        each = " and ".join(f"{_signed(c.difference * d.scale)}" for c in known)
        number = "One team has" if len(known) == 1 else "Two teams have"
        return f"{number} enough months: {each} {what}. That is too few to say what the idea does.{rest}"
    more = "more" if pooled.estimate >= 0 else "fewer"
    said = f"On average {_plain(abs(pooled.estimate))} {more} {what}, 95% interval {_signed(pooled.lower)} to {_signed(pooled.upper)}."
    if isfinite(pooled.prediction_lower):
        said += f" In a new team expect between {_signed(pooled.prediction_lower)} and {_signed(pooled.prediction_upper)}."
    few = " With so few teams this is a first hint." if len(known) <= 4 else ""
    return f"{said}{few}{rest}"


def _plain(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"


def _signed(value: float) -> str:
    shown = _plain(value)
    if float(shown) == 0:
        return "0"
    return f"+{shown}" if value > 0 else shown.replace("-", "−")
