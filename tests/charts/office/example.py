"""One document with everything that a document can hold; its figures are invented and can be checked by hand."""

from datetime import date

from matneo.charts import drivers
from matneo.charts.document import (
    Bullets,
    Document,
    Drawing,
    Figure,
    Heading,
    Line,
    Lines,
    Paragraph,
    Section,
    Stamp,
)
from matneo.charts.drivers import Arrow, Node
from matneo.charts.model import Mark, Point, SpcChart, Table
from matneo.measures.periods import add_months

COLUMNS = (("Aim", 0.0, 200.0), ("Primary", 300.0, 200.0))
NODES = (Node("A1", 0, "An aim"), Node("P1", 1, "First", "2 ideas"), Node("P2", 1, "Second", solid=False))
ARROWS = (Arrow("P1", "A1", 3), Arrow("P2", "A1", 1, home=False, dotted=True))
STAMP = Stamp(
    "r1",
    date(2024, 12, 31),
    date(2025, 1, 20),
    "Ruth Ellery",
    "Exact counts, for people of Northmere",
    "https://example.org/projects/p/packs/story.pptx?release=r1",
    ("Words are as of now, figures as of the release",),
)


def point(place: int, value: float | None, **changes) -> Point:
    start = add_months(date(2023, 1, 1), place)
    given = {"signal": "common", "reason": "", "provisional": False, "phase": 0} | changes
    return Point(
        start, f"{start:%b %Y}", value, None if value is None else round(value * 200), 200.0, "ok" if value is not None else "not_yet_sent",
        given["provisional"], given["signal"], given["reason"], given["phase"], 0.5, 0.35, 0.65,
    )  # fmt: skip


def chart(points, **changes) -> SpcChart:
    given = {"title": "Babies who arrive warm", "target": 0.9, "marks": ()} | changes
    return SpcChart(
        key="k", subject="Northmere", good_sentence="babies who arrive warm", counts="babies", unit="percent", scale=100.0,
        direction="increase", period_kind="month", points=tuple(points), target_words="an aim", variation="improvement",
        assurance="fail", limits_status="ok", signal_since="May 2024", signal_rule="shift", signal_length=8, now=0.72, before=0.5,
        rounded=False, **given,
    )  # fmt: skip


def main_chart() -> SpcChart:
    points = [point(i, 0.45 + 0.01 * (i % 7)) for i in range(15)] + [point(15, None)]
    points += [
        point(i, 0.72, signal="improvement", reason="shift", provisional=i == 23) for i in range(16, 24)
    ]
    marks = (
        Mark(date(2024, 2, 5), "", "test"),
        Mark(date(2024, 2, 20), "", "test"),
        Mark(date(2024, 4, 1), "", "test"),
    )
    return chart(points, marks=marks)


def document(kind="pages", title="Warm at birth", cell="Hats") -> Document:
    figure = Figure("Normothermia", main_chart())
    few = Figure("Few: points", chart([point(i, 0.5) for i in range(4)], title="Only a few"), small=True)
    drawing = Drawing(
        drivers.lay_out(COLUMNS, NODES, ARROWS),
        drivers.draw(COLUMNS, NODES, ARROWS, key="d", title="Drivers", description="In words."),
        "Driver diagram. P1 and P2 serve A1.",
    )
    return Document(
        title,
        "More babies arrive warm, by March 2025.",
        (
            Section("Normothermia: up to 72%, from 50%", (figure, Paragraph("Said in words."), Bullets(("One", "Two"))), "Say it slowly."),
            Section("Other measures", (few, Figure("Another", main_chart(), small=True)), place="small"),
            Section("What we tried", (Table("Ideas", ("Idea", "Tests"), ((cell, "1, 2"), ("Mattress", "3"))), Heading("And", 3), Paragraph("It was easy", "quote")), place="side"),
            Section("In one line each", (Lines((Line("Normothermia", main_chart()), Line("Few", few.chart))),), place="side"),
            Section("Drivers", (drawing,), place="side"),
        ),
        STAMP,
        kind,
    )  # fmt: skip
