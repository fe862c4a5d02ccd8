"""Labels of dated notes: words above the plot where there is room, else a letter whose words stand under the axis."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matneo.charts import palette
from matneo.charts.drivers import wrap
from matneo.charts.model import Mark
from matneo.charts.svg import element, text, width_of

STRETCHES = ("pause", "still")  # shaded from a day to a day; the others are a line
RADIUS = 7.5
SQUARE = 7.0  # half of a test's square, with a little air
INDENT = 22.0  # of a key line's words, after their letter


@dataclass(frozen=True)
class Label:
    """A note with its line at `x`. Its words stand at `at` in a `row` above the plot (0 is the nearer one); without a row
    its `sign` stands on the line, and the words in the key."""

    note: Mark
    x: float
    words: str
    sign: str  # a test's number, else a letter where there was no room
    row: int | None = None
    at: float = 0.0
    anchor: str = "start"

    @property
    def is_test(self) -> bool:
        return self.note.kind == "test"

    @property
    def is_bold(self) -> bool:
        return self.note.kind not in ("note", "idea", "join", *STRETCHES)

    @property
    def in_key(self) -> bool:
        return self.row is None and self.note.kind not in STRETCHES

    @property
    def said(self) -> str:
        until = self.note.until if self.note.kind == "still" else None
        return f"{self.words}, {self.note.date:%B %Y}{f' to {until:%B %Y}' if until else ''}"


def placed(wanted: Sequence[Label], width: float, font: float) -> tuple[Label, ...]:
    """The labels with their rows; those that find none get the letters A, B, C … A pause without room needs no words: its
    stretch is shaded, and the table names it."""
    rows, found, letters = _Rows(width), [], 0
    for label in wanted:
        one = rows.put(
            label, width_of(label.words, font, bold=label.is_bold), lead=12 if label.is_test else 6
        )
        if one.in_key and not one.is_test:
            one, letters = replace(one, sign=chr(ord("A") + letters % 26)), letters + 1
        found.append(one)
    return tuple(found)


class _Rows:
    """Two rows of labels and what is taken in them."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.taken: list[list[tuple[float, float]]] = [[], []]

    def put(self, label: Label, wide: float, lead: float) -> Label:
        """To the right of its line where there is room, else to its left; as it came where there is none."""
        sign = SQUARE if label.is_test else 0.0
        for anchor, start in (("start", label.x + lead), ("end", label.x - lead - wide)):
            for row in (0, 1):
                left, right = min(start, label.x - sign), max(start + wide, label.x + sign)
                if self._is_free(row, *((left, right) if sign else (start, start + wide))):
                    self.taken[row].append((left, right))
                    at = label.x + lead if anchor == "start" else label.x - lead
                    return replace(label, row=row, at=at, anchor=anchor)
        return label

    def _is_free(self, row: int, start: float, end: float) -> bool:
        inside = start >= 0 and end <= self.width
        return inside and all(end + 8 < left or start - 8 > right for left, right in self.taken[row])


def sign(label: Label, x: float, y: float) -> str:
    """The black square of a test with its number, or a disc with a letter."""
    if label.is_test:
        shape = element("rect", x=x - 6, y=y - 6, width=12, height=12, fill=palette.INK)
        return shape + text(
            x, y + 3.3, label.sign, size=9, fill=palette.WHITE, anchor="middle", weight="bold"
        )
    shape = element("circle", cx=x, cy=y, r=RADIUS, fill=palette.WHITE, stroke=palette.INK, stroke_width=1.5)
    return shape + text(x, y + 3.6, label.sign, size=10, anchor="middle", weight="bold")


@dataclass(frozen=True)
class Key:
    """The words of the labels that stand in no row, a line each or more."""

    lines: tuple[tuple[Label, tuple[str, ...]], ...]
    font: float

    @property
    def height(self) -> float:
        return sum(len(words) for _, words in self.lines) * self.step + (8 if self.lines else 0)

    @property
    def step(self) -> float:
        return self.font + 6

    def draw(self, x: float, top: float) -> str:
        drawn, y = "", top + self.step * 0.5
        for label, words in self.lines:
            drawn += sign(label, x + RADIUS, y)
            for line in words:
                drawn += text(x + INDENT, y + self.font * 0.36, line, size=self.font)
                y += self.step
        return drawn


def key_of(labels: Sequence[Label], width: float, font: float) -> Key:
    """A test's number alone, whose words stand in a table beside, needs no line."""
    named = (label for label in labels if label.in_key and label.words)
    return Key(tuple((label, wrap(label.said, width - INDENT, font)) for label in named), font)


def in_words(labels: Sequence[Label]) -> str:
    """Every note of the picture, for those who do not see it: "On the chart: A new form, March 2025." Without letters: the
    wide and the narrow picture have their own."""
    said = [label.said for label in labels if label.note.kind != "pause" and label.words]
    return f"On the chart: {'; '.join(said)}." if said else ""
