"""A project's own diagram to print and to change elsewhere: who reads the page may have them, and nobody else."""

from django.urls import reverse

from matneo.charts.document import Stamp
from matneo.improvement.diagram import Diagram
from matneo.improvement.ladder import WHO, Rung
from matneo.improvement.local import diagram_of, package_of
from matneo.improvement.models import Project
from matneo.monitoring.current import current_release
from matneo.web import stamping
from matneo.web.drivers import paper
from matneo.web.packs import diagrams, giving
from matneo.web.projects.drivers import lead_of, serves_of, tree_of
from matneo.web.projects.finding import find
from matneo.web.viewing import viewer_of


def picture(request, pk: str):
    """Every branch open, on one sheet; what the team changed is marked, and what it left out is named at the foot."""
    project = find(request, pk)
    diagram = diagram_of(project)
    drawn = paper.sheet(
        tree_of(project, diagram, viewer_of(request)),
        serves_of(diagram),
        title=_title(project),
        lead=lead_of(diagram),
        place=_place(project).short_name,
        stamp=_stamp(request, project, "project_drivers_picture"),
        notes=_left_out(diagram),
    )
    return paper.answer(drawn)


def slides(request, pk: str):
    project = find(request, pk)
    diagram = diagram_of(project)
    tree = tree_of(project, diagram, viewer_of(request))
    stamp = _stamp(request, project, "project_drivers_slides", *_left_out(diagram))
    made = diagrams.of_project(_title(project), lead_of(diagram), tree, stamp)
    return giving.give(made, "pptx", f"driver diagram {project.title}")


def _title(project: Project) -> str:
    return f"{project.title}: what drives our aim"


def _place(project: Project):
    return project.place or project.organisation


def _left_out(diagram: Diagram) -> tuple[str, ...]:
    shown = {node.key for node in diagram.shown}
    gone = [f"{n.key} {n.short}" for n in diagram.nodes if n.key not in shown]
    return (f"Left out of the national diagram: {'; '.join(gone)}.",) if gone else ()


def _stamp(request, project: Project, name: str, *notes: str) -> Stamp:
    place, package = _place(project), package_of(project)
    return stamping.of_diagram(
        place.code,
        place.short_name,
        viewer_of(request),
        current_release(),
        reverse(name, args=[project.pk]),
        f"The project may be seen by {WHO[Rung(project.rung)]}",
        f"It stands on version {package.version} of {package.title}",
        *notes,
    )
