"""What the library's pages list: every row phrased once."""

from dataclasses import dataclass

from django.conf import settings

from matneo.library import catalogue
from matneo.library.schema import (
    CHARTS,
    CONFIDENCES,
    DIRECTIONS,
    EFFORTS,
    STRENGTHS,
    UNITS,
    Aim,
    Driver,
    Evidence,
    Idea,
    Link,
    Measure,
    Package,
    Target,
)
from matneo.measures import collected

SIZES = {key: words.partition(":")[0] for key, words in EFFORTS.items()}
EVERYONE = "Everyone."


@dataclass(frozen=True)
class Named:
    """Something with an id, a name and a page of its own."""

    id: str
    name: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class LinkRow:
    other: Named
    strength: str
    why: str
    confidence: str


@dataclass(frozen=True)
class IdeaRow:
    id: str
    name: str
    href: str
    text: str
    first_test: str
    concept: str
    effort: str
    equity: str


@dataclass(frozen=True)
class MeasureRow:
    id: str
    name: str
    family: str
    why: str
    counted: str
    of: str
    left_out: str
    how: str
    source: str
    targets: tuple[str, ...]
    href: str  # empty where the product does not count it


@dataclass(frozen=True)
class EvidenceRow:
    id: str
    words: str
    confidence: str
    sources: tuple[str, ...]


@dataclass(frozen=True)
class AimRow:
    id: str
    statement: str
    whose: str
    facts: tuple[tuple[str, str], ...]
    measures: tuple[Named, ...]


@dataclass(frozen=True)
class About:
    """What stands beside every page of the library."""

    facts: tuple[tuple[str, str], ...]
    cite: str
    address: str


def address_of(name: str) -> str:
    """The page of a driver or an idea."""
    return f"/library/{'ideas' if '-C' in name else 'drivers'}/{name}/"


def package_address(package: Package) -> str:
    return f"/library/{package.id.lower()}/"


def version_address(package: Package) -> str:
    """Where this version is read for as long as anything is."""
    return f"{package_address(package)}versions/{package.version}/"


def driver_named(driver: Driver, note: str = "") -> Named:
    return Named(driver.id, driver.name, address_of(driver.id), note)


def link_row(package: Package, link: Link) -> LinkRow:
    """What a driver serves, an aim or a driver."""
    aims = {aim.id: aim for aim in package.aims}
    if link.to in aims:
        other = Named(
            link.to, aims[link.to].short or aims[link.to].statement, f"{package_address(package)}#{link.to}"
        )
    else:
        other = driver_named(next(d for d in package.drivers if d.id == link.to))
    return LinkRow(other, STRENGTHS[link.strength], link.why, link.confidence)


def served_row(driver: Driver, link: Link) -> LinkRow:
    return LinkRow(driver_named(driver), STRENGTHS[link.strength], link.why, link.confidence)


def idea_row(idea: Idea) -> IdeaRow:
    return IdeaRow(
        idea.id,
        idea.name,
        address_of(idea.id),
        idea.text,
        idea.first_test,
        catalogue.load().concepts[idea.concept].name,
        SIZES[idea.effort],
        idea.equity,
    )


def measure_row(measure: Measure) -> MeasureRow:
    how = [
        UNITS[measure.unit],
        DIRECTIONS[measure.direction].lower(),
        f"by {' or '.join(measure.period)}",
        f"as {', '.join(CHARTS[chart] for chart in measure.chart)}",
    ]
    return MeasureRow(
        measure.id,
        measure.name,
        measure.family,
        measure.why,
        measure.counted,
        measure.of,
        measure.left_out,
        "; ".join(how),
        measure.source,
        tuple(
            f"{target.words} ({target.confidence}{_read_in(target.sources)})" for target in measure.targets
        ),
        f"/measures/{measure.id}/" if measure.id in collected.known() else "",
    )


def evidence_row(evidence: Evidence) -> EvidenceRow:
    sources = catalogue.load().sources
    return EvidenceRow(
        evidence.id,
        evidence.words,
        f"{evidence.confidence}: {CONFIDENCES[evidence.confidence]}",
        tuple(f"{name}: {sources[name].words}" for name in evidence.sources),
    )


def targets_of(measures: tuple[Measure, ...]) -> tuple[Target, ...]:
    return tuple(target for measure in measures for target in measure.targets)


def sources_of(figures: tuple[Aim | Target, ...]) -> tuple[str, ...]:
    """The sources that figures name by their number, each once, in words."""
    named = {name for figure in figures for name in figure.sources}
    return tuple(
        f"{source.id}: {source.words}" for source in catalogue.load().sources.values() if source.id in named
    )


def aim_row(package: Package, aim: Aim) -> AimRow:
    facts = (
        ("Baseline", aim.baseline),
        ("Target", aim.target),
        ("By", aim.by),
        ("Last known", aim.latest),
        ("Confidence", f"{aim.confidence}{_read_in(aim.sources)}"),
    )
    return AimRow(
        aim.id,
        aim.statement,
        "National aim" if aim.national else "A trust's own aim, to be filled in",
        tuple((name, words) for name, words in facts if words),
        tuple(measure_named(m) for m in catalogue.named(package, aim.measures)),
    )


def measure_named(measure: Measure) -> Named:
    """A measure with its definition where it is counted or typed in, else with its row in the package."""
    counted = measure.id in collected.known()
    area = measure.id.partition("-")[0].lower()
    href = f"/measures/{measure.id}/" if counted else f"/library/{area}/#{measure.id}"
    return Named(measure.id, measure.name, href, measure.family)


def about(package: Package, what: str, href: str, *facts: tuple[str, str]) -> About:
    """The facts beside a page, with the line to cite and the address that stays."""
    shown = (
        *facts,
        ("Package", f"{package.title}, version {package.version}"),
        ("State", package.status),
        ("Clinical sign-off", package.clinical_signoff),
    )
    cite = (
        f"{settings.BRAND_NAME}, {package.title} ({package.id}), version {package.version}"
        f"{f', {what}' if what else ''}. Clinical sign-off: {package.clinical_signoff}."
    )
    return About(shown, cite, f"{settings.BASE_URL}{href}")


def fresh(package: Package) -> str:
    return (
        f"Version {package.version} of the package, in force from {package.effective_from:%-d %B %Y}; {package.status}. "
        "Words are our own; no clinician has signed them."
    )


def _read_in(sources: tuple[str, ...]) -> str:
    return f", {', '.join(sources)}" if sources else ""
