"""What stands behind each row of a month or week: its history, what is in force now, and whether people or records fill it in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from matneo.improvement.models import Project, ProjectMeasure, Rhythm
from matneo.improvement.months import cell_of, kind_of
from matneo.measures import collected
from matneo.measures.definitions import Definition
from matneo.measures.periods import Period
from matneo.monitoring import live, records
from matneo.submissions import values
from matneo.submissions.cells import InForce
from matneo.submissions.known import definitions_of
from matneo.utils.viewer import Viewer


@dataclass(frozen=True)
class Point:
    """One counted period, or why it has no counts."""

    numerator: float | None
    denominator: float | None
    state: str


@dataclass(frozen=True)
class Source:
    """One row of the grid before it is put into words. `period` is the week, month or quarter that the open one fills in,
    None where a quarter is not over with it; `base` is the row that holds the denominator of this one already."""

    pk: int
    definition: Definition
    subject: str
    place: str  # the site's or unit's short name, where it is not the trust itself
    locked: bool
    kind: str  # week, month or quarter
    period: Period | None
    history: Mapping[date, Point]  # by first day, oldest first
    now: InForce | None
    line: Mapping[str, Any] | None
    base: int | None = None

    @property
    def typed(self) -> bool:
        return not self.locked and self.definition.table != "published"

    @property
    def standing(self) -> tuple[float | None, float | None]:
        """The counts of the open month that are in force."""
        if self.typed:
            return (self.now.numerator, self.now.denominator) if self.now else (None, None)
        point = self.history.get(self.period.start) if self.period else None
        return (point.numerator, point.denominator) if point else (None, None)

    @property
    def not_collected(self) -> bool:
        return self.typed and self.now is not None and self.now.state == "not_collected"


@dataclass(frozen=True)
class Gathered:
    """What typing does not change: the project's rows, what each is, and which of them records fill in."""

    project: Project
    rows: tuple[ProjectMeasure, ...]
    known: Mapping[str, Definition]
    recorded: Mapping[tuple[str, str], records.Recorded]
    names: Mapping[str, str]

    def of(self, span: Period) -> tuple[ProjectMeasure, ...]:
        """The rows of a month, or of a week. What records fill in stands in the months."""
        return tuple(row for row in self.rows if self._by_week(row) is (span.kind == "week"))

    @property
    def has_weeks(self) -> bool:
        return any(map(self._by_week, self.rows))

    def is_locked(self, row: ProjectMeasure) -> bool:
        return (row.measure, row.subject) in self.recorded

    def _by_week(self, row: ProjectMeasure) -> bool:
        return row.rhythm == Rhythm.WEEK and not self.is_locked(row)


def gather(project: Project, viewer: Viewer) -> Gathered:
    """The project's rows in their order. Measures that are known no more are left out."""
    rows = list(
        ProjectMeasure.objects.visible_to(viewer).current().filter(project=project).order_by("order", "id")
    )
    known = definitions_of({row.measure for row in rows}, project.organisation.code)
    rows = [row for row in rows if row.measure in known and viewer.sees_inside(row.subject)]
    codes = {row.subject for row in rows}
    recorded = records.read_many({row.measure for row in rows}, codes, viewer)
    return Gathered(project, tuple(rows), known, recorded, _names(project, codes))


def fetch(gathered: Gathered, span: Period, viewer: Viewer, *, history: bool = True) -> list[Source]:
    """The rows of one grid: typed ones first. Whoever only saves needs no `history` of typed rows."""
    rows = gathered.of(span)
    typed = [row for row in rows if not gathered.is_locked(row)]
    ways = {(row.measure, row.subject): row.way for row in typed}
    series = live.read_many(list(ways), viewer, ways) if history else {}
    in_force = values.in_force({row.measure for row in typed}, {row.subject for row in typed})
    found = [_source(row, gathered, span, series, in_force) for row in rows]
    return _with_bases(sorted(found, key=lambda source: not source.typed))


def _names(project: Project, codes: set[str]) -> dict[str, str]:
    """Short names of sites and units; the trust itself needs none, and the usual project asks nothing here."""
    if project.place is not None:
        return {project.place.code: project.place.short_name}
    if codes <= {project.organisation.code}:
        return {}
    from matneo.submissions.parsing import own_places

    own = own_places(project.organisation)
    return {code: name for code, name in own.items() if code != project.organisation.code}


def _source(
    row: ProjectMeasure, gathered: Gathered, span: Period, series: Mapping, in_force: Mapping
) -> Source:
    pair = (row.measure, row.subject)
    definition, locked = gathered.known[row.measure], gathered.is_locked(row)
    line, columns = _line(gathered.recorded.get(pair), series.get(pair))
    kind = line["period_kind"] if locked and line else kind_of(row, definition)
    if line and line["period_kind"] != kind and "week" in (line["period_kind"], kind):
        line = columns = None  # weeks and months never share a line
    period = cell_of(kind, span)
    return Source(
        pk=row.pk,
        definition=definition,
        subject=row.subject,
        place=gathered.names.get(row.subject, ""),
        locked=locked,
        kind=kind,
        period=period,
        history=_history(columns) if columns and line and line["period_kind"] == kind else {},
        now=in_force.get((*pair, period.kind, period.start)) if period else None,
        line=line,
    )


def _line(recorded, typed) -> tuple[Mapping[str, Any] | None, Mapping[str, list] | None]:
    found = recorded or typed
    return (found.line, found.columns) if found else (None, None)


def _history(columns: Mapping[str, list]) -> dict[date, Point]:
    """The counts that the chart divides: of a measure in which a missing answer is a no, it is out of everybody."""
    rows = zip(
        columns["period"],
        columns["numerator_shown"],
        columns["denominator_shown"],
        columns["value"],
        columns["state"],
        strict=True,
    )
    return {
        period: Point(top if value is not None else None, bottom if value is not None else None, state)
        for period, top, bottom, value, state in rows
    }


def _with_bases(sources: list[Source]) -> list[Source]:
    """Point each row to the row that holds its denominator: where the library says in so many words that both are counted
    out of the very same, in the same place and period."""
    by_key = {(source.definition.id, source.subject, source.kind): source for source in sources}
    done = []
    for source in sources:
        same = collected.same_denominator(source.definition.id) if source.typed else ""
        base = by_key.get((same, source.subject, source.kind))
        done.append(replace(source, base=base.pk) if base and base.pk != source.pk else source)
    return done
