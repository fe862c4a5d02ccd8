"""A change idea: what to do, the smallest first test, what it may move, how sure we are."""

from dataclasses import dataclass

from matneo.improvement.evidence import Experience
from matneo.library import catalogue
from matneo.library.schema import EFFORTS, Concept, Idea, Package
from matneo.utils.viewer import Viewer
from matneo.web.drivers.panel import LIMITS, Tried, test_href, tried
from matneo.web.library.finding import show
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
    tried: Tried
    test_href: str  # empty for who works on no projects


def idea(request, name: str):
    return show(request, name, catalogue.load().idea, "pages/idea.jinja", _page)


def _page(package: Package, idea: Idea, viewer: Viewer, found: Experience) -> IdeaPage:
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
        tried=tried(idea.name, idea.measures, found.of_idea(idea.id), viewer),
        test_href=test_href(idea, viewer),
        next_steps=_next(package, idea),
        visible_to=f"{EVERYONE} {LIMITS}",
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
        Step("See where it stands in the diagram", f"{package_address(package)}?idea={idea.id}#d-{idea.id}"),
    )
