"""The aim of a project: how much better, by when, for whom, where."""

from dataclasses import dataclass

from matneo.improvement.actions import projects
from matneo.improvement.actions.projects import Aim
from matneo.improvement.models import Project
from matneo.library import catalogue
from matneo.web.projects import finding
from matneo.web.projects.forms import (
    Done,
    Field,
    FormPage,
    Problem,
    around,
    day_of,
    filled,
    seen_of,
    serve,
    text_of,
)
from matneo.web.viewing import signed_in

WORDS = ("title", "aim", "how_much", "for_whom", "where")


@dataclass(frozen=True, kw_only=True)
class AimPage(FormPage):
    fields: tuple[Field, ...]
    seen: int
    package_aims: tuple[str, ...]
    theirs: tuple[tuple[str, str], ...]  # the aim as somebody else changed it meanwhile, by its labels


LABELS = {
    "title": "What the project is called",
    "aim": "What should be different",
    "how_much": "How much",
    "by_when": "By when",
    "for_whom": "For whom",
    "where": "Where",
}


@signed_in
def aim(request, pk: str):
    project = finding.find_to_work_on(request, pk)
    return serve(
        request,
        "pages/projects/aim.jinja",
        {"aim": lambda: _set(request, project)},
        lambda problem: _page(request, project, problem),
    )


def _set(request, project: Project) -> Done:
    said = Aim(**text_of(request, *WORDS), by_when=day_of(request, "by_when", "the day to reach it by"))
    projects.set_aim(project=project, aim=said, seen=seen_of(request), by=request.user)
    return Done("The aim is kept.", finding.address(project))


def _page(request, project: Project, problem: Problem | None) -> AimPage:
    now = problem.now if problem and isinstance(problem.now, Project) else None
    form = filled(request, problem, "aim", **{name: getattr(project, name) for name in LABELS})
    return AimPage(
        title="The aim",
        crumbs=finding.crumbs(project),
        lead="How much better, by when, for whom. The chart of the main measure is read against it.",
        fields=(
            form.field("title", LABELS["title"], most=80, needed=True),
            form.field("aim", LABELS["aim"], most=200, rows=2, needed=True),
            form.field("how_much", LABELS["how_much"], most=80, hint="Such as “from 11.3% to 6% or less”."),
            form.field("by_when", LABELS["by_when"], kind="date", needed=True),
            form.field("for_whom", LABELS["for_whom"], most=120),
            form.field("where", LABELS["where"], most=120),
        ),
        seen=now.version if now else project.version,
        package_aims=tuple(a.statement for a in catalogue.load().packages[project.area].aims),
        theirs=tuple((words, str(getattr(now, name))) for name, words in LABELS.items()) if now else (),
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )
