"""Months and weeks that wait for their numbers: what the week's list says first."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.improvement.models import (
    Handover,
    Member,
    MonthDone,
    ProjectMeasure,
    Rhythm,
    State,
    WeekDone,
)
from matneo.improvement.months import cell_of, kind_of
from matneo.measures import collected
from matneo.measures.national import last_month
from matneo.measures.periods import Period, last_week
from matneo.submissions import values
from matneo.submissions.cells import InForce, Key
from matneo.utils.viewer import Viewer

FilledIn = Callable[[Collection[str], Collection[str]], frozenset[tuple[str, str]]]


def _none(measures: Collection[str], codes: Collection[str]) -> frozenset[tuple[str, str]]:
    return frozenset()


@dataclass(frozen=True)
class MonthDue:
    """A project whose newest month (or week, by `kind`) that is over has empty cells: of how many of how many measures, and
    how many numbers that is, counted as the grid counts them. `month` is its first day; `asked_by` whoever handed these
    rows to this person."""

    project: str
    title: str
    organisation: str
    month: date
    empty: int
    typed: int
    kind: str = "month"
    asked_by: str = ""
    numbers: int = 0

    @property
    def period(self) -> Period:
        return Period(self.kind, self.month)


def months_due(viewer: Viewer, today: date, filled_in: FilledIn = _none) -> tuple[MonthDue, ...]:
    """Of the active projects that this person is on the team of and may type for, the months and weeks that are neither
    filled in nor finished: what a colleague handed to them first, then the newest ones, without the rows that are with
    somebody else. `filled_in` names the pairs of measure and place that records fill in (`monitoring.live.filled_in`, one
    more query): this room does not read releases. Two queries, and one more where rows were handed on."""
    rows = _followed(viewer, last_month(today), last_week(today))
    if not rows:
        return ()
    measures, codes = {row.measure for row in rows}, {row.subject for row in rows}
    locked, standing = filled_in(measures, codes), values.in_force(measures, codes)
    asked = {row.project_id for row in rows if row.handed}  # hardly ever any: no question then
    handed = list(Handover.objects.visible_to(viewer).current().filter(project__in=asked)) if asked else []
    kinds = {row.pk: kind_of(row, collected.known().get(row.measure)) for row in rows}
    beside = {(row.project_id, row.measure, row.subject, kinds[row.pk]) for row in rows}
    cells: dict[tuple[str, Period, Handover | None], list[int]] = {}
    for row in rows:
        if (row.measure, row.subject) in locked:
            continue
        for span, handover in _spans(row, today, handed, viewer):
            period = cell_of(kinds[row.pk], span)
            if period is not None:
                now = standing.get((row.measure, row.subject, period.kind, period.start))
                empty = now is None or now.state == "not_yet_sent"
                wanted = _numbers(row, period, beside, standing) if empty else 0
                cells.setdefault((row.project_id, span, handover), []).append(wanted)
    projects = {row.project_id: row.project for row in rows}
    found = [
        _due(projects[pk], span, handover, wanted)
        for (pk, span, handover), wanted in cells.items()
        if any(wanted)
    ]
    return tuple(sorted(found, key=lambda due: not due.asked_by))


def _spans(
    row, today: date, handed: Collection[Handover], viewer: Viewer
) -> Iterator[tuple[Period, Handover | None]]:
    """The months or weeks of a row that wait for this person, each with the handover that makes it theirs."""
    mine = [one for one in handed if row.pk in one.rows]
    theirs = {one.span for one in mine}
    for one in mine:
        if one.to_id == viewer.user_id:
            yield one.span, one
    by_week = row.rhythm == Rhythm.WEEK
    newest = Period("week", last_week(today)) if by_week else Period("month", last_month(today))
    if not row.done and newest not in theirs:
        yield newest, None


def _numbers(
    row, period: Period, beside: Collection[tuple[str, ...]], standing: Mapping[Key, InForce]
) -> int:
    """Numbers that an empty cell asks for: two, or one where another row of the project holds the denominator."""
    base = collected.same_denominator(row.measure)
    if base == row.measure or (row.project_id, base, row.subject, period.kind) not in beside:
        return 2
    held = standing.get((base, row.subject, period.kind, period.start))
    return 2 if held is not None and held.state == "not_collected" else 1


def _due(project, span: Period, handover: Handover | None, wanted: list[int]) -> MonthDue:
    return MonthDue(
        project.pk,
        project.title,
        project.organisation.short_name,
        span.start,
        sum(number > 0 for number in wanted),
        len(wanted),
        span.kind,
        handover.by_name if handover else "",
        sum(wanted),
    )


def _followed(viewer: Viewer, month: date, week: date) -> list:
    """Rows with `done`, whether their newest month or week was finished, and `handed`, whether somebody of the project is
    asked for some rows."""
    mine = Member.objects.filter(user_id=viewer.user_id, end__isnull=True).values("project")
    rows = ProjectMeasure.objects.visible_to(viewer).current()
    rows = rows.filter(project__in=mine, project__state=State.ACTIVE, subject__in=viewer.inside)
    of_project = {"project": OuterRef("project")}
    by_week = Q(rhythm=Rhythm.WEEK)
    done = (by_week & Exists(WeekDone.objects.filter(week=week, **of_project))) | (
        ~by_week & Exists(MonthDone.objects.filter(month=month, **of_project))
    )
    handed = Exists(Handover.objects.filter(withdrawn=None, **of_project))
    listed = rows.annotate(done=done, handed=handed).select_related("project__organisation")
    return [
        row
        for row in listed.order_by("project__title", "order", "id")
        if has_permission(viewer, Permission.UPLOAD, row.project.organisation.code) and _is_typed(row.measure)
    ]


def _is_typed(measure: str) -> bool:
    """A measure that is not known here is one of the organisation's own, which is always typed."""
    definition = collected.known().get(measure)
    return definition is None or definition.table != "published"
