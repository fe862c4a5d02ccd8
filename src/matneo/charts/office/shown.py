"""What a native chart plots: columns of numbers on the scale that people read, the same as in the picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from matneo.charts.model import Point, SpcChart
from matneo.stats.intervals import wilson

Column = tuple[float | None, ...]
MARKERS = {
    "improvement": "triangle",
    "concern": "diamond",
    "neutral_high": "square",
    "neutral_low": "square",
    "common": "circle",
}


@dataclass(frozen=True)
class Drawn:
    """One line of the chart. `kind`: value, mean, limit, target, england, mark."""

    name: str
    kind: str
    values: Column


def starts(chart: SpcChart) -> tuple[date, ...]:
    return tuple(point.start for point in chart.points)


def drawn(chart: SpcChart) -> tuple[Drawn, ...]:
    """The lines in drawing order. A phase has lines of its own, so that nothing slopes from one to the next."""
    value = Drawn(value_name(chart), "value", tuple(scaled(chart, p.value) for p in chart.points))
    if chart.few:
        return (value, *_england(chart))
    return (*_limits(chart), *_target(chart), value, *_tests(chart))


def scaled(chart: SpcChart, value: float | None) -> float | None:
    """As on the page: 85.2 for a share of 0.852."""
    return None if value is None else round(value * chart.scale, 4)


def value_name(chart: SpcChart) -> str:
    return {"percent": "Share (%)", "per_1000": "Rate per 1,000", "per_100": "Rate per 100"}.get(
        chart.unit, "Value"
    )


def intervals(chart: SpcChart) -> tuple[tuple[float, float] | None, ...]:
    """How far the 95 % interval reaches below and above each value, where there are too few points for limits."""
    return tuple(_reach(chart, point) for point in chart.points)


def number_format(chart: SpcChart) -> str:
    top = max((p.value for p in chart.valued if p.value is not None), default=0.0) * chart.scale
    digits = "0" if top >= 20 else "0.0"
    return f'{digits}"%"' if chart.unit == "percent" else digits


def tests(chart: SpcChart) -> tuple[tuple[int, int], ...]:
    """(number, place of its period) of each test inside the time that is shown."""
    days = [mark.date for mark in chart.marks if mark.kind == "test"]
    found = []
    for number, day in enumerate(days, 1):
        places = [place for place, point in enumerate(chart.points) if point.start <= day]
        if places:
            found.append((number, places[-1]))
    return tuple(found)


def _reach(chart: SpcChart, point: Point) -> tuple[float, float] | None:
    if point.value is None or point.numerator is None or not point.denominator:
        return None
    ends = wilson(point.numerator, point.denominator)
    lower, upper = (
        (point.value - float(ends.lower)) * chart.scale,
        (float(ends.upper) - point.value) * chart.scale,
    )
    return round(max(lower, 0.0), 4), round(max(upper, 0.0), 4)


def _limits(chart: SpcChart) -> Iterator[Drawn]:
    phases = sorted({point.phase for point in chart.points})
    for name, kind, part in (
        ("Mean", "mean", "centre"),
        ("Lower limit", "limit", "lcl"),
        ("Upper limit", "limit", "ucl"),
    ):
        for number, phase in enumerate(phases, 1):
            values = tuple(
                scaled(chart, getattr(point, part)) if point.phase == phase else None
                for point in chart.points
            )
            if any(value is not None for value in values):
                yield Drawn(name if len(phases) == 1 else f"{name}, phase {number}", kind, values)


def _target(chart: SpcChart) -> Iterator[Drawn]:
    if chart.target is not None:
        yield Drawn("Target", "target", (scaled(chart, chart.target),) * len(chart.points))


def _england(chart: SpcChart) -> Iterator[Drawn]:
    known = dict(chart.england)
    values = tuple(scaled(chart, known.get(point.start)) for point in chart.points)
    if any(value is not None for value in values):
        yield Drawn("England", "england", values)


def _tests(chart: SpcChart) -> Iterator[Drawn]:
    """Numbered squares at the foot of the chart, in the periods of the tests."""
    found = {place: number for number, place in tests(chart)}
    numbers = [v for p in chart.points for v in (p.value, p.lcl, p.ucl) if v is not None]
    if chart.target is not None:
        numbers.append(chart.target)
    if found and numbers:
        low = max(0.0, min(numbers) - (max(numbers) - min(numbers)) * 0.12)
        yield Drawn(
            "Tests",
            "mark",
            tuple(scaled(chart, low) if i in found else None for i in range(len(chart.points))),
        )
