"""What stands behind each row of a month: its history, what is in force now, and whether people or records fill it in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from matneo.improvement.models import Project, ProjectMeasure
from matneo.improvement.months import cell_of_month
from matneo.measures import collected
from matneo.measures.definitions import Definition
from matneo.measures.periods import Period
from matneo.monitoring import live, records
from matneo.submissions import values
from matneo.submissions.cells import InForce
from matneo.submissions.known import definitions_for
from matneo.utils.viewer import Viewer


@dataclass(frozen=True)
class Point:
    """One counted period, or why it has no counts."""

    numerator: float | None
    denominator: float | None
    state: str


@dataclass(frozen=True)
class Source:
    """One row of the grid before it is put into words. `period` is the month or quarter that the open month fills in, None
    where a quarter is not over with it; `base` is the row that holds the denominator of this one already."""

    pk: int
    definition: Definition
    subject: str
    place: str  # the site's or unit's short name, where it is not the trust itself
    locked: bool
    kind: str  # month or quarter
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


def fetch(project: Project, month: date, viewer: Viewer, *, history: bool = True) -> list[Source]:
    """The rows of a project's grid in their order: typed ones first. Measures that are known no more are left out. Whoever
    only saves needs no `history` of typed rows."""
    rows = list(
        ProjectMeasure.objects.visible_to(viewer).current().filter(project=project).order_by("order", "id")
    )
    known = definitions_for(project.organisation.code)
    rows = [row for row in rows if row.measure in known and viewer.sees_inside(row.subject)]
    measures, codes = {row.measure for row in rows}, {row.subject for row in rows}
    recorded = records.read_many(measures, codes, viewer)
    typed = [row for row in rows if (row.measure, row.subject) not in recorded]
    series = live.read_many([(row.measure, row.subject) for row in typed], viewer) if history else {}
    in_force = values.in_force({row.measure for row in typed}, {row.subject for row in typed})
    names = _names(project, codes)
    found = [
        _source(row, known[row.measure], month, recorded, series, in_force, names.get(row.subject, ""))
        for row in rows
    ]
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


def _source(row, definition, month, recorded, series, in_force, place) -> Source:
    pair = (row.measure, row.subject)
    locked = pair in recorded
    line, columns = _line(recorded.get(pair), series.get(pair))
    kind = line["period_kind"] if locked and line else definition.period
    period = cell_of_month(kind, month)
    return Source(
        pk=row.pk,
        definition=definition,
        subject=row.subject,
        place=place,
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
    rows = zip(
        columns["period"],
        columns["numerator"],
        columns["known"],
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
    from dataclasses import replace

    by_key = {(source.definition.id, source.subject, source.kind): source for source in sources}
    done = []
    for source in sources:
        same = collected.same_denominator(source.definition.id) if source.typed else ""
        base = by_key.get((same, source.subject, source.kind))
        done.append(replace(source, base=base.pk) if base and base.pk != source.pk else source)
    return done
