"""Rows of the grid as the page prints them: every number a word or a text, every question and refusal a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import MappingProxyType

from django.utils.timezone import localtime

from matneo.charts import spark
from matneo.charts.sentences import figure
from matneo.measures.periods import MONTHS, Period, add_months, span_of_week
from matneo.measures.plausible import Count, Question, ask
from matneo.submissions.cells import NotKept
from matneo.web.lines import chart_path, in_way
from matneo.web.projects.grid.sources import Source
from matneo.web.projects.grid.typing import Given, carried, shown

BEFORE = 5  # months or weeks that stand before the open one
SPARK = (156, 40)
STATES = {
    "no_cases": "nobody to count",
    "not_collected": "not collected",
    "not_yet_sent": "not known yet",
    "suppressed": "hidden",
    "failed_quality": "not usable",
}


@dataclass(frozen=True)
class Past:
    """One earlier month or week: the counts and the share, or in words why there are none."""

    label: str
    top: str
    bottom: str
    share: str
    words: str
    hatched: bool


@dataclass(frozen=True)
class Asked:
    """Is this right? The number it is about, and why it is asked."""

    asked: str
    because: str
    number: str


@dataclass(frozen=True)
class Theirs:
    """What somebody else typed into the same cell meanwhile."""

    words: str
    by_name: str
    at: str
    value: int
    mine: str


@dataclass(frozen=True)
class Row:
    pk: int
    name: str
    href: str
    of: str
    counted: str
    past: tuple[Past, ...]
    previous: str  # the last month in a line, for a phone
    typed: bool
    due: str  # why there is no cell this month; "" where there is one
    not_collected: bool
    top: str
    bottom: str
    carried: bool  # the denominator stands in another row
    was: tuple[str, str]
    seen: str
    share: str
    spark: str
    asked: Asked | None
    problem: str
    theirs: Theirs | None
    way: str = ""  # of whom it is: "with Sam", "Ruth asks you"

    @property
    def cells(self) -> int:
        """White cells of the row."""
        if not self.typed or self.due or self.not_collected:
            return 0
        return 1 if self.carried else 2

    @property
    def filled(self) -> int:
        """White cells that hold something that was kept."""
        done = [self.was[0], "" if self.carried else self.was[1]]
        return sum(bool(text) for text in done) if self.cells else 0

    @property
    def locked_cells(self) -> int:
        """Cells that nobody has to type."""
        if self.due:
            return 0
        return 2 * (not self.typed) if not self.typed else int(self.carried and not self.not_collected)


@dataclass(frozen=True)
class Answered:
    """What a form that was just sent left behind: what was typed and is kept in the form, and what could not be saved."""

    given: Mapping[int, Given]
    refused: Mapping[int, NotKept]
    notes: tuple[str, ...] = ()  # what one should know of cells that were kept


NOTHING_SENT = Answered({}, {})


def before(span: Period) -> tuple[Period, ...]:
    """The months or weeks that stand before the open one."""
    return tuple(step(span, back) for back in range(-BEFORE, 0))


def step(span: Period, by: int) -> Period:
    """The month or week so many later, or earlier."""
    if span.kind == "week":
        return Period("week", span.start + timedelta(weeks=by))
    return Period("month", add_months(span.start, by))


def column(span: Period) -> tuple[str, str]:
    """A column's whole and short name: ("October", "Oct"), ("13 to 19 October", "13 to 19 Oct")."""
    if span.kind == "week":
        return span_of_week(span.start, year=False, whole=True), span_of_week(span.start, year=False)
    return MONTHS[span.start.month - 1], MONTHS[span.start.month - 1][:3]


def rows(
    sources: Sequence[Source],
    span: Period,
    kind_of: Mapping[str, str],
    answered: Answered = NOTHING_SENT,
    held: Mapping[int, str] = MappingProxyType({}),
) -> list[Row]:
    """The rows in words. `kind_of` gives each place's kind of organisation, `answered` what a form that was
    refused holds, `held` the rows that are with somebody, in words."""
    by_pk = {source.pk: source for source in sources}
    made = [_row(source, span, by_pk, kind_of, answered) for source in sources]
    return [replace(row, way=held[row.pk]) if row.pk in held else row for row in made]


def _row(source, span: Period, by_pk, kind_of, answered: Answered) -> Row:
    sent, problem = answered.given.get(source.pk), answered.refused.get(source.pk)
    held = carried(source, by_pk, answered.given)
    # What nobody types is read as in the months beside it: with a comma in the thousands.
    was = tuple(shown(count) if source.typed else _read(count) for count in source.standing)
    keep = sent if problem is not None and sent is not None else None
    past = tuple(_past(source, one) for one in before(span))
    return Row(
        pk=source.pk,
        name=name_of(source),
        href=_href(source, kind_of),
        of=_of(source, by_pk),
        counted=source.definition.numerator_words,
        past=past,
        previous=_previous(source, span.start),
        typed=source.typed,
        due="" if source.period else _due(source, span.start),
        not_collected=source.not_collected and not keep,
        top=keep.numerator if keep else was[0],
        bottom=(held or "") if held is not None else keep.denominator if keep else was[1],
        carried=held is not None,
        was=was,
        seen=_seen(source, keep, problem),
        share=_share(source),
        spark=_spark(source),
        asked=_asked(source),
        problem=problem.sentence if problem else "",
        theirs=_theirs(problem) if problem else None,
    )


def _read(count: float | None) -> str:
    return "" if count is None else f"{count:,.0f}"


def _href(source: Source, kind_of: Mapping[str, str]) -> str:
    path = chart_path(kind_of.get(source.subject, "trust"), source.subject, source.definition.id)
    return in_way(path, "collected-week" if source.kind == "week" else "")


def _seen(source: Source, keep: Given | None, problem: NotKept | None) -> str:
    """Until somebody has chosen between two, sending the form once more does not choose for them."""
    if keep is not None and problem is not None and problem.theirs is not None:
        return str(keep.seen or "")
    return str(source.now.value) if source.now else ""


def name_of(source: Source) -> str:
    return f"{source.definition.short_name}, {source.place}" if source.place else source.definition.short_name


def _of(source: Source, by_pk: Mapping[int, Source]) -> str:
    base = by_pk.get(source.base) if source.base is not None else None
    said = f"of {source.definition.of_whom}"
    return f"{said} (as in “{base.definition.short_name}”)" if base else said


def _due(source: Source, month: date) -> str:
    following = next(m for m in (add_months(month, k) for k in (1, 2)) if m.month % 3 == 0)
    return f"By quarter: next with {MONTHS[following.month - 1]}"


def _past(source: Source, span: Period) -> Past:
    """A quarter stands in the month that it ends with."""
    name, month = column(span)[0], span.start
    if source.kind == "quarter":
        if month.month % 3:
            return Past(name, "", "", "", "", False)
        month = add_months(month, -2)
    point = source.history.get(month)
    if point is None:
        return Past(name, "", "", "", "", False)
    if point.numerator is None or point.denominator is None:
        return Past(name, "", "", "", STATES.get(point.state, ""), point.state == "not_collected")
    return Past(
        name,
        f"{point.numerator:,.0f}",
        f"{point.denominator:,.0f}",
        _figure(source, point.numerator, point.denominator),
        "",
        False,
    )


def _previous(source: Source, month: date) -> str:
    earlier = [start for start in source.history if source.period is None or start < source.period.start]
    start = max((start for start in earlier if start < month), default=None)
    if start is None:
        return ""
    point, name = source.history[start], Period(source.kind, start).label()
    name = f"{name[:1].upper()}{name[1:]}"
    if point.numerator is None or point.denominator is None:
        return f"{name}: {STATES.get(point.state, 'no counts')}"
    share = _figure(source, point.numerator, point.denominator)
    return f"{name}: {point.numerator:,.0f} of {point.denominator:,.0f}, {share}"


def _figure(source: Source, top: float, bottom: float) -> str:
    if bottom <= 0:
        return "–"
    return figure(top / bottom, source.definition.unit, source.definition.scale)


def _share(source: Source) -> str:
    top, bottom = source.standing
    return "" if top is None or bottom is None else _figure(source, top, bottom)


def _spark(source: Source) -> str:
    line = source.line
    if line is None:
        return ""
    return spark.draw(
        line["spark"],
        line["spark_signal"],
        centre=line["centre"],
        lcl=line["lcl"],
        ucl=line["ucl"],
        width=SPARK[0],
        height=SPARK[1],
        direction=source.definition.direction,
    )


def _asked(source: Source) -> Asked | None:
    """What somebody said is right is not asked about again; other counts in the cell are."""
    top, bottom = source.standing
    if not source.typed or source.period is None or top is None or bottom is None:
        return None
    if source.now is not None and source.now.sure:
        return None
    question = ask(Count(top, bottom), _counted(source), source.kind)
    return _said(question) if question else None


def _said(question: Question) -> Asked:
    return Asked(question.asked, question.because, f"{question.number:,.0f}")


def _counted(source: Source) -> list[Count]:
    before = [
        point for start, point in source.history.items() if source.period and start < source.period.start
    ]
    return [Count(p.numerator, p.denominator) for p in before if p.numerator is not None and p.denominator]


def _theirs(problem: NotKept) -> Theirs | None:
    if problem.theirs is None:
        return None
    cell, theirs = problem.cell, problem.theirs
    mine = (
        f"{cell.numerator or '(blank)'} of {cell.denominator or '(blank)'}"
        if cell.state == "valued"
        else str(cell.state).replace("_", " ")
    )
    return Theirs(
        theirs.words(), theirs.by_name, f"{localtime(theirs.at):%-d %B at %H:%M}", theirs.value, mine[:80]
    )
