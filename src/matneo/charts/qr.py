"""A QR code as a picture: the dark squares as one path, with the quiet edge that cameras need."""

from collections.abc import Sequence

from matneo.charts.svg import element, escaped

EDGE = 4  # squares of white on each side: the standard asks for four


def draw(squares: Sequence[Sequence[bool]], title: str, size: int = 232) -> str:
    """The squares row by row, without an edge; `title` says where the code leads."""
    side = len(squares) + 2 * EDGE
    dark = "".join(
        f"M{x + EDGE} {y + EDGE}h1v1h-1z"
        for y, row in enumerate(squares)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return element(
        "svg",
        element("title", escaped(title))
        + element("rect", width=side, height=side, fill="#fff")
        + element("path", d=dark, fill="#000", shape_rendering="crispEdges"),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {side} {side}",
        width=size,
        height=size,
        role="img",
    )
