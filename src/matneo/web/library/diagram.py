"""The national driver diagram as a picture: aims, clinical priorities, foundations. The packages' own are living ones
(`web.drivers`); the outline on the same page is its text."""

from matneo.charts import drivers
from matneo.charts.drivers import Arrow, Node
from matneo.library import catalogue
from matneo.library.schema import Driver, Package
from matneo.measures import definitions

COLUMNS = (("Aims", 0.0, 300.0), ("Clinical priorities", 390.0, 320.0), ("Foundations", 790.0, 322.0))


def picture(package: Package) -> str:
    """Aims, the five priorities, and what they stand on; the secondary drivers are in the outline only."""
    shown = [d for d in package.drivers if d.primary]
    aims = [Node(aim.id, 0, aim.short or aim.statement, solid=_counted(aim.measures)) for aim in package.aims]
    nodes = [*aims, *(_node(package, d) for d in shown)]
    columns = {node.key: node.column for node in nodes}
    arrows = [
        Arrow(d.id, link.to, link.strength, home=False, dotted=columns[link.to] == columns[d.id])
        for d in shown
        for link in d.serves
    ]
    return drivers.draw(
        COLUMNS,
        nodes,
        arrows,
        key=f"diagram-{package.id.lower()}",
        title=f"Driver diagram: {package.title}",
        description="The same drivers and links stand in the outline on this page.",
    )


def _node(package: Package, driver: Driver) -> Node:
    own = catalogue.load().packages[driver.package] if driver.package else None
    measures = own.measures if own else catalogue.measures_of(package, driver)
    return Node(driver.id, 1 if own else 2, driver.label, solid=_counted(tuple(m.id for m in measures)))


def _counted(names: tuple[str, ...]) -> bool:
    return any(name in definitions.load() for name in names)
