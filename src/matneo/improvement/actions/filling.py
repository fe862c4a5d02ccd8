"""Filling in months and weeks: how often a measure is counted, the team's word that a week is in, and handing rows on."""

from collections.abc import Collection
from datetime import date

from django.conf import settings
from django.db import transaction

from matneo.accounts.access import need
from matneo.accounts.models import User
from matneo.improvement import handing
from matneo.improvement.doing import done, name, need_work
from matneo.improvement.models import Handover, Project, ProjectMeasure, Rhythm, WeekDone
from matneo.improvement.saying import Unsuitable, choice
from matneo.measures.periods import Period, week_of
from matneo.notifications import actions as notifications
from matneo.notifications.actions import Draft
from matneo.submissions import permissions
from matneo.submissions.known import definitions_for


@transaction.atomic
def count_by(*, row: ProjectMeasure, rhythm: str, by) -> ProjectMeasure:
    """Say how often the team counts a measure that it types in. What was typed the other way stays: it is a line of its
    own, and the two are never mixed."""
    need_work(by, row.project)
    choice(rhythm, Rhythm.values, field="rhythm", name="every month or every week")
    definition = definitions_for(row.project.organisation.code).get(row.measure)
    if rhythm == Rhythm.WEEK and (
        definition is None or definition.table == "published" or definition.period != "month"
    ):
        raise Unsuitable("This measure cannot be counted by week: it is not typed by month here.", "rhythm")
    if row.rhythm == rhythm:
        return row
    row.rhythm = rhythm
    row.save(update_fields=["rhythm"])
    done("count_by", row.project, by, f"{row.measure}, {Rhythm(rhythm).label}")
    return row


@transaction.atomic
def finish_week(*, project: Project, week: date, by) -> WeekDone:
    """Say that a week's numbers are in; doing it twice changes nothing. Cells can still be changed."""
    need_work(by, project)
    found = week_of(week)
    if found.start > settings.CLOCK.today():
        raise Unsuitable(f"The {found.label()} has not begun yet.", "week")
    row, made = WeekDone.objects.get_or_create(
        project=project, week=found.start, defaults={"by_name": name(by), "at": settings.CLOCK.now()}
    )
    if made:
        done("finish_week", project, by, found.label())
    return row


@transaction.atomic
def hand_rows(*, project: Project, period: Period, rows: Collection[int], to: User, by) -> Handover:
    """Ask a colleague of the team to type these rows of a month or week; they hear it at once. A row is with one person at
    a time."""
    need_work(by, project)
    need(by, permissions.to_send(project.organisation), project.organisation)
    Project.objects.select_for_update().get(pk=project.pk)  # two who hand the same row on wait for each other
    mine = set(ProjectMeasure.objects.filter(project=project, removed=None).values_list("pk", flat=True))
    wanted = sorted(set(rows) & mine)
    if not wanted:
        raise Unsuitable("Choose at least one measure to hand on.", "rows")
    if to.pk not in {user.pk for user in handing.colleagues(project, by.pk if by else None)}:
        raise Unsuitable("Choose somebody of the team who may type its numbers.", "to")
    _not_with_somebody(project, period, wanted)
    row = Handover.objects.create(
        project=project,
        period_kind=period.kind,
        period=period.start,
        rows=wanted,
        to=to,
        to_name=to.name,
        by=by,
        by_name=name(by),
        at=settings.CLOCK.now(),
    )
    _tell(row, by)
    done("hand_rows", project, by, f"{len(wanted)} of {period.label()} to {to.name}", handover=row.pk)
    return row


@transaction.atomic
def take_back(*, handover: Handover, by) -> None:
    """The rows are the team's again: taken back by whoever asked, or given back by whoever cannot."""
    need_work(by, handover.project)
    if Handover.objects.filter(pk=handover.pk, withdrawn=None).update(withdrawn=settings.CLOCK.now()):
        done("take_back", handover.project, by, handover.span.label(), handover=handover.pk)


def _not_with_somebody(project: Project, period: Period, rows: Collection[int]) -> None:
    there = Handover.objects.current().filter(project=project, period_kind=period.kind, period=period.start)
    for one in there:
        if set(one.rows) & set(rows):
            raise Unsuitable(f"Some of these are with {one.to_name} already. Take them back first.", "rows")


def _tell(row: Handover, by) -> None:
    number = 2 * len(row.rows)
    what, due = handing.name_of(row.span), handing.due_day(row.span)
    subject = f"{row.by_name} asks you for the numbers of {what}"
    measures = "1 measure" if len(row.rows) == 1 else f"{len(row.rows)} measures"
    where = handing.path(row.project_id, row.span)
    text = (
        f"{row.by_name} asks you to type {number} numbers of {what} ({measures}) for “{row.project.title}”, due on "
        f"{due:%-d %B}.\n\nOpen them: {settings.BASE_URL}{where}\n\n"
        "If you cannot, hand them back on the same page; nobody minds."
    )
    notifications.queue(drafts=[Draft(row.to, "asked", f"handed {row.pk}", subject, text, where, due)], by=by)
