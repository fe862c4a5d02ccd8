"""Bringing whole projects in that were kept elsewhere: on paper, in a spreadsheet, in another system.

What was written then keeps its day and its author's name; that it was brought in is what the audit says. Every row is
checked as the single actions check it, and a few queries bring any number of projects.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import transaction

from matneo.accounts.access import need
from matneo.accounts.permissions import Permission
from matneo.audit import actions as audit
from matneo.improvement.actions.projects import AREAS, MOST_MEASURES, MOST_MEMBERS
from matneo.improvement.actions.testing import MOST_IDEAS, MOST_TESTS
from matneo.improvement.ladder import SHARED_FROM, Rung
from matneo.improvement.models import (
    ChangeTest,
    Entry,
    LocalDriver,
    Member,
    Pause,
    Project,
    ProjectIdea,
    ProjectMeasure,
    Result,
    Rhythm,
    Score,
    State,
)
from matneo.improvement.progress import Suggestion
from matneo.improvement.saying import Unsuitable, between, choice, line, lines
from matneo.improvement.written import (
    Aim,
    Person,
    Plan,
    Study,
    aim_fields,
    entry_fields,
    idea_fields,
    new_member,
    part_of,
    plan_fields,
    score_fields,
    study_fields,
)
from matneo.library import catalogue
from matneo.measures.definitions import FAMILIES
from matneo.organisations.models import Organisation

LONGEST_AGO = timedelta(days=366 * 15)


@dataclass(frozen=True)
class KeptMeasure:
    measure: str
    family: str
    goal: float | None = None
    main: bool = False
    rhythm: str = Rhythm.MONTH


@dataclass(frozen=True)
class KeptTest:
    """A test as it was written: the plan and when, and the result with its time where there is one. `by_name` is who wrote
    it, where that was not the project's own author."""

    plan: Plan
    planned_at: datetime
    study: Study | None = None
    studied_at: datetime | None = None
    by_name: str = ""


@dataclass(frozen=True)
class KeptIdea:
    """A national change idea with its tests in their order."""

    idea: str
    tests: Sequence[KeptTest] = ()
    for_everyone_from: date | None = None
    dropped: date | None = None


@dataclass(frozen=True)
class KeptEntry:
    at: datetime
    kind: str
    title: str
    text: str
    by_name: str


@dataclass(frozen=True)
class KeptScore:
    """The team's own score; a coach's is given by the coach."""

    at: datetime
    value: Decimal
    suggestion: Suggestion
    reason: str = ""


@dataclass(frozen=True)
class KeptEnding:
    """How it stands still or ended: `result` is empty for a pause, and `learned` is then why it pauses."""

    day: date
    learned: str = ""
    result: str = ""


@dataclass(frozen=True)
class Kept:
    """One whole project. `by_name` wrote what has no other author; `hidden` are drivers that the team left out."""

    organisation: Organisation
    area: str
    aim: Aim
    started: date
    touched: datetime
    by_name: str
    team: Sequence[Person]
    place: Organisation | None = None
    rung: Rung = Rung.TRUST
    measures: Sequence[KeptMeasure] = ()
    ideas: Sequence[KeptIdea] = ()
    hidden: Sequence[str] = ()
    entries: Sequence[KeptEntry] = ()
    scores: Sequence[KeptScore] = ()
    ending: KeptEnding | None = None


def bring_in(*, projects: Sequence[Kept], by) -> list[Project]:
    """Bring projects in, all or none, all on the library of this moment. Raises Unsuitable with the field, NotAllowed."""
    with catalogue.held(), transaction.atomic():
        return _brought_in(projects, by)


def _brought_in(projects: Sequence[Kept], by) -> list[Project]:
    made = [(_project(kept, by), kept) for kept in projects]
    Project.objects.bulk_create(project for project, _ in made)
    for model, rows in (
        (Member, _members),
        (ProjectMeasure, _measures),
        (LocalDriver, _drivers),
        (Entry, _entries),
        (Score, _scores),
        (Pause, _pauses),
    ):
        model.objects.bulk_create(row for project, kept in made for row in rows(project, kept))
    ideas = [(_ideas(project, kept), kept) for project, kept in made]
    ProjectIdea.objects.bulk_create(row for rows, _ in ideas for row in rows)
    ChangeTest.objects.bulk_create(test for rows, kept in ideas for test in _tests(rows, kept))
    for project, kept in made:
        _record(project, kept, by)
    return [project for project, _ in made]


def _project(kept: Kept, by) -> Project:
    organisation, today = kept.organisation, settings.CLOCK.today()
    need(by, Permission.WORK_ON_PROJECTS, organisation)
    if kept.ending or kept.rung >= SHARED_FROM:
        need(by, Permission.LEAD_PROJECTS, organisation)
    if organisation.kind != "trust":
        raise Unsuitable("A project belongs to a trust.")
    if kept.rung >= SHARED_FROM and not any(row.family == "balancing" for row in kept.measures):
        raise Unsuitable("A project that others see needs a balancing measure.", "rung")
    started = between(kept.started, today - LONGEST_AGO, today, field="started", name="the first day")
    _past(kept)
    return Project(
        organisation=organisation,
        place=part_of(organisation, kept.place),
        area=choice(kept.area, AREAS, field="area", name="one of the five clinical areas"),
        package_version=catalogue.load().packages[kept.area].version,
        rung=kept.rung,
        started=started,
        touched=kept.touched,
        edited_by=line(kept.by_name, field="by_name", name="who wrote it", most=80, needed=True),
        **aim_fields(kept.aim, started),
        **_ending(kept.ending),
    )


def _past(kept: Kept) -> None:
    """What was written was written before now, and results after their plans."""
    now = settings.CLOCK.now()
    times = [kept.touched, *(row.at for row in (*kept.entries, *kept.scores))]
    for test in (test for idea in kept.ideas for test in idea.tests):
        times.append(test.planned_at)
        if (test.study is None) != (test.studied_at is None):
            raise Unsuitable("A result and its day come together.", "studied_at")
        if test.studied_at is not None:
            times.append(max(test.studied_at, test.planned_at))
            if test.studied_at < test.planned_at:
                raise Unsuitable("A result was written before its plan; look at both days.", "studied_at")
    if max(times) > now:
        raise Unsuitable("Something was written on a day that is still to come.", "touched")


def _ending(ending: KeptEnding | None) -> dict:
    if ending is None:
        return {}
    day = between(
        ending.day, settings.CLOCK.today() - LONGEST_AGO, settings.CLOCK.today(), field="day", name="the day"
    )
    if not ending.result:
        return {"state": State.PAUSED, "paused_from": day}
    return {
        "state": State.CLOSED,
        "closed": day,
        "result": choice(ending.result, Result.values, field="result", name="how it ended"),
        "learned": lines(ending.learned, field="learned", name="what you learned", most=2000, needed=True),
    }


def _pauses(project: Project, kept: Kept) -> list[Pause]:
    if project.paused_from is None or kept.ending is None:
        return []
    why = line(kept.ending.learned, field="learned", name="why it pauses", most=200, needed=True)
    return [Pause(project=project, start=project.paused_from, reason=why)]


def _members(project: Project, kept: Kept) -> list[Member]:
    if not 0 < len(kept.team) <= MOST_MEMBERS or not any(person.leads for person in kept.team):
        raise Unsuitable(f"A team has somebody who leads it, and at most {MOST_MEMBERS} people.", "team")
    return [new_member(project, person, kept.started) for person in kept.team]


def _measures(project: Project, kept: Kept) -> list[ProjectMeasure]:
    if len(kept.measures) > MOST_MEASURES or sum(row.main for row in kept.measures) > 1:
        raise Unsuitable(f"At most {MOST_MEASURES} measures, one of them the main one.", "measures")
    code = (project.place or project.organisation).code
    return [
        ProjectMeasure(
            project=project,
            measure=row.measure,
            subject=code,
            family=choice(row.family, FAMILIES, field="family", name="the kind of measure"),
            goal=row.goal,
            main=row.main,
            rhythm=choice(row.rhythm, Rhythm.values, field="rhythm", name="every month or every week"),
            order=order,
            added=kept.started,
        )
        for order, row in enumerate(kept.measures)
    ]


def _drivers(project: Project, kept: Kept) -> list[LocalDriver]:
    known = {driver.id for driver in catalogue.load().packages[kept.area].drivers}
    for key in kept.hidden:
        choice(key, known, field="hidden", name="a driver of the national diagram")
    return [
        LocalDriver(project=project, key=key, hidden=True, edited_by=kept.by_name, at=kept.touched)
        for key in kept.hidden
    ]


def _entries(project: Project, kept: Kept) -> list[Entry]:
    return [
        Entry(
            project=project,
            by_name=line(row.by_name, field="by_name", name="who wrote it", most=80, needed=True),
            at=row.at,
            **entry_fields(project, row.at.date(), row.title, row.text, row.kind),
        )
        for row in kept.entries
    ]


def _scores(project: Project, kept: Kept) -> list[Score]:
    return [
        Score(
            project=project,
            by_name=kept.by_name,
            at=row.at,
            **score_fields("team", row.value, row.suggestion, row.reason),
        )
        for row in kept.scores
    ]


def _ideas(project: Project, kept: Kept) -> list[ProjectIdea]:
    for day in (day for row in kept.ideas for day in (row.for_everyone_from, row.dropped) if day):
        between(day, kept.started, settings.CLOCK.today(), field="ideas", name="the day")
    if len(kept.ideas) > MOST_IDEAS:
        raise Unsuitable(f"The project has more than {MOST_IDEAS} ideas; that is the most.", "ideas")
    return [
        ProjectIdea(
            project=project,
            idea=row.idea,
            order=order,
            for_everyone_from=row.for_everyone_from,
            dropped=row.dropped,
            **idea_fields(catalogue.load().idea(row.idea), row.idea),
        )
        for order, row in enumerate(kept.ideas, 1)
    ]


def _tests(ideas: Sequence[ProjectIdea], kept: Kept) -> Iterable[ChangeTest]:
    for idea, row in zip(ideas, kept.ideas, strict=True):
        if len(row.tests) > MOST_TESTS:
            raise Unsuitable(f"The idea has more than {MOST_TESTS} tests; that is the most.", "tests")
        for number, test in enumerate(row.tests, 1):
            author = line(test.by_name or kept.by_name, field="by_name", name="who wrote it", most=80)
            yield _test(idea, number, test, author)


def _test(idea: ProjectIdea, number: int, test: KeptTest, by_name: str) -> ChangeTest:
    said = {**study_fields(test.study), "studied_by": by_name, "version": 2} if test.study else {}
    return ChangeTest(
        project=idea.project,
        idea=idea,
        number=number,
        planned_at=test.planned_at,
        planned_by=by_name,
        studied_at=test.studied_at,
        edited_by=by_name,
        **plan_fields(test.plan, idea.project),
        **said,
    )


def _record(project: Project, kept: Kept, by) -> None:
    audit.record(
        by=by,
        action="improvement.bring_in",
        organisation=project.organisation.code,
        subject=project.title,
        detail={
            "project": project.pk,
            "by_name": kept.by_name,
            "ideas": len(kept.ideas),
            "tests": sum(len(row.tests) for row in kept.ideas),
            "entries": len(kept.entries),
        },
    )
