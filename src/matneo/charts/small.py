"""A small chart with its own axis: the last points of a measure, their mean and limits, and what is aimed for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matneo.charts import palette
from matneo.charts.sentences import number
from matneo.charts.svg import document, line, mark, path, text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FLOOR, FONT = 360, 136, 44, 78, 10, 112, 13
Place = Callable[[float], float]


@dataclass(frozen=True)
class SmallChart:
    """Values as shares; `scale` makes them what is printed. Labels name the first and the last period."""

    title: str
    sentence: str
    values: tuple[float | None, ...]
    signals: tuple[str, ...]
    centres: tuple[float | None, ...]
    lower: tuple[float | None, ...]
    upper: tuple[float | None, ...]
    goal: float | None
    first: str
    last: str
    unit: str
    scale: float
    direction: str
    provisional: bool = False


def draw(model: SmallChart, *, key: str) -> str:
    low, high = _range(model)

    def x(place: float) -> float:
        return LEFT + (WIDTH - RIGHT - LEFT) * (place + 0.5) / max(len(model.values), 1)

    def y(value: float) -> float:
        return FLOOR + (TOP - FLOOR) * (value - low) / ((high - low) or 1.0)

    drawn = "".join(_tick(model, value, y(value)) for value in (low, (low + high) / 2, high))
    for values, dash, colour in (
        (model.lower, "5 4", palette.STEADY),
        (model.upper, "5 4", palette.STEADY),
        (model.centres, None, palette.INK),
    ):
        drawn += _stretched(values, x, y, colour, dash)
    if model.goal is not None:
        words = f"aim {_amount(model, model.goal)}"
        drawn += line(
            LEFT, y(model.goal), WIDTH - RIGHT, y(model.goal), stroke=palette.INK, width=1.6, dash="10 3 2 3"
        )
        drawn += text(WIDTH - RIGHT + 6, y(model.goal) + 4.5, words, size=FONT, weight="bold")
    drawn += _points(model, x, y)
    drawn += text(LEFT, HEIGHT - 6, model.first, size=FONT, fill=palette.SECONDARY)
    drawn += text(WIDTH - RIGHT, HEIGHT - 6, model.last, size=FONT, fill=palette.SECONDARY, anchor="end")
    return document(WIDTH, HEIGHT, drawn, key=key, title=model.title, description=model.sentence)


def _points(model: SmallChart, x: Place, y: Place) -> str:
    pieces: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(model.values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((x(place), y(value)))
    drawn = "".join(path(piece, stroke=palette.JOIN, width=1.4) for piece in pieces if len(piece) > 1)
    last = max((i for i, v in enumerate(model.values) if v is not None), default=-1)
    for place, (value, signal) in enumerate(zip(model.values, model.signals, strict=True)):
        if value is not None:
            drawn += mark(
                signal, x(place), y(value), colour=palette.SIGNALS[signal], size=3.0,
                up=model.direction != "decrease", hollow=model.provisional and place == last,
            )  # fmt: skip
    return drawn


def _stretched(values: Sequence[float | None], x: Place, y: Place, colour: str, dash: str | None) -> str:
    """A stepped line; it stops where there is no limit."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1] += [(x(place - 0.5), y(value)), (x(place + 0.5), y(value))]
    return "".join(path(piece, stroke=colour, width=1.2, dash=dash) for piece in pieces if piece)


def _tick(model: SmallChart, value: float, y: float) -> str:
    return line(LEFT, y, WIDTH - RIGHT, y, stroke=palette.GRID) + text(
        LEFT - 6, y + 4.5, _amount(model, value), size=FONT, fill=palette.SECONDARY, anchor="end"
    )


def _range(model: SmallChart) -> tuple[float, float]:
    """Round ends that hold everything drawn, in steps of the printed scale; a share never leaves 0 to 100 %."""
    rows = (*model.values, *model.centres, *model.lower, *model.upper, model.goal)
    shown = [value * model.scale for value in rows if value is not None] or [0.0, 1.0]
    low, high = min(shown), max(shown)
    step = _step((high - low) / 2 or abs(high) or 1.0)
    bottom, top = (low // step) * step, -(-high // step) * step
    if bottom < 0 <= low:
        bottom = 0.0
    if model.unit == "percent" and high <= 100:
        top = min(top, 100.0)
    if top == bottom:
        top = bottom + step
    return bottom / model.scale, top / model.scale


def _step(raw: float) -> float:
    power = 1.0
    while power > raw:
        power /= 10
    while power * 10 <= raw:
        power *= 10
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw)


def _amount(model: SmallChart, value: float) -> str:
    shown = value * model.scale
    digits = 0 if abs(shown - round(shown)) < 1e-9 else 1
    return number(shown, digits) + ("%" if model.unit == "percent" else "")
