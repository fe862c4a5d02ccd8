"""The tree as shapes for PowerPoint: the whole of it on one slide, then each branch with its ideas, as living as the page."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from matneo.charts import drivers, sentences
from matneo.charts.document import Drawing, Section
from matneo.charts.drivers import Arrow, Node
from matneo.web.drivers.tree import Spot, Tree, outcomes, walk

WHOLE = (("Aims", 0.0, 230.0), ("Primary drivers", 320.0, 320.0), ("Secondary drivers", 730.0, 422.0))
BRANCH = (("Driver", 0.0, 260.0), ("Secondary drivers", 330.0, 340.0), ("Change ideas", 740.0, 412.0))
USUAL = 2  # of 3, where nobody said how strongly one serves another
KINDS = ("aim", "primary", "secondary", "idea")

Strength = Callable[[str, str], int]


def usual(_start: str, _end: str) -> int:
    return USUAL


def whole(tree: Tree, title: str, strength: Strength = usual) -> Section:
    """Aims, primary and secondary drivers."""
    spots = [spot for spot in tree.spots() if spot.kind != "idea"]
    aims = {spot.key for spot in tree.aims}
    first = tree.aims[0].key if tree.aims else ""
    arrows: list[Arrow] = []
    for branch in tree.branches:
        arrows += _arrows(branch, branch.home if branch.home in aims else first, strength)
        arrows += [a for s in branch.below if s.kind == "secondary" for a in _arrows(s, branch.key, strength)]
    return section(title, WHOLE, [_node(spot, KINDS.index(spot.kind)) for spot in spots], arrows, spots)


def branches(tree: Tree, strength: Strength = usual) -> tuple[Section, ...]:
    """Each primary driver that has something under it."""
    return tuple(_branch(branch, strength) for branch in tree.branches if branch.below)


def living(nodes: Iterable[Node], tree: Tree) -> list[Node]:
    """Boxes of the package's own picture, with what the tree knows of them."""
    found = {spot.key: spot for spot in tree.spots()}
    return [
        replace(node, note=_note(found[node.key]), solid=found[node.key].solid) if node.key in found else node
        for node in nodes
    ]


def section(
    title: str, columns: Sequence, nodes: list[Node], arrows: Iterable[Arrow], spots: Iterable[Spot]
) -> Section:
    """One slide. What each box says in full stands in its notes."""
    known = {node.key for node in nodes}
    kept = [arrow for arrow in arrows if arrow.start in known and arrow.end in known]
    words = "\n".join(spot.says for spot in spots)
    return Section(title, (Drawing(drivers.lay_out(columns, nodes, kept), "", words),))


def _branch(branch: Spot, strength: Strength) -> Section:
    spots = list(walk(branch))
    ideas = any(spot.kind == "idea" for spot in spots)
    arrows = [
        arrow
        for spot in spots
        for below in spot.below
        for arrow in _arrows(below, spot.key, strength if below.kind != "idea" else _slight)
    ]
    nodes = [_node(spot, KINDS.index(spot.kind) - 1) for spot in spots]
    return section(branch.name, BRANCH if ideas else BRANCH[:2], nodes, arrows, spots)


def _slight(_start: str, _end: str) -> int:
    return 1


def _arrows(spot: Spot, home: str, strength: Strength) -> list[Arrow]:
    first = Arrow(spot.key, home, strength(spot.key, home))
    also = [Arrow(spot.key, end, strength(spot.key, end), home=False, dotted=True) for end in spot.also]
    return [first, *also]


def _node(spot: Spot, column: int) -> Node:
    words = spot.name if spot.kind == "idea" else spot.short
    return Node(spot.key, column, words, _note(spot), spot.solid, spot.number)


def _note(spot: Spot) -> str:
    """ "38 tests · improving · reworded"; of an idea "3 teams: 2 adopted, 1 abandoned"."""
    if spot.kind == "idea":
        tried = f"{spot.teams}: {outcomes(spot.counts)}" if spot.tested else spot.teams
    else:
        tried = spot.tests if spot.tested or spot.kind != "aim" else ""
    reading = sentences.VARIATION[spot.reading.variation].lower() if spot.reading else spot.missing
    return " · ".join(words for words in (tried, reading, spot.differs) if words)
