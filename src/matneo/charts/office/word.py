"""A document for Word: real headings, lists and tables; charts that Word can edit, with their sentence as words beside."""

import io
from datetime import datetime
from typing import Any

from matneo.charts import palette
from matneo.charts.document import (
    KEY_WORDS,
    LANGUAGE,
    Bullets,
    Document,
    Drawing,
    Figure,
    Heading,
    Paragraph,
    Part,
    Section,
    Stamp,
)
from matneo.charts.model import Table
from matneo.charts.office import native, tables, word_charts, zips

WIDE = 17.0  # centimetres between the margins of A4


def write(document: Document) -> bytes:
    """The file's bytes; the same document, the same bytes."""
    from docx import Document as Empty

    file = Empty()
    _page(file)
    file.add_heading(document.title, 0)
    _words(file, document.lead, size=14)
    for section in document.sections:
        _section(file, section)
    _stamp(file, document.stamp)
    about = file.core_properties
    about.title, about.author, about.last_modified_by = document.title, document.stamp.by, document.stamp.by
    about.subject, about.language, about.comments = document.stamp.figures, LANGUAGE, ""
    made = document.stamp.made
    about.created = about.modified = datetime(made.year, made.month, made.day)  # noqa: DTZ001  (a day, no time)
    about.revision = 1
    out = io.BytesIO()
    file.save(out)
    return zips.settled(out.getvalue(), made)


def _page(file: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    sheet = file.sections[0]
    sheet.page_width, sheet.page_height = Cm(21.0), Cm(29.7)
    sheet.left_margin = sheet.right_margin = sheet.top_margin = sheet.bottom_margin = Cm(2.0)
    for name in ("Normal", "Title", "Heading 1", "Heading 2", "Heading 3", "List Bullet"):
        style = file.styles[name]
        style.font.name = "Arial"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            fonts.attrib.pop(qn(script), None)
        if name not in ("Normal", "List Bullet"):
            style.font.color.rgb = _rgb(palette.INK)
    file.styles["Normal"].font.size = Pt(11)
    language = file.styles.element.xpath("//w:rPrDefault//w:lang")
    for one in language:
        one.set(qn("w:val"), LANGUAGE)


def _section(file: Any, section: Section) -> None:
    file.add_heading(section.heading, 1)
    for part in section.parts:
        _part(file, part)
    if section.figures:
        _words(file, KEY_WORDS, colour=palette.SECONDARY, size=9)


def _part(file: Any, part: Part) -> None:
    if isinstance(part, Heading):
        file.add_heading(part.text, part.level - 1)
    elif isinstance(part, Paragraph):
        said = f"“{part.text}”" if part.kind == "quote" else part.text
        quiet = part.kind == "quiet"
        _words(
            file,
            said,
            bold=part.kind == "lead",
            colour=palette.SECONDARY if quiet else palette.INK,
            size=9.5 if quiet else 11,
        )
    elif isinstance(part, Bullets):
        for item in part.items:
            file.add_paragraph(item, style="List Bullet")
    elif isinstance(part, Figure):
        _figure(file, part)
    elif isinstance(part, Drawing):
        _drawing(file, part)
    elif table := tables.of(part):
        _table(file, table)


def _figure(file: Any, figure: Figure) -> None:
    if figure.small:
        file.add_heading(figure.name, 2)
    _words(file, figure.sentence)
    word_charts.add(file, figure, WIDE, 6.0 if figure.small else 9.0)


def _drawing(file: Any, drawing: Drawing) -> None:
    """As a picture where pictures can be made; its outline in words stands in the document anyway."""
    from docx.shared import Cm

    from matneo.charts import png

    try:
        picture = png.from_svg(drawing.svg)
    except png.NoPictures:
        _words(file, drawing.words)
        return
    shape = file.add_picture(io.BytesIO(picture), width=Cm(WIDE))
    shape._inline.docPr.set("descr", drawing.words)


def _table(file: Any, table: Table) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    made = file.add_table(rows=1, cols=len(table.headers), style="Table Grid")
    for words, cell in zip(table.headers, made.rows[0].cells, strict=True):
        _cell(cell, words, bold=True)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in table.rows:
        cells = made.add_row().cells
        for place, words in enumerate(row):
            _cell(cells[place], words, bold=place == 0)
    for place, wide in enumerate(tables.widths(table, WIDE / 2.54)):
        for row in made.rows:
            row.cells[place].width = Cm(wide * 2.54)
    caption = OxmlElement("w:tblCaption")
    caption.set(qn("w:val"), table.caption)
    made._tbl.tblPr.append(caption)
    file.add_paragraph()


def _cell(cell: Any, words: str, *, bold: bool) -> None:
    from docx.shared import Pt

    paragraph = cell.paragraphs[0]
    mark, _, rest = words.partition(" ")
    if mark in tables.COLOURS:
        first = paragraph.add_run(f"{mark} ")
        first.font.color.rgb, first.font.size = _rgb(tables.COLOURS[mark]), Pt(9.5)
        words = rest
    run = paragraph.add_run(words)
    run.bold, run.font.size = bold, Pt(9.5)


def _stamp(file: Any, stamp: Stamp) -> None:
    file.add_heading("Where this comes from", 1)
    for words in stamp.lines:
        _words(file, words, size=9.5)
    word_charts.link(file.add_paragraph(), "Make this document again", stamp.link)
    foot = file.sections[0].footer.paragraphs[0]
    foot.text = stamp.line


def _words(file: Any, words: str, *, bold: bool = False, colour: str = palette.INK, size: float = 11) -> None:
    from docx.shared import Pt

    run = file.add_paragraph().add_run(words)
    run.bold, run.font.size = bold, Pt(size)
    run.font.color.rgb = _rgb(colour)


def _rgb(colour: str) -> Any:
    from docx.shared import RGBColor

    return RGBColor.from_string(str(native.rgb(colour)))
