"""Our own variation and assurance icons: a 48-unit box, drawn so that shape alone tells them apart."""

from matneo.charts import palette
from matneo.charts.sentences import ASSURANCE, VARIATION
from matneo.charts.svg import document, element, line, mark


def variation(code: str, size: int = 52, *, key: str = "v") -> str:
    """Improving, needs a look, changed, steady, too few."""
    small = size < 26
    if code == "too_few":
        drawn = _ring(palette.STEADY, "2 4") + "".join(
            element("circle", cx=x, cy=24, r=2.6, fill=palette.STEADY) for x in (15, 24, 33)
        )
    elif code == "common":
        rails = (
            ""
            if small
            else line(9, 16, 39, 16, stroke=palette.STEADY, dash="3 3")
            + line(9, 32, 39, 32, stroke=palette.STEADY, dash="3 3")
        )
        wave = element(
            "path",
            d="M10 24 Q14 17 18 24 T26 24 T34 24 L38 24",
            fill="none",
            stroke=palette.STEADY,
            stroke_width=2.4,
        )
        drawn = _ring(palette.STEADY) + rails + wave
    else:
        colour = palette.SIGNALS[code]
        up = code != "neutral_low"
        low, high = (31, 18) if up else (18, 31)
        step = element(
            "path",
            d=f"M10 {low} L22 {low} L29 {high} L33 {high}",
            fill="none",
            stroke=colour,
            stroke_width=2.6,
        )
        drawn = _ring(colour) + step + mark(code, 35, high, colour=colour, size=4.6, up=up)
    return _sized(drawn, size, key, VARIATION[code])


def assurance(code: str, size: int = 52, *, direction: str = "increase", key: str = "a") -> str:
    """Reaches the target, some periods, not expected yet, no target."""
    if code in ("none", "too_few"):
        return _sized(
            _ring(palette.STEADY, "2 4") + line(17, 24, 31, 24, stroke=palette.STEADY, width=2.6),
            size,
            key,
            ASSURANCE[code],
        )
    colour = {"pass": palette.IMPROVEMENT, "fail": palette.CONCERN, "inconsistent": palette.STEADY}[code]
    good_above = direction == "increase"
    above = (code == "pass") == good_above
    target, top, bottom = (
        (24, 14, 34) if code == "inconsistent" else ((33, 12, 27) if above else (15, 21, 36))
    )
    bar = line(24, top, 24, bottom, stroke=colour, width=2.6) + line(
        19, top, 29, top, stroke=colour, width=2.6
    )
    bar += line(19, bottom, 29, bottom, stroke=colour, width=2.6)
    return _sized(
        _ring(colour) + line(9, target, 39, target, stroke=palette.INK, width=2, dash="4 3") + bar,
        size,
        key,
        ASSURANCE[code],
    )


def _ring(colour: str, dash: str | None = None) -> str:
    return element(
        "circle",
        cx=24,
        cy=24,
        r=21.5,
        fill=palette.WHITE,
        stroke=colour,
        stroke_width=2.5,
        stroke_dasharray=dash,
    )


def _sized(drawn: str, size: int, key: str, title: str) -> str:
    picture = document(48, 48, drawn, key=key, title=title)
    return picture.replace('width="48" height="48"', f'width="{size}" height="{size}"', 1)
