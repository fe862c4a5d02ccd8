"""SVG elements as text: everything escaped, presentation attributes only (the content security policy blocks style)."""

import re
from collections.abc import Iterable
from html import escape

from matneo.charts.palette import FONT, INK

_WIDTHS = {  # Arial and Liberation Sans, thousandths of the font size
    " ": 278,
    "!": 278,
    "%": 889,
    "&": 667,
    "'": 191,
    "(": 333,
    ")": 333,
    ",": 278,
    "-": 333,
    ".": 278,
    "/": 278,
    ":": 278,
    "f": 278,
    "i": 222,
    "j": 222,
    "l": 222,
    "r": 333,
    "t": 278,
    "m": 833,
    "w": 722,
    "s": 500,
    "c": 500,
    "k": 500,
    "v": 500,
    "x": 500,
    "y": 500,
    "z": 500,
    "I": 278,
    "J": 500,
    "M": 833,
    "W": 944,
    "A": 667,
    "B": 667,
    "C": 722,
    "D": 722,
    "G": 778,
    "H": 722,
    "N": 722,
    "O": 778,
    "Q": 778,
    "R": 722,
    "S": 667,
    "U": 722,
    "P": 667,
    "E": 667,
    "F": 611,
    "K": 667,
    "L": 556,
    "T": 611,
    "V": 667,
    "X": 667,
    "Y": 667,
    "Z": 611,
}

# What a picture begins with: its name and description come first, for screen readers.
_HEAD = re.compile(r"<svg[^>]*>(?:<title.*?</title>)?(?:<desc.*?</desc>)?", re.DOTALL)


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """One element; `_` in an attribute's name becomes `-`. None leaves an attribute out."""
    assert "style" not in attributes, "presentation attributes only"
    listed = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escaped(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return (
        f"<{name}{listed}>{content}</{name}>"
        if content or name in ("g", "svg", "text", "title")
        else f"<{name}{listed}/>"
    )


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 13,
    fill: str = INK,
    anchor: str = "start",
    weight: str | None = None,
    halo: bool = False,
) -> str:
    """Words at a point; a halo keeps them readable over lines and points."""
    return element(
        "text",
        escaped(words),
        x=x,
        y=y,
        font_size=size,
        fill=fill,
        text_anchor=None if anchor == "start" else anchor,
        font_weight=weight,
        stroke="#ffffff" if halo else None,
        stroke_width=4 if halo else None,
        stroke_linejoin="round" if halo else None,
        paint_order="stroke" if halo else None,
    )


def line(
    x1: float, y1: float, x2: float, y2: float, *, stroke: str, width: float = 1, dash: str | None = None
) -> str:
    return element(
        "line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, stroke_dasharray=dash
    )


def path(
    points: Iterable[tuple[float, float]], *, stroke: str, width: float = 1.8, dash: str | None = None
) -> str:
    steps = "".join(f"{'M' if place == 0 else 'L'}{x:.1f} {y:.1f}" for place, (x, y) in enumerate(points))
    return (
        element(
            "path",
            d=steps,
            fill="none",
            stroke=stroke,
            stroke_width=width,
            stroke_dasharray=dash,
            stroke_linejoin="round",
        )
        if steps
        else ""
    )


def document(
    width: float,
    height: float,
    content: str,
    *,
    key: str,
    title: str,
    description: str = "",
    size: tuple[str, str] | None = None,
) -> str:
    """A whole picture with its name and description for screen readers; `size` where it is no units, such as on paper."""
    wide, high = size or (f"{width:g}", f"{height:g}")
    label = element("title", escaped(title), id=f"{key}-t")
    if description:
        label += element("desc", escaped(description), id=f"{key}-d")
    named = f"{key}-t {key}-d" if description else f"{key}-t"
    return element(
        "svg",
        label + content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=wide,
        height=high,
        role="img",
        aria_labelledby=named,
        font_family=FONT,
    )


def silent(width: float, height: float, content: str) -> str:
    """A small drawing whose words stand beside it: nothing for a screen reader, no stop for the keyboard."""
    return element(
        "svg",
        content,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width} {height}",
        width=width,
        height=height,
        aria_hidden="true",
        focusable="false",
    )


def on_white(picture: str) -> str:
    """The picture on paper of its own, for a file that is laid on any ground; a page brings its ground with it."""
    paper = element("rect", width="100%", height="100%", fill="#ffffff")
    return _HEAD.sub(lambda head: head.group() + paper, picture, count=1)


def width_of(words: str, size: float, bold: bool = False) -> float:
    """How wide words are drawn, in the units of `size`."""
    return sum(_WIDTHS.get(c, 556) for c in words) * size / 1000 * (1.08 if bold else 1)


def mark(
    signal: str, x: float, y: float, *, colour: str, size: float = 4.6, hollow: bool = False, up: bool = True
) -> str:
    """The shape of a point: circle steady, triangle improvement (pointing the way it went), diamond concern, square neutral."""
    fill, stroke = ("#ffffff", colour) if hollow else (colour, None)
    look = {"fill": fill, "stroke": stroke, "stroke_width": 1.8 if hollow else None}
    s = size * 1.35
    if signal == "improvement":
        tip, base = (y - s, y + s * 0.75) if up else (y + s, y - s * 0.75)
        return element("path", d=f"M{x:.1f} {tip:.1f}L{x + s:.1f} {base:.1f}L{x - s:.1f} {base:.1f}Z", **look)
    if signal == "concern":
        return element(
            "path",
            d=f"M{x:.1f} {y - s:.1f}L{x + s:.1f} {y:.1f}L{x:.1f} {y + s:.1f}L{x - s:.1f} {y:.1f}Z",
            **look,
        )
    if signal.startswith("neutral"):
        return element(
            "rect", x=f"{x - size:.1f}", y=f"{y - size:.1f}", width=size * 2, height=size * 2, **look
        )
    return element("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=size, **look)


def escaped(words: str) -> str:
    """Words for an element or an attribute; characters that XML does not have are left out."""
    return escape(words if words.isprintable() else "".join(c for c in words if c.isprintable() or c == "\n"))


def _text(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
