"""Months that wait for their numbers: what the week's list says first."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.improvement.models import Member, MonthDone, ProjectMeasure, State
from matneo.improvement.months import cell_of_month
from matneo.measures import collected
from matneo.measures.national import last_month
from matneo.submissions import values
from matneo.utils.viewer import Viewer

FilledIn = Callable[[Collection[str], Collection[str]], frozenset[tuple[str, str]]]


def _none(measures: Collection[str], codes: Collection[str]) -> frozenset[tuple[str, str]]:
    return frozenset()


@dataclass(frozen=True)
class MonthDue:
    """A project whose newest month that is over has empty cells: how many of how many measures."""

    project: str
    title: str
    organisation: str
    month: date
    empty: int
    typed: int


def months_due(viewer: Viewer, today: date, filled_in: FilledIn = _none) -> tuple[MonthDue, ...]:
    """Of the active projects that this person is on the team of and may type for, those whose month is neither filled in
    nor finished. `filled_in` names the pairs of measure and place that records fill in (`monitoring.live.filled_in`, one
    more query): this room does not read releases. Two queries."""
    month = last_month(today)
    rows = _followed(viewer, month)
    if not rows:
        return ()
    measures, codes = {row.measure for row in rows}, {row.subject for row in rows}
    locked, standing = filled_in(measures, codes), values.in_force(measures, codes)
    cells: dict[str, list[bool]] = {}
    for row in rows:
        period = cell_of_month(_kind(row.measure), month)
        if period is None or (row.measure, row.subject) in locked:
            continue
        now = standing.get((row.measure, row.subject, period.kind, period.start))
        cells.setdefault(row.project_id, []).append(now is None or now.state == "not_yet_sent")
    projects = {row.project_id: row.project for row in rows}
    return tuple(
        MonthDue(pk, projects[pk].title, projects[pk].organisation.short_name, month, sum(empty), len(empty))
        for pk, empty in cells.items()
        if any(empty)
    )


def _followed(viewer: Viewer, month: date) -> list[ProjectMeasure]:
    mine = Member.objects.filter(user_id=viewer.user_id, end__isnull=True).values("project")
    rows = ProjectMeasure.objects.visible_to(viewer).current()
    rows = rows.filter(project__in=mine, project__state=State.ACTIVE, subject__in=viewer.inside)
    rows = rows.exclude(project__in=MonthDone.objects.filter(month=month).values("project"))
    listed = rows.select_related("project__organisation").order_by("project__title", "order", "id")
    return [
        row
        for row in listed
        if has_permission(viewer, Permission.UPLOAD, row.project.organisation.code) and _is_typed(row.measure)
    ]


def _is_typed(measure: str) -> bool:
    """A measure that is not known here is one of the organisation's own, which is always typed."""
    definition = collected.known().get(measure)
    return definition is None or definition.table != "published"


def _kind(measure: str) -> str:
    definition = collected.known().get(measure)
    return definition.period if definition else "month"
