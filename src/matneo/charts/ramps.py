"""What was tested, under the months of the chart: a lane an idea, a bar a test, as tall as its reach.

A disc is adopted, a half disc adapted, a ring with a cross abandoned, a dashed ring waits for its result. All of one
colour: a test that was abandoned taught something, and is no bad one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from matneo.charts import palette
from matneo.charts.axis import Axis
from matneo.charts.model import Chart, Table
from matneo.charts.svg import document, element, escaped, line, path, text, width_of

LANE, BAR, GLYPH = 54, 14, 5.5
REACH = {1: 8.0, 2: 16.0, 3: 24.0, 4: 32.0}
REACH_WORDS = {1: "a few", 2: "one clinic or shift", 3: "one team or ward", 4: "everyone"}
OUTCOMES = {
    "adopted": "adopted",
    "adapted": "adapted and tested again",
    "abandoned": "abandoned",
    "waiting": "waiting for a result",
}
FONT, TOP, APART = 13.5, 8, 17.0


@dataclass(frozen=True)
class Cycle:
    """One test: when it began, how many it reached (1 to 4), and what became of it (a key of OUTCOMES)."""

    start: date
    reach: int
    outcome: str
    words: str = ""  # the question, for who reads or hears it


@dataclass(frozen=True)
class Ramp:
    """The tests of one idea in the order of time. `usual_from` is when it became the usual way."""

    name: str
    cycles: tuple[Cycle, ...]
    verdict: str
    usual_from: date | None = None


def draw(ramps: Sequence[Ramp], axis: Axis, *, width: float, key: str) -> Chart:
    """Picture, table and sentence. Tests before the axis stand at its left end; their dates are in the table."""
    height = TOP + LANE * len(ramps) + 4
    drawn = _months(axis, height) + "".join(_usual(ramp, axis, height) for ramp in ramps)
    for place, ramp in enumerate(ramps):
        drawn += _lane(ramp, axis, TOP + LANE * (place + 1), width)
    picture = document(width, height, drawn, key=key, title="What was tested", description=sentence(ramps))
    return Chart(picture, table(ramps), sentence(ramps))


def legend(key: str) -> str:
    """The five marks with their words, as one picture for the foot of the strip."""
    drawn, x = "", 8.0
    for outcome, words in OUTCOMES.items():
        drawn += glyph(outcome, x, 14) + text(x + 13, 18.5, words, size=13, fill=palette.SECONDARY)
        x += 13 + width_of(words, 13) + 28
    for reach, height in REACH.items():
        drawn += element(
            "rect",
            x=x + (reach - 1) * 16,
            y=28 - height * 0.8,
            width=BAR,
            height=height * 0.8,
            fill=palette.REACH,
        )
    words = "a few, one clinic, one team, everyone"
    drawn += text(x + 72, 18.5, words, size=13, fill=palette.SECONDARY)
    return document(
        x + 80 + width_of(words, 13),
        30,
        drawn,
        key=key,
        title="Key to the tests: what became of each, how many it reached",
    )


def sentence(ramps: Sequence[Ramp]) -> str:
    """How many tests of how many ideas, and what became of them."""
    cycles = [cycle for ramp in ramps for cycle in ramp.cycles]
    if not cycles:
        return "Nothing was tested yet."
    counts = [(outcome, sum(cycle.outcome == outcome for cycle in cycles)) for outcome in OUTCOMES]
    said = ", ".join(f"{n} {OUTCOMES[outcome]}" for outcome, n in counts if n)
    ideas = sum(bool(ramp.cycles) for ramp in ramps)
    return f"{_counted(len(cycles), 'test')} of {_counted(ideas, 'idea')}: {said}."


def table(ramps: Sequence[Ramp]) -> Table:
    rows = tuple(
        (
            ramp.name,
            f"{cycle.start:%-d %B %Y}",
            REACH_WORDS[cycle.reach],
            OUTCOMES[cycle.outcome],
            cycle.words,
        )
        for ramp in ramps
        for cycle in ramp.cycles
    )
    return Table("What was tested", ("Idea", "Began", "Reached", "What became of it", "Question"), rows)


def glyph(outcome: str, x: float, y: float) -> str:
    """The mark of one outcome; shape alone tells it."""
    ring = {"cx": x, "cy": y, "r": GLYPH, "stroke": palette.PUBLISHED, "stroke_width": 1.6}
    if outcome == "adopted":
        return element("circle", fill=palette.PUBLISHED, **ring)
    if outcome == "adapted":
        half = element(
            "path",
            d=f"M{x:.1f} {y - GLYPH:.1f}A{GLYPH} {GLYPH} 0 0 0 {x:.1f} {y + GLYPH:.1f}Z",
            fill=palette.PUBLISHED,
        )
        return element("circle", fill=palette.WHITE, **ring) + half
    if outcome == "abandoned":
        a = GLYPH * 0.55
        cross = f"M{x - a:.1f} {y - a:.1f}L{x + a:.1f} {y + a:.1f}M{x + a:.1f} {y - a:.1f}L{x - a:.1f} {y + a:.1f}"
        return element("circle", fill=palette.WHITE, **ring) + element(
            "path", d=cross, stroke=palette.PUBLISHED, stroke_width=1.6, fill="none"
        )
    return element("circle", fill=palette.WHITE, stroke_dasharray="2.6 2.2", **ring)


def _lane(ramp: Ramp, axis: Axis, floor: float, width: float) -> str:
    """Bars, the line over their tops, the glyphs, the name before the first bar and the verdict at the right."""
    drawn = line(0, floor, width, floor, stroke=palette.HAIRLINE)
    places = _places(ramp, axis)
    tops = [(x, floor - REACH[cycle.reach]) for x, cycle in zip(places, ramp.cycles, strict=True)]
    for x, top in tops:
        drawn += element("rect", x=x - BAR / 2, y=top, width=BAR, height=floor - top, fill=palette.REACH)
    drawn += path(tops, stroke=palette.PUBLISHED, width=1.6) if len(tops) > 1 else ""
    for (x, top), cycle in zip(tops, ramp.cycles, strict=True):
        drawn += element(
            "g",
            element("title", escaped(_cycle_words(ramp, cycle))) + glyph(cycle.outcome, x, top),
            class_="test",
        )
    first = min(places, default=axis.right)
    drawn += _name(ramp.name, first, max(places, default=axis.left), floor, axis)
    return drawn + text(axis.right + 8, floor - 10, ramp.verdict, size=13, fill=palette.INK)


def _name(words: str, first: float, last: float, floor: float, axis: Axis) -> str:
    """Right-aligned before the first bar; where there is no room behind the last; else over the lane, shortened."""
    wide = width_of(words, FONT)
    if first - 16 - wide >= 0:
        return text(first - 16, floor - 10, words, size=FONT, anchor="end", halo=True)
    if last + 16 + wide <= axis.right:
        return text(last + 16, floor - 10, words, size=FONT, halo=True)
    return text(4, floor - LANE + 16, _short(words, axis.right - 8), size=FONT, halo=True)


def _short(words: str, room: float) -> str:
    while width_of(words, FONT) > room:
        words = words.rstrip("…").rsplit(" ", 1)[0] + "…" if " " in words else words[:40]
        if " " not in words:
            break
    return words


def _places(ramp: Ramp, axis: Axis) -> list[float]:
    """Where each test stands; two of one week stand side by side, in their order."""
    places: list[float] = []
    for cycle in ramp.cycles:
        wished = axis.x(cycle.start)
        places.append(max(wished, places[-1] + APART) if places else max(wished, axis.left + BAR / 2))
    over = max(places[-1] - (axis.right - BAR / 2), 0.0) if places else 0.0
    return [x - over for x in places]


def _usual(ramp: Ramp, axis: Axis, height: float) -> str:
    """The dotted line that ties "for everyone" to the chart above."""
    if ramp.usual_from is None or not axis.holds(ramp.usual_from):
        return ""
    x = axis.edge(ramp.usual_from)
    return line(x, 0, x, height, stroke=palette.INK, width=1.5, dash="1.5 3")


def _months(axis: Axis, height: float) -> str:
    """Where each quarter begins, faintly, so that the eye finds the point above."""
    return "".join(
        line(axis.edge(start), 0, axis.edge(start), height, stroke=palette.GRID)
        for start, before in zip(axis.starts, (None, *axis.starts), strict=False)
        if start.month in (1, 4, 7, 10) and (before is None or before.month != start.month)
    )


def _cycle_words(ramp: Ramp, cycle: Cycle) -> str:
    said = f"{ramp.name}, {cycle.start:%-d %B %Y}: {REACH_WORDS[cycle.reach]}, {OUTCOMES[cycle.outcome]}"
    return f"{said}. {cycle.words}" if cycle.words else said


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
