"""A change idea: what to do, the smallest first test, what it may move, how sure we are."""

from dataclasses import dataclass

from django.shortcuts import redirect

from matneo.library import catalogue
from matneo.library.schema import EFFORTS, Concept, Idea, Package
from matneo.web.library.retired import retired
from matneo.web.library.rows import (
    EVERYONE,
    About,
    EvidenceRow,
    LinkRow,
    MeasureRow,
    Named,
    about,
    address_of,
    driver_named,
    evidence_row,
    fresh,
    link_row,
    measure_row,
    package_address,
    sources_of,
    targets_of,
)
from matneo.web.pages import Crumb, Page, Step
from matneo.web.render import render


@dataclass(frozen=True)
class ServedDriver:
    driver: Named
    links: tuple[LinkRow, ...]


@dataclass(frozen=True, kw_only=True)
class IdeaPage(Page):
    id: str
    about: About
    first_test: str
    equity: str
    concept: Concept
    concept_href: str
    drivers: tuple[ServedDriver, ...]
    measures: tuple[MeasureRow, ...]
    evidence: tuple[EvidenceRow, ...]
    around: tuple[EvidenceRow, ...]  # about the drivers it serves
    sources: tuple[str, ...]


def idea(request, name: str):
    known = catalogue.load()
    found, package = known.idea(name.upper()), known.package_of(name.upper())
    if found is None or package is None:
        return retired(package, name.upper())
    if name != found.id:
        return redirect(address_of(found.id), permanent=True)
    return render(request, "pages/idea.jinja", _page(package, found))


def _page(package: Package, idea: Idea) -> IdeaPage:
    known = catalogue.load()
    served = [d for d in package.drivers if d.id in idea.drivers]
    own = catalogue.evidence_about(package, idea.id)
    around = [e for e in catalogue.evidence_about(package, *_drivers_around(idea, served)) if e not in own]
    return IdeaPage(
        id=idea.id,
        title=idea.name,
        section="library",
        crumbs=(Crumb("Library", "/library/"), Crumb(package.title, package_address(package))),
        lead=idea.text,
        about=about(
            package,
            f"change idea {idea.id}: {idea.name}",
            address_of(idea.id),
            ("Who benefits", catalogue.people_of(package, served[0])),
            ("Effort, by our estimate", EFFORTS[idea.effort]),
        ),
        first_test=idea.first_test,
        equity=idea.equity,
        concept=known.concepts[idea.concept],
        concept_href=f"/library/?concept={idea.concept}",
        drivers=tuple(
            ServedDriver(driver_named(d), tuple(link_row(package, link) for link in d.serves)) for d in served
        ),
        measures=tuple(measure_row(measure) for measure in catalogue.named(package, idea.measures)),
        evidence=tuple(evidence_row(e) for e in own),
        around=tuple(evidence_row(e) for e in around),
        sources=sources_of(targets_of(catalogue.named(package, idea.measures))),
        next_steps=_next(package, idea),
        visible_to=EVERYONE,
        fresh=fresh(package),
    )


def _drivers_around(idea: Idea, served) -> tuple[str, ...]:
    return (*idea.drivers, *(link.to for driver in served for link in driver.serves))


def _next(package: Package, idea: Idea) -> tuple[Step, ...]:
    others = [
        other for other in package.ideas if set(other.drivers) & set(idea.drivers) and other.id != idea.id
    ]
    counted = [row for row in map(measure_row, catalogue.named(package, idea.measures)) if row.href]
    return (
        *(Step(f"See how it stands: {row.name}", row.href) for row in counted[:1]),
        *(Step(f"Another idea for the same driver: {o.name}", address_of(o.id)) for o in others[:2]),
        Step("See where it stands in the diagram", package_address(package)),
    )
