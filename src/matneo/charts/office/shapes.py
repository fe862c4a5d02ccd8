"""A driver diagram as real shapes: boxes that can be moved, with connectors that stay glued to them."""

from typing import Any

from matneo.charts import palette
from matneo.charts.document import Document, Drawing
from matneo.charts.drivers import Arrow, Node
from matneo.charts.office import native
from matneo.charts.office.slides import Deck, Slide, describe

WIDTH = {1: 0.75, 2: 1.5, 3: 2.75}
LEFT, RIGHT = 1, 3  # connection sites of a rounded rectangle: top, left, bottom, right
LEAST = 6.0
MOST = 18 / 14.5 / 72  # inches a unit: names of at most 18 points
A3 = (16.535, 11.693)
MARGIN, TOP, FOOT = 0.5, 1.25, 11.1


def slides(document: Document) -> bytes:
    """A deck of diagrams alone, one on each slide; A3, because a whole diagram is read from paper."""
    wide, high = A3
    deck = Deck(wide, high)
    stamp = document.stamp
    said = " ".join(stamp.lines)
    for section in document.sections:
        slide = deck.slide(section.heading, size=26, margin=MARGIN)
        for part in section.parts:
            if isinstance(part, Drawing):
                draw(slide, part, MARGIN, TOP, wide - 2 * MARGIN, FOOT - 0.15 - TOP)
                slide.notes(f"{part.words}\n{said}\n{stamp.link}")
        slide.text(
            [[(said, palette.SECONDARY, False)]],
            MARGIN,
            FOOT,
            wide - 2 * MARGIN,
            10,
            name="Where it comes from",
            link=stamp.link,
        )
    return deck.save(title=document.title, author=stamp.by, subject=document.lead, on=stamp.made)


def draw(slide: Slide, drawing: Drawing, x: float, y: float, width: float, height: float) -> None:
    """The whole diagram inside a box in inches, in proportion."""
    layout = drawing.layout
    across = max(left + wide for left, _, wide, _, _ in layout.boxes)
    scale = min(width / across, height / layout.height, MOST)
    for words, left, wide in layout.headings:
        size = max(15 * scale * 72, LEAST)
        at = (x + left * scale, y + 2 * scale, wide * scale)
        slide.text([[(words, palette.SECONDARY, True)]], *at, size, name=f"Column: {words}")
    made = {
        node.key: _box(slide, node, x + left * scale, y + top * scale, wide * scale, high * scale, scale)
        for left, top, wide, high, node in layout.boxes
    }
    columns = {node.key: node.column for *_, node in layout.boxes}
    for arrow in layout.arrows:
        _connect(slide, made, columns, arrow)


def _box(slide: Slide, node: Node, x: float, y: float, width: float, height: float, scale: float) -> Any:
    from pptx.enum.dml import MSO_LINE
    from pptx.enum.shapes import MSO_SHAPE
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Emu, Pt

    shape = slide.made.shapes.add_shape(
        MSO_SHAPE.ROUNDED_RECTANGLE, *(Emu(round(v * 914400)) for v in (x, y, width, height))
    )
    shape.adjustments[0] = min(5 * scale / min(width, height), 0.5)
    shape.shadow.inherit = False
    shape.fill.solid()
    shape.fill.fore_color.rgb = native.rgb(palette.WHITE if node.solid else palette.BAND)
    shape.line.color.rgb = native.rgb(palette.SECONDARY if node.solid else palette.STEADY)
    shape.line.width = Pt(1.25)
    if not node.solid:
        shape.line.dash_style = MSO_LINE.DASH
    frame = shape.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    frame.margin_left = frame.margin_right = Emu(round(8 * scale * 914400))
    frame.margin_top = frame.margin_bottom = 0
    small = f"{node.shown}{f' · {node.note}' if node.note else ''}"
    slide._paragraph(frame.paragraphs[0], [(small, palette.SECONDARY, False)], max(12 * scale * 72, LEAST))
    slide._paragraph(frame.add_paragraph(), [(node.words, palette.INK, True)], max(14.5 * scale * 72, LEAST))
    for paragraph in frame.paragraphs:
        paragraph.alignment = 1
    describe(shape, node.shown, f"{node.shown}: {node.words}. {node.note}".strip())
    return shape


def _connect(slide: Slide, boxes: dict[str, Any], columns: dict[str, int], arrow: Arrow) -> None:
    """From the left of a driver to the right of what it serves; a bow on the right where both share a column."""
    from pptx.enum.dml import MSO_LINE
    from pptx.enum.shapes import MSO_CONNECTOR
    from pptx.util import Pt

    line = slide.made.shapes.add_connector(MSO_CONNECTOR.CURVE, 0, 0, 0, 0)
    beside = columns[arrow.start] == columns[arrow.end]
    line.begin_connect(boxes[arrow.start], RIGHT if beside else LEFT)
    line.end_connect(boxes[arrow.end], RIGHT)
    line.line.color.rgb, line.line.width = native.rgb(palette.JOIN), Pt(WIDTH[arrow.strength])
    if arrow.dotted:
        line.line.dash_style = MSO_LINE.ROUND_DOT
    describe(
        line,
        f"{arrow.start} to {arrow.end}",
        f"{arrow.start} serves {arrow.end}, strength {arrow.strength} of 3",
    )
    slide.made.shapes._spTree.remove(line._element)
    slide.made.shapes._spTree.insert(2, line._element)  # under the boxes
