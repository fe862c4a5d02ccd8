"""How far a project is: the team's disc and the coach's diamond on one scale from 0.5 to 5. It is no mark of a service."""

from matneo.charts import palette
from matneo.charts.svg import document, element, line, mark, text, width_of

WIDTH, HEIGHT, LEFT, RIGHT, AXIS = 320, 76, 12, 308, 42


def draw(team: float | None, coach: float | None, suggested: float | None, *, key: str) -> str:
    """The picture. What the records suggest is a small tick under the axis; None for those who see no suggestion."""
    drawn = line(LEFT, AXIS, RIGHT, AXIS, stroke=palette.STEADY, width=1.6)
    for half in range(1, 11):
        whole = half % 2 == 0
        x, tall = _x(half / 2), 5 if whole else 3
        drawn += line(x, AXIS - tall, x, AXIS + tall, stroke=palette.STEADY, width=1.2)
        if whole:
            drawn += text(x, AXIS + 25, str(half // 2), size=13, fill=palette.SECONDARY, anchor="middle")
    if suggested is not None:
        drawn += element("path", d=f"M{_x(suggested):.1f} {AXIS + 8}l4 7h-8Z", fill=palette.MEAN)
    if team is not None:
        drawn += element("circle", cx=_x(team), cy=AXIS, r=7, fill=palette.PUBLISHED)
    if coach is not None:
        shape = mark("concern", _x(coach), AXIS, colour=palette.PUBLISHED, size=6.5, hollow=True)
        drawn += shape
    drawn += _labels(team, coach)
    return document(
        WIDTH,
        HEIGHT,
        drawn,
        key=key,
        title="Progress from 0.5 to 5",
        description=sentence(team, coach, suggested),
    )


def sentence(team: float | None, coach: float | None, suggested: float | None) -> str:
    said = [
        f"The {who} says {value:.1f}"
        for who, value in (("team", team), ("coach", coach))
        if value is not None
    ]
    words = ", ".join([said[0], *(part[0].lower() + part[1:] for part in said[1:])]) + ". " if said else ""
    if suggested is None:
        return words.rstrip() or "Nobody has said yet how far the project is."
    return f"{words}The records suggest {suggested:.1f}."


def _labels(team: float | None, coach: float | None) -> str:
    """Both above the axis, apart where they would touch: the lower value stands left."""
    shown = [
        (value, f"{who} {value:.1f}")
        for who, value in (("team", team), ("coach", coach))
        if value is not None
    ]
    drawn, free = "", float(WIDTH)
    places = []
    for value, words in sorted(shown, reverse=True):  # from the right, where the scale ends
        half = width_of(words, 13, bold=True) / 2
        x = max(min(_x(value), free - half), half)
        free = x - half - 10
        places.append((x, half, words))
    # At the left end the higher one makes room.
    for place in range(len(places) - 2, -1, -1):
        x, half, words = places[place]
        left = places[place + 1]
        places[place] = (max(x, left[0] + left[1] + 10 + half), half, words)
    for x, _, words in places:
        drawn += text(x, AXIS - 18, words, size=13, anchor="middle", weight="bold")
    return drawn


def _x(value: float) -> float:
    return LEFT + (RIGHT - LEFT) * (value - 0.5) / 4.5
