"""All packages together: what belongs to what, and what a reader asks for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from matneo.library import checks, reading
from matneo.library.schema import Concept, Driver, Evidence, Idea, Link, Measure, Package, Source
from matneo.measures.definitions import AREAS, ContentError


@dataclass(frozen=True)
class Catalogue:
    """Every package by its letters, in the order of the areas; and the lists that packages share."""

    packages: dict[str, Package]
    concepts: dict[str, Concept]
    sources: dict[str, Source]

    def package_of(self, name: str) -> Package | None:
        """The package that an id such as SFP-C07 belongs to."""
        return self.packages.get(name.partition("-")[0])

    def driver(self, name: str) -> Driver | None:
        package = self.package_of(name)
        return next((d for d in package.drivers if d.id == name), None) if package else None

    def idea(self, name: str) -> Idea | None:
        package = self.package_of(name)
        return next((i for i in package.ideas if i.id == name), None) if package else None


@dataclass(frozen=True)
class Edition:
    """One version of a package by its number, and the hash of its text."""

    package: str
    version: int
    digest: str


class Shelf(Protocol):
    """Where published versions stand; in the product the database (`library.shelf`)."""

    def newest(self) -> Sequence[Edition]:
        """The newest published version of each package that stands there."""

    def find(self, package: str, version: int) -> Edition | None: ...

    def text(self, edition: Edition) -> str: ...


class _Nothing:
    """No shelf: statistics, tests and tools read the files alone."""

    def newest(self) -> Sequence[Edition]:
        return ()

    def find(self, package: str, version: int) -> Edition | None:
        return None

    def text(self, edition: Edition) -> str:
        raise LookupError(edition)


NOTHING: Shelf = _Nothing()
_shelf: list[Shelf] = [NOTHING]
_held: ContextVar[list[Catalogue] | None] = ContextVar("held", default=None)


def stand_on(shelf: Shelf) -> Shelf:
    """Read versions from here on; answers where they were read before."""
    before, _shelf[0] = _shelf[0], shelf
    return before


@contextmanager
def held() -> Iterator[None]:
    """Inside, what is current is asked once, however many ask: a request sees one library from beginning to end."""
    token = _held.set([])
    try:
        yield
    finally:
        _held.reset(token)


def forget() -> None:
    """Ask again: a new version was published just now."""
    known = _held.get()
    if known is not None:
        known.clear()


def load() -> Catalogue:
    """What is current: the newest published version of each package, or its file where none was published."""
    known = _held.get()
    if known:
        return known[0]
    found = _assembled(tuple(_shelf[0].newest()))
    if known is not None:
        known.append(found)
    return found


def version(key: str, number: int) -> Package | None:
    """A package as that version had it; None where there never was one. At most two queries."""
    current = load().packages.get(key)
    if current is None or current.version == number:
        return current
    edition = _shelf[0].find(key, number)
    if edition is not None:
        return _read(edition)
    own = from_files().packages.get(key)
    return own if own is not None and own.version == number else None


@lru_cache(maxsize=1)
def from_files() -> Catalogue:
    """Every file of the software read and checked, once a process."""
    found = {package.id: package for package in map(checks.read_checked, reading.files())}
    for driver in (d for package in found.values() for d in package.drivers):
        if driver.package and driver.package not in found:
            raise ContentError(
                f"NAT.yaml: package of {driver.id} names {driver.package}, which is not there."
            )
    for lost in unknown_in_full(found.get("NAT"), found):
        raise ContentError(
            f"NAT.yaml: in_full of {lost.id} names {lost.in_full}, which is no primary driver."
        )
    ordered = {key: found[key] for key in AREAS if key in found}
    return Catalogue(ordered, reading.concepts(), reading.sources())


def unknown_in_full(package: Package | None, known: Mapping[str, Package]) -> tuple[Driver, ...]:
    """Drivers that name a primary driver of another package which is not there."""
    primary = {d.id for other in known.values() for d in other.drivers if d.primary}
    return tuple(d for d in (package.drivers if package else ()) if d.in_full and d.in_full not in primary)


@lru_cache(maxsize=16)
def _assembled(editions: tuple[Edition, ...]) -> Catalogue:
    files = from_files()
    packages = {**files.packages, **{edition.package: _read(edition) for edition in editions}}
    return replace(files, packages={key: packages[key] for key in AREAS if key in packages})


@lru_cache(maxsize=256)
def _read(edition: Edition) -> Package:
    """Parsed once a process: what a version says never changes."""
    return parsed(_shelf[0].text(edition), edition.package)


@lru_cache(maxsize=64)
def parsed(text: str, key: str) -> Package:
    """A published text of a package as a value, for those who hold the text."""
    return reading.parse(text, f"{key}.yaml")


def served_by(package: Package, name: str) -> tuple[tuple[Driver, Link], ...]:
    """The drivers that lead straight to an aim or driver, each with its arrow."""
    return tuple((d, link) for d in package.drivers for link in d.serves if link.to == name)


def branch(package: Package, driver: Driver) -> tuple[Driver, ...]:
    """A driver and, where it is primary, its secondary drivers."""
    below = tuple(d for d, _ in served_by(package, driver.id) if not d.primary)
    return (driver, *below)


def home(driver: Driver) -> str:
    """Where a driver stands in a diagram: under the first that it serves."""
    return driver.serves[0].to


def ideas_of(package: Package, driver: Driver) -> tuple[Idea, ...]:
    """The ideas that serve a driver or its branch."""
    names = {d.id for d in branch(package, driver)}
    return tuple(idea for idea in package.ideas if names & set(idea.drivers))


def measures_of(package: Package, driver: Driver) -> tuple[Measure, ...]:
    """The measures by which a driver or its branch is followed."""
    return named(package, {name for d in branch(package, driver) for name in d.measures})


def named(package: Package, names: set[str] | tuple[str, ...]) -> tuple[Measure, ...]:
    return tuple(measure for measure in package.measures if measure.id in names)


def ideas_moving(measure: str) -> tuple[Idea, ...]:
    """The ideas that may move a measure, by its id."""
    package = load().package_of(measure)
    return tuple(idea for idea in package.ideas if measure in idea.measures) if package else ()


def evidence_about(package: Package, *names: str) -> tuple[Evidence, ...]:
    return tuple(evidence for evidence in package.evidence if set(names) & set(evidence.about))


def people_of(package: Package, driver: Driver) -> str:
    """Who benefits: said of the driver, or of the first that it serves."""
    drivers = {d.id: d for d in package.drivers}
    while not driver.people and home(driver) in drivers:
        driver = drivers[home(driver)]
    return driver.people
