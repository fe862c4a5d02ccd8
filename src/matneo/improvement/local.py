"""A project's own driver diagram, read from its differences."""

from matneo.improvement import diagram
from matneo.improvement.diagram import Diagram, Local
from matneo.improvement.models import LocalDriver, Project
from matneo.library import catalogue


def diagram_of(project: Project) -> Diagram:
    """The team's diagram; one query."""
    package = catalogue.load().packages[project.area]
    return diagram.compose(package, [_local(row) for row in project.drivers.all()])


def _local(row: LocalDriver) -> Local:
    serves = tuple(row.serves) if row.serves is not None else None
    return Local(row.key, row.name, serves, row.hidden, row.order, row.version)
