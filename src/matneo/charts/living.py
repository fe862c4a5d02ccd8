"""The living driver diagram: aim, primary and secondary drivers, ideas from left to right, each with its latest reading
and its number of tests. Dashed where a measure or a test is missing. The outline beside it says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean

from matneo.charts import palette, standings
from matneo.charts.drivers import wrap
from matneo.charts.svg import document, element, escaped, path, text, width_of

WIDTH = 878
# Where each column begins, and how wide its boxes are.
AIM, PRIMARY, SECONDARY, IDEA = (0, 116), (146, 194), (370, 234), (632, 246)
HEIGHTS = {"primary": 92.0, "secondary": 58.0, "idea": 102.0}
COLUMNS = {"aim": AIM, "primary": PRIMARY, "secondary": SECONDARY, "idea": IDEA}
GAP, BRANCH, TOP, ABOVE, PADDING, LINE = 11.0, 20.0, 36.0, 24.0, 10.0, 18.0
HEADINGS = ("Aim", "Primary drivers", "Secondary drivers", "Change ideas")
NAME, SMALL = 14.5, 13.0
SPARK, ICON = (54, 26), 20


@dataclass(frozen=True)
class Box:
    """One node. `says` is the whole of it in words; `spark` and `icon` are ready drawings, `missing` the words in their
    place. `state` is plain, open (its branch is shown) or chosen (the panel speaks of it)."""

    key: str
    kind: str
    label: str
    name: str
    says: str
    count: str
    href: str = ""
    note: str = ""
    link: str = ""  # the words of what a primary driver opens
    spark: str = ""
    icon: str = ""
    missing: str = ""
    nobody: bool = False  # no tests
    solid: bool = True
    state: str = "plain"
    also: tuple[str, ...] = ()  # keys of the other drivers that it serves
    home: str = ""  # of a primary driver: the aim that it serves first; empty: the first one there is
    joined: bool = True  # no line leads to what it serves where so many would say nothing
    above: str = ""  # a heading over it, where another kind of boxes begins in its column
    lines: tuple[str, ...] = ()  # on a sheet of paper: all that the outline says of it besides its name
    mark: str = ""  # how a team's own diagram departs from the national one
    standings: tuple[tuple[str, int], ...] = ()
    below: tuple["Box", ...] = ()


@dataclass(frozen=True)
class Tree:
    """What is drawn: aims, and primary drivers with all below them. `folded`: secondary drivers too are shown only where
    their branch is open. Without a heading the column of ideas is left out."""

    aims: tuple[Box, ...]
    branches: tuple[Box, ...]
    headings: tuple[str, str, str, str] = HEADINGS
    folded: bool = False


@dataclass(frozen=True)
class _Placed:
    box: Box
    x: float
    y: float
    width: float
    height: float
    parent: str = ""

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass
class _Layout:
    """Boxes as they are placed, from top to bottom."""

    placed: dict[str, _Placed] = field(default_factory=dict)

    def put(self, box: Box, y: float, parent: str, height: float = 0.0) -> _Placed:
        x, width = COLUMNS[box.kind]
        self.placed[box.key] = _Placed(box, x, y, width, height or _height(box), parent)
        return self.placed[box.key]


def draw(tree: Tree, *, key: str, title: str, description: str) -> str:
    """The picture, a group of links."""
    placed = _layout(tree)
    height = max((p.y + p.height for p in placed.values()), default=TOP) + 4
    drawn = "".join(
        _heading(COLUMNS[kind][0], 18, words) for kind, words in zip(COLUMNS, tree.headings, strict=True)
    )
    drawn += "".join(_heading(p.x, p.y - 9, p.box.above) for p in placed.values() if p.box.above)
    drawn = element("g", drawn + _curves(placed), aria_hidden="true")
    drawn += "".join(_node(p) for p in placed.values())
    width = WIDTH if tree.headings[-1] else SECONDARY[0] + SECONDARY[1] + 4
    picture = document(width, height, drawn, key=key, title=title, description=description)
    # A picture has no parts for a screen reader; a group of links has.
    return picture.replace('role="img"', 'role="group"', 1)


def _heading(x: float, y: float, words: str) -> str:
    return text(x, y, words, size=15, fill=palette.SECONDARY, weight="bold")


# --- Where everything stands ---------------------------------------------------------------------------------------


def _layout(tree: Tree) -> dict[str, _Placed]:
    layout, y = _Layout(), TOP
    aims = [box.key for box in tree.aims]
    for branch in tree.branches:
        y += ABOVE if branch.above else 0
        shown = not tree.folded or branch.state == "open"
        y = _branch(layout, branch, home_of(branch, aims), y, shown) + BRANCH
    for branch in tree.branches:
        if branch.state == "open":
            _ideas_beside(layout, branch)
    middles = [layout.placed[b.key].middle for b in tree.branches]
    _aims(layout, tree.aims, fmean(middles) if middles else TOP)
    order = [*(b.key for b in tree.aims), *(k for b in tree.branches for k in _keys(b))]
    return {k: layout.placed[k] for k in order if k in layout.placed}


def _height(box: Box) -> float:
    """A secondary driver that no short name fits into one line has two."""
    return HEIGHTS[box.kind] + (LINE if box.kind == "secondary" and _one_line(box) is None else 0)


def _one_line(box: Box) -> float | None:
    """The size in which a name is one line; smaller letters before a second line."""
    room = COLUMNS[box.kind][1] - 2 * PADDING
    return next((s for s in (NAME, 13.5, SMALL) if width_of(box.name, s, True) <= room), None)


def home_of(branch: Box, aims: Sequence[str]) -> str:
    """The aim that a primary driver hangs on; one that serves no aim itself is read under the first."""
    return branch.home if branch.home in aims else next(iter(aims), "")


def _keys(box: Box) -> Sequence[str]:
    return [box.key, *(k for below in box.below for k in _keys(below))]


def _branch(layout: _Layout, branch: Box, aim: str, y: float, shown: bool) -> float:
    """A primary driver in the middle of its secondary ones, where they are shown; answers where it ends."""
    start, middles = y, []
    for box in (b for b in branch.below if b.kind == "secondary" and shown):
        placed = layout.put(box, y, branch.key)
        middles.append(placed.middle)
        y = placed.y + placed.height + GAP
    end = max(y - GAP, start + HEIGHTS["primary"])
    middle = (middles[0] + middles[-1]) / 2 if middles else (start + end) / 2
    own = layout.put(branch, max(middle - HEIGHTS["primary"] / 2, start), aim)
    return max(end, own.y + own.height)


def _ideas_beside(layout: _Layout, branch: Box) -> None:
    """The open branch's ideas, around the height of their drivers."""
    ideas = [(b, branch.key) for b in branch.below if b.kind == "idea"]
    ideas += [(idea, b.key) for b in branch.below if b.kind == "secondary" for idea in b.below]
    tall = len(ideas) * (HEIGHTS["idea"] + GAP) - GAP
    y = max(layout.placed[branch.key].middle - tall / 2, TOP)
    for idea, parent in ideas:
        layout.put(idea, y, parent)
        y += HEIGHTS["idea"] + GAP


def _aims(layout: _Layout, aims: Sequence[Box], middle: float) -> None:
    tall = [_aim_height(box) for box in aims]
    y = max(middle - (sum(tall) + GAP * (len(tall) - 1)) / 2, TOP)
    for box, height in zip(aims, tall, strict=True):
        layout.put(box, y, "", height)
        y += height + GAP


def _aim_height(box: Box) -> float:
    return 30 + LINE * len(wrap(box.name, AIM[1] - 2 * PADDING, NAME)) + (64 if box.spark else 44)


# --- What it looks like --------------------------------------------------------------------------------------------


def _curves(placed: dict[str, _Placed]) -> str:
    lines = []
    for p in placed.values():
        if p.parent in placed and p.box.joined:
            lit = p.box.state != "plain"
            lines.append((lit, _curve(placed[p.parent], p, lit=lit)))
        lines += [(False, _curve(placed[k], p, dotted=True)) for k in p.box.also if k in placed]
    return "".join(drawn for _, drawn in sorted(lines, key=lambda pair: pair[0]))  # the open branch on top


def _curve(end: _Placed, start: _Placed, *, lit: bool = False, dotted: bool = False) -> str:
    """From the right side of what is served to the left side of what serves it."""
    x1, y1, x2, y2 = end.x + end.width, end.middle, start.x, start.middle
    half = (x1 + x2) / 2
    return element(
        "path",
        d=f"M{x1:.1f} {y1:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}",
        fill="none",
        stroke=palette.LINK if lit else palette.CURVE,
        stroke_width=2 if lit else 1.6,
        stroke_dasharray="2 4" if dotted else None,
    )


def _node(p: _Placed) -> str:
    box = p.box
    drawn = _frame(p) + {"aim": _aim, "idea": _idea}.get(box.kind, _driver)(p)
    if not box.href:
        return element("g", element("title", escaped(box.says)) + drawn)
    return element(
        "a",
        drawn,
        href=box.href,
        id=f"d-{box.key}",
        aria_label=box.says,
        data_key=box.key,
        data_home=p.parent,
        data_kind=box.kind,
        data_state=box.state,
    )


def _frame(p: _Placed) -> str:
    box = p.box
    lit, chosen = box.state in ("open", "chosen"), box.state == "chosen"
    stroke = palette.BOX if box.solid else palette.STEADY
    stroke = palette.PUBLISHED if box.kind == "aim" and box.solid else palette.LINK if lit else stroke
    return element(
        "rect",
        x=p.x + 1.5,
        y=p.y,
        width=p.width - 3,
        height=p.height,
        rx=5,
        fill=palette.CHOSEN if chosen else palette.WHITE if box.solid else palette.BAND,
        stroke=stroke,
        stroke_width=3 if chosen else 2,
        stroke_dasharray=None if box.solid else "5 4",
    )


def _first_row(p: _Placed) -> str:
    """The id, what was measured, and how often it was tested."""
    box, y = p.box, p.y + 20
    left, right = p.x + PADDING, p.x + p.width - PADDING
    drawn = text(left, y, box.label, size=SMALL, fill=palette.SECONDARY)
    x = left + width_of(box.label, SMALL) + 8
    if box.standings:
        for standing, number in box.standings:
            drawn += standings.glyph(standing, x + 6, y - 4.5)
            drawn += text(x + 16, y, str(number), size=SMALL, fill=palette.SECONDARY)
            x += 24 + width_of(str(number), SMALL)
    elif box.spark:
        drawn += _at(box.spark, x, y - 18) + _at(box.icon, x + SPARK[0] + 4, y - 15)
        x += SPARK[0] + ICON + 12
    elif box.missing:
        drawn += _slanted(x, y, box.missing)
        x += width_of(box.missing, SMALL) + 8
    for words in _beside(box):
        if x + width_of(words, SMALL) + 8 < right - width_of(box.count, SMALL):
            drawn += text(
                x, y, words, size=SMALL, fill=palette.LINK if words == box.mark else palette.SECONDARY
            )
            x += width_of(words, SMALL) + 8
    return drawn + (
        _slanted(right, y, box.count, "end")
        if box.nobody
        else text(right, y, box.count, size=SMALL, fill=palette.SECONDARY, anchor="end")
    )


def _beside(box: Box) -> list[str]:
    """Small words for which there may be room: how it differs, and what else it serves."""
    also = ", ".join(key.partition("-")[2] or key for key in box.also) if box.kind == "secondary" else ""
    return [words for words in (box.mark, f"also {also}" if also else "") if words]


def _driver(p: _Placed) -> str:
    box, left = p.box, p.x + PADDING
    drawn = _first_row(p)
    room = p.width - 2 * PADDING
    one = _one_line(box) if box.kind == "secondary" else None
    size = one or next((s for s in (NAME, 13.5) if len(wrap(box.name, room, s)) <= 2), SMALL)
    lines = fitted(box.name, room, size, 2)
    for number, words in enumerate(lines, 1):
        drawn += text(left, p.y + 24 + LINE * number, words, size=size, weight="bold")
    if box.link:
        y = p.y + 24 + LINE * len(lines) + 18
        drawn += text(left, y, box.link, size=SMALL, fill=palette.LINK)
        under = width_of(box.link, SMALL)
        drawn += path([(left, y + 2), (left + under, y + 2)], stroke=palette.LINK, width=1)
    return drawn


def _idea(p: _Placed) -> str:
    box, left = p.box, p.x + PADDING
    drawn, room = _first_row(p), p.width - 2 * PADDING
    lines = fitted(box.name, room, NAME, 2)
    for number, words in enumerate(lines, 1):
        drawn += text(left, p.y + 25 + LINE * number, words, size=NAME, weight="bold")
    rest = fitted(box.note, room, SMALL, 3 - len(lines), bold=False)
    for number, words in enumerate(rest, 1):
        y = p.y + 25 + LINE * (len(lines) + number)
        drawn += text(left, y, words, size=SMALL, fill=palette.SECONDARY)
    return drawn


def _aim(p: _Placed) -> str:
    box, left = p.box, p.x + PADDING
    drawn = text(left, p.y + 20, box.label, size=SMALL, fill=palette.SECONDARY)
    y = p.y + 22
    for words in wrap(box.name, p.width - 2 * PADDING, NAME):
        y += LINE
        drawn += text(left, y, words, size=NAME, weight="bold")
    if box.spark:
        drawn += _at(box.spark, left, y + 9) + _at(box.icon, left, y + 38)
        return drawn + text(left + ICON + 8, y + 53, box.count, size=SMALL, fill=palette.SECONDARY)
    drawn += _slanted(left, y + 20, box.missing)
    return drawn + text(left, y + 39, box.count, size=SMALL, fill=palette.SECONDARY)


def fitted(words: str, width: float, size: float, most: int, bold: bool = True) -> tuple[str, ...]:
    """Words in at most so many lines; what does not fit ends with an ellipsis (the outline has all of it)."""
    if not words or most < 1:
        return ()
    lines = wrap(words, width if bold else width * 1.08, size)
    if len(lines) <= most and all(width_of(one, size, bold) <= width for one in lines):
        return lines
    kept = list(lines[:most])
    last = f"{kept[-1]} …" if len(lines) > most else kept[-1]
    while len(last) > 2 and width_of(last, size, bold) > width:
        last = f"{last.rstrip(' …')[:-1].rstrip()}…"
    return (*kept[:-1], last)


def _slanted(x: float, y: float, words: str, anchor: str = "start") -> str:
    drawn = text(x, y, words, size=SMALL, fill=palette.SECONDARY, anchor=anchor)
    return drawn.replace("<text ", '<text font-style="italic" ', 1)


def _at(picture: str, x: float, y: float) -> str:
    return element("g", picture, transform=f"translate({x:.1f} {y:.1f})")
