"""What happened in a project in one month, told in plain lines."""

from collections.abc import Iterator
from datetime import date

from django.conf import settings
from django.db.models import Q

from matneo.improvement.models import (
    ChangeTest,
    Compared,
    Entry,
    Pause,
    Project,
    ProjectIdea,
    ProjectMeasure,
    Score,
)
from matneo.improvement.querysets import LOCAL
from matneo.measures import collected
from matneo.measures.periods import add_months
from matneo.utils.viewer import ANONYMOUS, Viewer
from matneo.web.projects import figures
from matneo.web.projects.words import ended

CHART_MONTHS = 2  # how long ago a month may be for the chart of today to speak in its report
DECIDED = {"adopt": "adopted", "adapt": "adapted", "abandon": "abandoned"}


def told(project: Project, start: date, viewer: Viewer) -> str:
    """A draft of the month's report. It says so where nothing happened: a quiet month is no reproach."""
    parts = (
        ("What the chart says", _chart(project, viewer) if _recent(start) else ()),
        ("Tests with a result", _studied(project, start, viewer)),
        ("Tests begun or planned", _begun(project, start, viewer)),
        ("The usual way from now on", _usual(project, start, viewer)),
        ("Measures followed from now on", _measures(project, start, viewer)),
        ("How far we are", _scores(project, start, viewer)),
        ("What else happened", _entries(project, start, viewer)),
        ("Pauses and the end", [*_pauses(project, start, viewer), *_closed(project, start)]),
    )
    said = [(heading, list(rows)) for heading, rows in parts]
    blocks = [f"{heading}\n" + "\n".join(f"- {row}" for row in rows) for heading, rows in said if rows]
    return "\n\n".join(blocks) or "A quiet month: nothing was written down."


def _recent(start: date) -> bool:
    """The chart speaks of today: into the report of a month long ago its words would carry what nobody knew then."""
    return start >= add_months(settings.CLOCK.today().replace(day=1), -CHART_MONTHS)


def _chart(project: Project, viewer: Viewer) -> Iterator[str]:
    """As everyone may read it: the report is kept, and whoever sees the project reads it, later and elsewhere too."""
    rows = ProjectMeasure.objects.visible_to(viewer).current().filter(project=project, main=True)
    for row in rows:
        if words := figures.sentence(row.measure, row.subject, ANONYMOUS):
            yield words


def _studied(project: Project, start: date, viewer: Viewer) -> Iterator[str]:
    rows = _tests(project, viewer).exclude(decision="")
    for test in rows.filter(studied_at__year=start.year, studied_at__month=start.month):
        learned = f" Learned: {_ended(test.learned)}" if test.learned else ""
        yield (
            f"{test.idea.name}, test {test.number}: {DECIDED[test.decision]}. Expected: {_ended(test.prediction)} "
            f"Happened, {Compared(test.compared).label}: {_ended(test.happened)}{learned}"
        )


def _begun(project: Project, start: date, viewer: Viewer) -> Iterator[str]:
    """Also those whose result came in a later month; one that came in this month tells of its test."""
    told = Q(studied_at__year=start.year, studied_at__month=start.month) & ~Q(decision="")
    rows = _tests(project, viewer).filter(start__year=start.year, start__month=start.month)
    for test in rows.exclude(told):
        yield f"{test.idea.name}, test {test.number}: {_ended(test.question)} Expected: {_ended(test.prediction)}"


def _usual(project: Project, start: date, viewer: Viewer) -> Iterator[str]:
    rows = ProjectIdea.objects.visible_to(viewer).current().filter(project=project)
    for idea in rows.filter(for_everyone_from__year=start.year, for_everyone_from__month=start.month):
        yield f"{idea.name}, since {idea.for_everyone_from:%-d %B}"


def _measures(project: Project, start: date, viewer: Viewer) -> Iterator[str]:
    """Without the trust's own: the report may be read outside, and those stay inside."""
    rows = ProjectMeasure.objects.visible_to(viewer).current().filter(project=project)
    rows = rows.exclude(measure__startswith=LOCAL)
    listed = collected.known()
    for row in rows.filter(added__year=start.year, added__month=start.month):
        yield listed[row.measure].short_name if row.measure in listed else row.measure


def _scores(project: Project, start: date, viewer: Viewer) -> Iterator[str]:
    rows = Score.objects.visible_to(viewer).filter(project=project)
    for score in rows.filter(at__year=start.year, at__month=start.month):
        yield f"The {score.voice} says {score.value:.1f}" + (f": {score.reason}" if score.reason else "")


def _entries(project: Project, start: date, viewer: Viewer) -> Iterator[str]:
    rows = Entry.objects.visible_to(viewer).current().filter(project=project)
    for entry in rows.filter(date__year=start.year, date__month=start.month):
        yield f"{entry.date:%-d %B}: {entry.title}" + (f". {_one_line(entry.text)}" if entry.text else "")


def _pauses(project: Project, start: date, viewer: Viewer) -> Iterator[str]:
    for pause in Pause.objects.visible_to(viewer).filter(project=project):
        if (pause.start.year, pause.start.month) == (start.year, start.month):
            yield f"Paused since {pause.start:%-d %B}: {pause.reason}"
        if pause.end and (pause.end.year, pause.end.month) == (start.year, start.month):
            yield f"The pause that began on {pause.start:%-d %B %Y} ended on {pause.end:%-d %B}"


def _closed(project: Project, start: date) -> Iterator[str]:
    if project.closed and (project.closed.year, project.closed.month) == (start.year, start.month):
        yield f"{ended(project)} {_one_line(project.learned)}"


def _tests(project: Project, viewer: Viewer):
    return (
        ChangeTest.objects.visible_to(viewer)
        .current()
        .filter(project=project)
        .select_related("idea")
        .order_by("start", "number")
    )


def _ended(text: str) -> str:
    """As a sentence that another can follow, whether its point was typed or not."""
    said = _one_line(text)
    return said if said.endswith((".", "?", "!", "…")) else f"{said}."


def _one_line(text: str) -> str:
    return " ".join(text.split())
