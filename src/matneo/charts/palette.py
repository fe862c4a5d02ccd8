"""Colours and sizes of every picture. Contrast on white stands beside each; a test computes it."""

INK = "#212b32"  # 14.4: text, target, tests
SECONDARY = "#4c6272"  # 6.4: axis text
IMPROVEMENT = "#0072ce"  # 4.9
CONCERN = "#c75300"  # 4.5
NEUTRAL = "#5b3a9e"  # 8.3
STEADY = "#768692"  # 3.8: steady points and limits
MEAN = "#425563"  # 7.7
PUBLISHED = "#003087"
BAND = "#f0f4f5"
HAIRLINE = "#d8dde0"
GRID = "#e8edee"
JOIN = "#aeb7bd"
PAUSE = "#e3e8eb"
REACH = "#d3e0ee"  # how many a test reached
WHITE = "#ffffff"
LINK = "#005eb8"  # 6.4: what is open or chosen
BOX = "#5b6b76"  # 5.5: the frame of a driver
CURVE = "#c1cad0"
CHOSEN = "#e3eef8"
FONT = "Arial, Liberation Sans, sans-serif"
SIGNALS = {
    "improvement": IMPROVEMENT,
    "concern": CONCERN,
    "neutral_high": NEUTRAL,
    "neutral_low": NEUTRAL,
    "common": STEADY,
}


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio of two #rrggbb colours, 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
