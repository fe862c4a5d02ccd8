"""The learning-event poster as one slide of A3 landscape. What is read from two metres stands large."""

from collections.abc import Sequence

from matneo.charts import palette
from matneo.charts.document import KEY_WORDS, Document, Figure, Section
from matneo.charts.office import runs, square
from matneo.charts.office.slides import Deck, Run, Slide, height_of

WIDE, HIGH = 16.535, 11.693  # A3
MARGIN, GAP, HEAD, FOOT = 0.5, 0.45, 2.05, 10.65
LEFT = 9.6
SIDE = WIDE - 2 * MARGIN - LEFT - GAP
SIZES = (20.0, 18.0, 16.0, 15.0, 14.0, 13.0, 12.0, 11.0, 10.0)


def slides(document: Document) -> bytes:
    deck = Deck(WIDE, HIGH)
    large, lead = head_sizes(document)
    slide = deck.slide(document.title, size=large, top=0.3, margin=MARGIN)
    slide.text([[(document.lead, palette.INK, False)]], MARGIN, 1.12, WIDE - 2 * MARGIN, lead, name="The aim")
    main = next((s for s in document.sections if s.place == "main"), None)
    small = [f for s in document.sections if s.place == "small" for f in s.figures]
    _left(slide, main, small)
    _right(slide, [s for s in document.sections if s.place == "side"])
    _foot(slide, document)
    slide.notes("\n".join([*(figure.alt for figure in document.figures), KEY_WORDS, *document.stamp.lines]))
    return deck.save(
        title=document.title, author=document.stamp.by, subject=document.stamp.figures, on=document.stamp.made
    )


def head_sizes(document: Document) -> tuple[float, float]:
    """Points of the title, which keeps to one line, and of the aim, which keeps to three."""
    width = WIDE - 2 * MARGIN
    titles, leads = (40.0, 34.0, 28.0, 24.0, 20.0), (22.0, 20.0, 18.0, 16.0, 14.0, 12.0, 10.0)
    large = next((s for s in titles if height_of(document.title, width, s, bold=True) < s * 1.5 / 72), 20.0)
    room = HEAD - 1.12 - 0.1
    return large, next((s for s in leads if height_of(document.lead, width, s) <= room), 10.0)


def _left(slide: Slide, main: Section | None, small: list[Figure]) -> None:
    y = HEAD
    below = 2.35 if small else 0.0
    if main is not None:
        y += slide.text([[(main.heading, palette.INK, True)]], MARGIN, y, LEFT, 24, name="Finding") + 0.1
        for part in main.parts:
            said = [[(part.sentence, palette.INK, False)]] if isinstance(part, Figure) else runs.of(part)
            y += slide.text(said, MARGIN, y, LEFT, 15, name="In words") + 0.08
        for figure in main.figures[:1]:
            slide.chart(figure.chart, MARGIN, y, LEFT, FOOT - below - y - 0.1, 13, figure.alt)
    each = (LEFT - GAP * (len(small) - 1)) / max(len(small), 1)
    for place, figure in enumerate(small):
        x, top = MARGIN + place * (each + GAP), FOOT - below
        top += slide.text([[(figure.name, palette.INK, True)]], x, top, each, 12, name="Measure")
        slide.chart(figure.chart, x, top, each, FOOT - top - 0.05, 8, figure.alt)


def _right(slide: Slide, sections: list[Section]) -> None:
    """In the largest letters in which everything has room."""
    said, size = [_said(section) for section in sections], side_size(sections)
    x, y = MARGIN + LEFT + GAP, HEAD
    slide.block(x, y, SIDE, FOOT - HEAD, palette.BAND)
    y += 0.15
    for heading, paragraphs in said:
        y += (
            slide.text(
                [[(heading, palette.PUBLISHED, True)]], x + 0.25, y, SIDE - 0.5, size + 4, name="Heading"
            )
            + 0.06
        )
        y += slide.text(paragraphs, x + 0.25, y, SIDE - 0.5, size, name=heading, gap=0.35) + 0.24


def side_size(sections: Sequence[Section]) -> float:
    """The largest letters, in points, in which what stands at the side has room; of the paper's poster too."""
    said = [_said(section) for section in sections]
    room = FOOT - HEAD - 0.3
    return next((size for size in SIZES if sum(_high(one, size) for one in said) <= room), SIZES[-1])


def _said(section: Section) -> tuple[str, list[list[Run]]]:
    return section.heading, [said for part in section.parts for said in runs.of(part)]


def _high(said: tuple[str, list[list[Run]]], size: float) -> float:
    heading, paragraphs = said
    inner = SIDE - 0.5
    high = height_of(heading, inner, size + 4, bold=True) + 0.30
    return high + sum(
        height_of("".join(run[0] for run in one), inner, size) + 0.35 * size / 72 for one in paragraphs
    )


def _foot(slide: Slide, document: Document) -> None:
    stamp = document.stamp
    said: list[list[Run]] = [[(line, palette.SECONDARY, False)] for line in (stamp.line, *stamp.notes)]
    said.append([("Make this poster again", palette.PUBLISHED, False)])
    slide.text(
        said,
        MARGIN,
        FOOT + 0.12,
        WIDE - 2 * MARGIN - 1.1,
        10,
        name="Where it comes from",
        gap=0.15,
        link=stamp.link,
    )
    slide.picture(
        square.png(stamp.link), WIDE - MARGIN - 0.9, FOOT + 0.08, 0.9, f"Square code of {stamp.link}"
    )
