"""The change ideas of a project: its own and the package's, to take up, to drop, to make the usual way."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q

from matneo.improvement.actions import testing
from matneo.improvement.local import diagram_of
from matneo.improvement.models import Project, ProjectIdea
from matneo.improvement.saying import Unsuitable
from matneo.library import catalogue
from matneo.library.schema import EFFORTS
from matneo.web.projects import finding
from matneo.web.projects.forms import (
    Choice,
    Done,
    Field,
    FormPage,
    Option,
    Problem,
    around,
    day_of,
    filled,
    serve,
)
from matneo.web.viewing import signed_in, viewer_of


@dataclass(frozen=True)
class Taken:
    """An idea that the team works on."""

    pk: int
    name: str
    number: str
    tests: str
    usual: str
    since: Field
    test_href: str


@dataclass(frozen=True)
class Offered:
    """An idea of the package; `taken` where the team has it already."""

    id: str
    name: str
    text: str
    effort: str
    first_test: str
    taken: bool


@dataclass(frozen=True)
class Branch:
    key: str
    name: str
    ideas: tuple[Offered, ...]
    taken: int


@dataclass(frozen=True, kw_only=True)
class IdeasPage(FormPage):
    taken: tuple[Taken, ...]
    dropped: tuple[Taken, ...]
    branches: tuple[Branch, ...]
    own_title: Field
    own_text: Field
    own_first: Field
    own_driver: Choice
    new_href: str


@signed_in
def ideas(request, pk: str):
    project = finding.find_to_work_on(request, pk)
    acts = {
        "take": lambda: _take(request, project),
        "own": lambda: _own(request, project),
        "again": lambda: _again(request, project),
        "drop": lambda: _drop(request, project),
        "usual": lambda: _usual(request, project),
        "unusual": lambda: _unusual(request, project),
    }
    return serve(
        request, "pages/projects/ideas.jinja", acts, lambda problem: _page(request, project, problem)
    )


def _take(request, project: Project) -> Done:
    row = testing.take_up(project=project, idea=request.POST.get("idea", "")[:12] or "none", by=request.user)
    return Done(f"“{row.name}” is taken up. Test it small first.")


def _own(request, project: Project) -> Done:
    driver = request.POST.get("driver", "")
    if driver and diagram_of(project).node(driver) is None:
        raise Unsuitable("Choose a driver of the diagram, or none.", "driver")
    row = testing.take_up(
        project=project,
        title=request.POST.get("title", ""),
        text=request.POST.get("text", ""),
        first_test=request.POST.get("first_test", ""),
        driver=driver,
        by=request.user,
    )
    return Done(f"“{row.name}” is taken up.")


def _again(request, project: Project) -> Done:
    row = finding.part_sent(request, project, ProjectIdea)
    testing.take_up(project=project, idea=row.idea, title=row.name, by=request.user)
    return Done(f"“{row.name}” is taken up again.")


def _drop(request, project: Project) -> Done:
    row = finding.part_sent(request, project, ProjectIdea)
    testing.drop(idea=row, by=request.user)
    return Done(f"“{row.name}” is dropped. Its tests stay, and you can take it up again below.")


def _usual(request, project: Project) -> Done:
    row = finding.part_sent(request, project, ProjectIdea)
    try:
        since = day_of(request, "since", "the day from which it is the usual way")
        testing.for_everyone(idea=row, since=since, by=request.user)
    except Unsuitable as reason:
        raise Unsuitable(str(reason), f"since-{row.pk}" if reason.field else "") from reason
    return Done(f"“{row.name}” is the usual way from {since:%-d %B %Y}. The chart shows it.")


def _unusual(request, project: Project) -> Done:
    row = finding.part_sent(request, project, ProjectIdea)
    testing.no_longer_usual(idea=row, by=request.user)
    return Done(f"“{row.name}” is tested on.")


def _page(request, project: Project, problem: Problem | None) -> IdeasPage:
    rows = list(
        ProjectIdea.objects.visible_to(viewer_of(request))
        .filter(project=project)
        .annotate(done=Count("tests", filter=Q(tests__withdrawn=None)))
        .order_by("order", "id")
    )
    diagram = diagram_of(project)
    own = filled(request, problem, "own")
    drivers = [Option("", "None, or not sure"), *(Option(n.key, f"{n.key} {n.name}") for n in diagram.shown)]
    new = f"/projects/{project.pk}/tests/new/"
    return IdeasPage(
        title="Change ideas",
        crumbs=finding.crumbs(project),
        lead=_lead(rows),
        taken=tuple(_taken(request, row, problem, new) for row in rows if row.dropped is None),
        dropped=tuple(_taken(request, row, problem, new) for row in rows if row.dropped),
        branches=_branches(project, diagram, {row.idea for row in rows if row.dropped is None}),
        own_title=own.field("title", "What it is called", most=120, needed=True),
        own_text=own.field("text", "What it is", most=400, rows=3),
        own_first=own.field("first_test", "The smallest first test", most=200),
        own_driver=own.choice("driver", "Which driver it serves", drivers, needed=False),
        new_href=new,
        visible_to=finding.who_sees(project),
        fresh="",
        **around(request, project, problem),
    )


def _lead(rows: list[ProjectIdea]) -> str:
    current = [row for row in rows if row.dropped is None]
    usual = sum(row.for_everyone_from is not None for row in current)
    if not current:
        return "No idea is taken up yet. Two or three to begin with are plenty."
    ideas = f"{len(current)} idea{'' if len(current) == 1 else 's'} taken up"
    return f"{ideas}, {usual} of them the usual way by now." if usual else f"{ideas}, none the usual way yet."


def _taken(request, row: ProjectIdea, problem: Problem | None, new: str) -> Taken:
    """Of many forms alike the one that was sent shows what was sent."""
    mine = problem if problem and request.POST.get("pk") == str(row.pk) else None
    form = filled(request, mine, "usual", since=row.for_everyone_from or settings.CLOCK.today())
    name = f"since-{row.pk}"
    since = Field(
        "since", "From which day", form.value("since"), problem=form.said(name), kind="date", needed=True, id=name
    )  # fmt: skip
    return Taken(
        pk=row.pk,
        name=row.name,
        number=row.idea,
        tests=f"{row.done} test{'' if row.done == 1 else 's'}" if row.done else "not tested yet",
        usual=f"the usual way since {row.for_everyone_from:%-d %B %Y}" if row.for_everyone_from else "",
        since=since,
        test_href=f"{new}?idea={row.pk}",
    )


def _branches(project: Project, diagram, taken: set[str]) -> tuple[Branch, ...]:
    """The package's ideas under the primary driver where the team's diagram has them; each once."""
    package = catalogue.load().packages[project.area]
    seen: set[str] = set()
    branches = []
    for top in diagram.primary:
        keys = {top.key, *(node.key for node in diagram.under(top.key))}
        found = [idea for idea in package.ideas if keys & set(idea.drivers) and idea.id not in seen]
        seen |= {idea.id for idea in found}
        if found:
            number = sum(idea.id in taken for idea in found)
            branches.append(
                Branch(top.key, top.name, tuple(_offered(i, i.id in taken) for i in found), number)
            )
    rest = [idea for idea in package.ideas if idea.id not in seen]
    if rest:
        number = sum(idea.id in taken for idea in rest)
        branches.append(
            Branch(
                "rest", "Drivers that your diagram hides", tuple(_offered(i, i.id in taken) for i in rest), number
            )
        )  # fmt: skip
    return tuple(branches)


def _offered(idea, taken: bool) -> Offered:
    return Offered(
        idea.id, idea.name, idea.text, EFFORTS[idea.effort].partition(":")[0], idea.first_test, taken
    )
