"""The national diagram as a tree: its clinical priorities carry what their change packages say and what was tried of them,
and lead down to them."""

from collections.abc import Mapping
from dataclasses import replace

from matneo.improvement import evidence
from matneo.improvement.evidence import Experience
from matneo.library import catalogue
from matneo.library.schema import Driver, Package
from matneo.web.drivers.readings import Reading
from matneo.web.drivers.tree import (
    Door,
    Spot,
    Tree,
    aims,
    counted,
    measures_of,
    read_by,
    spot_of,
)

HEADINGS = ("Aims", "Priorities and foundations", "Secondary drivers", "Change package")
ELSEWHERE = "Its tests are written down in the change packages"


def owned(package: Package) -> dict[str, Package]:
    """By driver of the national diagram, the change package that it has."""
    packages = catalogue.load().packages
    return {d.id: packages[d.package] for d in package.drivers if d.package in packages}


def areas(package: Package) -> tuple[str, ...]:
    return tuple(own.id for own in owned(package).values())


def measures(package: Package) -> frozenset[str]:
    """Its own, and those of every package under it."""
    return measures_of(package).union(*map(measures_of, owned(package).values()))


def tree(package: Package, found: Experience, readings: dict[str, Reading], scope: str) -> Tree:
    """`scope` is the place that its links down keep."""
    under = owned(package)
    spots = tuple(
        _aim(package, aim, found, under) for aim in aims(package, replace(found, tries=()), readings)
    )
    branches = tuple(
        _priority(package, d, under[d.id], found.of_area(under[d.id].id), readings, scope)
        if d.id in under
        else _foundation(package, d, readings)
        for d in package.drivers
        if d.primary
    )
    return Tree(spots, branches, HEADINGS, folded=True)


def address(package: Package, scope: str, opened: str = "") -> str:
    """The diagram of a change package, at the same place."""
    asked = [f"{key}={value}" for key, value in (("scope", scope), ("open", opened)) if value]
    at = f"#d-{opened}" if opened else ""
    return f"/library/{package.id.lower()}/{'?' if asked else ''}{'&'.join(asked)}{at}"


def _aim(package: Package, spot: Spot, found: Experience, under: Mapping[str, Package]) -> Spot:
    """What was tried for an aim: all of the packages whose priorities serve it."""
    areas = {
        own.id
        for d in package.drivers
        if (own := under.get(d.id)) and any(link.to == spot.key for link in d.serves)
    }
    return replace(spot, counts=evidence.count(t for t in found.tries if t.team.area in areas))


def _priority(
    package: Package,
    driver: Driver,
    own: Package,
    found: Experience,
    readings: dict[str, Reading],
    scope: str,
) -> Spot:
    spot = spot_of(package, driver, Experience(), readings)
    wanted = [m for aim in own.aims for m in aim.measures]
    reading, missing = read_by(wanted, readings)
    door = Door(
        f"{driver.id}.{own.id}",
        address(own, scope),
        f"Its change package: {own.title}",
        f"{counted(len(own.ideas), 'idea')} to test",
    )
    below = tuple(_part(package, d, own, found, readings, scope) for d in _under(package, driver))
    return replace(
        spot, reading=reading, missing=missing, counts=found.counts, also=(), below=below, door=door
    )


def _part(
    package: Package,
    driver: Driver,
    own: Package,
    found: Experience,
    readings: dict[str, Reading],
    scope: str,
) -> Spot:
    """A secondary driver with the reading and the tests of the primary driver that says it in full."""
    spot = spot_of(package, driver, Experience(), readings)
    full = next((d for d in own.drivers if d.id == driver.in_full), None)
    if full is None:
        return spot
    twin = spot_of(own, full, found, readings)
    return replace(
        spot,
        page=address(own, scope, full.id),
        reading=twin.reading,
        missing=twin.missing,
        counts=twin.counts,
        also=(),
    )


def _foundation(package: Package, driver: Driver, readings: dict[str, Reading]) -> Spot:
    def plain(one: Driver) -> Spot:
        spot = spot_of(package, one, Experience(), readings)
        return replace(spot, also=(), elsewhere=ELSEWHERE if one.primary else "")

    return replace(plain(driver), below=tuple(plain(d) for d in _under(package, driver)))


def _under(package: Package, driver: Driver) -> tuple[Driver, ...]:
    served = (d for d, _ in catalogue.served_by(package, driver.id))
    return tuple(d for d in served if not d.primary and catalogue.home(d) == driver.id)
