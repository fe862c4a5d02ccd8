"""A spark: the last points of a series in the space of a word. Its sentence stands beside it; the spark itself is silent."""

from collections.abc import Callable, Sequence

from matneo.charts import palette
from matneo.charts.svg import element, line, mark, silent


def draw(
    values: Sequence[float | None],
    signals: Sequence[str],
    *,
    centre: float | None,
    lcl: float | None,
    ucl: float | None,
    target: float | None = None,
    width: int = 150,
    height: int = 40,
    direction: str = "increase",
    late: bool = False,
) -> str:
    """Band between the limits, thin mean, grey line, signal points marked, last point large. `late` draws an empty box
    where the newest figures are not yet sent."""
    known = [v for v in values if v is not None]
    if not known:
        return silent(
            width, height, line(4, height / 2, width - 4, height / 2, stroke=palette.JOIN, dash="2 4")
        )
    edges = [e for e in (lcl, ucl, centre) if e is not None]
    low, high = min([*known, *edges]), max([*known, *edges])
    spread = (high - low) or 1.0
    right = width - (22 if late else 8)

    def x(place: int) -> float:
        return 6 + (right - 6) * place / max(len(values) - 1, 1)

    def y(value: float) -> float:
        return 6 + (height - 12) * (1 - (value - low) / spread)

    drawn = ""
    if lcl is not None and ucl is not None:
        drawn += element(
            "rect", x=2, y=y(ucl), width=width - 4, height=max(y(lcl) - y(ucl), 1.0), fill=palette.BAND
        )
    if centre is not None:
        drawn += line(2, y(centre), width - 2, y(centre), stroke=palette.MEAN, width=0.9)
    drawn += _joined(values, x, y)
    last = max(place for place, value in enumerate(values) if value is not None)
    for place, (value, signal) in enumerate(zip(values, signals, strict=True)):
        if value is not None and (signal != "common" or place == last):
            up = direction == "increase"
            drawn += mark(
                signal,
                x(place),
                y(value),
                colour=palette.SIGNALS[signal],
                size=3.4 if place == last else 2.5,
                up=up,
            )
    if late:
        drawn += element(
            "rect",
            x=width - 18,
            y=5,
            width=15,
            height=height - 10,
            fill="none",
            stroke=palette.STEADY,
            stroke_dasharray="2 3",
        )
    return silent(width, height, drawn)


def _joined(values: Sequence[float | None], x: Callable[[int], float], y: Callable[[float], float]) -> str:
    steps, pen = "", False
    for place, value in enumerate(values):
        if value is None:
            pen = False
            continue
        steps += f"{'L' if pen else 'M'}{x(place):.1f} {y(value):.1f}"
        pen = True
    return element("path", d=steps, fill="none", stroke=palette.JOIN, stroke_width=1.4)
