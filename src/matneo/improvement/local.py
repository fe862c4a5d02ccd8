"""A project's own driver diagram, read from its differences, on the version of the package that the project stands on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from matneo.improvement import diagram
from matneo.improvement.diagram import Diagram, Local
from matneo.improvement.models import LocalDriver, Project
from matneo.library import catalogue, differences
from matneo.library.schema import Idea, Package


@dataclass(frozen=True)
class News:
    """What a newer version changed for a project that stands on an earlier one. `summary` is a few words ("2 drivers
    changed"), `sentences` say each change, `touched` what of the team's own changes to the diagram is concerned.
    `settled`: the team read of this version and chose to stay, so nobody is told again."""

    pinned: int
    current: int
    summary: str
    sentences: tuple[str, ...]
    touched: tuple[str, ...]
    settled: bool = False


def package_of(project: Project) -> Package:
    """The package as the project's version has it; the current one where that version is not known here."""
    known = catalogue.version(project.area, project.package_version)
    return known or catalogue.load().packages[project.area]


def idea_of(project: Project, name: str) -> Idea | None:
    """A national change idea as the project's version has it, or else as the current one has it."""
    pinned = next((idea for idea in package_of(project).ideas if idea.id == name), None)
    return pinned or catalogue.load().idea(name)


def diagram_of(project: Project) -> Diagram:
    """The team's diagram; two queries, and one more where the project stands on an earlier version."""
    package = package_of(project)
    return diagram.compose(package, fitting(package, locals_of(project)))


def locals_of(project: Project) -> tuple[Local, ...]:
    return tuple(_local(row) for row in project.drivers.all())


def fitting(package: Package, local: Iterable[Local]) -> tuple[Local, ...]:
    """The differences that this version has a place for. What speaks of a retired driver waits; an arrow to one falls
    away, and a driver without any arrow stands where the package has it, or on its own."""
    rows = tuple(local)
    national = {item.id for item in (*package.aims, *package.drivers)}
    own = {row.key for row in rows if _is_own(row.key)}
    kept = [row for row in rows if row.key in national | own]
    return tuple(replace(row, serves=_still(row.serves, national | own)) for row in kept)


def news(project: Project) -> News | None:
    """What changed since the version that the project stands on; None where it stands on the current one."""
    current = catalogue.load().packages[project.area]
    if project.package_version >= current.version:
        return None
    pinned = catalogue.version(project.area, project.package_version)
    if pinned is None:
        return None
    changes = differences.between(pinned, current)
    return News(
        pinned.version,
        current.version,
        differences.summary(changes),
        tuple(map(differences.sentence, changes)),
        tuple(_touched(pinned, current, locals_of(project))),
        settled=project.stayed_at >= current.version,
    )


def _touched(pinned: Package, current: Package, local: tuple[Local, ...]) -> Iterator[str]:
    old, new = ({d.id: d for d in p.drivers} for p in (pinned, current))
    there = {item.id for item in (*current.aims, *current.drivers)} | {row.key for row in local}
    for row in local:
        called = row.name or (old[row.key].label if row.key in old else row.key)
        if row.key in old and row.key not in new:
            if not (row.name or row.serves or row.hidden):
                continue  # its place among others alone
            yield f"{row.key} was retired: what you made of it ({called}) is kept, and no longer drawn."
            continue
        if row.key in old and row.name and old[row.key].name != new[row.key].name:
            yield f"{row.key} has new national words; yours (“{row.name}”) stay beside them."
        gone = [to for to in row.serves or () if to not in there]
        if gone:
            yield f"{row.key} ({called}) served {', '.join(gone)}, which was retired; that arrow falls away."
        elif row.key in old and row.serves is not None and old[row.key].serves != new[row.key].serves:
            yield f"{row.key} serves something else nationally; where you put it stays."


def _is_own(key: str) -> bool:
    return key.startswith("L")


def _still(serves: tuple[str, ...] | None, known: set[str]) -> tuple[str, ...] | None:
    if serves is None:
        return None
    return tuple(key for key in serves if key in known) or None


def _local(row: LocalDriver) -> Local:
    serves = tuple(row.serves) if row.serves is not None else None
    return Local(row.key, row.name, serves, row.hidden, row.order, row.version)
