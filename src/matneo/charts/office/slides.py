"""One slide and what can be put on it, in inches. The file knows nothing of documents."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from matneo.charts import palette
from matneo.charts.document import LANGUAGE
from matneo.charts.model import SpcChart, Table
from matneo.charts.office import native, zips
from matneo.charts.svg import width_of

FONT = "Arial"
LEADING = 1.22
Run = tuple[str, str, bool]  # words, colour, bold


class Deck:
    """A presentation of a size; its template is the library's own, in our typeface."""

    def __init__(self, width: float, height: float) -> None:
        from pptx import Presentation
        from pptx.opc.constants import RELATIONSHIP_TYPE
        from pptx.util import Inches

        self.width, self.height = width, height
        self.file = Presentation()
        self.file.slide_width, self.file.slide_height = Inches(width), Inches(height)
        theme: Any = self.file.slide_master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
        theme._blob = theme.blob.replace(b'typeface="Calibri"', b'typeface="Arial"')

    def slide(self, title: str, *, size: float, top: float = 0.4, margin: float = 0.6) -> "Slide":
        made = self.file.slides.add_slide(self.file.slide_layouts[5])
        slide = Slide(made, self)
        slide.title(title, margin, top, self.width - 2 * margin, size)
        return slide

    def save(self, *, title: str, author: str, subject: str, on: date) -> bytes:
        about = self.file.core_properties
        about.title, about.author, about.last_modified_by, about.subject = title, author, author, subject
        about.language, about.keywords, about.comments = LANGUAGE, "", ""
        about.created = about.modified = datetime(on.year, on.month, on.day)  # noqa: DTZ001  (a day, no time)
        about.revision = 1
        out = io.BytesIO()
        self.file.save(out)
        return zips.settled(out.getvalue(), on)


class Slide:
    def __init__(self, made: Any, deck: Deck) -> None:
        self.made, self.deck = made, deck

    def title(self, words: str, x: float, y: float, width: float, size: float) -> None:
        from pptx.enum.text import MSO_ANCHOR, PP_ALIGN

        shape = self.made.shapes.title
        shape.left, shape.top, shape.width = map(_emu, (x, y, width))
        shape.height = _emu(height_of(words, width, size, bold=True) + 0.1)
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
        _no_margins(frame)
        self._paragraph(frame.paragraphs[0], [(words, palette.INK, True)], size)
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT

    def text(
        self, paragraphs: Sequence[Sequence[Run]], x: float, y: float, width: float, size: float, *,
        name: str = "Text", gap: float = 0.4, link: str = "",
    ) -> float:  # fmt: skip
        """Paragraphs in a box of their own; answers how high it is. The last one carries the link."""
        if not paragraphs:
            return 0.0
        heights = [height_of("".join(run[0] for run in runs), width, size) for runs in paragraphs]
        space = gap * size / 72
        height = sum(heights) + space * max(len(heights) - 1, 0)
        box = self.made.shapes.add_textbox(*map(_emu, (x, y, width, max(height, size / 72))))
        box.name = name
        frame = box.text_frame
        frame.word_wrap = True
        _no_margins(frame)
        for place, runs in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            self._paragraph(paragraph, runs, size, after=gap * size if place < len(paragraphs) - 1 else 0)
        if link and paragraphs:
            frame.paragraphs[-1].runs[-1].hyperlink.address = link
        return float(height)

    def chart(
        self, chart: SpcChart, x: float, y: float, width: float, height: float, font: float, alt: str
    ) -> Any:
        from pptx.enum.chart import XL_CHART_TYPE

        frame = self.made.shapes.add_chart(
            XL_CHART_TYPE.LINE_MARKERS, *map(_emu, (x, y, width, height)), native.data(chart)
        )
        native.dress(frame.chart, chart, font)
        describe(frame, f"Chart: {chart.title}", alt)
        return frame

    def table(
        self, table: Table, x: float, y: float, widths: Sequence[float], size: float, colours: dict[str, str]
    ) -> float:
        """A real table. A first word that is one of `colours` has its colour. Answers how high it is."""
        heights = row_heights(table, widths, size)
        frame = self.made.shapes.add_table(
            len(table.rows) + 1, len(table.headers), *map(_emu, (x, y, sum(widths), sum(heights)))
        )
        describe(frame, table.caption, table.caption)
        made = frame.table
        made.horz_banding = False
        for place, width in enumerate(widths):
            made.columns[place].width = _emu(width)
        for number, cells in enumerate((table.headers, *table.rows)):
            made.rows[number].height = _emu(heights[number])
            for place, words in enumerate(cells):
                self._cell(made.cell(number, place), words, size, colours, head=number == 0, first=place == 0)
        return sum(heights)

    def block(self, x: float, y: float, width: float, height: float, colour: str) -> Any:
        """A coloured ground that says nothing."""
        from pptx.enum.shapes import MSO_SHAPE

        shape = self.made.shapes.add_shape(MSO_SHAPE.RECTANGLE, *map(_emu, (x, y, width, height)))
        shape.fill.solid()
        shape.fill.fore_color.rgb = native.rgb(colour)
        shape.line.fill.background()
        shape.shadow.inherit = False
        _decorative(shape)
        return shape

    def picture(self, png: bytes, x: float, y: float, width: float, alt: str) -> None:
        shape = self.made.shapes.add_picture(io.BytesIO(png), _emu(x), _emu(y), _emu(width))
        describe(shape, "Picture", alt)

    def notes(self, words: str) -> None:
        if words:
            self.made.notes_slide.notes_text_frame.text = words

    def _cell(
        self, cell: Any, words: str, size: float, colours: dict[str, str], *, head: bool, first: bool
    ) -> None:
        cell.fill.solid()
        cell.fill.fore_color.rgb = native.rgb(palette.BAND if head else palette.WHITE)
        cell.margin_left = cell.margin_right = _emu(0.07)
        cell.margin_top = cell.margin_bottom = _emu(0.04)
        mark, _, rest = words.partition(" ")
        runs = [(f"{mark} ", colours[mark], True), (rest, palette.INK, False)] if mark in colours else None
        self._paragraph(cell.text_frame.paragraphs[0], runs or [(words, palette.INK, head or first)], size)

    @staticmethod
    def _paragraph(paragraph: Any, runs: Sequence[Run], size: float, after: float = 0) -> None:
        from pptx.util import Pt

        paragraph.space_after = Pt(after)
        for words, colour, bold in runs:
            run = paragraph.add_run()
            run.text = words
            run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
            run.font.color.rgb = native.rgb(colour)
            run._r.get_or_add_rPr().set("lang", LANGUAGE)


def describe(shape: Any, name: str, alt: str) -> None:
    """The name and the alternative text of a shape."""
    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("name", name[:120])
    properties.set("descr", alt)


def height_of(words: str, width: float, size: float, *, bold: bool = False) -> float:
    """How high words stand in a box of that width, in inches; on the safe side."""
    room = width * 72
    lines = 0
    for paragraph in words.split("\n"):
        used = 0.0
        lines += 1
        for word in paragraph.split():
            wide = width_of(f"{word} ", size, bold)
            if used and used + wide > room:
                lines, used = lines + 1, 0.0
            used += wide
    return lines * size * LEADING / 72


def row_heights(table: Table, widths: Sequence[float], size: float) -> list[float]:
    """Of the head and of each row."""
    return [
        max(
            height_of(words, width - 0.16, size, bold=True)
            for words, width in zip(cells, widths, strict=True)
        )
        + 0.1
        for cells in (table.headers, *table.rows)
    ]


def _decorative(shape: Any) -> None:
    """Nothing for a screen reader to stop at."""
    from pptx.oxml import parse_xml

    properties = shape._element.xpath(".//p:cNvPr")[0]
    properties.set("name", "Ground")
    properties.append(
        parse_xml(
            '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
            '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
            'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
        )
    )


def _no_margins(frame: Any) -> None:
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0


def _emu(inches: float) -> Any:
    from pptx.util import Emu

    return Emu(round(inches * 914400))
