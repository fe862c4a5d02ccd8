"""A driver: what it serves and why, what serves it, ideas, measures, evidence."""

from dataclasses import dataclass

from django.shortcuts import redirect

from matneo.library import catalogue
from matneo.library.schema import Driver, Package
from matneo.web.jinja import lower_first
from matneo.web.library.retired import retired
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
from matneo.web.render import render


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


def driver(request, name: str):
    known = catalogue.load()
    found, package = known.driver(name.upper()), known.package_of(name.upper())
    if found is None or package is None:
        return retired(package, name.upper())
    if name != found.id:
        return redirect(address_of(found.id), permanent=True)
    return render(request, "pages/driver.jinja", _page(package, found))


def _page(package: Package, driver: Driver) -> DriverPage:
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
        next_steps=_next(package, driver),
        visible_to=EVERYONE,
        fresh=fresh(package),
    )


def _lead(people: str) -> str:
    return f"For {lower_first(people)}."


def _next(package: Package, driver: Driver) -> tuple[Step, ...]:
    whole = Step("See the whole diagram", package_address(package))
    if driver.package:
        other = catalogue.load().packages[driver.package]
        return (Step(f"Open the change package: {other.title}", package_address(other)), whole)
    ideas = catalogue.ideas_of(package, driver)
    first = (Step(f"Begin with: {ideas[0].name}", address_of(ideas[0].id)),) if ideas else ()
    return (*first, whole)
