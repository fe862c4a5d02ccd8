"""The story of a project, put together from its rows in the order of time; small entries are folded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matneo.improvement.models import ChangeTest, Decision, Entry, Project, ProjectIdea, Scale, Score
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


def of(
    project: Project,
    entries: Iterable[Entry],
    ideas: Iterable[ProjectIdea],
    tests: Iterable[ChangeTest],
    scores: Iterable[Score],
    today: date,
    home: str,
) -> Story:
    done = list(tests)
    rows = [_started(project), *map(_entry, entries), *(_usual(i) for i in ideas if i.for_everyone_from)]
    rows += [_test(test, home) for test in done if test.decision]
    rows += [_score(score) for score in scores]
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
    if project.paused_from:
        return [
            Told(
                project.paused_from,
                f"{project.paused_from:%B %Y}",
                "Paused",
                "Reminders rest; all of it stays readable.",
            )
        ]
    return []


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
