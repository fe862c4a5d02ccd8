"""A project's own diagram as the same tree: its aim, the drivers as the team sees them, the ideas it took up."""

from collections.abc import Iterable, Sequence

from matneo.improvement import evidence
from matneo.improvement.diagram import Diagram, Node
from matneo.improvement.evidence import Experience
from matneo.improvement.local import package_of
from matneo.improvement.models import Project, ProjectIdea
from matneo.library import catalogue
from matneo.web.drivers.readings import Reading
from matneo.web.drivers.tree import Spot, Tree, address_of, label_of, read_by


def team_tree(
    project: Project,
    diagram: Diagram,
    ideas: Sequence[ProjectIdea],
    main: Sequence[str],
    tries: Experience,
    readings: dict[str, Reading],
) -> Tree:
    """What is hidden is left out; an idea whose driver is not shown stands at no node (the ideas' own page has it)."""
    package = package_of(project)
    drivers = {d.id: d for d in package.drivers}
    keys = {n.key for n in diagram.shown}

    def spot(node: Node) -> Spot:
        own = drivers.get(node.key)
        measures = [m.id for m in catalogue.measures_of(package, own)] if own else []
        reading, missing = read_by(measures, readings)
        under = diagram.under(node.key) if node.level == 1 else ()
        below = (
            *(spot(n) for n in under),
            *(_idea(project, i, tries) for i in ideas if i.driver == node.key),
        )
        branch = {node.key, *(n.key for n in under)}
        rows = {i.pk for i in ideas if i.driver in branch}
        return Spot(
            node.key,
            "primary" if node.level == 1 else "secondary",
            label_of(node.key),
            node.name,
            node.short,
            # A driver of the team's own has no page in the library; every node is a stop for the keyboard all the same.
            address_of(node.key) if own else f"/projects/{project.pk}/drivers/?view=edit&edit={node.key}",
            reading=reading,
            missing=missing,
            counts=evidence.count(t for t in tries.tries if t.row in rows),
            home=node.home,
            also=tuple(k for k in node.also if k in keys),
            differs=node.differs,
            national=node.national_name if node.reworded else "",
            below=below,
            alone=True,
        )

    return Tree((_aim(project, main, tries, readings),), tuple(spot(n) for n in diagram.primary))


def measures_of(diagram: Diagram, project: Project, main: Iterable[str]) -> frozenset[str]:
    """The measures by which the shown drivers and the aim are read."""
    package = package_of(project)
    shown = {n.key for n in diagram.shown}
    return frozenset(main) | {m for d in package.drivers if d.id in shown for m in d.measures}


def _aim(project: Project, main: Sequence[str], tries: Experience, readings: dict[str, Reading]) -> Spot:
    reading, missing = read_by(main, readings)
    return Spot(
        "AIM",
        "aim",
        "Aim",
        project.aim,
        project.aim,
        f"/projects/{project.pk}/",
        reading=reading,
        missing=missing,
        counts=tries.counts,
        cited="Aim",
        alone=True,
    )


def _idea(project: Project, idea: ProjectIdea, tries: Experience) -> Spot:
    return Spot(
        f"I{idea.pk}",
        "idea",
        label_of(idea.idea) if idea.idea else "ours",
        idea.name,
        idea.name,
        f"/projects/{project.pk}/ideas/",
        text=idea.first_test,
        cited=idea.idea or "ours",
        counts=evidence.count(t for t in tries.tries if t.row == idea.pk),
        alone=True,
    )
