"""A document as slides: titles are titles, charts are charts, tables are tables, and all of it can be edited."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from matneo.charts import palette
from matneo.charts.document import (
    KEY_WORDS,
    Bullets,
    Document,
    Drawing,
    Figure,
    Lines,
    Paragraph,
    Part,
    Section,
    Stamp,
)
from matneo.charts.model import Table
from matneo.charts.office import poster, runs, shapes, tables
from matneo.charts.office.slides import Deck, Run, Slide, height_of, row_heights

WIDE, HIGH = 13.333, 7.5
MARGIN, TOP, FOOT = 0.6, 1.45, 6.95
BODY = WIDE - 2 * MARGIN
MOST_FIGURES = 4
TEXT, SMALL, CAPTION = 18.0, 10.5, 13.0


def write(document: Document) -> bytes:
    """The file's bytes; the same document, the same bytes."""
    if document.kind == "poster":
        return poster.slides(document)
    if document.kind == "diagram":
        return shapes.slides(document)
    deck = Deck(WIDE, HIGH)
    _cover(deck, document)
    for section in document.sections:
        for page in _pages(section):
            _slide(deck, page, document.stamp)
    return deck.save(
        title=document.title, author=document.stamp.by, subject=document.stamp.figures, on=document.stamp.made
    )


def _cover(deck: Deck, document: Document) -> None:
    slide = deck.slide(document.title, size=36, top=1.6, margin=0.9)
    width = WIDE - 1.8
    y = 1.6 + height_of(document.title, width, 36, bold=True) + 0.35
    y += slide.text([[(document.lead, palette.INK, False)]], 0.9, y, width, 22, name="In one sentence") + 0.5
    said = [[(words, palette.SECONDARY, False)] for words in document.stamp.lines]
    link: list[Run] = [("Make this document again", palette.PUBLISHED, False)]
    slide.text([*said, link], 0.9, y, width, 13, name="Where it comes from", link=document.stamp.link)
    slide.notes(f"{document.stamp.link}\n{KEY_WORDS}")


def _slide(deck: Deck, section: Section, stamp: Stamp) -> None:
    slide = deck.slide(section.heading, size=28)
    top = max(TOP, 0.4 + height_of(section.heading, BODY, 28, bold=True) + 0.3)
    figures = section.figures
    others = tuple(part for part in section.parts if not isinstance(part, Figure))
    if len(figures) == 1:
        _beside(slide, figures[0], others, top)
    elif figures:
        _grid(slide, figures, top)
    else:
        _column(slide, others, MARGIN, top, BODY, TEXT)
    slide.text([[(stamp.line, palette.SECONDARY, False)]], MARGIN, FOOT + 0.1, BODY, SMALL, name="Where it comes from", link=stamp.link)  # fmt: skip
    said = [figure.alt for figure in figures] + ([KEY_WORDS] if figures else [])
    slide.notes("\n".join(words for words in (section.notes, *said) if words))


def _beside(slide: Slide, figure: Figure, others: Sequence[Part], top: float) -> None:
    """One chart, large, with its sentence and the rest at its right."""
    side, gap = 3.7, 0.35
    slide.chart(figure.chart, MARGIN, top, BODY - side - gap, FOOT - 0.1 - top, 12, figure.alt)
    named = (Paragraph(figure.name, "lead"),) if figure.small else ()  # else the heading says it
    _column(slide, (*named, Paragraph(figure.sentence), *others), WIDE - MARGIN - side, top, side, 16)


def _figure(slide: Slide, figure: Figure, x: float, y: float, width: float, height: float) -> None:
    """A small one with its name and its sentence above."""
    bottom = y + height
    y += slide.text([[(figure.name, palette.INK, True)]], x, y, width, CAPTION + 1, name="Measure") + 0.02
    y += slide.text([[(figure.sentence, palette.INK, False)]], x, y, width, CAPTION, name="In words") + 0.08
    slide.chart(figure.chart, x, y, width, bottom - y, 9, figure.alt)


def _grid(slide: Slide, figures: Sequence[Figure], top: float) -> None:
    columns = 2
    rows = -(-len(figures) // columns)
    wide, high = (BODY - 0.4) / columns, (FOOT - 0.1 - top) / rows
    for place, figure in enumerate(figures):
        x, y = MARGIN + (place % columns) * (wide + 0.4), top + (place // columns) * high
        _figure(slide, figure, x, y, wide, high - 0.15)


def _column(slide: Slide, parts: Sequence[Part], x: float, y: float, width: float, size: float) -> None:
    for part in parts:
        if isinstance(part, Drawing):
            shapes.draw(slide, part, x, y, width, FOOT - y)
        elif table := tables.of(part):
            y += slide.table(table, x, y, tables.widths(table, width), tables.SIZE, tables.COLOURS) + 0.25
        else:
            y += slide.text(runs.of(part), x, y, width, size) + size * 0.6 / 72


def _pages(section: Section) -> Iterator[Section]:
    """A section in as many slides as it needs; a heading says that it goes on."""
    top = max(TOP, 0.4 + height_of(section.heading, BODY, 28, bold=True) + 0.3)
    room = FOOT - top
    pages: list[list[Part]] = [[]]
    used = figures = 0.0
    for part in _pieces(section, room):
        is_figure = isinstance(part, Figure)
        figures += is_figure
        high = 0.0 if is_figure or section.figures else _height(part)
        if pages[-1] and (used + high > room or figures > MOST_FIGURES):
            pages.append([])
            used, figures = 0.0, float(is_figure)
        pages[-1].append(part)
        used += high
    for number, parts in enumerate(pages):
        heading = section.heading if number == 0 else f"{section.heading} (continued)"
        yield replace(section, heading=heading, parts=tuple(parts))


def _pieces(section: Section, room: float) -> Iterator[Part]:
    """Its parts, with long tables and lists cut into what one slide holds. Words beside several charts are said by them."""
    for part in section.parts:
        if len(section.figures) > 1 and not isinstance(part, Figure):
            continue
        if table := tables.of(part) if not isinstance(part, Lines) else None:
            yield from _cut(table, room)
        elif isinstance(part, Bullets):
            yield from (Bullets((item,)) for item in part.items)
        else:
            yield part


def _cut(table: Table, room: float) -> Iterator[Table]:
    head, *heights = row_heights(table, tables.widths(table, BODY), tables.SIZE)
    rows: list[tuple[str, ...]] = []
    used = head
    for row, high in zip(table.rows, heights, strict=True):
        if rows and used + high > room - 0.3:
            yield replace(table, rows=tuple(rows))
            rows, used = [], head
        rows.append(row)
        used += high
    yield replace(table, rows=tuple(rows))


def _height(part: Part) -> float:
    if isinstance(part, Drawing):
        return FOOT
    if table := tables.of(part):
        return sum(row_heights(table, tables.widths(table, BODY), tables.SIZE)) + 0.25
    said = runs.of(part)
    return sum(height_of("".join(run[0] for run in one), BODY, TEXT) + TEXT * 0.6 / 72 for one in said)
