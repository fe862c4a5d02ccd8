"""The measures that a project follows: those of its area's package to tick, and any other one of the library."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse

from matneo.improvement import burden
from matneo.improvement.actions import filling, projects
from matneo.improvement.models import Project, ProjectMeasure, Rhythm
from matneo.improvement.months import kind_of
from matneo.improvement.querysets import LOCAL
from matneo.improvement.saying import Unsuitable
from matneo.library import catalogue
from matneo.library.schema import DIRECTIONS, FAMILIES, UNITS, Measure
from matneo.measures import collected, definitions
from matneo.measures.definitions import Definition
from matneo.submissions import values
from matneo.submissions.known import with_taken_off
from matneo.web.projects import finding
from matneo.web.projects.forms import (
    Choice,
    Done,
    Field,
    Filled,
    FormPage,
    Option,
    Problem,
    around,
    filled,
    serve,
)
from matneo.web.viewing import signed_in, viewer_of

FAMILY_WORDS = {
    "outcome": "Outcome: what matters in the end",
    "process": "Process: whether the change is done",
    "balancing": "Balancing: whether it does harm elsewhere",
    "experience": "Experience: what women, families and staff say",
}
COUNTED, TYPED = "counted from records", "two numbers each time, typed in by the team"
HOW_OFTEN = "How often do you count it?"
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
    rhythm: Choice | None  # how often; None where there is nothing to choose


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
    rhythm: Choice | None


@dataclass(frozen=True, kw_only=True)
class MeasuresPage(FormPage):
    families: tuple[Family, ...]
    others: tuple[Other, ...]
    other: Field
    library: tuple[tuple[str, str], ...]
    asks: str  # how much typing these measures ask for
    own_href: str


@signed_in
def measures(request, pk: str):
    project = finding.find_to_work_on(request, pk)
    acts = {
        "package": lambda: _keep(request, project),
        "other": lambda: _add(request, project),
        "remove": lambda: _remove(request, project),
        "rhythm": lambda: _count_by(request, project),
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
            row = projects.follow(
                project=project,
                measure=measure.id,
                family=measure.family,
                goal=goal,
                main=measure.id == main,
                by=request.user,
            )
        if wanted := request.POST.get(f"rhythm-{measure.id}", ""):
            filling.count_by(row=row, rhythm=wanted, by=request.user)
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


def _count_by(request, project: Project) -> Done:
    row = finding.part_sent(request, project, ProjectMeasure)
    filling.count_by(row=row, rhythm=request.POST.get(f"rhythm-{row.pk}", ""), by=request.user)
    return Done(
        f"It is counted {Rhythm(row.rhythm).label} from now on. What was typed before stays a line of its own."
    )


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
    rows = _rows(request, project)
    known, gone = with_taken_off({row.measure for row in rows}, project.organisation.code)
    stood = _typed_so_far(rows)
    rhythms = {f"rhythm-{name}": row.rhythm for name, row in there.items()}
    form = filled(request, problem, "package", **goals, **rhythms)
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
            rhythm=_rhythm(form, m.id, collected.load().get(m.id), there.get(m.id), stood),
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
        others=_others(request, problem, project, rows, set(offers), known, gone, stood),
        other=filled(request, problem, "other").field(
            "other", "A measure of the library, by its number", hint="Such as PTO-M08.", needed=True
        ),
        library=tuple(
            (m.id, m.name)
            for key, other in catalogue.load().packages.items()
            if key != project.area
            for m in other.measures
        ),
        asks=_asks(rows, known),
        own_href=reverse("project_own_measures", args=[project.pk]),
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )


def _rows(request, project: Project) -> list[ProjectMeasure]:
    rows = ProjectMeasure.objects.visible_to(viewer_of(request)).current().filter(project=project)
    return list(rows.select_related("project__organisation"))


def _typed_so_far(rows: list[ProjectMeasure]) -> Counter[tuple[str, str, str]]:
    """How many months and weeks stand, by measure, place and kind of period; one query."""
    standing = values.in_force({row.measure for row in rows}, {row.subject for row in rows})
    return Counter(key[:3] for key, now in standing.items() if now.state != "not_yet_sent")


def _rhythm(
    form: Filled,
    name: str,
    definition: Definition | None,
    row: ProjectMeasure | None,
    stood: Mapping[tuple[str, str, str], int],
) -> Choice | None:
    """Months or weeks, of what the team types by month. What changing does is said where something stands already."""
    if definition is None or definition.table != "counts" or definition.period != "month":
        return None
    field = f"rhythm-{name}"
    chosen = form.value(field) or Rhythm.MONTH
    options = tuple(Option(value, label, value == chosen) for value, label in Rhythm.choices)
    return Choice(
        field, HOW_OFTEN, options, hint=_changing(row, stood) if row else "", problem=form.said(field)
    )


def _changing(row: ProjectMeasure, stood: Mapping[tuple[str, str, str], int]) -> str:
    number = stood.get((row.measure, row.subject, row.rhythm), 0)
    if not number:
        return ""
    unit, other = ("week", "months") if row.rhythm == Rhythm.WEEK else ("month", "weeks")
    said = f"1 {unit} is typed and stays" if number == 1 else f"{number} {unit}s are typed and stay"
    return f"{said} a line of {'its' if number == 1 else 'their'} own if you change this; {other} begin a new one."


def _asks(rows: list[ProjectMeasure], known: Mapping[str, Definition]) -> str:
    """ "About 26 numbers a month to type: 7 minutes." What records fill in is not known here, and left out where it may be."""
    typed = [row for row in rows if row.measure in known and known[row.measure].table == "counts"]
    numbers = burden.a_month(kind_of(row, known[row.measure]) for row in typed)
    if not numbers:
        return ""
    minutes = burden.minutes(numbers)
    weekly = any(row.rhythm == Rhythm.WEEK for row in typed)
    words = f"These measures ask for about {numbers} numbers a month: {minutes} {'minute' if minutes == 1 else 'minutes'}."
    return f"{words} A month holds four or five weeks." if weekly else words


def _others(
    request,
    problem: Problem | None,
    project: Project,
    rows: list[ProjectMeasure],
    own: set[str],
    known,
    gone,
    stood,
) -> tuple[Other, ...]:
    code = (project.place or project.organisation).code
    listed = [row for row in rows if row.measure not in own or row.subject != code]
    form = filled(request, problem, "rhythm", **{f"rhythm-{row.pk}": row.rhythm for row in listed})
    return tuple(
        Other(
            row.pk,
            known[row.measure].name if row.measure in known else gone.get(row.measure) or _name(row.measure),
            f"{row.measure}, {row.subject}" if not row.measure.startswith(LOCAL) else "your own",
            _rhythm(form, str(row.pk), known.get(row.measure), row, stood),
        )
        for row in listed
    )


def _name(measure: str) -> str:
    package = catalogue.load().package_of(measure)
    found = catalogue.named(package, (measure,)) if package else ()
    return found[0].name if found else measure


def _plain(goal: float | None) -> str:
    return "" if goal is None else f"{goal:g}"
