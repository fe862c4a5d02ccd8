"""A driver: what it serves and why, what serves it, ideas, measures, evidence."""

from dataclasses import dataclass

from matneo.improvement.evidence import Experience
from matneo.library import catalogue
from matneo.library.schema import Driver, Package
from matneo.utils.viewer import Viewer
from matneo.web.drivers.panel import LIMITS, Tried, tried_of_driver
from matneo.web.jinja import lower_first
from matneo.web.library.finding import show
from matneo.web.library.rows import (
    EVERYONE,
    About,
    EvidenceRow,
    IdeaRow,
    LinkRow,
    MeasureRow,
    about,
    address_of,
    evidence_row,
    fresh,
    idea_row,
    link_row,
    measure_row,
    package_address,
    served_row,
    sources_of,
    targets_of,
)
from matneo.web.pages import Crumb, Page, Step


@dataclass(frozen=True, kw_only=True)
class DriverPage(Page):
    kicker: str
    about: About
    equity: str
    serves: tuple[LinkRow, ...]
    served_by: tuple[LinkRow, ...]
    ideas: tuple[IdeaRow, ...]
    measures: tuple[MeasureRow, ...]
    evidence: tuple[EvidenceRow, ...]
    sources: tuple[str, ...]
    tried: Tried | None  # the national diagram's drivers are tried in their packages


def driver(request, name: str):
    return show(request, name, catalogue.load().driver, "pages/driver.jinja", _page)


def _page(package: Package, driver: Driver, viewer: Viewer, found: Experience) -> DriverPage:
    kind = "primary driver" if driver.primary else "secondary driver"
    people = catalogue.people_of(package, driver)
    return DriverPage(
        title=driver.name,
        section="library",
        crumbs=(Crumb("Library", "/library/"), Crumb(package.title, package_address(package))),
        kicker=f"{kind.capitalize()} · {driver.id}",
        lead=_lead(people) if driver.primary else driver.serves[0].why,
        about=about(
            package,
            f"{kind} {driver.id}: {driver.name}",
            address_of(driver.id),
            ("Who benefits", people),
        ),
        equity=driver.equity,
        serves=tuple(link_row(package, link) for link in driver.serves),
        served_by=tuple(served_row(d, link) for d, link in catalogue.served_by(package, driver.id)),
        ideas=tuple(idea_row(idea) for idea in catalogue.ideas_of(package, driver)),
        measures=tuple(measure_row(measure) for measure in catalogue.measures_of(package, driver)),
        evidence=tuple(
            evidence_row(e)
            for e in catalogue.evidence_about(package, *(d.id for d in catalogue.branch(package, driver)))
        ),
        sources=sources_of(targets_of(catalogue.measures_of(package, driver))),
        tried=tried_of_driver(package, driver, found, viewer) if package.ideas else None,
        next_steps=_next(package, driver),
        visible_to=f"{EVERYONE} {LIMITS}" if package.ideas else EVERYONE,
        fresh=fresh(package),
    )


def _in_diagram(package: Package, driver: Driver) -> str:
    """The diagram with this driver's branch open."""
    top = driver.id if driver.primary else catalogue.home(driver)
    return (
        f"{package_address(package)}?open={top}#d-{driver.id}" if package.ideas else package_address(package)
    )


def _lead(people: str) -> str:
    return f"For {lower_first(people)}."


def _next(package: Package, driver: Driver) -> tuple[Step, ...]:
    whole = Step("See the whole diagram", _in_diagram(package, driver))
    if driver.package:
        other = catalogue.load().packages[driver.package]
        return (Step(f"Open the change package: {other.title}", package_address(other)), whole)
    ideas = catalogue.ideas_of(package, driver)
    first = (Step(f"Begin with: {ideas[0].name}", address_of(ideas[0].id)),) if ideas else ()
    return (*first, whole)
