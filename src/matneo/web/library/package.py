"""A change package: the living driver diagram with what teams tried, its aims, measures and evidence."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from matneo.charts.document import Stamp
from matneo.improvement.evidence import Experience, of_package, of_packages
from matneo.library import catalogue
from matneo.library.schema import STRENGTHS, Driver, Package
from matneo.monitoring.current import current_release
from matneo.utils.typed import digits
from matneo.utils.viewer import Viewer
from matneo.web import stamping
from matneo.web.drivers import nation, paper
from matneo.web.drivers.panel import LIMITS, Panel, panel
from matneo.web.drivers.picture import Asked, Choice, asked, draw, views
from matneo.web.drivers.readings import read
from matneo.web.drivers.scope import Scope, scopes
from matneo.web.drivers.tree import Tree, counted, measures_of, national
from matneo.web.library import diagram
from matneo.web.library.rows import (
    EVERYONE,
    About,
    AimRow,
    EvidenceRow,
    MeasureRow,
    about,
    aim_row,
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
from matneo.web.viewing import viewer_of

NATIONAL = "NAT"  # has no ideas of its own: its branches are the five packages
VIEWS = (("diagram", "Diagram"), ("outline", "Outline"))


@dataclass(frozen=True, kw_only=True)
class PackagePage(Page):
    about: About
    aims: tuple[AimRow, ...]
    heading: str
    picture: str
    links: str  # of the national diagram: how strongly each serves the others
    caption: str
    tree: Tree
    asked: Asked
    views: tuple[Choice, ...]
    scopes: tuple[Choice, ...]
    panel: Panel | None
    says: str
    files: tuple[Step, ...]  # the same diagram to print or to change
    packages: dict[str, str]  # of drivers of the national diagram, the address of their own change package
    serves: dict[str, str]
    measures: tuple[MeasureRow, ...]
    counted: int
    evidence: tuple[EvidenceRow, ...]
    sources: tuple[str, ...]
    note: str
    downloads: tuple[Step, ...]
    standing: str = ""  # of a version at its own address: whether it is the current one
    standing_href: str = ""


@dataclass(frozen=True)
class Found:
    """What a page and its picture are made of."""

    package: Package
    scopes: tuple[Scope, ...]
    scope: Scope
    evidence: Experience
    tree: Tree


def package(request, key: str):
    found = find(request, key)
    return render(request, "pages/package.jinja", page_of(request, found, package_address(found.package)))


def page_of(request, found: Found, address: str) -> PackagePage:
    """The page of a package at an address of its own: its links stay there."""
    now = asked(address, request.GET, found.tree, found.scope.key)
    return _page(found, now, viewer_of(request))


def picture(request, key: str):
    """The whole diagram, every branch open, on a sheet for print."""
    found = find(request, key)
    package = found.package
    drawn = paper.sheet(
        found.tree,
        {d.id: _serves(package, d) for d in package.drivers},
        title=_heading(package),
        lead=said(found.tree, found.evidence),
        place=found.scope.name,
        stamp=stamp(request, found, reverse("package_picture", args=[key.lower()])),
    )
    return paper.answer(drawn)


def stamp(request, found: Found, path: str) -> Stamp:
    """As of when, from what and for whom a file of the diagram is."""
    scope, viewer = found.scope, viewer_of(request)
    notes = (LIMITS, fresh(found.package))
    return stamping.of_diagram(
        scope.code, scope.name, viewer, current_release(), f"{path}{_query(found)}", *notes
    )


def _query(found: Found) -> str:
    """Which place and which version a file of the diagram speaks of, where they are not the usual ones."""
    current = catalogue.load().packages[found.package.id].version
    asked = {
        "scope": _kept(found.scope),
        "version": found.package.version if found.package.version != current else "",
    }
    said = urlencode({key: value for key, value in asked.items() if value})
    return f"?{said}" if said else ""


def find(request, key: str) -> Found:
    """A package with what was tried of it and read in it, at the place that is asked for; an earlier version by its
    number."""
    package = catalogue.load().packages.get(key.upper())
    if package is not None and request.GET.get("version"):
        package = catalogue.version(package.id, digits(request.GET["version"]) or 0)
    if package is None:
        raise Http404
    return found_of(request, package)


def found_of(request, package: Package) -> Found:
    """The same for a package in hand, such as an earlier version of it."""
    viewer = viewer_of(request)
    listed = scopes(viewer)
    scope = next((s for s in listed if s.key == request.GET.get("scope", "").lower()), listed[0])
    if package.id == NATIONAL:
        tries = of_packages(nation.areas(package), viewer, scope.place)
        readings = read(nation.measures(package), scope.code, viewer)
        return Found(package, listed, scope, tries, nation.tree(package, tries, readings, _kept(scope)))
    tries = of_package(package.id, viewer, scope.place)
    readings = read(measures_of(package), scope.code, viewer)
    return Found(package, listed, scope, tries, national(package, tries, readings))


def _kept(scope: Scope) -> str:
    """The place for an address; all of England needs none."""
    return scope.key if scope.key != "all" else ""


def _page(found: Found, now: Asked, viewer: Viewer) -> PackagePage:
    package, nat = found.package, found.package.id == NATIONAL
    measures = tuple(measure_row(measure) for measure in package.measures)
    drawn = draw(found.tree, now, key="drivers", title=f"Driver diagram: {package.title}")
    return PackagePage(
        title=package.title,
        section="library",
        crumbs=(Crumb("Library", "/library/"),),
        lead=package.lead,
        about=about(package, "", version_address(package)),
        aims=tuple(aim_row(package, aim) for aim in package.aims),
        heading=_heading(package),
        picture=drawn,
        links=diagram.picture(package) if nat else "",
        caption=_caption(package),
        tree=found.tree,
        asked=now,
        views=views(now, VIEWS),
        scopes=tuple(Choice(s.words, now.address(scope=s.key), s == found.scope) for s in found.scopes),
        panel=_panel(found, now, viewer),
        says=said(found.tree, found.evidence),
        files=_files(found),
        packages={key: nation.address(own, _kept(found.scope)) for key, own in nation.owned(package).items()},
        serves={d.id: _serves(package, d) for d in package.drivers},
        measures=measures,
        counted=sum(bool(row.href) for row in measures),
        evidence=tuple(evidence_row(evidence) for evidence in package.evidence),
        sources=sources_of((*package.aims, *targets_of(package.measures))),
        note=package.note,
        downloads=_downloads(found),
        next_steps=_next(package),
        visible_to=f"{EVERYONE} {LIMITS}",
        fresh=f"Readings of {found.scope.name} from the current release. {fresh(package)}",
    )


def _heading(package: Package) -> str:
    return package.title if package.id == NATIONAL else f"{package.title}: what drives it"


def _panel(found: Found, now: Asked, viewer: Viewer) -> Panel | None:
    idea = next((i for i in found.package.ideas if i.id == now.idea), None)
    if idea is None:
        return None
    close = f"{now.address(idea='')}#d-{idea.id}"
    return panel(idea, found.evidence.of_idea(idea.id), viewer, close)


def said(tree: Tree, tries: Experience) -> str:
    """What the diagram says, in up to three sentences."""
    counts = tries.counts
    words = [
        f"{counted(counts.teams, 'team')} {'has' if counts.teams == 1 else 'have'} run {counted(counts.tests, 'test')}."
        if counts.tests
        else "Nobody has written a test down here yet."
    ]
    spots = [s for s in tree.spots() if s.kind == "secondary"]
    moving = [s.short for s in spots if s.reading and s.reading.variation == "improvement"]
    if moving:
        words.append(f"Improving: {_listed(moving)}.")
    untouched = [s.short for s in spots if not s.tested and s.elsewhere is None]
    if counts.tests and untouched:
        words.append(f"Nobody has tested: {_listed(untouched)}.")
    return " ".join(words)


def _listed(names: list[str], most: int = 3) -> str:
    rest = len(names) - most
    return "; ".join(names[:most]) + (f"; and {rest} more" if rest > 0 else "")


def _files(found: Found) -> tuple[Step, ...]:
    key, asked = found.package.id.lower(), _query(found)
    return (
        Step("The whole diagram for print (SVG, A3)", reverse("package_picture", args=[key]) + asked),
        Step("as PowerPoint shapes", reverse("package_slides", args=[key]) + asked),
    )


def _downloads(found: Found) -> tuple[Step, ...]:
    key = found.package.id.lower()
    return (
        Step("Word", reverse("package_document", args=[key, "docx"])),
        Step("PDF", reverse("package_document", args=[key, "pdf"])),
        Step("the diagram as PowerPoint shapes", reverse("package_slides", args=[key]) + _query(found)),
    )


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
    if package.id == NATIONAL:
        return (
            "A dashed box lacks a measure with figures here, or a test. Each box is joined to the aim that it serves most; the "
            "outline says all that it serves."
        )
    return "A dashed box lacks a measure with figures here, or a test. A dotted line is a second link."


def _next(package: Package) -> tuple[Step, ...]:
    key = package.id
    versions = Step("What changed from version to version", f"{package_address(package)}versions/")
    if key == NATIONAL:
        return (Step("Open a change package", "/library/"), Step("How England stands", "/england/"), versions)
    return (
        Step("Ideas that need little", f"/library/?area={key}&effort=S"),
        Step("Ideas with an eye on fairness", f"/library/?area={key}&equity=yes"),
        Step("The charts of this area", f"/areas/{key.lower()}/"),
        versions,
    )
