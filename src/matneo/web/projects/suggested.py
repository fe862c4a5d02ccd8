"""What a new project is offered to begin with: a few measures of each family, and the ideas that others took up most."""

from collections import Counter
from dataclasses import dataclass

from matneo.improvement.models import Project, ProjectIdea
from matneo.library import catalogue
from matneo.library.schema import Measure, Package
from matneo.measures import definitions
from matneo.utils.viewer import Viewer

WANTED = {"outcome": 1, "process": 2, "balancing": 1}
COUNTED = ("percent", "per_1000", "per_100")  # units that can be read from two counts
IDEAS = 3
HOW = {True: "counted from records", False: "two numbers a month, typed in by the team"}


@dataclass(frozen=True)
class MeasureOffer:
    id: str
    name: str
    family: str
    how: str


@dataclass(frozen=True)
class IdeaOffer:
    id: str
    name: str
    first_test: str
    taken: str


def measures(project: Project) -> tuple[MeasureOffer, ...]:
    """An outcome, two process measures and a balancing one; those that are counted anyway come first."""
    package = catalogue.load().packages[project.area]
    return tuple(
        MeasureOffer(m.id, m.name, m.family, HOW[m.id in definitions.load()])
        for family, number in WANTED.items()
        for m in _of_family(package, family)[:number]
    )


def _of_family(package: Package, family: str) -> list[Measure]:
    usable = [
        m
        for m in package.measures
        if m.family == family and m.unit in COUNTED and {"month", "quarter"} & set(m.period)
    ]
    return sorted(usable, key=lambda m: m.id not in definitions.load())


def ideas(project: Project, viewer: Viewer) -> tuple[IdeaOffer, ...]:
    """The ideas that most other projects of the area took up, as far as this viewer may see them; then small ones."""
    package = catalogue.load().packages[project.area]
    rows = ProjectIdea.objects.visible_to(viewer).filter(project__area=project.area).exclude(idea="")
    taken = Counter(rows.exclude(project=project).values_list("idea", flat=True))
    order = sorted(package.ideas, key=lambda idea: (-taken[idea.id], "SML".index(idea.effort), idea.id))
    return tuple(IdeaOffer(i.id, i.name, i.first_test, _taken(taken[i.id])) for i in order[:IDEAS])


def _taken(number: int) -> str:
    if not number:
        return "a small first test"
    return "taken up by one other project" if number == 1 else f"taken up by {number} other projects"
