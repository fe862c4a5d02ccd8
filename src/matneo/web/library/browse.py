"""The library's front: packages, and a search over ideas, drivers and measures."""

from dataclasses import dataclass

from matneo.library import catalogue
from matneo.library.schema import Package
from matneo.library.search import Wanted, search
from matneo.measures.definitions import AREAS
from matneo.web.library.rows import (
    EVERYONE,
    SIZES,
    IdeaRow,
    Named,
    driver_named,
    idea_row,
    measure_named,
    package_address,
)
from matneo.web.pages import Page
from matneo.web.render import render


@dataclass(frozen=True)
class PackageCard:
    name: str
    href: str
    words: str
    counts: str


@dataclass(frozen=True, kw_only=True)
class LibraryPage(Page):
    packages: tuple[PackageCard, ...]
    wanted: Wanted
    asked: bool
    heading: str
    ideas: tuple[IdeaRow, ...]
    drivers: tuple[Named, ...]
    measures: tuple[Named, ...]
    areas: tuple[tuple[str, str], ...]
    concepts: tuple[tuple[str, str], ...]
    efforts: tuple[tuple[str, str], ...]


def library(request):
    known = catalogue.load()
    wanted, asked = _wanted(request.GET), bool(request.GET)
    found = search(known, wanted) if asked else None
    packages = tuple(known.packages.values())
    page = LibraryPage(
        title="Change ideas and drivers",
        section="library",
        lead="The national driver diagram and five change packages: what to aim for, what drives it, what to try first, "
        "what to measure.",
        packages=tuple(_card(package) for package in packages),
        wanted=wanted,
        asked=asked,
        heading=_heading(found) if found else "",
        ideas=tuple(idea_row(idea) for idea in found.ideas) if found else (),
        drivers=tuple(driver_named(driver) for driver in found.drivers) if found else (),
        measures=tuple(measure_named(measure) for measure in found.measures) if found else (),
        areas=tuple((package.id, AREAS[package.id]) for package in packages),
        concepts=tuple((concept.id, concept.name) for concept in known.concepts.values()),
        efforts=tuple(SIZES.items()),
        visible_to=EVERYONE,
        fresh=f"In force from {max(p.effective_from for p in packages):%-d %B %Y}. Clinical sign-off: none. "
        "Every idea is for a small test, and no guidance.",
    )
    return render(request, "pages/library.jinja", page)


def _wanted(asked) -> Wanted:
    """What the address asks for; what is not known asks for nothing."""
    known = catalogue.load()
    area, concept = asked.get("area", "").upper(), asked.get("concept", "")
    return Wanted(
        words=asked.get("q", "").strip()[:200],
        area=area if area in known.packages else "",
        concept=concept if concept in known.concepts else "",
        effort=asked.get("effort", "") if asked.get("effort") in SIZES else "",
        equity=asked.get("equity") == "yes",
    )


def _card(package: Package) -> PackageCard:
    counts = [
        _counted(len(package.drivers), "driver"),
        _counted(len(package.ideas), "change idea"),
        _counted(len(package.measures), "measure"),
    ]
    return PackageCard(
        package.title, package_address(package), package.lead, ", ".join(words for words in counts if words)
    )


def _heading(found) -> str:
    counts = [
        _counted(len(found.ideas), "change idea"),
        _counted(len(found.drivers), "driver"),
        _counted(len(found.measures), "measure"),
    ]
    return ", ".join(words for words in counts if words) or "Nothing matches"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""
