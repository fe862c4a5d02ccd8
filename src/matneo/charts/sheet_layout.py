"""Where everything stands on a sheet of drivers: branches in panels beside one another, in each box all of its words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from statistics import fmean

from matneo.charts.drivers import wrap
from matneo.charts.living import Box, Tree, home_of
from matneo.charts.svg import width_of

AIM, PRIMARY, SECONDARY, IDEA = 196.0, 214.0, 246.0, 246.0
WIDTHS = {"aim": AIM, "primary": PRIMARY, "secondary": SECONDARY, "idea": IDEA}
REACH, GAP, BRANCH, PANEL = 30.0, 11.0, 22.0, 46.0  # between columns, boxes, branches and panels
HEADING = 30.0  # of a column
PADDING, LINE, SMALL_LINE = 10.0, 18.0, 16.0
NAME, SMALL = 14.5, 13.0
PANELS, ACROSS = 6, 4  # at most: panels beside one another, ideas beside one another
PLACES = 12  # branches among which the fairest cut into panels is looked for


@dataclass(frozen=True)
class Placed:
    box: Box
    x: float
    y: float
    height: float
    parent: str = ""
    panel: int = 0
    beside: bool = False  # joined to the box at its left, not to its driver

    @property
    def width(self) -> float:
        return WIDTHS[self.box.kind]

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    def moved(self, x: float, y: float, panel: int) -> "Placed":
        return replace(self, x=self.x + x, y=self.y + y, panel=panel)


@dataclass(frozen=True)
class Layout:
    """Everything from the first column's heading down, from 0, 0."""

    placed: tuple[Placed, ...]
    panels: tuple[float, ...]  # where each begins
    across: int
    width: float
    height: float


_Block = tuple[list[Placed], float]  # a branch from its own left upper corner, and how tall it is


@dataclass
class _Column:
    """Boxes one under another, as they are placed."""

    placed: list[Placed] = field(default_factory=list)
    y: float = 0.0


def arrangements(tree: Tree) -> tuple[Layout, ...]:
    """Every way to lay it out that is worth a look."""
    most = max((len(group) for _, group in _groups(tree.branches)), default=0)
    tried = []
    for across in range(min(1, most), min(ACROSS, most) + 1):
        blocks = [_block(branch, tree, across) for branch in tree.branches]
        for panels in range(1, min(PANELS, max(len(blocks), 1)) + 1):
            tried.append(_lay_out(tree, blocks, panels, across))
    return tuple(tried)


def _lay_out(tree: Tree, blocks: Sequence[_Block], panels: int, across: int) -> Layout:
    wide = PRIMARY + REACH + SECONDARY + (REACH + across * (IDEA + GAP) - GAP if across else 0)
    starts = tuple(AIM + REACH + number * (wide + PANEL) for number in range(panels))
    placed: list[Placed] = []
    bottom = HEADING
    for number, mine in enumerate(_cut([height for _, height in blocks], panels)):
        y = HEADING
        for boxes, height in blocks[mine]:
            placed += [one.moved(starts[number], y, number) for one in boxes]
            y += height + BRANCH
        bottom = max(bottom, y - BRANCH)
    aims, end = _aims(tree.aims, fmean([p.middle for p in placed if p.box.kind == "primary" and not p.panel] or [bottom / 2]))  # fmt: skip
    return Layout((*aims, *placed), starts, across, starts[-1] + wide, max(bottom, end) + 4)


def _cut(heights: Sequence[float], panels: int) -> list[slice]:
    """The branches of each panel, in order; cut so that the tallest panel is as short as may be."""
    number = len(heights)
    if number > PLACES:  # many branches are many choices: panels of equal numbers do
        ends = [round(number * place / panels) for place in range(panels + 1)]
        return [slice(a, b) for a, b in pairwise(ends)]
    best: tuple[float, list[slice]] | None = None
    for inner in combinations(range(1, number), panels - 1):
        ends = [0, *inner, number]
        parts = [slice(a, b) for a, b in pairwise(ends)]
        tallest = max(sum(heights[part]) + BRANCH * len(heights[part]) for part in parts)
        if best is None or tallest < best[0]:
            best = tallest, parts
    return best[1] if best else [slice(0, number)]


def _groups(branches: Iterable[Box]) -> list[tuple[Box | None, tuple[Box, ...]]]:
    """Each secondary driver with its ideas; first the ideas that hang on a primary driver itself."""
    made: list[tuple[Box | None, tuple[Box, ...]]] = []
    for branch in branches:
        own = tuple(b for b in branch.below if b.kind == "idea")
        made += [(None, own)] if own else []
        made += [(b, b.below) for b in branch.below if b.kind == "secondary"]
    return made


def _block(branch: Box, tree: Tree, across: int) -> _Block:
    column = _Column()
    for driver, ideas in _groups([branch]):
        _put_group(column, branch, driver, ideas, across)
    own = _height(branch)
    height = max(column.y - GAP, own)
    home = home_of(branch, [aim.key for aim in tree.aims])
    return [Placed(branch, 0.0, (height - own) / 2, own, home), *column.placed], height


def _put_group(column: _Column, branch: Box, driver: Box | None, ideas: Sequence[Box], across: int) -> None:
    rows = [ideas[at : at + across] for at in range(0, len(ideas), across)] if across else []
    heights = [max(map(_height, row)) for row in rows]
    grid = sum(heights) + GAP * max(len(rows) - 1, 0)
    own = _height(driver) if driver else 0.0
    height = max(own, grid)
    if driver:
        column.placed.append(Placed(driver, PRIMARY + REACH, column.y + (height - own) / 2, own, branch.key))
    y = column.y + (height - grid) / 2
    left = PRIMARY + REACH + SECONDARY + REACH
    parent = driver.key if driver else branch.key
    for row, tall in zip(rows, heights, strict=True):
        for place, idea in enumerate(row):
            column.placed.append(Placed(idea, left + place * (IDEA + GAP), y, tall, parent, beside=place > 0))
        y += tall + GAP
    column.y += height + GAP


def _aims(aims: Sequence[Box], middle: float) -> tuple[list[Placed], float]:
    heights = [_height(box) for box in aims]
    y = max(middle - (sum(heights) + GAP * (len(heights) - 1)) / 2, HEADING)
    placed = []
    for box, height in zip(aims, heights, strict=True):
        placed.append(Placed(box, 0.0, y, height))
        y += height + GAP
    return placed, y - GAP


def _height(box: Box) -> float:
    name, rest = words_of(box)
    return 30 + LINE * len(name) + SMALL_LINE * len(rest) + 8


def words_of(box: Box) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of the name, and of everything else that the outline says."""
    room = WIDTHS[box.kind] - 2 * PADDING
    rest = tuple(line for words in box.lines for line in lines(words, room, SMALL, bold=False))
    return lines(box.name, room, NAME), rest


def lines(words: str, room: float, size: float, bold: bool = True) -> tuple[str, ...]:
    """Words in lines; one that is longer than a line by itself is cut."""
    if not words:
        return ()
    made = []
    for line in wrap(words, room if bold else room * 1.08, size):
        while len(line) > 2 and width_of(line, size, bold) > room:
            line = f"{line.rstrip('…')[:-1]}…"
        made.append(line)
    return tuple(made)
