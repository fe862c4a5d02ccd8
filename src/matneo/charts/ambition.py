"""The national ambition: published figures, the dashed path to the promise, and the ringed promise itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from matneo.charts import palette
from matneo.charts.svg import document, element, line, path, text


@dataclass(frozen=True)
class Ambition:
    """Figures as (year, value, checked); `aim` is (year, value); `interval` the 95 % ends of the last figure."""

    key: str
    title: str
    sentence: str
    figures: Sequence[tuple[float, float, bool]]
    aim: tuple[float, float]
    aim_label: str
    first_label: str
    last_label: str
    interval: tuple[float, float] | None = None


def draw(model: Ambition, width: int = 490, height: int = 200) -> str:
    """Hollow points are figures not yet checked at their source; few known years are drawn lighter."""
    top_value = max([v for _, v, _ in model.figures] + [model.aim[1]] + list(model.interval or ())) * 1.15
    step: float = next(s for s in (0.5, 1.0, 2.0, 4.0, 5.0, 10.0) if top_value / s <= 5)
    top: float = -(-top_value // step) * step
    x0, x1, y0, y1 = 40.0, width - 96.0, height - 28.0, 14.0
    first_year, last_year = 2009.5, 2025.5

    def x(year: float) -> float:
        return x0 + (x1 - x0) * (year - first_year) / (last_year - first_year)

    def y(value: float) -> float:
        return y0 + (y1 - y0) * value / top

    drawn = ""
    for place in range(int(top / step) + 1):
        drawn += line(x0, y(place * step), x1, y(place * step), stroke=palette.GRID)
        drawn += text(
            x0 - 8, y(place * step) + 4.5, f"{place * step:g}", fill=palette.SECONDARY, anchor="end"
        )
    drawn += line(x0, y0, x1, y0, stroke=palette.STEADY)
    for year in (2010, 2015, 2020, 2025):
        drawn += text(x(year), y0 + 19, str(year), fill=palette.SECONDARY, anchor="middle")
    start = model.figures[0]
    drawn += path(
        [(x(start[0]), y(start[1])), (x(model.aim[0]), y(model.aim[1]))],
        stroke=palette.STEADY,
        width=1.4,
        dash="6 4",
    )
    few = len(model.figures) < 6
    drawn += path(
        [(x(a), y(b)) for a, b, _ in model.figures],
        stroke="#7f97c3" if few else palette.PUBLISHED,
        width=1.4 if few else 2.2,
    )
    last = model.figures[-1]
    if model.interval:
        low, high = (y(v) for v in model.interval)
        drawn += line(x(last[0]), low, x(last[0]), high, stroke=palette.PUBLISHED, width=1.6)
        drawn += "".join(
            line(x(last[0]) - 4, e, x(last[0]) + 4, e, stroke=palette.PUBLISHED, width=1.6)
            for e in (low, high)
        )
    for place, (at, value, checked) in enumerate(model.figures):
        radius = 6.0 if place == len(model.figures) - 1 else 4.0
        fill, edge = (palette.PUBLISHED, None) if checked else (palette.WHITE, palette.PUBLISHED)
        drawn += element(
            "circle",
            cx=f"{x(at):.1f}",
            cy=f"{y(value):.1f}",
            r=radius,
            fill=fill,
            stroke=edge,
            stroke_width=None if checked else 1.6,
        )
    drawn += text(x(start[0]) - 4, y(start[1]) - 12, model.first_label, fill=palette.SECONDARY, weight="bold")
    drawn += text(
        x(last[0]) + 11, y(last[1]) - 6, model.last_label, size=14, fill=palette.PUBLISHED, weight="bold"
    )
    ax, ay = x(model.aim[0]), y(model.aim[1])
    drawn += element(
        "circle",
        cx=f"{ax:.1f}",
        cy=f"{ay:.1f}",
        r=6.5,
        fill=palette.WHITE,
        stroke=palette.INK,
        stroke_width=2,
    )
    drawn += element("circle", cx=f"{ax:.1f}", cy=f"{ay:.1f}", r=2.4, fill=palette.INK)
    drawn += text(ax + 12, ay + 2, model.aim_label, weight="bold") + text(
        ax + 12, ay + 17, "by 2025", size=12, fill=palette.SECONDARY
    )
    return document(width, height, drawn, key=model.key, title=model.title, description=model.sentence)
