"""A change package: its aims, the diagram as picture and outline, measures and evidence."""

from dataclasses import dataclass

from django.http import Http404

from matneo.library import catalogue
from matneo.library.schema import STRENGTHS, Driver, Package
from matneo.web.library import diagram
from matneo.web.library.rows import (
    EVERYONE,
    About,
    AimRow,
    EvidenceRow,
    MeasureRow,
    Named,
    about,
    address_of,
    aim_row,
    driver_named,
    evidence_row,
    fresh,
    measure_row,
    package_address,
    sources_of,
    targets_of,
    version_address,
)
from matneo.web.pages import Crumb, Page, Step
from matneo.web.render import render


@dataclass(frozen=True)
class Branch:
    """A driver of the outline with what hangs under it."""

    driver: Named
    serves: str
    below: tuple["Branch", ...]
    package: str  # the address of its own change package, or nothing
    ideas: tuple[Named, ...]


@dataclass(frozen=True, kw_only=True)
class PackagePage(Page):
    about: About
    aims: tuple[AimRow, ...]
    picture: str
    caption: str
    outline: tuple[Branch, ...]
    measures: tuple[MeasureRow, ...]
    counted: int
    evidence: tuple[EvidenceRow, ...]
    sources: tuple[str, ...]
    note: str
    standing: str = ""  # of a version at its own address: whether it is the current one
    standing_href: str = ""


def package(request, key: str):
    found = catalogue.load().packages.get(key.upper())
    if found is None:
        raise Http404
    return render(request, "pages/package.jinja", page_of(found))


def page_of(found: Package) -> PackagePage:
    measures = tuple(measure_row(measure) for measure in found.measures)
    return PackagePage(
        title=found.title,
        section="library",
        crumbs=(Crumb("Library", "/library/"),),
        lead=found.lead,
        about=about(found, "", version_address(found)),
        aims=tuple(aim_row(found, aim) for aim in found.aims),
        picture=diagram.picture(found),
        caption=_caption(found),
        outline=tuple(_branch(found, driver) for driver in found.drivers if driver.primary),
        measures=measures,
        counted=sum(bool(row.href) for row in measures),
        evidence=tuple(evidence_row(evidence) for evidence in found.evidence),
        sources=sources_of((*found.aims, *targets_of(found.measures))),
        note=found.note,
        next_steps=_next(found),
        visible_to=EVERYONE,
        fresh=fresh(found),
    )


def _branch(package: Package, driver: Driver) -> Branch:
    own = tuple(
        Named(i.id, i.name, address_of(i.id), i.first_test) for i in package.ideas if driver.id in i.drivers
    )
    below = tuple(
        _branch(package, d)
        for d, _ in catalogue.served_by(package, driver.id)
        if not d.primary and catalogue.home(d) == driver.id
    )
    address = f"/library/{driver.package.lower()}/" if driver.package else ""
    return Branch(driver_named(driver), _serves(package, driver), below, address, own)


def _serves(package: Package, driver: Driver) -> str:
    """For a primary driver all that it serves; for a secondary one what it serves besides the driver above it."""
    links = driver.serves if driver.primary else driver.serves[1:]
    names = {aim.id: aim.short or aim.statement for aim in package.aims}
    names |= {other.id: other.label for other in package.drivers}
    words = "; ".join(f"{names[link.to]} ({STRENGTHS[link.strength]})" for link in links)
    if not words:
        return ""
    return f"Serves {words}" if driver.primary else f"Also serves {words}"


def _caption(package: Package) -> str:
    words = "The thicker the line, the stronger the link. A dashed box has no chart here yet."
    if package.id == "NAT":
        return f"{words} Dotted lines join two of one column. The secondary drivers stand in the outline."
    return f"{words} A dotted line is a second link."


def _next(package: Package) -> tuple[Step, ...]:
    key = package.id
    versions = Step("What changed from version to version", f"{package_address(package)}versions/")
    if key == "NAT":
        return (Step("Open a change package", "/library/"), Step("How England stands", "/england/"), versions)
    return (
        Step("Ideas that need little", f"/library/?area={key}&effort=S"),
        Step("Ideas with an eye on fairness", f"/library/?area={key}&equity=yes"),
        Step("The charts of this area", f"/areas/{key.lower()}/"),
        versions,
    )
