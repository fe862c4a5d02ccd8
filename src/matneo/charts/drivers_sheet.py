"""The whole living diagram on one sheet of A3, to hang on a wall: every branch open, each box with all its words, and at
the foot as of when it is. Branches flow into as many panels as let the letters be largest."""

from dataclasses import dataclass

from matneo.charts import palette, standings
from matneo.charts.living import ICON, SPARK, Tree
from matneo.charts.sheet_layout import (
    HEADING,
    LINE,
    NAME,
    PADDING,
    PANEL,
    PRIMARY,
    REACH,
    SECONDARY,
    SMALL,
    SMALL_LINE,
    Layout,
    Placed,
    arrangements,
    lines,
    words_of,
)
from matneo.charts.svg import document, element, escaped, path, text, width_of

A3 = (420.0, 297.0)  # mm
MARGIN = 34.0
TITLE, LEAD = 30.0, 17.0
KEY = (("adopted", "adopted"), ("adapted", "adapted and tested again"), ("abandoned", "abandoned"), ("waiting", "waiting for a result"))  # fmt: skip


@dataclass(frozen=True)
class Sheet:
    """What stands on the paper. `notes` speak of what is not drawn; `stamp` says as of when, from what, and for whom."""

    tree: Tree
    title: str
    lead: str
    stamp: tuple[str, ...]
    notes: tuple[str, ...] = ()


def draw(sheet: Sheet, *, key: str, description: str) -> str:
    """The sheet, 420 × 297 mm, without links."""
    layout = _largest(sheet)
    width, height = _page(sheet, layout)
    room = width - 2 * MARGIN
    head, top = _head(sheet, room)
    body = _headings(sheet.tree, layout) + _curves(layout) + "".join(map(_node, layout.placed))
    drawn = head + element("g", body, transform=f"translate(0 {top:.1f})") + _foot(sheet, room, height)
    inside = element("g", drawn, transform=f"translate({MARGIN:g} 0)")
    size = f"{A3[0]:g}mm", f"{A3[1]:g}mm"
    return document(width, height, inside, key=key, title=sheet.title, description=description, size=size)


def _largest(sheet: Sheet) -> Layout:
    """The arrangement that needs the smallest page, so that letters are largest on the same paper."""
    return min(arrangements(sheet.tree), key=lambda one: _page(sheet, one)[0])


def _page(sheet: Sheet, layout: Layout) -> tuple[float, float]:
    """The sheet in units, in the proportions of the paper."""
    width = layout.width + 2 * MARGIN
    for _ in range(2):  # a wider page has a shorter head and foot
        room = width - 2 * MARGIN
        height = _head(sheet, room)[1] + layout.height + _foot_height(sheet, room)
        width = max(width, height * A3[0] / A3[1])
    return width, width * A3[1] / A3[0]


# --- What it looks like --------------------------------------------------------------------------------------------


def _headings(tree: Tree, layout: Layout) -> str:
    aim, primary, secondary, idea = tree.headings
    drawn = _heading(0, aim)
    with_ideas = {p.panel for p in layout.placed if p.box.kind == "idea"}
    for panel, x in enumerate(layout.panels):
        drawn += _heading(x, primary) + _heading(x + PRIMARY + REACH, secondary)
        if layout.across and panel in with_ideas:
            drawn += _heading(x + PRIMARY + REACH + SECONDARY + REACH, idea)
    return element("g", drawn, aria_hidden="true")


def _heading(x: float, words: str) -> str:
    return text(x, 16, words, size=15, fill=palette.SECONDARY, weight="bold")


def _curves(layout: Layout) -> str:
    """From each box to what it serves first; what it serves besides stands in its words."""
    known = {p.box.key: p for p in layout.placed}
    drawn, before = "", None
    for p in layout.placed:
        end = before if p.beside else known.get(p.parent)
        if end is not None and p.box.joined:
            drawn += _rail(end, p, layout) if p.panel and p.box.kind == "primary" else _curve(end, p)
        before = p
    return element("g", drawn, aria_hidden="true")


def _curve(end: Placed, start: Placed) -> str:
    x1, y1, x2, y2 = end.x + end.width, end.middle, start.x, start.middle
    half = (x1 + x2) / 2
    way = f"M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return element("path", d=way, fill="none", stroke=palette.CURVE, stroke_width=1.6)


def _rail(end: Placed, start: Placed, layout: Layout) -> str:
    """To a later panel: up beside the aims, along over the panels, and down to the box; nothing is crossed."""
    out, down, over = end.x + end.width + 10, layout.panels[start.panel] - PANEL / 2, HEADING - 7
    way = [(end.x + end.width, end.middle), (out, end.middle), (out, over), (down, over), (down, start.middle), (start.x, start.middle)]  # fmt: skip
    return path(way, stroke=palette.CURVE, width=1.6)


def _node(p: Placed) -> str:
    box, left = p.box, p.x + PADDING
    name, rest = words_of(box)
    drawn, y = _frame(p) + _first_row(p), p.y + 24
    for words in name:
        y += LINE
        drawn += text(left, y, words, size=NAME, weight="bold")
    for words in rest:
        y += SMALL_LINE
        drawn += text(left, y, words, size=SMALL, fill=palette.SECONDARY)
    return element("g", element("title", escaped(box.says)) + drawn)


def _frame(p: Placed) -> str:
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


def _first_row(p: Placed) -> str:
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
    if box.mark:
        right = p.x + p.width - PADDING
        drawn += text(right, y, box.mark, size=SMALL, fill=palette.LINK, anchor="end", weight="bold")
    return drawn


def _at(picture: str, x: float, y: float) -> str:
    return element("g", picture, transform=f"translate({x:.1f} {y:.1f})")


# --- Head and foot -------------------------------------------------------------------------------------------------


def _head(sheet: Sheet, room: float) -> tuple[str, float]:
    """Title, what the diagram says, the key; and where the diagram begins."""
    y, drawn = MARGIN, ""
    for words in lines(sheet.title, room, TITLE):
        y += TITLE
        drawn += text(0, y, words, size=TITLE, weight="bold")
        y += 6
    for words in lines(sheet.lead, room, LEAD, bold=False):
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
    said = [(line, False) for words in sheet.notes for line in lines(words, room, SMALL, bold=False)]
    first, *others = sheet.stamp or ("",)
    said += [(line, True) for line in lines(first, room, SMALL)]
    return said + [(line, False) for line in lines(" ".join(others), room, SMALL, bold=False)]


def _foot_height(sheet: Sheet, room: float) -> float:
    return 26 + SMALL_LINE * len(_foot_lines(sheet, room)) + MARGIN


def _foot(sheet: Sheet, room: float, height: float) -> str:
    said = _foot_lines(sheet, room)
    y, drawn = height - MARGIN - SMALL_LINE * (len(said) - 1), ""
    for words, bold in said:
        drawn += text(0, y, words, size=SMALL, fill=palette.INK if bold else palette.SECONDARY, weight="bold" if bold else None)  # fmt: skip
        y += SMALL_LINE
    return drawn
