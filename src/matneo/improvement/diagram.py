"""A team's driver diagram: the national one of its package, with what the team made local laid over it.

A graph, not a tree: a driver may serve several. Keys are the national ids, or L1, L2 … for the team's own drivers.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from matneo.library.catalogue import Package

MOST_OWN = 60


class Tangled(Exception):
    """Drivers that would serve themselves, or more of them than a person can read; the message says so."""


@dataclass(frozen=True)
class Local:
    """One difference from the national diagram; blank words, `serves=None` and `order=None` mean: as it is there."""

    key: str
    name: str = ""
    serves: tuple[str, ...] | None = None
    hidden: bool = False
    order: int | None = None
    version: int = 0


@dataclass(frozen=True)
class Node:
    """One driver as the team sees it. `national_name` stands beside where the words differ; `level` is 1 for a primary
    driver; `home` is the key under which it is drawn, `also` the others that it serves."""

    key: str
    name: str
    short: str
    level: int
    serves: tuple[str, ...]
    national: bool
    national_name: str
    moved: bool
    hidden: bool
    version: int

    @property
    def home(self) -> str:
        return self.serves[0] if self.serves else ""

    @property
    def also(self) -> tuple[str, ...]:
        return self.serves[1:]

    @property
    def reworded(self) -> bool:
        return self.national and self.name != self.national_name

    @property
    def differs(self) -> str:
        """In words, how it differs from the national one; empty where it does not."""
        if not self.national:
            return "ours"
        said = [
            w for w, so in (("reworded", self.reworded), ("moved", self.moved), ("hidden", self.hidden)) if so
        ]
        return " and ".join(said)


@dataclass(frozen=True)
class Diagram:
    """All drivers in reading order: each primary one, followed by those under it."""

    aims: tuple[str, ...]
    nodes: tuple[Node, ...]

    @property
    def shown(self) -> tuple[Node, ...]:
        """Without what is hidden, and without what hangs under something hidden."""
        gone = {n.key for n in self.nodes if n.hidden}
        gone |= {n.key for n in self.nodes if n.level == 2 and n.home in gone}
        return tuple(n for n in self.nodes if n.key not in gone)

    @property
    def primary(self) -> tuple[Node, ...]:
        return tuple(n for n in self.shown if n.level == 1)

    def under(self, key: str) -> tuple[Node, ...]:
        return tuple(n for n in self.shown if n.level == 2 and n.home == key)

    def node(self, key: str) -> Node | None:
        return next((n for n in self.nodes if n.key == key), None)

    @property
    def differences(self) -> tuple[Node, ...]:
        return tuple(n for n in self.nodes if n.differs)


def compose(package: Package, local: Iterable[Local]) -> Diagram:
    """The package's diagram with the differences laid over it."""
    differences = tuple(local)
    over = {row.key: row for row in differences}
    nodes = [_national(driver, over.pop(driver.id, None)) for driver in package.drivers]
    nodes += [_own(row) for row in over.values()]
    aims = tuple(aim.id for aim in package.aims)
    places = {n.key: place for place, n in enumerate(nodes)}
    order = {row.key: row.order for row in differences if row.order is not None}

    def among_siblings(node: Node) -> tuple[float, int]:
        return (order.get(node.key, places[node.key] * 10.0), places[node.key])

    primary = sorted((n for n in nodes if n.level == 1), key=among_siblings)
    known = {n.key for n in primary}
    below: dict[str, list[Node]] = {}
    for node in nodes:
        if node.level == 2:
            below.setdefault(node.home, []).append(node)
    ordered: list[Node] = []
    for top in primary:
        ordered += [top, *sorted(below.get(top.key, ()), key=among_siblings)]
    ordered += [n for n in nodes if n.level == 2 and n.home not in known]
    return Diagram(aims, tuple(ordered))


def check(diagram: Diagram) -> None:
    """Raise Tangled where a driver serves itself on some way round, or serves nothing that is there."""
    if sum(not n.national for n in diagram.nodes) > MOST_OWN:
        raise Tangled(f"The diagram has {MOST_OWN} drivers of your own; that is the most that can be read.")
    known = {n.key for n in diagram.nodes}
    serves = {n.key: tuple(k for k in n.serves if k in known) for n in diagram.nodes}
    seen: set[str] = set()
    for start in serves:
        way: list[str] = []
        _walk(start, serves, seen, way)


def _walk(start: str, serves: dict[str, tuple[str, ...]], seen: set[str], way: list[str]) -> None:
    """Depth first with a stack of our own: a chain of a hundred thousand must not exhaust Python's."""
    stack = [(start, iter(serves[start]))]
    way.append(start)
    while stack:
        key, rest = stack[-1]
        following = next(rest, None)
        if following is None:
            stack.pop()
            way.pop()
            seen.add(key)
        elif following in way:
            raise Tangled(
                f"{following} would serve itself in the end. Choose something else that {key} serves."
            )
        elif following not in seen:
            way.append(following)
            stack.append((following, iter(serves[following])))


def _national(driver, local: Local | None) -> Node:
    serves = tuple(link.to for link in driver.serves)
    own = local or Local(driver.id)
    return Node(
        key=driver.id,
        name=own.name or driver.name,
        short=own.name or driver.label,
        level=1 if driver.primary else 2,
        serves=own.serves if own.serves is not None else serves,
        national=True,
        national_name=driver.name,
        moved=own.serves is not None and own.serves != serves,
        hidden=own.hidden,
        version=own.version,
    )


def _own(local: Local) -> Node:
    serves = local.serves or ()
    return Node(
        key=local.key,
        name=local.name,
        short=local.name,
        level=2 if serves and not _is_aim(serves[0]) else 1,
        serves=serves,
        national=False,
        national_name="",
        moved=False,
        hidden=local.hidden,
        version=local.version,
    )


def _is_aim(key: str) -> bool:
    return key.partition("-")[2].startswith("A")
