"""Months of one's projects that wait for numbers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from matneo.accounts.access import has_permission
from matneo.accounts.permissions import Permission
from matneo.improvement.models import ProjectMeasure
from matneo.measures import collected
from matneo.measures.national import last_month
from matneo.monitoring import live
from matneo.submissions import values
from matneo.utils.viewer import Viewer

DAY = 15  # of the following month: by then the numbers are wanted


@dataclass(frozen=True)
class MonthDue:
    """A project whose newest month that is over has empty cells: how many of how many that somebody types."""

    project: str
    title: str
    organisation: str
    month: date
    empty: int
    typed: int


def months_due(viewer: Viewer, today: date) -> tuple[MonthDue, ...]:
    """Of the active projects that this person is on the team of and may type for; three queries."""
    month = last_month(today)
    rows = _followed(viewer, month)
    if not rows:
        return ()
    measures, codes = {row.measure for row in rows}, {row.subject for row in rows}
    locked = live.filled_in(measures, codes)
    typed = [row for row in rows if (row.measure, row.subject) not in locked]
    empty = _empty(typed, month, measures, codes)
    found = {}
    for row in typed:
        found.setdefault(row.project_id, []).append(row in empty)
    projects = {row.project_id: row.project for row in rows}
    return tuple(
        MonthDue(pk, projects[pk].title, projects[pk].organisation.short_name, month, sum(cells), len(cells))
        for pk, cells in found.items()
        if any(cells)
    )


def _followed(viewer: Viewer, month: date) -> list[ProjectMeasure]:
    rows = ProjectMeasure.objects.visible_to(viewer).current()
    rows = rows.filter(
        project__state="active",
        project__started__lte=month.replace(day=28),
        project__members__user_id=viewer.user_id,
        project__members__end__isnull=True,
        subject__in=viewer.inside,
    ).exclude(project__months_done__month=month)
    return [
        row
        for row in rows.select_related("project__organisation").order_by("project__title", "id").distinct()
        if has_permission(viewer, Permission.UPLOAD, row.project.organisation.code)
        and _is_monthly(row.measure)
    ]


def _is_monthly(measure: str) -> bool:
    """What is counted by the quarter waits for its quarter; a measure of the team's own is typed by the month."""
    known = collected.known().get(measure)
    return known is None or (known.table != "published" and known.period == "month")


def _empty(
    rows: list[ProjectMeasure], month: date, measures: Collection[str], codes: Collection[str]
) -> set[ProjectMeasure]:
    standing = values.in_force(measures, codes)

    def has_none(row: ProjectMeasure) -> bool:
        now = standing.get((row.measure, row.subject, "month", month))
        return now is None or now.state == "not_yet_sent"

    return {row for row in rows if has_none(row)}
