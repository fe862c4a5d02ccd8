"""Rows of a month or week that are with a colleague, and who could be asked."""

from datetime import date, timedelta

from django.conf import settings

from matneo.accounts.models import Membership, User
from matneo.accounts.permissions import Permission
from matneo.accounts.roles import ROLES
from matneo.improvement.models import Handover, Project
from matneo.measures.periods import Period, iso_week, span_of_week
from matneo.utils.viewer import Viewer

WEEK_WITHIN = timedelta(days=7)
DAY = 15  # of the following month: by then the numbers are wanted


def due_day(period: Period) -> date:
    """The day by which the numbers of a month or a week are wanted."""
    if period.kind == "week":
        return period.last + WEEK_WITHIN
    return (period.start + timedelta(days=31)).replace(day=DAY)


def path(project: str, period: Period) -> str:
    """The grid of a project's month or week."""
    if period.kind == "week":
        return f"/projects/{project}/weeks/{iso_week(period.start)}/"
    return f"/projects/{project}/months/{period.start:%Y-%m}/"


def name_of(period: Period) -> str:
    """ "October", "17 to 23 November" """
    return (
        span_of_week(period.start, year=False, whole=True) if period.kind == "week" else f"{period.start:%B}"
    )


def colleagues(project: Project, but: int | None) -> list[User]:
    """People of the team who may type its numbers; one query."""
    needed = {Permission.UPLOAD, Permission.WORK_ON_PROJECTS}
    roles = [key for key, role in ROLES.items() if role.reach == "own" and needed <= set(role.permissions)]
    rows = Membership.objects.on(settings.CLOCK.today()).filter(
        organisation=project.organisation_id,
        role__in=roles,
        user__is_active=True,
        user__projects__project=project,
        user__projects__end=None,
    )
    people = {row.user_id: row.user for row in rows.select_related("user").order_by("user__name")}
    return [user for pk, user in people.items() if pk != but]


def handed(project: Project, period: Period, viewer: Viewer) -> list[Handover]:
    """What is with somebody now, of this month or week."""
    rows = Handover.objects.visible_to(viewer).current()
    return list(rows.filter(project=project, period_kind=period.kind, period=period.start))
