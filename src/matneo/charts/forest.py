"""What an idea did, team by team: squares with their intervals, a diamond for all together, a thin line for what one more
team may expect. Rows stand in the order of starting, never by effect."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isfinite

from matneo.charts import palette, standings
from matneo.charts.svg import document, element, line, path, text

WIDTH, LEFT, RIGHT, ROW, TOP = 290, 108, 8, 19, 8
STEPS = (0.5, 1, 2, 5, 10, 20, 50, 100)


@dataclass(frozen=True)
class Row:
    """One team. Without an effect, `words` say why there is none."""

    label: str
    standing: str
    own: bool = False
    estimate: float | None = None
    lower: float | None = None
    upper: float | None = None
    words: str = "too few months yet"


@dataclass(frozen=True)
class Pooled:
    """All together; the ends of the prediction interval are NaN where there are too few teams."""

    estimate: float
    lower: float
    upper: float
    prediction_lower: float
    prediction_upper: float


@dataclass(frozen=True)
class _Axis:
    low: float
    high: float
    step: float

    def x(self, value: float) -> float:
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return LEFT + (WIDTH - RIGHT - LEFT) * share


def draw(
    rows: Sequence[Row],
    pooled: Pooled | None,
    *,
    key: str,
    title: str,
    description: str,
    words: tuple[str, str],
) -> str:
    """The picture; `words` name the two sides of zero."""
    axis = _axis(rows, pooled)
    bottom = TOP + ROW * len(rows) + (ROW + 10 if pooled else 0)
    drawn = line(axis.x(0), TOP - 4, axis.x(0), bottom, stroke=palette.SECONDARY, width=1.2)
    if pooled:
        at = axis.x(pooled.estimate)
        drawn += line(at, TOP - 4, at, bottom, stroke=palette.LINK, dash="2 3")
    for place, row in enumerate(rows):
        drawn += _row(row, TOP + ROW * place + ROW / 2, axis)
    if pooled:
        drawn += _pooled(pooled, bottom - ROW / 2, axis)
    drawn += _ticks(axis, bottom, words)
    return document(WIDTH, bottom + 40, drawn, key=key, title=title, description=description)


def _row(row: Row, y: float, axis: _Axis) -> str:
    colour = palette.LINK if row.own else palette.BOX
    drawn = standings.glyph(row.standing, 8, y, 5.5)
    drawn += text(19, y + 4.5, row.label, size=13, weight="bold" if row.own else None)
    if row.estimate is None or row.lower is None or row.upper is None:
        return drawn + text(LEFT, y + 4.5, row.words, size=13, fill=palette.SECONDARY)
    drawn += line(axis.x(row.lower), y, axis.x(row.upper), y, stroke=colour, width=2)
    x = axis.x(row.estimate)
    return drawn + element("rect", x=x - 3.5, y=y - 3.5, width=7, height=7, fill=colour)


def _pooled(pooled: Pooled, y: float, axis: _Axis) -> str:
    drawn = line(0, y - ROW / 2 - 4, WIDTH, y - ROW / 2 - 4, stroke=palette.HAIRLINE)
    drawn += text(0, y + 4.5, "All together", size=13, weight="bold")
    if isfinite(pooled.prediction_lower) and isfinite(pooled.prediction_upper):
        ends = axis.x(pooled.prediction_lower), axis.x(pooled.prediction_upper)
        drawn += line(ends[0], y, ends[1], y, stroke=palette.LINK, width=2)
    left, middle, right = (axis.x(v) for v in (pooled.lower, pooled.estimate, pooled.upper))
    diamond = f"M{left:.1f} {y:.1f}L{middle:.1f} {y - 6:.1f}L{right:.1f} {y:.1f}L{middle:.1f} {y + 6:.1f}Z"
    return drawn + element("path", d=diamond, fill=palette.LINK)


def _ticks(axis: _Axis, y: float, words: tuple[str, str]) -> str:
    number = round((axis.high - axis.low) / axis.step)
    drawn = ""
    for place in range(number + 1):
        value = axis.low + axis.step * place
        shown = "0" if abs(value) < 1e-9 else f"{value:+g}".replace("-", "−")
        drawn += text(axis.x(value), y + 15, shown, size=13, fill=palette.SECONDARY, anchor="middle")
    drawn += path([(LEFT, y), (WIDTH - RIGHT, y)], stroke=palette.HAIRLINE, width=1)
    middle = min(max(axis.x(0), LEFT + 40), WIDTH - 60)
    drawn += text(middle - 6, y + 33, words[0], size=13, fill=palette.SECONDARY, anchor="end")
    return drawn + text(middle + 6, y + 33, words[1], size=13)


def _axis(rows: Sequence[Row], pooled: Pooled | None) -> _Axis:
    """From below the lowest end to above the highest, with about four steps."""
    ends = [e for row in rows for e in (row.lower, row.upper) if e is not None]
    if pooled:
        ends += [
            e
            for e in (pooled.lower, pooled.upper, pooled.prediction_lower, pooled.prediction_upper)
            if isfinite(e)
        ]
    low, high = min([0.0, *ends]), max([0.0, *ends])
    step = next((s for s in STEPS if (high - low) / s <= 4), STEPS[-1])
    low, high = step * floor(low / step), step * ceil(high / step)
    return _Axis(low, high if high > low else low + step, step)
