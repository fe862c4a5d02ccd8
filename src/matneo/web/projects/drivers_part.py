"""The drivers that a project works on: a small picture, and in words what is not started."""

from collections.abc import Iterable
from dataclasses import dataclass

from matneo.charts import drivers
from matneo.charts.drivers import Arrow
from matneo.charts.drivers import Node as Box
from matneo.improvement.diagram import Diagram, Node
from matneo.improvement.models import ChangeTest, Project, ProjectIdea
from matneo.library import catalogue
from matneo.web.projects.words import counted

WIDTH = 740
COLUMNS = (("Aim", 0.0, 150.0), ("Primary drivers", 190.0, 240.0), ("Secondary drivers", 470.0, 270.0))


@dataclass(frozen=True)
class DriverRow:
    name: str
    note: str
    below: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class DriversPart:
    svg: str  # empty where no idea is taken up
    rows: tuple[DriverRow, ...]  # the same as nested lists
    not_started: tuple[str, ...]


def of(
    project: Project,
    diagram: Diagram,
    ideas: Iterable[ProjectIdea],
    tests: Iterable[ChangeTest],
    measures: Iterable[str],
) -> DriversPart:
    counts = _counts(diagram, ideas, tests)
    followed = set(measures)
    tops = [node for node in diagram.primary if _worked_on(diagram, node, counts)]
    below = {top.key: [n for n in diagram.under(top.key) if n.key in counts] for top in tops}
    rows = tuple(
        DriverRow(
            _named(top),
            _note(_total(top, below[top.key], counts)),
            tuple((_named(n), _note(counts[n.key])) for n in below[top.key]),
        )
        for top in tops
    )
    rest = tuple(_named(node) for node in diagram.primary if node not in tops)
    return DriversPart(_picture(project, tops, below, counts, followed) if tops else "", rows, rest)


def _counts(diagram: Diagram, ideas: Iterable[ProjectIdea], tests: Iterable[ChangeTest]) -> dict[str, int]:
    """Tests of the ideas that hang on each driver; a driver without a taken-up idea is not in it."""
    known = {node.key for node in diagram.shown}
    homes = {idea.pk: idea.driver for idea in ideas if idea.driver in known and idea.dropped is None}
    counts = dict.fromkeys(homes.values(), 0)
    for test in tests:
        if test.idea_id in homes:
            counts[homes[test.idea_id]] += 1
    return counts


def _worked_on(diagram: Diagram, node: Node, counts: dict[str, int]) -> bool:
    return node.key in counts or any(n.key in counts for n in diagram.under(node.key))


def _total(top: Node, below: list[Node], counts: dict[str, int]) -> int:
    return counts.get(top.key, 0) + sum(counts[node.key] for node in below)


def _picture(
    project: Project,
    tops: list[Node],
    below: dict[str, list[Node]],
    counts: dict[str, int],
    followed: set[str],
) -> str:
    boxes = [Box("Aim", 0, project.title)]
    boxes += [
        Box(t.key, 1, t.short, _note(n), _solid(t, n, followed))
        for t in tops
        for n in [_total(t, below[t.key], counts)]
    ]
    boxes += [
        Box(n.key, 2, n.short, _note(counts[n.key]), _solid(n, counts[n.key], followed))
        for t in tops
        for n in below[t.key]
    ]
    arrows = [Arrow(top.key, "Aim", 2) for top in tops]
    arrows += [Arrow(node.key, top.key, 2) for top in tops for node in below[top.key]]
    return drivers.draw(
        COLUMNS,
        boxes,
        arrows,
        key="drivers",
        title="Drivers we work on",
        description="The same drivers stand in the list that follows.",
        width=WIDTH,
    )


def _solid(node: Node, tests: int, followed: set[str]) -> bool:
    """Measured and tested; a dashed box lacks one of the two."""
    driver = catalogue.load().driver(node.key) if node.national else None
    package = catalogue.load().package_of(node.key) if driver else None
    names = {m.id for m in catalogue.measures_of(package, driver)} if driver and package else set()
    return tests > 0 and bool(names & followed)


def _named(node: Node) -> str:
    return f"{node.key} {node.short}"


def _note(tests: int) -> str:
    return counted(tests, "test") if tests else "no test yet"
