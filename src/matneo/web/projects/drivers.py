"""A project's own driver diagram: picture, outline, and an editor that needs no dragging."""

from dataclasses import dataclass

from django.shortcuts import redirect
from django.urls import reverse

from matneo.improvement import evidence, ladder
from matneo.improvement.diagram import Diagram
from matneo.improvement.evidence import Place
from matneo.improvement.local import diagram_of
from matneo.improvement.models import Project, ProjectIdea, ProjectMeasure
from matneo.web.drivers import local, readings
from matneo.web.drivers.picture import Asked, Choice, asked, draw, views
from matneo.web.drivers.tree import Tree, counted
from matneo.web.pages import Page, Step
from matneo.web.projects import driver_forms
from matneo.web.projects.driver_forms import Answer, Group, Undo
from matneo.web.projects.finding import address, crumbs, find, find_to_work_on, may
from matneo.web.projects.version import VersionLine, standing_line
from matneo.web.render import render
from matneo.web.viewing import viewer_of

VIEWS = (("diagram", "Diagram"), ("outline", "Outline"), ("edit", "Change it"))


@dataclass(frozen=True)
class Difference:
    key: str
    name: str
    differs: str
    national: str


@dataclass(frozen=True, kw_only=True)
class ProjectDriversPage(Page):
    tree: Tree
    picture: str
    caption: str
    asked: Asked
    views: tuple[Choice, ...]
    differences: tuple[Difference, ...]
    groups: tuple[Group, ...]  # of the editor; empty where it is not asked for
    answer: Answer
    undo: Undo | None
    version: VersionLine | None  # an earlier version of the package is what it stands on
    # What the package's page has beside these and a project's has not.
    scopes: tuple[Choice, ...] = ()
    panel: None = None
    files: tuple[Step, ...]
    packages: dict[str, str]
    serves: dict[str, str]


def drivers(request, pk: str):
    if request.method == "POST":
        project = find_to_work_on(request, pk)
        answer = driver_forms.act(request, project)
        if answer.done:
            return redirect(answer.back)
        return render(request, "pages/project_drivers.jinja", _page(request, project, answer), answer.status)
    return render(request, "pages/project_drivers.jinja", _page(request, find(request, pk), Answer()))


def _page(request, project: Project, answer: Answer) -> ProjectDriversPage:
    viewer, works = viewer_of(request), may(request, project).work and project.state != "closed"
    diagram = diagram_of(project)
    tree = tree_of(project, diagram, viewer)
    offered = VIEWS if works else VIEWS[:2]
    given = request.GET if not answer.problem else {"view": "edit"}
    keys = tuple(key for key, _ in offered)
    now = asked(f"{address(project)}drivers/", given, tree, views=keys, panel=False)
    editing = answer.key or request.GET.get("edit", "")
    return ProjectDriversPage(
        title="What drives our aim",
        crumbs=crumbs(project),
        lead=lead_of(diagram),
        tree=tree,
        picture=draw(tree, now, key="drivers", title=f"Driver diagram: {project.title}")
        if now.view == "diagram"
        else "",
        caption="A dashed box lacks a measure with figures here, or a test. Words in blue: how it differs from the national diagram.",
        asked=now,
        views=views(now, offered),
        differences=tuple(
            Difference(n.key, n.name, n.differs, n.national_name if n.reworded else "")
            for n in diagram.differences
        ),
        groups=driver_forms.groups(project, diagram, editing) if now.view == "edit" else (),
        answer=answer,
        undo=driver_forms.undo_of(request, project) if works else None,
        version=standing_line(project) if works else None,
        packages={},
        files=(
            Step(
                "The whole diagram for print (SVG, A3)", reverse("project_drivers_picture", args=[project.pk])
            ),
            Step("as PowerPoint shapes", reverse("project_drivers_slides", args=[project.pk])),
        ),
        serves=serves_of(diagram),
        visible_to=f"This project is seen by {ladder.WHO[ladder.Rung(project.rung)]}.",
        fresh="Readings from the current release; the diagram as it stands now.",
    )


def tree_of(project: Project, diagram: Diagram, viewer) -> Tree:
    ideas = list(ProjectIdea.objects.visible_to(viewer).filter(project=project).current())
    rows = ProjectMeasure.objects.visible_to(viewer).filter(project=project).current()
    followed = [row.measure for row in rows]
    tries = evidence.of_package(project.area, viewer, Place("project", project.pk))
    wanted = local.measures_of(diagram, project, followed)
    place = project.place or project.organisation
    return local.team_tree(
        project, diagram, ideas, followed, tries, readings.read(wanted, place.code, viewer)
    )


def lead_of(diagram: Diagram) -> str:
    number = len(diagram.differences)
    if not number:
        return "So far it is the national diagram, word for word. Change what does not fit here."
    return f"The national diagram with {counted(number, 'change')} of our own."


def serves_of(diagram: Diagram) -> dict[str, str]:
    return {n.key: _serves(diagram, n.serves) for n in diagram.shown if n.level == 2 and n.also}


def _serves(diagram: Diagram, serves: tuple[str, ...]) -> str:
    names = [node.short for key in serves[1:] if (node := diagram.node(key)) is not None]
    return f"Also serves {'; '.join(names)}" if names else ""
