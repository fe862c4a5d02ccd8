"""A package's driver diagram as a picture. The outline on the same page is its text."""

from matneo.charts import drivers
from matneo.charts.drivers import Arrow, Node
from matneo.library import catalogue
from matneo.library.schema import Driver, Package
from matneo.measures import definitions

COLUMNS = (("Aims", 0.0, 230.0), ("Primary drivers", 320.0, 320.0), ("Secondary drivers", 730.0, 422.0))
NATIONAL = (("Aims", 0.0, 300.0), ("Clinical priorities", 390.0, 320.0), ("Foundations", 790.0, 322.0))


Columns = tuple[tuple[str, float, float], ...]


def picture(package: Package) -> str:
    """The diagram as it stands on the package's page."""
    return drivers.draw(
        *content(package),
        key=f"diagram-{package.id.lower()}",
        title=f"Driver diagram: {package.title}",
        description="The same drivers and links stand in the outline on this page.",
    )


def content(package: Package) -> tuple[Columns, list[Node], list[Arrow]]:
    """Aims, primary and secondary drivers; of the national diagram the foundations in place of the secondary ones."""
    national = any(driver.package for driver in package.drivers)
    shown = [d for d in package.drivers if d.primary or not national]
    aims = [Node(aim.id, 0, aim.short or aim.statement, solid=_counted(aim.measures)) for aim in package.aims]
    nodes = [*aims, *(_node(package, d, _column(d, national)) for d in shown)]
    columns = {node.key: node.column for node in nodes}
    arrows = []
    for driver in shown:
        for link in driver.serves:
            beside = columns[link.to] == columns[driver.id]
            at_home = not national and link.to == catalogue.home(driver)
            arrows.append(
                Arrow(
                    driver.id,
                    link.to,
                    link.strength,
                    home=at_home,
                    dotted=beside or not (at_home or national),
                )
            )
    return (NATIONAL if national else COLUMNS), nodes, arrows


def _column(driver: Driver, national: bool) -> int:
    if national:
        return 1 if driver.package else 2
    return 1 if driver.primary else 2


def _node(package: Package, driver: Driver, column: int) -> Node:
    ideas = len(catalogue.ideas_of(package, driver))
    own = catalogue.load().packages[driver.package] if driver.package else None
    measures = own.measures if own else catalogue.measures_of(package, driver)
    note = f"{ideas} {'idea' if ideas == 1 else 'ideas'}" if ideas else ""
    return Node(driver.id, column, driver.label, note, _counted(tuple(m.id for m in measures)))


def _counted(names: tuple[str, ...]) -> bool:
    return any(name in definitions.load() for name in names)
