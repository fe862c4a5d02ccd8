"""The measures that a project follows: those of its area's package to tick, and any other one of the library."""

import math
from dataclasses import dataclass

from django.db import transaction

from matneo.improvement.actions import projects
from matneo.improvement.models import Project, ProjectMeasure
from matneo.improvement.saying import Unsuitable
from matneo.library import catalogue
from matneo.library.schema import DIRECTIONS, FAMILIES, UNITS, Measure
from matneo.measures import collected, definitions
from matneo.web.projects import finding
from matneo.web.projects.forms import Done, Field, FormPage, Problem, around, filled, serve
from matneo.web.viewing import signed_in, viewer_of

FAMILY_WORDS = {
    "outcome": "Outcome: what matters in the end",
    "process": "Process: whether the change is done",
    "balancing": "Balancing: whether it does harm elsewhere",
    "experience": "Experience: what women, families and staff say",
}
COUNTED, TYPED = "counted from records", "two numbers a month, typed in by the team"
LISTED = "not counted here yet, so without a chart"


@dataclass(frozen=True)
class Offer:
    """One measure of the package, ticked where it is followed."""

    id: str
    name: str
    why: str
    how: str
    unit: str
    followed: bool
    main: bool
    goal: Field


@dataclass(frozen=True)
class Family:
    words: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class Other:
    """A followed measure of another package, or of another part of the trust."""

    pk: int
    name: str
    words: str


@dataclass(frozen=True, kw_only=True)
class MeasuresPage(FormPage):
    families: tuple[Family, ...]
    others: tuple[Other, ...]
    other: Field
    library: tuple[tuple[str, str], ...]


@signed_in
def measures(request, pk: str):
    project = finding.find_to_work_on(request, pk)
    acts = {
        "package": lambda: _keep(request, project),
        "other": lambda: _add(request, project),
        "remove": lambda: _remove(request, project),
    }
    return serve(
        request, "pages/projects/measures.jinja", acts, lambda problem: _page(request, project, problem)
    )


@transaction.atomic
def _keep(request, project: Project) -> Done:
    """Follow what is ticked, and no longer what is not. New ones first: a balancing one may take the place of another."""
    package = catalogue.load().packages[project.area]
    ticked, main = set(request.POST.getlist("measure")), request.POST.get("main", "")
    there = _followed(request, project)
    for measure in package.measures:
        if measure.id not in ticked:
            continue
        goal, row = _goal(request, measure), there.get(measure.id)
        if row is None or (row.goal, row.main) != (goal, measure.id == main):
            projects.follow(
                project=project,
                measure=measure.id,
                family=measure.family,
                goal=goal,
                main=measure.id == main,
                by=request.user,
            )
    for name in {m.id for m in package.measures} & there.keys() - ticked:
        projects.unfollow(row=there[name], by=request.user)
    return Done("The measures are kept.")


def _add(request, project: Project) -> Done:
    name = request.POST.get("other", "").strip().upper()[:40].partition(" ")[0]
    package = catalogue.load().package_of(name)
    found = catalogue.named(package, (name,)) if package else ()
    if not found:
        raise Unsuitable("Choose a measure of the library by its number, such as PTO-M08.", "other")
    projects.follow(project=project, measure=name, family=found[0].family, by=request.user)
    return Done(f"“{found[0].name}” is followed.")


def _remove(request, project: Project) -> Done:
    row = finding.part_sent(request, project, ProjectMeasure)
    if row.removed is None:
        projects.unfollow(row=row, by=request.user)
    return Done("It is followed no longer. Its figures stay where they are.")


def _goal(request, measure: Measure) -> float | None:
    """A number on the scale of the measure's unit; a comma is a point, a percent sign may stand behind it."""
    field = f"goal-{measure.id}"
    text = request.POST.get(field, "").strip().removesuffix("%").strip().replace(",", ".")
    if not text:
        return None
    most = 100 if measure.unit in ("percent", "points") else 1_000_000
    try:
        goal = float(text)
    except ValueError:
        goal = math.nan
    if not 0 <= goal <= most:  # never true of what is no number
        raise Unsuitable(f"Give the goal as a number from 0 to {most:,}, in {UNITS[measure.unit]}.", field)
    return goal


def _followed(request, project: Project) -> dict[str, ProjectMeasure]:
    """The package's measures of the project's own place, by their ids."""
    code = (project.place or project.organisation).code
    rows = ProjectMeasure.objects.visible_to(viewer_of(request)).current()
    rows = rows.filter(project=project, subject=code).select_related("project__organisation")
    return {row.measure: row for row in rows}


def _page(request, project: Project, problem: Problem | None) -> MeasuresPage:
    package = catalogue.load().packages[project.area]
    there = _followed(request, project)
    sent = problem is not None and problem.what == "package"
    ticked = set(request.POST.getlist("measure")) if sent else set(there)
    main = request.POST.get("main", "") if sent else next((k for k, r in there.items() if r.main), "")
    goals = {f"goal-{name}": _plain(row.goal) for name, row in there.items()}
    form = filled(request, problem, "package", **goals)
    offers = {
        m.id: Offer(
            id=m.id,
            name=m.name,
            why=m.why,
            how=COUNTED if m.id in definitions.load() else TYPED if m.id in collected.load() else LISTED,
            unit=UNITS[m.unit],
            followed=m.id in ticked,
            main=m.id == main,
            goal=form.field(
                f"goal-{m.id}", f"Goal, in {UNITS[m.unit]}", hint=DIRECTIONS[m.direction].lower()
            ),
        )
        for m in package.measures
    }
    return MeasuresPage(
        title="The measures",
        crumbs=finding.crumbs(project),
        lead="A handful is enough: one outcome that the aim speaks of, two or three processes, and one that would show harm.",
        families=tuple(
            Family(FAMILY_WORDS[family], tuple(offers[m.id] for m in package.measures if m.family == family))
            for family in FAMILIES
            if any(m.family == family for m in package.measures)
        ),
        others=_others(request, project, set(offers)),
        other=filled(request, problem, "other").field(
            "other", "A measure of the library, by its number", hint="Such as PTO-M08.", needed=True
        ),
        library=tuple(
            (m.id, m.name)
            for key, other in catalogue.load().packages.items()
            if key != project.area
            for m in other.measures
        ),
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )


def _others(request, project: Project, own: set[str]) -> tuple[Other, ...]:
    code = (project.place or project.organisation).code
    rows = ProjectMeasure.objects.visible_to(viewer_of(request)).current().filter(project=project)
    return tuple(
        Other(row.pk, _name(row.measure), f"{row.measure}, {row.subject}")
        for row in rows
        if row.measure not in own or row.subject != code
    )


def _name(measure: str) -> str:
    package = catalogue.load().package_of(measure)
    found = catalogue.named(package, (measure,)) if package else ()
    return found[0].name if found else measure


def _plain(goal: float | None) -> str:
    return "" if goal is None else f"{goal:g}"
