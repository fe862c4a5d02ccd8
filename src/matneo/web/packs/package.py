"""A change package as a document to read and print."""

from matneo.charts import drivers
from matneo.charts.document import Bullets, Document, Drawing, Heading, Paragraph, Part, Section
from matneo.library import catalogue
from matneo.library.schema import Driver, Package
from matneo.utils.viewer import Viewer
from matneo.web import stamping
from matneo.web.library import diagram
from matneo.web.library.rows import (
    about,
    aim_row,
    evidence_row,
    fresh,
    measure_row,
    package_address,
    sources_of,
    targets_of,
)


def document(package: Package, viewer: Viewer) -> Document:
    """Everything that the package's page says, in its order."""
    sections = (
        Section("Aims" if len(package.aims) > 1 else "Aim", _aims(package)),
        Section("The driver diagram", (_whole(package),)),
        Section("What drives it, and ideas to test", _outline(package)),
        Section("Measures", _measures(package)),
        Section("Evidence, in our words", _evidence(package)),
        Section("To cite this", (Paragraph(about(package, "", package_address(package)).cite),)),
    )
    stamp = stamping.of_content(viewer, package_address(package), fresh(package))
    lead = " ".join(words for words in (package.lead, package.note) if words)
    return Document(f"Change package: {package.title}", lead, sections, stamp)


def _whole(package: Package) -> Drawing:
    columns, nodes, arrows = diagram.content(package)
    words = f"Driver diagram of {package.title}: {len(package.drivers)} drivers. The outline in this document says the same."
    return Drawing(drivers.lay_out(columns, nodes, arrows), diagram.picture(package), words)


def _below(package: Package, driver: Driver) -> tuple[Driver, ...]:
    served = catalogue.served_by(package, driver.id)
    return tuple(d for d, _ in served if not d.primary and catalogue.home(d) == driver.id)


def _aims(package: Package) -> tuple[Part, ...]:
    said: list[Part] = []
    for row in (aim_row(package, aim) for aim in package.aims):
        facts = "; ".join(f"{name}: {words}" for name, words in row.facts)
        said += [Paragraph(row.statement, "lead"), Paragraph(f"{row.id} · {row.whose}. {facts}", "quiet")]
    return tuple(said)


def _outline(package: Package) -> tuple[Part, ...]:
    said: list[Part] = []
    for driver in (d for d in package.drivers if d.primary):
        said += [Heading(f"{driver.id} {driver.name}", 3), *_ideas(package, driver)]
        for below in _below(package, driver):
            said += [Heading(f"{below.id} {below.name}", 4), *_ideas(package, below)]
    return tuple(said)


def _ideas(package: Package, driver: Driver) -> tuple[Part, ...]:
    said = tuple(
        f"{idea.name} ({idea.id}). {idea.text} First test: {idea.first_test}"
        for idea in package.ideas
        if driver.id in idea.drivers
    )
    return (Bullets(said),) if said else ()


def _measures(package: Package) -> tuple[Part, ...]:
    said: list[Part] = []
    for row in map(measure_row, package.measures):
        left_out = f" Left out: {row.left_out}." if row.left_out else ""
        targets = "".join(f" To compare with: {target}." for target in row.targets)
        said += [
            Heading(row.name, 3),
            Paragraph(f"{row.why} Counted: {row.counted}. Of: {row.of}.{left_out}{targets}"),
            Paragraph(f"{row.id} · {row.family} · {row.how} · From: {row.source}", "quiet"),
        ]
    return tuple(said)


def _evidence(package: Package) -> tuple[Part, ...]:
    rows = tuple(evidence_row(evidence) for evidence in package.evidence)
    said: list[Part] = [
        Bullets(tuple(f"{row.words} ({row.id}; {row.confidence}{_sources(row.sources)})" for row in rows))
    ]
    if listed := sources_of((*package.aims, *targets_of(package.measures))):
        said += [Heading("Sources of the figures above", 3), Bullets(listed)]
    return tuple(said)


def _sources(listed: tuple[str, ...]) -> str:
    return f"; source {'; '.join(listed)}" if listed else ""
