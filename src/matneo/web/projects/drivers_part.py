"""The drivers that a project works on: a small picture, and in words what is not started."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from matneo.improvement.diagram import Diagram, Node
from matneo.improvement.evidence import Counts
from matneo.improvement.models import ChangeTest, Project, ProjectIdea
from matneo.library import catalogue
from matneo.monitoring.walls import WallEntry
from matneo.organisations.models import Organisation
from matneo.web.drivers import picture, readings
from matneo.web.drivers.readings import Reading
from matneo.web.drivers.tree import Spot, Tree, label_of
from matneo.web.projects.finding import address
from matneo.web.projects.followed import Followed
from matneo.web.projects.words import counted

AIM = "AIM"
HEADINGS = ("Aim", "Primary drivers", "Secondary drivers", "")  # the ideas stand in the whole diagram


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
    measures: Sequence[Followed],
    places: Mapping[str, Organisation],
) -> DriversPart:
    tests = tuple(tests)
    counts = _counts(diagram, ideas, tests)
    followed = {one.row.measure for one in measures}
    silent = frozenset(n.key for n in diagram.shown if followed.intersection(_measures_of(n)))
    read = _readings(diagram, measures, places)
    tops = [node for node in diagram.primary if _worked_on(diagram, node, counts)]
    below = {top.key: [n for n in diagram.under(top.key) if n.key in counts] for top in tops}
    rows = tuple(
        DriverRow(
            _named(top),
            _said(top, _total(top, below[top.key], counts), read, silent, below[top.key]),
            tuple((_named(n), _said(n, counts[n.key], read, silent)) for n in below[top.key]),
        )
        for top in tops
    )
    rest = tuple(_named(node) for node in diagram.primary if node not in tops)
    spots = [
        replace(
            _spot(top, "primary", _total(top, below[top.key], counts), read, silent, ""),
            below=tuple(
                _spot(
                    n, "secondary", counts[n.key], read, silent, f"{_whole(project)}?open={top.key}#d-{n.key}"
                )
                for n in below[top.key]
            ),
        )
        for top in tops
    ]
    return DriversPart(_picture(project, len(tests), spots, read) if spots else "", rows, rest)


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


def _picture(project: Project, tests: int, tops: Sequence[Spot], read: Mapping[str, Reading]) -> str:
    """The same boxes as in the whole diagram, to which each leads. The aim has all tests of the project, as on its time
    line: those of ideas that were dropped too."""
    reading = read.get(AIM)
    missing = "" if reading else "no figures"
    aim = Spot(
        AIM, "aim", "Aim", project.title, project.title, "", reading=reading, missing=missing, counts=Counts(tests), alone=True
    )  # fmt: skip
    whole = picture.Asked(_whole(project), panel=False)
    return picture.draw(Tree((aim,), tuple(tops), HEADINGS), whole, key="drivers", title="Drivers we work on")


def _whole(project: Project) -> str:
    return f"{address(project)}drivers/"


def _spot(
    node: Node, kind: str, tests: int, read: Mapping[str, Reading], silent: frozenset[str], page: str
) -> Spot:
    """Of a `silent` one a measure is followed that has no figures, or none for this reader."""
    reading = read.get(node.key)
    missing = "" if reading else "no figures" if node.key in silent else "no measure"
    return Spot(
        node.key, kind, label_of(node.key), node.name, node.short, page,
        reading=reading, missing=missing, counts=Counts(tests), differs=node.differs, alone=True,
    )  # fmt: skip


def _readings(
    diagram: Diagram, measures: Sequence[Followed], places: Mapping[str, Organisation]
) -> dict[str, Reading]:
    """Of each driver the first of its measures that the project follows and that has figures; of the aim the main one."""
    known = {
        one.definition.id: readings.of(
            WallEntry(one.definition, place.code, place.short_name, place.kind, one.line)
        )
        for one in reversed(measures)
        if one.definition is not None and one.line is not None and (place := places.get(one.row.subject))
    }
    found = {
        node.key: next((known[m] for m in _measures_of(node) if m in known), None) for node in diagram.shown
    }
    found[AIM] = next(
        (known[one.row.measure] for one in measures if one.row.main and one.row.measure in known), None
    )
    return {key: reading for key, reading in found.items() if reading is not None}


def _measures_of(node: Node) -> tuple[str, ...]:
    driver = catalogue.load().driver(node.key) if node.national else None
    package = catalogue.load().package_of(node.key) if driver else None
    return tuple(m.id for m in catalogue.measures_of(package, driver)) if driver and package else ()


def _named(node: Node) -> str:
    return f"{node.key} {node.short}"


def _said(
    node: Node,
    tests: int,
    read: dict[str, Reading],
    silent: frozenset[str] = frozenset(),
    below: Sequence[Node] = (),
) -> str:
    """The reading is said once: where a driver below has the same, it stands there."""
    reading = read.get(node.key)
    if reading is None:
        missing = "its measure has no figures here" if node.key in silent else "no measure followed"
        return f"{_note(tests)}, {missing}"
    if any(read.get(one.key) == reading for one in below):
        return _note(tests)
    return f"{_note(tests)}. {reading.name}: {reading.sentence}"


def _note(tests: int) -> str:
    return counted(tests, "test") if tests else "no test yet"
