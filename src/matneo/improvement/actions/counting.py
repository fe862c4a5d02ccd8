"""Counting case by case with two buttons: the page behind a poster's code, its taps, and taking them into a month."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.timezone import localtime

from matneo.improvement.doing import done, name, need_work
from matneo.improvement.models import ProjectMeasure, Rhythm, Tap, TapCounter
from matneo.improvement.months import cell_of_month
from matneo.improvement.saying import Unsuitable, between, line
from matneo.improvement.taps import tapped, when, why_refused
from matneo.measures.periods import week_of
from matneo.submissions import actions as submissions
from matneo.submissions.cells import Cell, Kept
from matneo.submissions.known import definitions_for

LONGEST = 366  # days that a code may count for
MOST_OPEN = 20  # counters of a project at once
MOST_TAPS = 5000  # of one counter: small samples are what it is for
UNDO_MINUTES = 10


class Over(Exception):
    """This page counts no more, or not yet; the message says so kindly."""


@transaction.atomic
def make_counter(
    *, row: ProjectMeasure, first: date, last: date, yes: str, no: str, by
) -> tuple[TapCounter, str]:
    """Make the page for one measure of a project; answers it and its token, which is kept nowhere."""
    project = row.project
    need_work(by, project)
    today = settings.CLOCK.today()
    between(
        first,
        today - timedelta(days=31),
        today + timedelta(days=LONGEST),
        field="first",
        name="the first day",
    )
    between(last, max(first, today), first + timedelta(days=LONGEST), field="last", name="the last day")
    still = TapCounter.objects.filter(project_measure__project=project, revoked=None, last__gte=today)
    if still.count() >= MOST_OPEN:
        raise Unsuitable(f"{MOST_OPEN} counters are open already. End one of them first.", "measure")
    token = secrets.token_urlsafe(18)
    counter = TapCounter.objects.create(
        project_measure=row,
        digest=hashlib.sha256(token.encode()).hexdigest(),
        yes=line(yes, field="yes", name="what stands on the button for yes", most=60, needed=True),
        no=line(no, field="no", name="what stands on the button for no", most=60, needed=True),
        first=first,
        last=last,
        created=settings.CLOCK.now(),
        by=by,
        by_name=name(by),
    )
    done("make_counter", project, by, row.measure, counter=counter.pk, last=str(last))
    return counter, token


@transaction.atomic
def revoke_counter(*, counter: TapCounter, by) -> None:
    """From now on its code opens nothing; what was tapped stays."""
    project = counter.project_measure.project
    need_work(by, project)
    if TapCounter.objects.filter(pk=counter.pk, revoked=None).update(revoked=settings.CLOCK.now()):
        done("revoke_counter", project, by, counter.project_measure.measure, counter=counter.pk)


def tap(*, counter: TapCounter, yes: bool, key: str, ago: timedelta = timedelta(0), by=None) -> Tap:
    """Count one case. Whoever has the code may (`by=None`); the same form twice is one tap, and one that waited for a
    connection counts on the day on which it was made. There is no audit event: a tap
    is a row that says when it was, who tapped is not known, and an event each would bury all others."""
    at = when(ago)
    if why := why_refused(counter, localtime(at).date()):
        raise Over(why)
    if counter.taps.count() >= MOST_TAPS:
        raise Over(f"{MOST_TAPS:,} taps are the most that one counter holds. Ask the team for a new one.")
    try:
        with transaction.atomic():
            return Tap.objects.create(counter=counter, at=at, yes=yes, key=key[:40])
    except IntegrityError:
        return Tap.objects.get(counter=counter, key=key[:40])


def undo_tap(*, counter: TapCounter, tap: int, ago: timedelta = timedelta(0), by=None) -> bool:
    """Take a tap back within minutes; whether there was one to take back. Who may is known by the browser that tapped.
    Both may have waited for a connection: what counts is when it was taken back, `ago`, not when that is heard of."""
    since = when(ago) - timedelta(minutes=UNDO_MINUTES)
    rows = Tap.objects.filter(pk=tap, counter=counter, undone=None, at__gte=since)
    return bool(rows.update(undone=settings.CLOCK.now()))


def take_into_month(
    *,
    counter: TapCounter,
    month: date,
    seen: int | None,
    locked: Collection[tuple[str, str]],
    by,
) -> Kept:
    """Type what was tapped into the measure's month (or the quarter that ends with it; of one that is counted by week, the
    week that holds that day), as the person who takes it. `seen`
    is the value that stood there on the screen; what somebody else typed meanwhile is not written over."""
    row = counter.project_measure
    project = row.project
    need_work(by, project)
    definition = definitions_for(project.organisation.code).get(row.measure)
    if definition is None:
        raise Unsuitable("This measure is not typed any more.", "measure")
    by_week = row.rhythm == Rhythm.WEEK
    period = week_of(month) if by_week else cell_of_month(definition.period, month)
    if period is None:
        raise Unsuitable("This measure is typed by quarter: take it with the quarter's last month.", "month")
    found = tapped(counter, period)
    if not found.all:
        raise Unsuitable(f"Nothing was tapped in {period.label()}.", "month")
    cell = Cell(row.measure, row.subject, period.kind, period.start, found.yes, found.all, seen=seen)
    with transaction.atomic():
        answer = submissions.type_in(organisation=project.organisation, cells=[cell], by=by, locked=locked)
        if answer.refused:
            raise Unsuitable(answer.refused[0].sentence, "month")
        done("take_into_month", project, by, f"{row.measure}, {period.label()}", counter=counter.pk)
    return answer.kept[0]
