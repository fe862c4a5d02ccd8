"""Where a team stands with an idea, as a shape: disc = adopted, half disc = adapted, ring with a cross = abandoned, dashed
ring = waiting. One colour for all of them: an abandoned test is not a bad one. The words stand beside it."""

from collections.abc import Sequence

from matneo.charts import palette
from matneo.charts.svg import element, line, silent

SPACE = 19  # from one shape to the next


def glyph(standing: str, x: float, y: float, r: float = 6) -> str:
    """The shape of `adopted`, `adapted`, `abandoned` or `waiting` around a point."""
    ink = palette.PUBLISHED
    if standing == "adopted":
        return element("circle", cx=x, cy=y, r=r, fill=ink)
    ring = element(
        "circle",
        cx=x,
        cy=y,
        r=r - 0.8,
        fill=palette.WHITE,
        stroke=ink,
        stroke_width=1.6,
        stroke_dasharray="2 2" if standing == "waiting" else None,
    )
    if standing == "adapted":
        half = f"M{x:.1f} {y - r:.1f}A{r:g} {r:g} 0 0 0 {x:.1f} {y + r:.1f}Z"
        return ring + element("path", d=half, fill=ink)
    if standing == "abandoned":
        a = r * 0.45
        cross = line(x - a, y - a, x + a, y + a, stroke=ink, width=1.6)
        return ring + cross + line(x - a, y + a, x + a, y - a, stroke=ink, width=1.6)
    return ring


def row(standings: Sequence[str], *, most: int = 14) -> str:
    """One shape a team, in lines of at most `most`; silent, because the sentence beside it says the numbers."""
    across = min(most, max(len(standings), 1))
    down = -(-max(len(standings), 1) // most)
    drawn = "".join(
        glyph(standing, 9 + SPACE * (place % most), 9 + SPACE * (place // most), 7)
        for place, standing in enumerate(standings)
    )
    return silent(across * SPACE, down * SPACE, drawn)
