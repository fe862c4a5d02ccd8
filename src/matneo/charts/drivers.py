"""A driver diagram: aims at the left, what drives them to the right. The outline beside it says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from statistics import fmean

from matneo.charts import palette
from matneo.charts.svg import document, element, text, width_of

WIDTH = 1152
NAME, SMALL = 15.0, 13.0
PADDING, LINE, GAP, BRANCH = 12, 19, 12, 10
TOP = 40  # room for the columns' headings
THICKNESS = {1: 1.0, 2: 1.8, 3: 3.2}


@dataclass(frozen=True)
class Node:
    """One box. `solid` where a chart follows it; `label` is shown where the key tells a reader nothing."""

    key: str
    column: int
    words: str
    note: str = ""
    solid: bool = True
    label: str = ""

    @property
    def shown(self) -> str:
        return self.label or self.key


@dataclass(frozen=True)
class Arrow:
    """From a driver to what it serves. At its `home` a box is drawn beside; other arrows are dotted."""

    start: str
    end: str
    strength: int  # 1 weak, 2 moderate, 3 strong
    home: bool = True
    dotted: bool = False


@dataclass(frozen=True)
class _Box:
    node: Node
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True)
class Layout:
    """Where everything stands, for whoever draws it with other pens: (x, y, width, height, node) of each box."""

    height: float
    headings: tuple[tuple[str, float, float], ...]
    boxes: tuple[tuple[float, float, float, float, Node], ...]
    arrows: tuple[Arrow, ...]


def lay_out(
    headings: Sequence[tuple[str, float, float]], nodes: Sequence[Node], arrows: Sequence[Arrow]
) -> Layout:
    """The places that `draw` gives to the same diagram, in the units of its picture."""
    boxes = _placed(headings, nodes, arrows).values()
    placed = tuple((box.x, box.y, box.width, box.height, box.node) for box in boxes)
    return Layout(max(box.y + box.height for box in boxes) + 4, tuple(headings), placed, tuple(arrows))


def draw(
    headings: Sequence[tuple[str, float, float]],
    nodes: Sequence[Node],
    arrows: Sequence[Arrow],
    *,
    key: str,
    title: str,
    description: str,
    width: float = WIDTH,
) -> str:
    """The picture. Each heading comes with the x and the width of its column; boxes stand in the order given."""
    boxes = _placed(headings, nodes, arrows)
    height = max(box.y + box.height for box in boxes.values()) + 4
    drawn = "".join(
        text(x, 20, words, size=15, fill=palette.SECONDARY, weight="bold") for words, x, _ in headings
    )
    drawn += "".join(_arrow(boxes[a.start], boxes[a.end], a) for a in arrows)
    drawn += "".join(_box(box) for box in boxes.values())
    return document(width, height, drawn, key=key, title=title, description=description)


def wrap(words: str, width: float, size: float = NAME) -> tuple[str, ...]:
    """Words in lines of at most `width`, in bold."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size, bold=True) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


def _placed(
    headings: Sequence[tuple[str, float, float]], nodes: Sequence[Node], arrows: Sequence[Arrow]
) -> dict[str, _Box]:
    """From the last column to the first: a box stands at the middle of what leads to it, or the column is spread."""
    placed: dict[str, _Box] = {}
    homes = {a.start: a.end for a in arrows if a.home}
    for column in reversed(range(len(headings))):
        _, x, width = headings[column]
        bottom = max((box.y + box.height for box in placed.values()), default=0.0)
        mine = [_sized(node, x, width) for node in nodes if node.column == column]
        spare = (bottom - TOP - sum(box.height for box in mine)) / max(len(mine), 1)
        y = TOP + max(spare / 2, 0.0)
        before = ""
        for box in mine:
            below = [p.middle for p in placed.values() if homes.get(p.node.key) == box.node.key]
            wanted = fmean(below) - box.height / 2 if below else y
            home = homes.get(box.node.key, "")
            at = max(wanted, y if not below else _lowest(placed, column) + GAP)
            at += BRANCH if before and home != before and not below else 0
            placed[box.node.key] = _Box(box.node, x, at, width, box.height, box.lines)
            y, before = at + box.height + max(spare, float(GAP)), home
    return placed


def _lowest(placed: dict[str, _Box], column: int) -> float:
    ends = [box.y + box.height for box in placed.values() if box.node.column == column]
    return max(ends, default=float(TOP - GAP))


def _sized(node: Node, x: float, width: float) -> _Box:
    lines = wrap(node.words, width - 2 * PADDING)
    return _Box(node, x, 0.0, width, 2 * PADDING + LINE * (1 + len(lines)) - 6, lines)


def _box(box: _Box) -> str:
    frame = element(
        "rect",
        x=box.x + 1,
        y=box.y,
        width=box.width - 2,
        height=box.height,
        rx=5,
        fill=palette.WHITE if box.node.solid else palette.BAND,
        stroke=palette.SECONDARY if box.node.solid else palette.STEADY,
        stroke_width=2,
        stroke_dasharray=None if box.node.solid else "5 4",
    )
    left, right = box.x + PADDING, box.x + box.width - PADDING
    y = box.y + PADDING + SMALL - 2
    words = text(left, y, box.node.shown, size=SMALL, fill=palette.SECONDARY)
    words += text(right, y, box.node.note, size=SMALL, fill=palette.SECONDARY, anchor="end")
    for number, line in enumerate(box.lines, 1):
        words += text(left, y + LINE * number, line, size=NAME, weight="bold")
    return element("g", frame + words)


def _arrow(start: _Box, end: _Box, arrow: Arrow) -> str:
    """A curve from the left side of a driver to the right side of what it serves; a bow where both share a column."""
    y1, y2 = start.middle, end.middle
    x2 = end.x + end.width
    if start.node.column == end.node.column:
        x1, bow = x2, x2 + 34
        way = f"M{x1:.1f} {y1 + 8:.1f}C{bow:.1f} {y1 + 8:.1f} {bow:.1f} {y2 - 8:.1f} {x2:.1f} {y2 - 8:.1f}"
    else:
        x1, half = start.x, (start.x + x2) / 2
        way = f"M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    words = f"{arrow.start} to {arrow.end}, strength {arrow.strength} of 3"
    return element(
        "path",
        element("title", escape(words)),
        d=way,
        fill="none",
        stroke=palette.JOIN,
        stroke_width=THICKNESS[arrow.strength],
        stroke_dasharray="2 4" if arrow.dotted else None,
    )
