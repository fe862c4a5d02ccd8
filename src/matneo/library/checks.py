"""What must hold across a package: ids, references, and a graph in which everything leads to an aim."""

import re
from collections.abc import Iterator
from importlib.resources.abc import Traversable

from matneo.library import reading
from matneo.library.reading import Place
from matneo.library.schema import Concept, Driver, Link, Package, Source
from matneo.measures.definitions import AREAS

KINDS = {"aims": "A", "drivers": "[PS]", "ideas": "C", "measures": "M", "evidence": "E"}
MOST = 300  # of each kind: more of them nobody reads, and every pair of drivers is looked at


def check(
    package: Package, text: str, file: str, concepts: dict[str, Concept], sources: dict[str, Source]
) -> None:
    """Raise a ContentError for the first thing that does not hold, with its file, line and field."""
    place = Place(file, text)
    _sizes(package, place)
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


def follows(before: Package, after: Package, text: str, file: str) -> None:
    """What must hold between a version and the one before it, so that projects and citations keep what they name."""
    place = Place(file, text)
    there = {item.id for item in after.items} | set(after.retired)
    gone = [name for name in (*(i.id for i in before.items), *before.retired) if name not in there]
    if gone:
        named = ", ".join(gone[:6]) + (f" and {len(gone) - 6} more" if len(gone) > 6 else "")
        raise place.at("retired").wrong(
            f"{named} stood in version {before.version}, and projects may use it: keep it, or name it under retired"
        )
    signed = before.clinical_signoff
    if signed not in ("none", "") and after.clinical_signoff == signed:
        raise place.at("clinical_signoff").wrong(
            f"clinical_signoff is that of version {before.version}; say none, or who signed this one and when"
        )


def _sizes(package: Package, place: Place) -> None:
    for kind in (*KINDS, "retired"):
        if (number := len(getattr(package, kind))) > MOST:
            raise place.at(kind).wrong(f"{kind} of {package.id} holds {number}; {MOST} is the most")


def _ids(package: Package, place: Place) -> None:
    seen: set[str] = set()
    for kind, letter in KINDS.items():
        for number, item in enumerate(getattr(package, kind)):
            at = place.at(kind, number, "id", owner=item.id)
            if item.id in seen:
                raise at.wrong(f"id {item.id} stands twice")
            if not re.fullmatch(rf"{re.escape(package.id)}-{letter}[0-9]+(\.[0-9]+)?", item.id):
                raise at.wrong(f"id {item.id} is not the id of one of the {kind} of {package.id}")
            seen.add(item.id)
    for number, name in enumerate(package.retired):
        at = place.at("retired", number)
        if not re.fullmatch(rf"{re.escape(package.id)}-[APSCME][0-9]+(\.[0-9]+)?", name):
            raise at.wrong(f"retired names {name[:40]}, which is no id of {package.id}")
        if name in seen:
            raise at.wrong(f"retired names {name}, which stands in this version")


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
    leading = _leading(package, aims)
    for number, driver in enumerate(package.drivers):
        at = place.at("drivers", number, "serves", owner=driver.id)
        for which, link in enumerate(driver.serves):
            _link(driver, link, at.at(which, "to"), drivers, aims)
        if driver.id not in leading:
            raise at.wrong(f"serves of {driver.id} leads to no aim")
        if driver.package and driver.package not in AREAS:
            raise place.at("drivers", number, "package", owner=driver.id).wrong(
                f"package of {driver.id} names {driver.package[:40]}, which is not there"
            )
    for number, driver in enumerate(package.drivers):
        if _comes_back(driver.id, drivers):
            raise place.at("drivers", number, "serves").wrong(
                f"serves of {driver.id} leads back to {driver.id}"
            )
    _ideas(package, place)
    _measures(package, place)


def _leading(package: Package, aims: set[str]) -> set[str]:
    """The drivers from which some way leads to an aim, found from the aims backwards: each arrow is walked once."""
    onto: dict[str, list[str]] = {}
    for driver in package.drivers:
        for link in driver.serves:
            onto.setdefault(link.to, []).append(driver.id)
    found: set[str] = set()
    ahead = list(aims)
    while ahead:
        for name in onto.get(ahead.pop(), ()):
            if name not in found:
                found.add(name)
                ahead.append(name)
    return found


def _link(driver: Driver, link: Link, at: Place, drivers: dict[str, Driver], aims: set[str]) -> None:
    if link.to not in drivers and link.to not in aims:
        raise at.wrong(f"to of {driver.id} names {link.to}, which is not there")
    if not driver.primary and link.to not in drivers:
        raise at.wrong(f"to of {driver.id} names {link.to}; a secondary driver serves drivers")


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
