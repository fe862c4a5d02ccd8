"""Whether a text can be the next version of a package; every sentence names file, line and field."""

from datetime import date

from matneo.library import checks, differences, guard, reading
from matneo.library.catalogue import Catalogue, unknown_in_full
from matneo.library.reading import Place
from matneo.library.schema import Package
from matneo.measures.definitions import ContentError
from matneo.measures.intake.identifiers import in_words

NAME = "Text"  # until it is known which package it is


def read(text: str, known: Catalogue) -> Package:
    """The package that a text from outside holds, whole in itself."""
    guard.check(text, NAME)
    package = reading.parse(text, NAME)
    if package.id not in known.packages:
        raise (
            Place(NAME, text)
            .at("id")
            .wrong(f"id is {package.id[:40]}; there are {', '.join(known.packages)}")
        )
    name = f"{package.id}.yaml"
    checks.check(package, text, name, known.concepts, known.sources)
    if found := in_words(text):
        raise ContentError(f"{name}: holds what looks like {found}. A package is public: take it out.")
    for number, driver in enumerate(package.drivers):
        if driver.package and driver.package not in known.packages:
            raise (
                Place(name, text)
                .at("drivers", number, "package")
                .wrong(f"package of {driver.id} names {driver.package}, which is not there")
            )
    for driver in unknown_in_full(package, known.packages):
        raise (
            Place(name, text)
            .at("drivers", package.drivers.index(driver), "in_full")
            .wrong(
                f"in_full of {driver.id} names {driver.in_full[:40]}, which is no primary driver of a package"
            )
        )
    return package


def next_of(before: Package, after: Package, text: str, today: date, by_name: str) -> None:
    """Raise a ContentError unless this may be published now, after that version."""
    place = Place(f"{after.id}.yaml", text)
    if after.version != before.version + 1:
        if after.version == before.version and by_name:
            raise overtaken(after, text, by_name)
        raise place.at("version").wrong(
            f"version is {after.version}; version {before.version} is current, so the next one is {before.version + 1}"
        )
    if after.effective_from > today:
        raise place.at("effective_from").wrong(
            f"effective_from is {after.effective_from:%-d %B %Y}; a version is read from the moment it is published, so "
            f"it is {today:%-d %B %Y} at the latest"
        )
    if not differences.between(before, after):
        raise place.at("version").wrong(
            f"version {after.version} says the same as version {before.version}; there is nothing to publish"
        )
    checks.follows(before, after, text, place.file)


def overtaken(package: Package, text: str, by_name: str) -> ContentError:
    return (
        Place(f"{package.id}.yaml", text)
        .at("version")
        .wrong(
            f"version {package.version} is there already, published by {by_name}. Your text is kept: look at what that "
            f"version changed, take it in, and raise the number to {package.version + 1}"
        )
    )
