"""Living driver diagrams as decks of shapes: of a package at a place, and of a project."""

from collections.abc import Callable

from matneo.charts.document import Document, Stamp
from matneo.library.schema import Package
from matneo.web.drivers import shapes
from matneo.web.drivers.tree import Tree
from matneo.web.library import diagram


def of_package(package: Package, tree: Tree, stamp: Stamp, place: str) -> Document:
    """The whole diagram as its own picture has it, then each primary driver with what stands under it."""
    columns, nodes, arrows = diagram.content(package)
    title = f"Driver diagram: {package.title}"
    known = {node.key for node in nodes}
    first = shapes.section(
        title, columns, shapes.living(nodes, tree), arrows, [s for s in tree.spots() if s.key in known]
    )
    lead = f"{package.lead} {place} on {stamp.made:%-d %B %Y}."
    sections = (first, *shapes.branches(tree, _strength(package)))
    return Document(title, lead, sections, stamp, "diagram")


def of_project(title: str, lead: str, tree: Tree, stamp: Stamp) -> Document:
    sections = (shapes.whole(tree, title), *shapes.branches(tree))
    return Document(title, lead, sections, stamp, "diagram")


def _strength(package: Package) -> Callable[[str, str], int]:
    known = {(driver.id, link.to): link.strength for driver in package.drivers for link in driver.serves}
    return lambda start, end: known.get((start, end), shapes.USUAL)
