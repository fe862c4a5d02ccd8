"""The story of a project, put together from its rows in the order of time; small entries are folded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import CharField, DateField, Value
from django.db.models.functions import Cast

from matneo.improvement.models import (
    ChangeTest,
    Decision,
    Entry,
    Highlight,
    Pause,
    Project,
    ProjectIdea,
    Scale,
    Score,
)
from matneo.measures.periods import following
from matneo.utils.viewer import Viewer
from matneo.web.projects.words import ended, shortened

FOLD_FROM = 3  # fewer small entries than this are simply shown


@dataclass(frozen=True)
class Told:
    """One entry. `when` is how its day is said; a voice is somebody's own words."""

    on: date
    when: str
    title: str
    text: str
    small: bool = False
    voice: bool = False
    href: str = ""
    link: str = ""


@dataclass(frozen=True)
class Story:
    folded: tuple[Told, ...]
    told: tuple[Told, ...]
    next: tuple[Told, ...]


def pauses_and_reports(project: Project, viewer: Viewer) -> tuple[list[Pause], list[date]]:
    """The pauses that were, and the months whose report was kept: one query for both."""
    nothing = {"end": Cast(None, DateField()), "reason": Cast(Value(""), CharField())}
    months = Highlight.objects.visible_to(viewer).filter(project=project).order_by().annotate(**nothing)
    pauses = Pause.objects.visible_to(viewer).filter(project=project).order_by()
    rows = pauses.values_list("start", "end", "reason").union(months.values_list("month", "end", "reason"))
    ordered = sorted(rows, key=lambda row: row[0])
    # A pause has a reason, always; a union leaves each month once.
    return [Pause(start=s, end=e, reason=why) for s, e, why in ordered if why], [
        s for s, _, why in ordered if not why
    ]


def of(
    project: Project,
    entries: Iterable[Entry],
    ideas: Iterable[ProjectIdea],
    tests: Iterable[ChangeTest],
    scores: Iterable[Score],
    pauses: Iterable[Pause],
    reports: Iterable[date],
    today: date,
    home: str,
) -> Story:
    """`reports` are the months whose report was kept; `home` is the way to the tests, for whoever may write there."""
    done = list(tests)
    rows = [_started(project), *map(_entry, entries), *(_usual(i) for i in ideas if i.for_everyone_from)]
    rows += [_test(test, home) for test in done if test.decision]
    rows += [_score(score) for score in scores]
    rows += [_pause(pause) for pause in pauses]
    rows += [_report(project, month) for month in reports]
    rows += _end(project)
    ordered = sorted(rows, key=lambda row: row.on)
    small = [row for row in ordered if row.small]
    fold = len(small) >= FOLD_FROM
    return Story(
        folded=tuple(small) if fold else (),
        told=tuple(row for row in ordered if not (fold and row.small)),
        next=tuple(_next(project, done, today, home)),
    )


def _started(project: Project) -> Told:
    text = f"{project.aim.rstrip('.')}, by {project.by_when:%B %Y}."
    return Told(project.started, f"{project.started:%B %Y}", "Started", text)


def _entry(row: Entry) -> Told:
    voice = row.kind == "voice"
    text = (
        row.text.strip('“”" ') if voice else row.text
    )  # the page sets the marks, whether they were typed or not
    return Told(row.date, f"{row.date:%B %Y}", row.title, text, small=row.kind == "note", voice=voice)


def _usual(idea: ProjectIdea) -> Told:
    since = idea.for_everyone_from
    assert since is not None
    return Told(
        since,
        f"{since:%B %Y}",
        f"{shortened(idea.name, 70)} became the usual way",
        "For everyone from here on.",
    )


def _test(test: ChangeTest, home: str) -> Told:
    """A test that was adopted for a team or more, or abandoned, is told; the small steps between are folded."""
    told = test.decision == Decision.ABANDON or (test.decision == Decision.ADOPT and test.scale >= Scale.TEAM)
    verb = {"adopt": "Adopted", "adapt": "Adapted", "abandon": "Stopped"}[test.decision]
    day = test.end
    return Told(
        day,
        f"{day:%B %Y}",
        f"{verb}: {shortened(test.idea.name, 60)}",
        shortened(test.learned or test.happened, 160),
        small=not told,
        href=_page(test, home),
        link=f"Test {test.number}",
    )


def _page(test: ChangeTest, home: str) -> str:
    return f"{home}tests/{test.pk}/" if home else ""


def _score(score: Score) -> Told:
    text = score.reason or "With nothing to add."
    day = score.at.date()
    return Told(day, f"{day:%B %Y}", f"The {score.voice} said {score.value:.1f}", text, small=True)


def _end(project: Project) -> list[Told]:
    if project.closed:
        return [
            Told(
                project.closed, f"{project.closed:%B %Y}", "Closed", ended(project).split(". Closed")[0] + "."
            )
        ]
    return []


def _report(project: Project, month: date) -> Told:
    """Where its month ends."""
    return Told(
        following("month", month) - timedelta(days=1),
        f"{month:%B %Y}",
        "The month's report",
        "",
        small=True,
        href=f"/projects/{project.pk}/report/{month:%Y-%m}/",
        link="Read it",
    )


def _pause(pause: Pause) -> Told:
    """One entry where it began, which says how long it lasted; a pause that goes on says what rests."""
    why = pause.reason.rstrip(".")
    if pause.end is None:
        text = f"{why}. Reminders rest; all of it stays readable."
    else:
        year = f" {pause.start:%Y}" if pause.start.year != pause.end.year else ""
        text = f"{why}. From {pause.start:%-d %B}{year} to {pause.end:%-d %B %Y}."
    return Told(pause.start, f"{pause.start:%B %Y}", "Paused", text)


def _next(project: Project, tests: list[ChangeTest], today: date, home: str) -> Iterable[Told]:
    """Results that are due, then what ends next, then the day of the aim."""
    if project.state == "closed":
        return
    waiting = [test for test in tests if not test.decision]
    for test in [t for t in waiting if t.end < today][:3]:
        title = f"Test {test.number} of {shortened(test.idea.name, 50)} ended"
        yield Told(test.end, f"{test.end:%-d %B %Y}", title, "Result not written down yet.", href=_page(test, home),
                   link="Write it down")  # fmt: skip
    for test in sorted((t for t in waiting if t.end >= today), key=lambda t: t.end)[:1]:
        title = f"Test {test.number} of {shortened(test.idea.name, 50)} ends"
        yield Told(test.end, f"Next, {test.end:%-d %B}", title, "")
    if project.by_when >= today:
        yield Told(project.by_when, f"{project.by_when:%-d %B %Y}", "The day of the aim", "")
