"""The whole living diagram on one sheet of A3, to hang on a wall: every branch open, each box with all its words, and at
the foot as of when it is. Branches flow into as many panels as let the letters be largest."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, pairwise
from statistics import fmean

from matneo.charts import palette, standings
from matneo.charts.drivers import wrap
from matneo.charts.living import ICON, SPARK, Box, Tree, home_of
from matneo.charts.svg import document, element, escaped, path, text, width_of

A3 = (420.0, 297.0)  # mm
MARGIN = 34.0
AIM, PRIMARY, SECONDARY, IDEA = 196.0, 214.0, 246.0, 246.0
WIDTHS = {"aim": AIM, "primary": PRIMARY, "secondary": SECONDARY, "idea": IDEA}
REACH, GAP, BRANCH, PANEL = 30.0, 11.0, 22.0, 46.0  # between columns, boxes, branches and panels
HEADING = 30.0  # of a column
PADDING, LINE, SMALL_LINE = 10.0, 18.0, 16.0
NAME, SMALL = 14.5, 13.0
TITLE, LEAD = 30.0, 17.0
PANELS, ACROSS = 6, 4  # at most: panels beside one another, ideas beside one another
PLACES = 12  # branches among which the fairest cut into panels is looked for
KEY = (("adopted", "adopted"), ("adapted", "adapted and tested again"), ("abandoned", "abandoned"), ("waiting", "waiting for a result"))  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """What stands on the paper. `notes` speak of what is not drawn; `stamp` says as of when, from what, and for whom."""

    tree: Tree
    title: str
    lead: str
    stamp: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Placed:
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

    def moved(self, x: float, y: float, panel: int) -> "_Placed":
        return replace(self, x=self.x + x, y=self.y + y, panel=panel)


@dataclass(frozen=True)
class _Layout:
    """Everything from the first column's heading down, from 0, 0."""

    placed: tuple[_Placed, ...]
    panels: tuple[float, ...]  # where each begins
    across: int
    width: float
    height: float


_Block = tuple[list[_Placed], float]  # a branch from its own left upper corner, and how tall it is


@dataclass
class _Column:
    """Boxes one under another, as they are placed."""

    placed: list[_Placed] = field(default_factory=list)
    y: float = 0.0


def draw(sheet: Sheet, *, key: str, description: str) -> str:
    """The sheet, 420 × 297 mm, without links."""
    layout = _largest(sheet)
    width, height = _page(sheet, layout)
    room = width - 2 * MARGIN
    head, top = _head(sheet, room)
    body = _headings(sheet.tree, layout) + _curves(layout) + "".join(map(_node, layout.placed))
    drawn = head + element("g", body, transform=f"translate(0 {top:.1f})") + _foot(sheet, room, height)
    inside = element("g", drawn, transform=f"translate({MARGIN:g} 0)")
    size = tuple(f"{mm:g}mm" for mm in A3)
    return document(width, height, inside, key=key, title=sheet.title, description=description, size=size)


# --- Where everything stands ---------------------------------------------------------------------------------------


def _largest(sheet: Sheet) -> _Layout:
    """The arrangement that needs the smallest page, so that letters are largest on the same paper."""
    tree = sheet.tree
    most = max((len(group) for _, group in _groups(tree.branches)), default=0)
    tried = []
    for across in range(min(1, most), min(ACROSS, most) + 1):
        blocks = [_block(branch, tree, across) for branch in tree.branches]
        for panels in range(1, min(PANELS, max(len(blocks), 1)) + 1):
            tried.append(_lay_out(tree, blocks, panels, across))
    return min(tried, key=lambda one: _page(sheet, one)[0])


def _page(sheet: Sheet, layout: _Layout) -> tuple[float, float]:
    """The sheet in units, in the proportions of the paper."""
    width = layout.width + 2 * MARGIN
    for _ in range(2):  # a wider page has a shorter head and foot
        room = width - 2 * MARGIN
        height = _head(sheet, room)[1] + layout.height + _foot_height(sheet, room)
        width = max(width, height * A3[0] / A3[1])
    return width, width * A3[1] / A3[0]


def _lay_out(tree: Tree, blocks: Sequence[_Block], panels: int, across: int) -> _Layout:
    wide = PRIMARY + REACH + SECONDARY + (REACH + across * (IDEA + GAP) - GAP if across else 0)
    starts = tuple(AIM + REACH + number * (wide + PANEL) for number in range(panels))
    placed: list[_Placed] = []
    bottom = HEADING
    for number, mine in enumerate(_cut([height for _, height in blocks], panels)):
        y = HEADING
        for boxes, height in blocks[mine]:
            placed += [one.moved(starts[number], y, number) for one in boxes]
            y += height + BRANCH
        bottom = max(bottom, y - BRANCH)
    aims, end = _aims(tree.aims, fmean([p.middle for p in placed if p.box.kind == "primary" and not p.panel] or [bottom / 2]))  # fmt: skip
    return _Layout((*aims, *placed), starts, across, starts[-1] + wide, max(bottom, end) + 4)


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
    return [_Placed(branch, 0.0, (height - own) / 2, own, home), *column.placed], height


def _put_group(column: _Column, branch: Box, driver: Box | None, ideas: Sequence[Box], across: int) -> None:
    rows = [ideas[at : at + across] for at in range(0, len(ideas), across)] if across else []
    heights = [max(map(_height, row)) for row in rows]
    grid = sum(heights) + GAP * max(len(rows) - 1, 0)
    own = _height(driver) if driver else 0.0
    height = max(own, grid)
    if driver:
        column.placed.append(_Placed(driver, PRIMARY + REACH, column.y + (height - own) / 2, own, branch.key))
    y = column.y + (height - grid) / 2
    left = PRIMARY + REACH + SECONDARY + REACH
    parent = driver.key if driver else branch.key
    for row, tall in zip(rows, heights, strict=True):
        for place, idea in enumerate(row):
            column.placed.append(
                _Placed(idea, left + place * (IDEA + GAP), y, tall, parent, beside=place > 0)
            )
        y += tall + GAP
    column.y += height + GAP


def _aims(aims: Sequence[Box], middle: float) -> tuple[list[_Placed], float]:
    heights = [_height(box) for box in aims]
    y = max(middle - (sum(heights) + GAP * (len(heights) - 1)) / 2, HEADING)
    placed = []
    for box, height in zip(aims, heights, strict=True):
        placed.append(_Placed(box, 0.0, y, height))
        y += height + GAP
    return placed, y - GAP


def _height(box: Box) -> float:
    name, rest = _words(box)
    return 30 + LINE * len(name) + SMALL_LINE * len(rest) + 8


def _words(box: Box) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The lines of the name, and of everything else that the outline says."""
    room = WIDTHS[box.kind] - 2 * PADDING
    rest = tuple(line for words in box.lines for line in _lines(words, room, SMALL, bold=False))
    return _lines(box.name, room, NAME), rest


def _lines(words: str, room: float, size: float, bold: bool = True) -> tuple[str, ...]:
    """Words in lines; one that is longer than a line by itself is cut."""
    if not words:
        return ()
    made = []
    for line in wrap(words, room if bold else room * 1.08, size):
        while len(line) > 2 and width_of(line, size, bold) > room:
            line = f"{line.rstrip('…')[:-1]}…"
        made.append(line)
    return tuple(made)


# --- What it looks like --------------------------------------------------------------------------------------------


def _headings(tree: Tree, layout: _Layout) -> str:
    aim, primary, secondary, idea = tree.headings
    drawn = _heading(0, aim)
    for x in layout.panels:
        drawn += _heading(x, primary) + _heading(x + PRIMARY + REACH, secondary)
        if layout.across:
            drawn += _heading(x + PRIMARY + REACH + SECONDARY + REACH, idea)
    return element("g", drawn, aria_hidden="true")


def _heading(x: float, words: str) -> str:
    return text(x, 16, words, size=15, fill=palette.SECONDARY, weight="bold")


def _curves(layout: _Layout) -> str:
    """From each box to what it serves first; what it serves besides stands in its words."""
    known = {p.box.key: p for p in layout.placed}
    drawn, before = "", None
    for p in layout.placed:
        end = before if p.beside else known.get(p.parent)
        if end is not None and p.box.joined:
            drawn += _rail(end, p, layout) if p.panel and p.box.kind == "primary" else _curve(end, p)
        before = p
    return element("g", drawn, aria_hidden="true")


def _curve(end: _Placed, start: _Placed) -> str:
    x1, y1, x2, y2 = end.x + end.width, end.middle, start.x, start.middle
    half = (x1 + x2) / 2
    way = f"M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return element("path", d=way, fill="none", stroke=palette.CURVE, stroke_width=1.6)


def _rail(end: _Placed, start: _Placed, layout: _Layout) -> str:
    """To a later panel: up beside the aims, along over the panels, and down to the box; nothing is crossed."""
    out, down, over = end.x + end.width + 10, layout.panels[start.panel] - PANEL / 2, HEADING - 7
    way = [(end.x + end.width, end.middle), (out, end.middle), (out, over), (down, over), (down, start.middle), (start.x, start.middle)]  # fmt: skip
    return path(way, stroke=palette.CURVE, width=1.6)


def _node(p: _Placed) -> str:
    box, left = p.box, p.x + PADDING
    name, rest = _words(box)
    drawn, y = _frame(p) + _first_row(p), p.y + 24
    for words in name:
        y += LINE
        drawn += text(left, y, words, size=NAME, weight="bold")
    for words in rest:
        y += SMALL_LINE
        drawn += text(left, y, words, size=SMALL, fill=palette.SECONDARY)
    return element("g", element("title", escaped(box.says)) + drawn)


def _frame(p: _Placed) -> str:
    solid, aim = p.box.solid, p.box.kind == "aim"
    return element(
        "rect",
        x=p.x + 1.5,
        y=p.y,
        width=p.width - 3,
        height=p.height,
        rx=5,
        fill=palette.WHITE if solid else palette.BAND,
        stroke=(palette.PUBLISHED if aim else palette.BOX) if solid else palette.STEADY,
        stroke_width=2,
        stroke_dasharray=None if solid else "5 4",
    )


def _first_row(p: _Placed) -> str:
    """The id, the drawings of its reading, where teams stand with an idea, and how it differs."""
    box, y = p.box, p.y + 20
    x = p.x + PADDING
    drawn = text(x, y, box.label, size=SMALL, fill=palette.SECONDARY)
    x += width_of(box.label, SMALL) + 10
    for standing, number in box.standings:
        drawn += standings.glyph(standing, x + 6, y - 4.5)
        drawn += text(x + 16, y, str(number), size=SMALL, fill=palette.SECONDARY)
        x += 24 + width_of(str(number), SMALL)
    if box.spark:
        drawn += _at(box.spark, x, y - 18) + _at(box.icon, x + SPARK[0] + 4, y - 15)
        x += SPARK[0] + ICON + 12
    return drawn + text(
        p.x + p.width - PADDING, y, box.mark, size=SMALL, fill=palette.LINK, anchor="end", weight="bold"
    )


def _at(picture: str, x: float, y: float) -> str:
    return element("g", picture, transform=f"translate({x:.1f} {y:.1f})")


# --- Head and foot -------------------------------------------------------------------------------------------------


def _head(sheet: Sheet, room: float) -> tuple[str, float]:
    """Title, what the diagram says, the key; and where the diagram begins."""
    y, drawn = MARGIN, ""
    for words in _lines(sheet.title, room, TITLE):
        y += TITLE
        drawn += text(0, y, words, size=TITLE, weight="bold")
        y += 6
    for words in _lines(sheet.lead, room, LEAD, bold=False):
        y += 23
        drawn += text(0, y, words, size=LEAD)
    y += 32
    return drawn + _key(y), y + 22


def _key(y: float) -> str:
    x, drawn = 0.0, ""
    for words, solid in (("measured and tested", True), ("a measure or a test is missing", False)):
        drawn += element(
            "rect",
            x=x + 1,
            y=y - 11,
            width=24,
            height=13,
            fill=palette.WHITE if solid else palette.BAND,
            stroke=palette.BOX if solid else palette.STEADY,
            stroke_width=2,
            stroke_dasharray=None if solid else "4 3",
        )
        drawn += text(x + 33, y, words, size=SMALL, fill=palette.SECONDARY)
        x += 33 + width_of(words, SMALL) + 24
    for standing, words in KEY:
        drawn += standings.glyph(standing, x + 7, y - 4.5)
        drawn += text(x + 20, y, words, size=SMALL, fill=palette.SECONDARY)
        x += 20 + width_of(words, SMALL) + 24
    return element("g", drawn, aria_hidden="true")


def _foot_lines(sheet: Sheet, room: float) -> list[tuple[str, bool]]:
    said = [(line, False) for words in sheet.notes for line in _lines(words, room, SMALL, bold=False)]
    first, *others = sheet.stamp or ("",)
    said += [(line, True) for line in _lines(first, room, SMALL)]
    return said + [(line, False) for line in _lines(" ".join(others), room, SMALL, bold=False)]


def _foot_height(sheet: Sheet, room: float) -> float:
    return 26 + SMALL_LINE * len(_foot_lines(sheet, room)) + MARGIN


def _foot(sheet: Sheet, room: float, height: float) -> str:
    lines = _foot_lines(sheet, room)
    y, drawn = height - MARGIN - SMALL_LINE * (len(lines) - 1), ""
    for words, bold in lines:
        drawn += text(0, y, words, size=SMALL, fill=palette.INK if bold else palette.SECONDARY, weight="bold" if bold else None)  # fmt: skip
        y += SMALL_LINE
    return drawn
