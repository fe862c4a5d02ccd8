"""The control chart: picture, table and sentence of one model. Look and rules: docs/reference/charts.md."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from matneo.charts import labels, palette, sentences, table
from matneo.charts.axis import Axis
from matneo.charts.labels import Key, Label
from matneo.charts.model import Chart, Mark, Point, SpcChart
from matneo.charts.svg import document, element, escaped, line, mark, path, text, width_of
from matneo.stats.intervals import wilson


@dataclass(frozen=True)
class Size:
    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    font: float
    years: int | None  # how many years are shown; None: all


ROOM_FOR_LABELS = 40  # above the plot; a smaller picture has the lines of its notes alone
STARTS_A_PHASE = ("rebase", "definition")
SIZES = {
    "full": Size(808, 420, 50, 122, 62, 40, 13, None),
    "phone": Size(358, 300, 42, 14, 44, 34, 12, 5),
    "huddle": Size(1200, 640, 70, 170, 84, 56, 20, None),
    "wall": Size(250, 110, 8, 8, 8, 8, 12, 3),
    "project": Size(1096, 380, 52, 136, 62, 40, 13, None),
}


def draw(model: SpcChart, size: str = "full") -> Chart:
    """The three renderings of a chart. Deterministic: the same model draws the same picture."""
    words = sentences.sentence(model)
    drawing = _Drawing(model, SIZES[size])
    picture = document(
        SIZES[size].width,
        SIZES[size].height + (0 if model.few else drawing.key.height),
        drawing.few() if model.few else drawing.control(),
        key=model.key,
        title=f"{model.title}, {model.subject}",
        description=words,
    )
    noted = "" if model.few else labels.in_words(drawing.labels)
    return Chart(picture, table.of_chart(model), words, noted)


def heights(model: SpcChart, size: str = "full") -> tuple[float, ...]:
    """What the picture's axis must hold: given to another model as `beside`, both are drawn to one scale."""
    return tuple(_heights(model, _recent(model, SIZES[size].years)))


def axis_of(model: SpcChart, size: str) -> Axis:
    """The time axis on which `draw` puts the points, for what is drawn below on the same one."""
    drawing = _Drawing(model, SIZES[size])
    return Axis(drawing.x0, drawing.x1, tuple(point.start for point in drawing.points), model.period_kind)


class _Drawing:
    def __init__(self, model: SpcChart, size: Size) -> None:
        self.model, self.size = model, size
        self.points = _recent(model, size.years)
        self.x0, self.x1 = size.left, size.width - size.right
        self.y0, self.y1 = size.height - size.bottom, size.top
        self.low, self.high, self.ticks = _scale(model, self.points)
        self.step = (self.x1 - self.x0) / max(len(self.points), 1)
        self.lower_is_better = model.direction == "decrease"

    def x(self, place: float) -> float:
        return self.x0 + (place + 0.5) * self.step

    def y(self, value: float) -> float:
        return self.y0 + (self.y1 - self.y0) * (value * self.model.scale - self.low) / (self.high - self.low)

    def x_of(self, day: date) -> float:
        """Where a day falls on the axis: at the left edge of its period."""
        starts = [point.start for point in self.points]
        place = next((i for i, start in enumerate(starts) if start >= day), len(starts))
        return self.x0 + place * self.step

    def control(self) -> str:
        return (
            self.axes()
            + self.pauses()
            + self.limits()
            + self.target()
            + self.notes()
            + self.line()
            + self.marks()
        )

    # --- scaffolding ---------------------------------------------------------------------------------------------
    def axes(self) -> str:
        font = self.size.font
        drawn = ""
        for tick in self.ticks:
            y = self.y(tick / self.model.scale)
            drawn += line(self.x0, y, self.x1, y, stroke=palette.GRID)
            label = sentences.number(tick, 0 if float(tick).is_integer() else 1) + (
                "%" if self.model.unit == "percent" else ""
            )
            drawn += text(
                self.x0 - 8, y + font * 0.35, label, size=font, fill=palette.SECONDARY, anchor="end"
            )
        drawn += line(self.x0, self.y0, self.x1, self.y0, stroke=palette.STEADY)
        return drawn + self.years()

    def years(self) -> str:
        """Years stand in the middle of their points; a tick marks where each begins. Of weeks it is months, where the
        year of the first one and of each January is said too."""
        groups: dict[str, list[int]] = {}
        for place, point in enumerate(self.points):
            groups.setdefault(self.stretch_of(point.start), []).append(place)
        drawn, taken = "", -1000.0
        for year, places in groups.items():
            left = self.x0 + places[0] * self.step
            drawn += line(left, self.y0, left, self.y0 + 5, stroke=palette.STEADY)
            middle = self.x(sum(places) / len(places))
            half = width_of(year, self.size.font) / 2
            if middle - half > taken + 4 and middle + half <= self.size.width:
                drawn += text(
                    middle,
                    self.y0 + self.size.font + 8,
                    year,
                    size=self.size.font,
                    fill=palette.SECONDARY,
                    anchor="middle",
                )
                taken = middle + half
        return drawn

    def stretch_of(self, day: date) -> str:
        if self.model.period_kind != "week" or len(self.points) > 80:
            return str(day.year)
        first = self.points[0].start
        named = day.month == 1 or (day.year, day.month) == (first.year, first.month)
        return f"{day:%b %Y}" if named else f"{day:%b}"

    def pauses(self) -> str:
        drawn = ""
        for note in (note for note in self.model.marks if note.kind in labels.STRETCHES):
            left, right = self.x_of(note.date), self.x_of(note.until or note.date)
            if right > left and (note.kind == "still" or self.left_a_gap(note)):
                drawn += element(
                    "rect",
                    x=left,
                    y=self.y1,
                    width=right - left,
                    height=self.y0 - self.y1,
                    fill=palette.PAUSE,
                )
        return drawn

    def limits(self) -> str:
        drawn = ""
        stretches = _stretches(self.points)
        for stretch in stretches:
            for name, dash, colour, width in (
                ("lcl", "5 4", palette.STEADY, 1.2),
                ("ucl", "5 4", palette.STEADY, 1.2),
                ("centre", None, palette.MEAN, 1.8),
            ):
                drawn += self.stepped(stretch, name, colour, width, dash)
        return drawn + "".join(map(self.mean_of, stretches[:-1])) + self.right_labels()

    def mean_of(self, stretch: Sequence[tuple[int, Point]]) -> str:
        """The mean of an earlier phase, printed where it ends, on the side where fewer of its last points lie; white
        behind it, because some may."""
        place, last = stretch[-1]
        if last.centre is None or len(stretch) < 3:
            return ""
        nearby = [p.value for _, p in stretch[-4:] if p.value is not None]
        is_over = sum(value < last.centre for value in nearby) * 2 > len(nearby)
        return text(
            self.x0 + (place + 1) * self.step - 4,
            self.y(last.centre) + (-5 if is_over else self.size.font + 2),
            f"Mean {self.amount(last.centre)}",
            size=self.size.font,
            anchor="end",
            weight="bold",
            halo=True,
        )

    def stepped(
        self, stretch: Sequence[tuple[int, Point]], name: str, colour: str, width: float, dash: str | None
    ) -> str:
        corners: list[tuple[float, float]] = []
        for place, point in stretch:
            value = getattr(point, name)
            if value is not None:
                y = self.y(value)
                corners += [(self.x0 + place * self.step, y), (self.x0 + (place + 1) * self.step, y)]
        return path(corners, stroke=colour, width=width, dash=dash)

    def right_labels(self) -> str:
        last = self.model.last
        if last is None or self.size.right < 60:
            return ""
        wanted = (
            (last.ucl, "Upper limit", False),
            (last.centre, "Mean", True),
            (last.lcl, "Lower limit", False),
        )
        labels = sorted(
            (self.y(v), f"{words} {self.amount(v)}", bold) for v, words, bold in wanted if v is not None
        )
        drawn, below = "", -1000.0
        for wish, words, bold in labels:  # labels that would touch move apart
            y = below = max(wish, below + self.size.font + 2)
            fill, weight = (palette.INK, "bold") if bold else (palette.SECONDARY, None)
            drawn += text(
                self.x1 + 8, y + self.size.font * 0.35, words, size=self.size.font, fill=fill, weight=weight
            )
        return drawn

    def target(self) -> str:
        if self.model.target is None:
            return ""
        y = self.y(self.model.target)
        words = f"Target {self.amount(self.model.target)}"
        return line(self.x0, y, self.x1, y, stroke=palette.INK, width=1.6, dash="10 3 2 3") + text(
            self.x0 + 4, y - 6, words, size=self.size.font, weight="bold", halo=True
        )

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """What is shown of the notes; a test has its number, a phase too."""
        wanted, tests, phase = [], 0, 1
        for note in self.model.marks:
            tests += note.kind == "test"
            phase += note.kind in STARTS_A_PHASE
            if self.is_shown(note):
                words = f"Phase {phase}: {note.text}" if note.kind in STARTS_A_PHASE else note.text
                wanted.append(
                    Label(note, self.x_of(note.date), words, str(tests) if note.kind == "test" else "")
                )
        if self.size.top < ROOM_FOR_LABELS:
            return tuple(replace(label, sign="") for label in wanted)
        return labels.placed(wanted, self.size.width, self.size.font)

    @cached_property
    def key(self) -> Key:
        named = [label for label in self.labels if label.sign]
        return labels.key_of(named, self.size.width - 2 * self.size.left, self.size.font)

    def notes(self) -> str:
        """Labels in two rows above the plot, so that none lies on the data; one that finds no room has a letter on its
        line, and its words in the key below."""
        drawn, low = "", [label for label in self.labels if label.in_key]
        for label in self.labels:
            if label.row is None:
                continue
            y = self.y1 - 12 - label.row * (self.size.font + 7)
            pause, test = label.note.kind in labels.STRETCHES, label.is_test
            drawn += text(
                label.at,
                y,
                label.words,
                size=self.size.font,
                fill=palette.SECONDARY if pause else palette.INK,
                anchor=label.anchor,
                weight="bold" if label.is_bold else None,
            )
            drawn += labels.sign(label, label.x, y - self.size.font * 0.4) if test else ""
            if not pause:
                drawn += self.note_line(label.x, y + (4 if test else -self.size.font))
        for place, label in enumerate(low):
            close = sum(other.x > label.x - 2.2 * labels.RADIUS for other in low[:place])
            drawn += self.note_line(label.x, self.y1)
            if label.sign:
                drawn += labels.sign(label, label.x, self.clear_of_data(label.x, close))
        return drawn + self.key.draw(self.size.left, self.size.height)

    def note_line(self, x: float, top: float) -> str:
        return line(x, top, x, self.y0, stroke=palette.INK, width=1.5, dash="1.5 3")

    def clear_of_data(self, x: float, close: int) -> float:
        """Where a letter stands on its line: at the top of the plot, or at its foot where points lie near the top; letters
        that are close to each other stand one below the other."""
        near = [
            self.y(point.value)
            for place, point in enumerate(self.points)
            if point.value is not None and abs(self.x(place) - x) < 2 * labels.RADIUS + self.step
        ]
        step = 2.2 * labels.RADIUS * close
        top, foot = self.y1 + labels.RADIUS + step, self.y0 - labels.RADIUS - 3 - step
        room = {y: min((abs(y - point) for point in near), default=self.y0) for y in (top, foot)}
        return top if room[top] >= room[foot] or room[top] > 3 * labels.RADIUS else foot

    def is_shown(self, note: Mark) -> bool:
        """Inside the years drawn; a pause only where it left a gap."""
        if not self.points or not self.points[0].start <= note.date <= self.points[-1].start:
            return False
        return note.kind != "pause" or self.left_a_gap(note)

    def left_a_gap(self, note: Mark) -> bool:
        return any(p.value is None for p in self.points if note.date <= p.start < (note.until or note.date))

    # --- the data ------------------------------------------------------------------------------------------------
    def line(self) -> str:
        """Joined neighbours only: the line breaks at every gap and at a new phase."""
        pieces: list[list[tuple[float, float]]] = [[]]
        before: Point | None = None
        for place, point in enumerate(self.points):
            if point.value is None or (before is not None and point.phase != before.phase):
                pieces.append([])
            if point.value is not None:
                pieces[-1].append((self.x(place), self.y(point.value)))
            before = point
        return "".join(path(piece, stroke=palette.JOIN) for piece in pieces if len(piece) > 1)

    def marks(self) -> str:
        size = 4.6 if self.step > 9 else max(2.6, self.step * 0.42)
        size *= self.size.font / 13
        drawn = ""
        for place, point in enumerate(self.points):
            if point.value is None:
                continue
            shape = mark(
                point.signal,
                self.x(place),
                self.y(point.value),
                colour=palette.SIGNALS[point.signal],
                size=size,
                hollow=point.provisional,
                up=not self.lower_is_better,
            )
            drawn += element(
                "g",
                element("title", escaped(sentences.point_words(self.model, point))) + shape,
                class_="pt",
                data_start=point.start,
            )
        return element("g", drawn, class_="points")

    def amount(self, value: float) -> str:
        digits = None if self.model.unit == "percent" and value * self.model.scale >= 20 else 1
        return sentences.number(value * self.model.scale, digits) + (
            "%" if self.model.unit == "percent" else ""
        )

    # --- too few points for limits -------------------------------------------------------------------------------
    def few(self) -> str:
        """A value with its 95 % interval each period, and England beside it."""
        drawn = self.axes_few()
        england = dict(self.model.england)
        for place, point in enumerate(self.points):
            x = self.x(place)
            if point.value is None:
                drawn += text(
                    x,
                    self.y0 - 8,
                    sentences.STATES[point.state] or "no value",
                    size=self.size.font,
                    fill=palette.SECONDARY,
                    anchor="middle",
                )
                continue
            if point.start in england:
                y = self.y(england[point.start])
                drawn += line(x - 34, y, x + 34, y, stroke=palette.INK, width=1.6, dash="10 3 2 3")
                if place == len(self.points) - 1:  # its words once, or they would lie on the next period
                    drawn += text(
                        x + 38,
                        y + 4,
                        f"England {self.amount(england[point.start])}",
                        size=self.size.font,
                        fill=palette.SECONDARY,
                    )
            if point.numerator is not None and point.denominator:
                interval = wilson(point.numerator, point.denominator)
                top, bottom = self.y(float(interval.upper)), self.y(float(interval.lower))
                drawn += line(x, top, x, bottom, stroke=palette.MEAN, width=2)
                drawn += line(x - 5, top, x + 5, top, stroke=palette.MEAN, width=2) + line(
                    x - 5, bottom, x + 5, bottom, stroke=palette.MEAN, width=2
                )
            shape = mark(
                "common", x, self.y(point.value), colour=palette.INK, size=6, hollow=point.provisional
            )
            drawn += element(
                "g",
                element("title", escaped(sentences.point_words(self.model, point))) + shape,
                class_="pt",
                data_start=point.start,
            )
            drawn += text(
                x - 12,
                self.y(point.value) + 5,
                self.amount(point.value),
                size=self.size.font + 2,
                weight="bold",
                anchor="end",
            )
        return drawn

    def axes_few(self) -> str:
        drawn = ""
        for tick in self.ticks:
            y = self.y(tick / self.model.scale)
            drawn += line(self.x0, y, self.x1, y, stroke=palette.GRID)
            drawn += text(
                self.x0 - 8,
                y + 4,
                sentences.number(tick, 0 if float(tick).is_integer() else 1)
                + ("%" if self.model.unit == "percent" else ""),
                size=self.size.font,
                fill=palette.SECONDARY,
                anchor="end",
            )
        drawn += line(self.x0, self.y0, self.x1, self.y0, stroke=palette.STEADY)
        for place, point in enumerate(self.points):
            drawn += text(
                self.x(place),
                self.y0 + self.size.font + 8,
                point.label,
                size=self.size.font,
                fill=palette.SECONDARY,
                anchor="middle",
            )
        return drawn


def _recent(model: SpcChart, years: int | None) -> tuple[Point, ...]:
    if years is None or not model.points:
        return model.points
    cut = model.points[-1].start.year - years
    return (
        tuple(p for p in model.points if (p.start.year, p.start.month) > (cut, model.points[-1].start.month))
        or model.points
    )


def _stretches(points: Sequence[Point]) -> list[list[tuple[int, Point]]]:
    """Points of one phase, with their places."""
    found: list[list[tuple[int, Point]]] = []
    for place, point in enumerate(points):
        if not found or found[-1][-1][1].phase != point.phase:
            found.append([])
        found[-1].append((place, point))
    return found


def _scale(model: SpcChart, points: Sequence[Point]) -> tuple[float, float, list[float]]:
    """A calm axis: it holds every point, the limits and the target; a proportion never leaves 0 to 100."""
    shown = [v * model.scale for v in (*_heights(model, points), *model.beside)] or [0.0, 1.0]
    low, high = min(shown), max(shown)
    margin = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    low, high = max(0.0, low - margin), high + margin
    if low < high * 0.25:
        low = 0.0
    step = _step((high - low) / 5)
    bottom, top = (low // step) * step, -(-high // step) * step
    if model.unit == "percent":
        top = min(top, 100.0) if max(shown) <= 100 else top
    ticks = [bottom + step * i for i in range(round((top - bottom) / step) + 1)]
    return bottom, top, [round(tick, 6) for tick in ticks]


def _heights(model: SpcChart, points: Sequence[Point]) -> list[float]:
    values = [v for p in points for v in (p.value, p.centre, p.lcl, p.ucl) if v is not None]
    values += [model.target] if model.target is not None else []
    if model.few:
        values += [v for _, v in model.england]
        for point in points:
            if point.numerator is not None and point.denominator:
                interval = wilson(point.numerator, point.denominator)
                values += [float(interval.lower), float(interval.upper)]
    return values


def _step(raw: float) -> float:
    power = 10.0 ** len(str(int(raw))) / 10 if raw >= 1 else 0.1 if raw > 0.1 else 0.01
    return next((power * factor for factor in (1, 2, 5, 10) if power * factor >= raw), power * 10)
