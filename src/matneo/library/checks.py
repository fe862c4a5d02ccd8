"""What must hold across a package: ids, references, and a graph in which everything leads to an aim."""

import re
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from matneo.library import reading
from matneo.library.reading import Place
from matneo.library.schema import Concept, Driver, Link, Package, Source

KINDS = {"aims": "A", "drivers": "[PS]", "ideas": "C", "measures": "M", "evidence": "E"}


def check(
    package: Package, text: str, file: str, concepts: dict[str, Concept], sources: dict[str, Source]
) -> None:
    """Raise a ContentError for the first thing that does not hold, with its file, line and field."""
    place = Place(file, text)
    _ids(package, place)
    for at, field, names in _references(package, place):
        known = _known(package, field, concepts, sources)
        for name in names:
            if name not in known:
                raise at.wrong(f"{field} of {at.owner} names {name}, which is not there")
    _graph(package, place)
    if not any(measure.family == "balancing" for measure in package.measures):
        raise place.at("measures").wrong(f"measures of {package.id} hold no balancing measure")


def read_checked(file: Traversable) -> Package:
    """A package that is whole in itself."""
    text = file.read_text("utf-8")
    package = reading.parse(text, file.name)
    check(package, text, file.name, reading.concepts(), reading.sources())
    return package


def _ids(package: Package, place: Place) -> None:
    seen: set[str] = set()
    for kind, letter in KINDS.items():
        for number, item in enumerate(getattr(package, kind)):
            at = place.at(kind, number, "id", owner=item.id)
            if item.id in seen:
                raise at.wrong(f"id {item.id} stands twice")
            if not re.fullmatch(rf"{package.id}-{letter}\d+(\.\d+)?", item.id):
                raise at.wrong(f"id {item.id} is not the id of one of the {kind} of {package.id}")
            seen.add(item.id)


def _references(package: Package, place: Place) -> Iterator[tuple[Place, str, tuple[str, ...]]]:
    for kind in KINDS:
        for number, item in enumerate(getattr(package, kind)):
            for field in ("measures", "drivers", "concept", "sources", "about"):
                names = getattr(item, field, ())
                yield (
                    place.at(kind, number, field, owner=item.id),
                    field,
                    (names,) if isinstance(names, str) else names,
                )
    for number, measure in enumerate(package.measures):
        for which, target in enumerate(measure.targets):
            yield (
                place.at("measures", number, "targets", which, owner=measure.id),
                "sources",
                target.sources,
            )


def _known(
    package: Package, field: str, concepts: dict[str, Concept], sources: dict[str, Source]
) -> set[str]:
    if field == "concept":
        return set(concepts)
    if field == "sources":
        return set(sources)
    if field == "about":
        return {item.id for item in package.items}
    return {item.id for item in getattr(package, field)}


def _graph(package: Package, place: Place) -> None:
    drivers = {driver.id: driver for driver in package.drivers}
    aims = {aim.id for aim in package.aims}
    for number, driver in enumerate(package.drivers):
        at = place.at("drivers", number, "serves", owner=driver.id)
        for which, link in enumerate(driver.serves):
            _link(driver, link, at.at(which, "to"), drivers, aims)
        if not _reaches(driver.id, drivers, aims, ()):
            raise at.wrong(f"serves of {driver.id} leads to no aim")
    for number, driver in enumerate(package.drivers):
        if _comes_back(driver.id, drivers):
            raise place.at("drivers", number, "serves").wrong(
                f"serves of {driver.id} leads back to {driver.id}"
            )
    _ideas(package, place)
    _measures(package, place)


def _link(driver: Driver, link: Link, at: Place, drivers: dict[str, Driver], aims: set[str]) -> None:
    if link.to not in drivers and link.to not in aims:
        raise at.wrong(f"to of {driver.id} names {link.to}, which is not there")
    if not driver.primary and link.to not in drivers:
        raise at.wrong(f"to of {driver.id} names {link.to}; a secondary driver serves drivers")


def _reaches(name: str, drivers: dict[str, Driver], aims: set[str], way: tuple[str, ...]) -> bool:
    if name in aims:
        return True
    return name not in way and any(
        _reaches(link.to, drivers, aims, (*way, name)) for link in drivers[name].serves
    )


def _comes_back(start: str, drivers: dict[str, Driver]) -> bool:
    """Whether the arrows from a driver lead to it again."""
    seen: set[str] = set()
    ahead = [link.to for link in drivers[start].serves]
    while ahead:
        name = ahead.pop()
        if name == start:
            return True
        if name in drivers and name not in seen:
            seen.add(name)
            ahead += [link.to for link in drivers[name].serves]
    return False


def _ideas(package: Package, place: Place) -> None:
    for number, idea in enumerate(package.ideas):
        for field in ("drivers", "measures"):
            if not getattr(idea, field):
                raise place.at("ideas", number, field).wrong(f"{field} of {idea.id} is empty")


def _measures(package: Package, place: Place) -> None:
    used = {name for aim in package.aims for name in aim.measures}
    used |= {name for driver in package.drivers for name in driver.measures}
    for number, measure in enumerate(package.measures):
        if measure.id not in used:
            raise place.at("measures", number).wrong(f"{measure.id} belongs to no aim and no driver")
